"""A day without network on the real phone app: its service worker, its store in the browser, and the real server."""

import gzip
import json
from statistics import median

import frappe
import pytest
from axe_playwright_python.sync_playwright import Axe

from socaid_app.field_visits import payload
from tests import builders
from tests.browser.conftest import log_in
from tests.browser.phones import PIECE, PUSH, arrived, latest, picture, visiting_team
from tests.browser.test_citizen import RULES
from tests.browser.test_phone import TOO_WIDE

WRONG = "999111"
FIRST_LOAD = 300 * 1024
OPENS = 200  # ms
MOST_TAPS = 30  # from the lock screen to the end of the visit
HOME, ADDRESS = "甲山乡左家村五组", "甲山乡左家村三组新房"


@pytest.fixture
def phone(phones):
	return phones("profile")


@pytest.fixture(scope="module")
def team(site):
	"""Two investigators, their supervisor and three visits of today; the third is at high risk, and nobody has approved it."""
	found = visiting_team({"左福贵": "No Sign", "石有粮": "No Sign", "廖春生": "Serious"}, HOME)
	frappe.db.commit()
	return found


def check(phone, shoot, name):
	"""By day at 390 pixels, by night at 320: nothing runs out of the screen, all of it can be hit and read."""
	page = phone.page
	for width, scheme in ((320, "dark"), (390, "light")):
		page.set_viewport_size({"width": width, "height": 844})
		page.emulate_media(color_scheme=scheme)
		shoot(page, f"visits-{name}-{width}")
		assert page.evaluate("document.scrollingElement.scrollWidth") <= width, (
			name,
			page.evaluate(TOO_WIDE),
		)
		found = Axe().run(page, options=RULES)
		assert found.violations_count == 0, (name, scheme, found.generate_report())
	low = page.evaluate(
		"[...document.querySelectorAll('button, a.button, input:not([type=checkbox]):not([type=radio]), select')]"
		".filter((e) => e.getClientRects().length && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"
	)
	assert low == [], (name, low)


def stored(page) -> str:
	"""Everything the browser keeps for the site, as one text; bytes both as UTF-8 and as UTF-16."""
	return page.evaluate(
		"""async () => {
			const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
			const words = (bytes) => ["utf-8", "utf-16le"].map((code) => new TextDecoder(code).decode(bytes)).join(" ");
			const tell = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? words(value)
				: value && typeof value === "object" && !(value instanceof CryptoKey)
				? Object.entries(value).map(([key, inner]) => `${key}=${tell(inner)}`).join(" ") : String(value);
			for (const { name } of await indexedDB.databases()) {
				const base = await new Promise((done) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
				for (const store of base.objectStoreNames) {
					const ask = (method) => new Promise((done) => {
						const r = base.transaction(store).objectStore(store)[method](); r.onsuccess = () => done(r.result);
					});
					found.push(tell(await ask("getAllKeys")), tell(await ask("getAll")));
				}
				base.close();
			}
			for (const name of await caches.keys()) {
				const cache = await caches.open(name);
				for (const request of await cache.keys()) found.push(request.url, await (await cache.match(request)).text());
			}
			return found.join("\\n");
		}"""
	)


LEFT = (
	"async () => [await indexedDB.databases(), await caches.keys(),"
	" (await navigator.serviceWorker.getRegistrations()).length, localStorage.length]"
)


def test_a_day_without_network_comes_home_whole(phone, team, desk_as, shoot, tmp_path):
	page = phone.open()
	log_in(phone.context, team.first)
	answers = {}
	page.on("response", lambda answer: answers.setdefault(answer.url, answer))
	page.goto("/visits")
	page.get_by_role("heading", name="设定手机密码").wait_for()
	check(phone, shoot, "01-密码")
	loaded = sum(len(gzip.compress(answer.body())) for answer in answers.values() if answer.ok)
	assert loaded <= FIRST_LOAD, loaded
	page.get_by_label("新密码").fill("123456")
	page.get_by_label("再输一次").fill("123456")
	phone.press("设定密码")
	page.get_by_text("不要用连号").wait_for()
	phone.register()
	page.get_by_role("heading", name=team.heads[2]).wait_for()
	page.wait_for_function("navigator.serviceWorker.controller")
	assert (
		phone.context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"] == []
	)
	check(phone, shoot, "02-今天")

	# the network goes away, and the app is opened anew from what the phone keeps
	phone.context.set_offline(True)
	page.reload()
	check(phone, shoot, "03-解锁")
	phone.taps()
	phone.unlock()
	page.get_by_text("无网络").wait_for()
	phone.watch_photos()
	for number, name in enumerate(team.visits[:2]):
		phone.visit(name)
		phone.arrive()
		phone.fill(team.members[number], f"{ADDRESS}{number}", illness="慢性病，长期服药")
		# one of them larger than what is sent
		sizes = ((2000, 1500), (1000, 750)) if number == 0 else ((1000, 750), (1000, 750))
		phone.photograph(*(picture(tmp_path / f"{number}-{n}.jpg", size) for n, size in enumerate(sizes)))
		if number == 0:
			check(phone, shoot, "04-走访")
		phone.part("签名")
		phone.sign()
		if number == 0:
			# and what these helpers do without a finger: the visit opened, the camera; then what ends the visit
			taps = phone.taps() + 3
			assert taps <= MOST_TAPS, taps
			phone.press("家庭和安排")
			page.get_by_text("只有本次走访用得到的内容").wait_for()
			check(phone, shoot, "05-家庭")
			phone.press("返回")
		page.wait_for_timeout(400)
		phone.press("返回")
	taken = phone.taken()
	assert len(taken) == 4

	# the battery is empty; what was typed is there afterwards
	phone.close()
	page = phone.open(online=False)
	page.goto("/visits")
	phone.unlock()
	for number, name in enumerate(team.visits[:2]):
		phone.visit(name)
		phone.part("家庭与经济")
		assert page.get_by_label("实际住址").input_value() == f"{ADDRESS}{number}"
		page.get_by_role("heading", name="照片（2）").wait_for()
		phone.press("签退并交上传")
		page.get_by_role("heading", name="我的走访").wait_for()
	# against a gate
	phone.visit(team.visits[2])
	assert median(phone.opened) < OPENS, phone.opened
	page.get_by_text("主管还没有批准").first.wait_for()
	check(phone, shoot, "06-门未开")
	phone.press("签到")
	page.get_by_text("已签到。").wait_for()
	for screen in ("上传", "帮助", "本机"):
		page.get_by_role("navigation").get_by_role("button", name=screen).tap()
		page.get_by_role("heading", name=screen, exact=True).wait_for()
		check(phone, shoot, f"07-{screen}")
	kept = stored(page)
	assert "/visits" in kept
	secrets = (*team.heads, HOME, ADDRESS, "慢性病", *team.visits, *team.members, team.first, "郑走访")
	assert [secret for secret in secrets if secret in kept] == []

	# meanwhile at the desk
	with builders.acting_as(team.second):
		doc = frappe.get_doc("Home Visit", team.visits[1])
		doc.illness = "已痊愈"
		doc.save()
	frappe.db.commit()

	# a poor network: the first pieces of photos are lost, and the answer of the first push as well
	aborted = []

	def lose(route):
		if len(aborted) > 2:
			return route.continue_()
		aborted.append(route.request.url)
		if "push" in route.request.url and json.loads(route.request.post_data)["items"]:
			# the server has it, the phone does not know
			route.fetch()
		route.abort()

	phone.context.route(PIECE, lose)
	phone.context.route(PUSH, lose)
	phone.context.set_offline(False)
	page.get_by_role("navigation").get_by_role("button", name="上传").tap()
	for _ in range(30):
		phone.press("立即上传")
		page.wait_for_timeout(1000)
		if not page.locator("[data-state=waiting]").count():
			break
	page.locator("[data-state=conflict]").wait_for()
	page.locator("[data-state=held]").first.wait_for()
	check(phone, shoot, "08-上传后")
	assert len(aborted) == 3

	first = latest(team.visits[0])
	assert first.status == "Finished" and first.found_address == f"{ADDRESS}0"
	assert [row.annual for row in first.incomes][-1] == 1200 and all(row.signed for row in first.visitors)
	assert (round(first.check_in_latitude, 2), round(first.check_out_latitude, 2)) == (42.92, 42.92)
	assert arrived(team.visits[:2]) == sorted(taken)

	# two have changed one field; what it was when it was fetched is told too
	phone.press("核对")
	page.get_by_text("已痊愈").wait_for()
	check(phone, shoot, "09-核对")
	page.get_by_label("我填写的").check()
	phone.press("按选择的处理")
	page.get_by_role("heading", name="上传", exact=True).wait_for()
	page.locator("[data-state=conflict]").wait_for(state="detached")
	second = latest(team.visits[1])
	assert payload.value_of(second, "illness") == "慢性病，长期服药"
	assert latest(team.visits[2]).status == "Planned"

	# what a gate held is the supervisor's to decide, and the phone hears of it
	held = frappe.db.get_value("Visit Sync Item", {"visit": team.visits[2], "status": "Held"})
	desk = desk_as(team.supervisor, "visits-desk-")
	desk.open("Form", "Visit Sync Item", held).shoot("待主管裁定")
	desk.press("予以采纳")
	desk.fill(desk.dialog("予以采纳"), decision_reason="措施当日已落实，口头批准")
	desk.press("予以采纳")
	desk.page.wait_for_function("cur_frm.doc.status === 'Accepted'")
	assert latest(team.visits[2]).status == "Under Way"
	phone.press("立即上传")
	page.get_by_text("没有等待上传的内容").wait_for()
	assert (phone.errors, desk.page.errors) == ([], [])


def test_a_phone_is_wiped_when_lost_after_wrong_pins_and_at_the_logout(phone, team, desk_as, shoot):
	page = phone.open()

	def begin():
		log_in(phone.context, team.first)
		phone.register()
		page.get_by_role("heading", name=team.heads[2]).wait_for()
		page.wait_for_function("navigator.serviceWorker.controller")

	def is_wiped():
		page.locator("#wiped").wait_for()
		assert page.evaluate(LEFT) == [[], [], 0, 0]

	begin()
	phone.press("锁定")
	officer = builders.make_user("Safety Officer", builders.TOWNSHIP_A)
	frappe.db.set_value("User", officer, "language", "zh")
	frappe.db.commit()
	desk = desk_as(officer, "visits-desk-")
	desk.open("List", "Visit Device").shoot("设备")
	desk.body.get_by_role("button", name="登记遗失").first.click()
	desk.settle().shoot("登记遗失")
	desk.press("是")
	desk.body.locator(".list-row").get_by_text("已挂失").first.wait_for()
	# the phone is locked: nobody needs the PIN for that
	page.reload()
	is_wiped()
	check(phone, shoot, "10-已清除")

	begin()
	phone.press("锁定")
	for left in range(7, 0, -1):
		phone.unlock(WRONG)
		page.get_by_text(f"还可以试 {left} 次").wait_for()
	phone.unlock(WRONG)
	is_wiped()

	begin()
	# at the desk, in another window of the same browser
	phone.context.request.get("/?cmd=web_logout")
	page.reload()
	is_wiped()
	assert phone.errors == []
