"""The phone without network: the real service worker, the real store of the browser, the network switched off.

What the server sends down is said by the test (``PULL``): these are the walks of the phone's half.
"""

import gzip
import json
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import builders
from tests.browser.conftest import CHROMIUM_ARGS, log_in
from tests.browser.test_citizen import RULES
from tests.browser.test_phone import TOO_WIDE

PIN = "274913"
NAME, ADDRESS, NUMBER = "左福贵", "甲山乡左家村三组", "220422197105060017"
FIRST_LOAD = 300 * 1024
OPENS = 200  # ms
LEVELS = [["No Sign", "没有迹象"], ["Slight", "轻微"], ["Evident", "明显"], ["Serious", "严重"]]
FORM = [
	{
		"label": "出发前：风险评估",
		"before": True,
		"fields": [
			{
				"fieldname": "risk_person",
				"label": "人员风险",
				"fieldtype": "Select",
				"options": LEVELS,
				"reqd": 1,
			}
		],
	},
	{
		"label": "现场情况",
		"fields": [
			{
				"fieldname": "reception",
				"label": "有没有人在家",
				"fieldtype": "Select",
				"options": [["", ""], ["At Home", "在家"], ["Nobody Home", "无人"]],
			},
			{
				"fieldname": "found_address",
				"label": "现场看到的住址",
				"fieldtype": "Small Text",
				"depends_on": 'eval:doc.reception=="At Home"',
			},
			{
				"fieldname": "incomes",
				"label": "收入",
				"fieldtype": "Table",
				"columns": [
					{"fieldname": "item", "label": "项目", "fieldtype": "Data"},
					{"fieldname": "annual", "label": "全年（元）", "fieldtype": "Currency"},
				],
			},
		],
	},
]


def visit(number: int) -> dict:
	return {
		"name": f"HV-TEST-{number}",
		"form": "Dibao",
		"card": {
			"title": f"{NAME}{number}",
			"address": ADDRESS,
			"planned_on": str(builders.TODAY),
			"planned_start": f"{8 + number:02d}:00",
			"purpose": "排查",
			"phone": "04375550001",
			"latitude": 42.9 + number / 100,
			"longitude": 125.0,
		},
		"file": [{"title": "户主", "lines": [["身份证号", NUMBER], ["人口", 2]]}],
		"team": [{"officer": "VO-1", "title": "郑走访"}],
		"fields": {},
		"versions": {},
	}


PULL = {"form": {"Dibao": FORM}, "visits": [visit(number) for number in range(1, 4)], "cursor": "1"}


class Phone:
	"""One browser profile; ``open`` starts it, ``close`` is an empty battery."""

	def __init__(self, chromium, folder, base_url):
		self.chromium, self.folder, self.base_url = chromium, folder, base_url
		self.pulled, self.errors, self.context = PULL, [], None

	def open(self, width: int = 390, online: bool = True, **options):
		self.context = self.chromium.launch_persistent_context(
			self.folder,
			executable_path=shutil.which("chromium"),
			args=CHROMIUM_ARGS,
			base_url=self.base_url,
			locale="zh-CN",
			timezone_id="Asia/Shanghai",
			viewport={"width": width, "height": 844},
			has_touch=True,
			is_mobile=True,
			geolocation={"latitude": 42.92, "longitude": 125.0, "accuracy": 15},
			permissions=["geolocation"],
			**options,
		)
		self.context.set_default_timeout(15_000)
		self.context.route("**/socaid_app.field_visits.offline.pull", self.answer_pull)
		self.page = self.context.pages[0]
		self.page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))
		self.page.on(
			"console", lambda line: self.errors.append(line.text) if "Content Security" in line.text else None
		)
		self.context.set_offline(not online)
		return self.page

	def answer_pull(self, route):
		route.fulfill(status=200, content_type="application/json", body=json.dumps({"message": self.pulled}))

	def unlock(self, pin: str = PIN):
		self.page.get_by_label("手机密码").fill(pin)
		self.page.get_by_role("button", name="打开").tap()

	def close(self):
		self.context.close()


@pytest.fixture
def phone(base_url, tmp_path, browser):
	found = Phone(browser.browser_type, tmp_path / "profile", base_url)
	yield found
	if found.context:
		found.close()


def check(phone, shoot, name):
	page = phone.page
	for width in (390, 320):
		page.set_viewport_size({"width": width, "height": 844})
		shoot(page, f"visits-{name}-{width}")
		assert page.evaluate("document.scrollingElement.scrollWidth") <= width, (
			name,
			page.evaluate(TOO_WIDE),
		)
	low = page.evaluate(
		"[...document.querySelectorAll('button, a.button, input:not([type=checkbox]):not([type=radio]), select')]"
		".filter((e) => e.getClientRects().length && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"
	)
	assert low == [], (name, low)
	found = Axe().run(page, options=RULES)
	assert found.violations_count == 0, (name, found.generate_report())
	page.set_viewport_size({"width": 390, "height": 844})


def picture(path):
	"""A photo as a camera makes it: larger than what is sent."""
	from PIL import Image, ImageDraw

	image = Image.effect_noise((2400, 1800), 40).convert("RGB")
	ImageDraw.Draw(image).rectangle((100, 100, 900, 700), fill="white")
	image.save(path, quality=92)
	return path


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


def test_a_day_without_network(phone, staff, shoot, tmp_path):
	page = phone.open()
	log_in(phone.context, staff.officer)
	sizes = {}
	page.on("response", lambda answer: sizes.setdefault(answer.url, answer))
	page.goto("/visits")
	page.get_by_role("heading", name="设定手机密码").wait_for()
	check(phone, shoot, "01-密码")
	loaded = sum(len(gzip.compress(answer.body())) for answer in sizes.values() if answer.ok)
	assert loaded <= FIRST_LOAD, loaded
	page.get_by_label("新密码").fill("123456")
	page.get_by_label("再输一次").fill("123456")
	page.get_by_role("button", name="设定密码").tap()
	page.get_by_text("不要用连号").wait_for()
	page.get_by_label("新密码").fill(PIN)
	page.get_by_label("再输一次").fill(PIN)
	page.get_by_role("button", name="设定密码").tap()
	page.get_by_text(f"{NAME}3").wait_for()
	page.wait_for_function("navigator.serviceWorker.controller")
	page.get_by_role("button", name="显示距离").tap()
	page.get_by_text("公里").first.wait_for()
	check(phone, shoot, "02-今天")

	# the network goes away, and the app is opened anew from what the phone keeps
	phone.context.set_offline(True)
	page.reload()
	check(phone, shoot, "03-解锁")
	phone.unlock()
	page.get_by_text("无网络").wait_for()
	for number in (1, 2):
		card = page.locator(f"[data-visit=HV-TEST-{number}]")
		took = card.get_by_role("button", name="打开").evaluate(
			"(button) => { const from = performance.now(); button.click(); document.body.offsetHeight; return performance.now() - from; }"
		)
		assert took < OPENS, took
		page.get_by_label("人员风险").select_option("No Sign")
		page.get_by_role("button", name="签到").tap()
		page.get_by_text("已签到，位置已记录").wait_for()
		page.locator("summary", has_text="现场情况").tap()
		page.get_by_label("有没有人在家").select_option("At Home")
		page.get_by_label("现场看到的住址").fill(f"{ADDRESS}新房{number}")
		page.get_by_role("button", name="增加：收入").tap()
		page.get_by_label("项目").fill("种地")
		page.get_by_label("全年（元）").fill("3600")
		page.locator("#camera").set_input_files([picture(tmp_path / f"{number}-{n}.jpg") for n in range(2)])
		page.get_by_role("heading", name="照片（2）").wait_for()
		if number == 1:
			page.get_by_label("走访笔记").fill("老人耳背，下次带大字卡片。")
			check(phone, shoot, "04-走访")
			page.get_by_role("button", name="家庭档案").tap()
			page.get_by_text(NUMBER).wait_for()
			check(phone, shoot, "05-档案")
			page.get_by_role("button", name="返回").tap()
		page.wait_for_timeout(400)
		page.get_by_role("button", name="返回").tap()

	# the battery is empty; what was typed is there afterwards
	phone.close()
	page = phone.open(online=False)
	page.goto("/visits")
	phone.unlock()
	page.locator("[data-visit=HV-TEST-1]").get_by_role("button", name="打开").tap()
	page.locator("summary", has_text="现场情况").tap()
	assert page.get_by_label("现场看到的住址").input_value() == f"{ADDRESS}新房1"
	assert page.get_by_label("走访笔记").input_value().startswith("老人耳背")
	page.get_by_role("heading", name="照片（2）").wait_for()
	page.get_by_role("button", name="签退并交上传").tap()
	page.get_by_text("还没有填齐").wait_for()
	check(phone, shoot, "06-签退")
	page.get_by_role("button", name="仍然签退").tap()
	page.get_by_text("等待上传").first.wait_for()
	for screen, heading in (("上传", "上传"), ("帮助", "帮助"), ("本机", "本机")):
		page.get_by_role("navigation").get_by_role("button", name=screen).tap()
		page.get_by_role("heading", name=heading, exact=True).wait_for()
		check(phone, shoot, f"07-{screen}")

	kept = stored(page)
	assert "visits-" in kept or "/visits" in kept
	for secret in (NAME, ADDRESS, NUMBER, "HV-TEST", "耳背", "种地", staff.officer):
		assert secret not in kept, secret

	# wrong PINs, each counted, and then nothing is left
	page.get_by_role("button", name="锁定").tap()
	for left in (4, 3, 2, 1):
		phone.unlock("999111")
		page.get_by_text(f"还可以试 {left} 次").wait_for()
	phone.unlock("999111")
	page.locator("#wiped").wait_for()
	check(phone, shoot, "08-已清除")
	left = page.evaluate(
		"async () => [await indexedDB.databases(), await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]"
	)
	assert left == [[], [], 0]
	assert phone.errors == []


def test_the_administrator_wipes_a_phone_at_the_next_contact(phone, staff):
	page = phone.open()
	log_in(phone.context, staff.officer)
	page.goto("/visits")
	page.get_by_label("新密码").fill(PIN)
	page.get_by_label("再输一次").fill(PIN)
	page.get_by_role("button", name="设定密码").tap()
	page.get_by_text(f"{NAME}1").wait_for()
	phone.pulled = {"wipe": True}
	page.get_by_role("button", name="立即上传和下载").tap()
	page.locator("#wiped").wait_for()
	assert (
		page.evaluate("async () => (await indexedDB.databases()).length + (await caches.keys()).length") == 0
	)
