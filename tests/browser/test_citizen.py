"""What a citizen sees without logging in, on a telephone and on a large screen, with and without scripts."""

import re

import frappe
import pytest
from axe_playwright_python.sync_playwright import Axe
from frappe.utils import add_days, getdate, today

from socaid_app import website
from socaid_app.petition_desk import answering, public_intake, taking_up
from socaid_app.public_disclosure import posting, taking_down
from socaid_app.service_management import surveys
from tests import builders
from tests.browser.people import VILLAGE, new_name
from tests.browser.test_phone import TOO_WIDE
from tests.builders import notices as public_builders

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LARGE = {"viewport": {"width": 1280, "height": 900}}
SCREENS = {"390": PHONE, "1280": LARGE}
# What axe calls wrong, and its best practices.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
SMALLEST_LETTERS = """() => Math.min(...[...document.querySelectorAll("body *")]
	.filter((element) => element.getClientRects().length
		&& [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue.trim()))
	.map((element) => parseFloat(getComputedStyle(element).fontSize)))"""


@pytest.fixture
def citizen(open_context):
	"""`citizen(**PHONE)` is a page of a visitor with an address of their own; `page.errors` its script errors."""

	def visit(**options):
		headers = {"X-Forwarded-For": public_builders.address()}
		page = open_context(extra_http_headers=headers, **options).new_page()
		page.errors = []
		page.on("pageerror", lambda error: page.errors.append(str(error)))
		page.on(
			"console", lambda said: page.errors.append(said.text) if "Content Security" in said.text else None
		)
		return page

	return visit


def check(page, name, shoot):
	"""Nothing beyond the edge, no letters too small, nothing that axe finds."""
	shoot(page, name)
	width = page.viewport_size["width"]
	assert page.evaluate("document.scrollingElement.scrollWidth") <= width, (name, page.evaluate(TOO_WIDE))
	assert page.evaluate(SMALLEST_LETTERS) >= 16, name
	found = Axe().run(page, options=RULES)
	assert found.violations_count == 0, (name, found.generate_report())
	assert not page.errors, (name, page.errors)


def wait_for_a_human(page):
	"""Nobody fills in the form in less."""
	page.wait_for_timeout(public_intake.SHORTEST_SECONDS * 1000 + 500)


# --- a petition ---------------------------------------------------------------------------------------------
def test_a_citizen_files_a_petition_the_desk_answers_the_citizen_reads_and_rates(
	citizen, staff, shoot, tmp_path
):
	page = citizen(**PHONE)
	page.goto("/petition")
	check(page, "citizen-01 网上信访", shoot)
	wait_for_a_human(page)

	page.get_by_role("button", name="提交").tap()
	page.locator("#errors").wait_for()
	assert page.evaluate("document.activeElement.id") == "errors", "the reader is told at once"
	check(page, "citizen-02 有漏填", shoot)

	content = "九月份的低保金没有发到卡上，问了两次没有结果。" + builders.digits(6)
	fill_in(page, content, tmp_path)
	wait_for_a_human(page)
	page.get_by_role("button", name="提交").tap()
	page.locator("#code").wait_for()
	check(page, "citizen-03 查询码", shoot)
	code = page.locator("#code").inner_text()

	frappe.db.rollback()
	name = frappe.db.get_value("Petition", {"content": content})
	assert frappe.db.count("File", {"attached_to_doctype": "Petition", "attached_to_name": name}) == 1
	answer(name, staff.petition_handler)

	look_up(page, code, "5678")
	assert page.get_by_text("九月份的低保金已于今日补发").is_visible()
	assert "陈接访" not in page.content()
	check(page, "citizen-04 答复", shoot)
	page.get_by_text("非常满意", exact=True).tap()
	page.get_by_label("还想说的话").fill("办得很快。")
	page.get_by_role("button", name="提交评价").tap()
	page.get_by_text("谢谢您的评价").wait_for()
	check(page, "citizen-05 已评价", shoot)
	frappe.db.rollback()
	assert frappe.db.get_value("Petition", name, "satisfaction") == "Very Satisfied"


def fill_in(page, content, tmp_path):
	picture = tmp_path / "存折.png"
	from tests.builders.visits import PIXEL

	picture.write_bytes(PIXEL)
	assert not page.locator("#accused").is_visible()
	page.get_by_text("检举控告", exact=True).tap()
	assert page.locator("#accused").is_visible()
	page.get_by_text("申诉求决", exact=True).tap()
	page.get_by_label("关于什么事").select_option(label="救助金发放")
	page.get_by_label("乡镇", exact=True).select_option(label="甲山乡")
	page.get_by_label("事情发生在哪里").select_option(value=VILLAGE)
	page.get_by_label("发生了什么").fill(content)
	page.get_by_label("希望怎样解决").fill("请查明原因并补发。")
	page.get_by_role("textbox", name="姓名").fill("测试信访人")
	page.get_by_role("textbox", name="电话").fill("13900005678")
	page.get_by_label("照片和材料").set_input_files(picture)
	page.get_by_text("我已阅读并同意").tap()


def answer(name, handler):
	"""The handler at the petition desk takes it up and answers."""
	with builders.acting_as(handler):
		taking_up.take_up(name, route="Handled as Petition", handler=handler)
		answering.answer(
			name,
			decision="Supported",
			findings="经查，因账号变更漏发一个月。",
			answer="九月份的低保金已于今日补发。",
			legal_basis="《社会救助暂行办法》",
		)
	frappe.db.commit()


def look_up(page, code, tail):
	page.goto("/petition/status")
	page.get_by_label("查询码").fill(code)
	page.get_by_label("电话后四位").fill(tail)
	page.get_by_role("button", name="查询", exact=True).click()


def test_after_going_back_the_village_is_kept_and_a_correction_is_asked_about(citizen, site, shoot, tmp_path):
	page = citizen(**PHONE)
	page.goto("/petition")
	content = "低保金少发了一个月，电话写错了一位。" + builders.digits(6)
	# nobody who has petitioned in another test
	name = new_name("齐")
	fill_in(page, content, tmp_path)
	page.get_by_role("textbox", name="姓名").fill(name)
	page.get_by_role("textbox", name="电话").fill(f"137{builders.digits(4)}5678")
	wait_for_a_human(page)
	page.get_by_role("button", name="提交").tap()
	page.locator("#code").wait_for()

	page.go_back()
	page.locator("#township").wait_for()
	assert page.locator("#village").input_value() == VILLAGE
	ticket = page.locator("input[name=ticket]").input_value()
	if not page.get_by_label("发生了什么").input_value():
		# a browser that fetched the page anew has kept the place alone
		fill_in(page, content, tmp_path)
	page.get_by_role("textbox", name="姓名").fill(name)
	page.get_by_role("textbox", name="电话").fill(f"136{builders.digits(4)}9999")
	page.get_by_text("我已阅读并同意").scroll_into_view_if_needed()
	page.get_by_label("我已阅读并同意").check(force=True)
	wait_for_a_human(page)
	page.get_by_role("button", name="提交").tap()
	page.locator("#again").wait_for()
	assert page.locator("input[name=ticket]").input_value() == ticket, "it is still the same form"
	assert page.locator("#village").input_value() == VILLAGE
	check(page, "citizen-07 更正还是另一件", shoot)
	page.get_by_text("更正或补充刚才那一件").tap()
	page.get_by_role("button", name="提交").tap()
	page.get_by_text("不算重复信访").wait_for()
	check(page, "citizen-08 已经更正", shoot)
	frappe.db.rollback()
	(found,) = frappe.get_all("Petition", {"content": content}, pluck="name", order_by="name")
	petition = frappe.get_doc("Petition", found)
	assert petition.phone.endswith("9999") and not petition.repeat_of


def test_the_form_works_without_scripts(citizen, site, shoot):
	page = citizen(java_script_enabled=False, **PHONE)
	page.goto("/petition")
	content = "没有脚本的浏览器也能反映问题。" + builders.digits(6)
	page.locator("input[value=Accusation]").check()
	page.get_by_label("关于什么事").select_option(label="优亲厚友")
	page.locator("#village").select_option(value=VILLAGE)
	page.get_by_label("发生了什么").fill(content)
	page.locator("input[value=anonymous]").check()
	page.get_by_label("我已阅读并同意").check()
	wait_for_a_human(page)
	page.get_by_role("button", name="提交").click()
	shoot(page, "citizen-06 无脚本")
	code = page.locator("#code").inner_text()
	look_up(page, code, "")
	assert page.get_by_text("已登记").first.is_visible()
	frappe.db.rollback()
	assert frappe.db.get_value("Petition", {"content": content}, "restricted") == 1


def test_the_form_can_be_filled_in_by_keyboard_alone(citizen, site):
	page = citizen(**LARGE)
	page.goto("/petition")
	page.keyboard.press("Tab")
	assert page.evaluate("document.activeElement.className") == "skip"
	page.keyboard.press("Enter")
	order = []
	for _ in range(24):
		page.keyboard.press("Tab")
		order.append(
			page.evaluate(
				"document.activeElement.name || document.activeElement.id || document.activeElement.type"
			)
		)
	wanted = ["category", "matter", "township", "content", "demand", "identity", "petitioner_name", "phone"]
	wanted += ["address", "attachments", "consent", "submit"]
	assert [name for name in order if name in wanted][: len(wanted)] == wanted
	assert public_intake.TRAP not in order


# --- an application -----------------------------------------------------------------------------------------
def apply(page, name, partner, number, picture):
	page.locator("#filled_by").get_by_text("本人", exact=True).tap()
	first, second = page.locator("#member_1"), page.locator("#member_2")
	first.get_by_label("姓名").fill(name)
	first.get_by_label("身份证号").fill(number)
	first.get_by_label("身体情况").select_option(label="重病")
	second.get_by_label("姓名").fill(partner)
	second.get_by_label("与户主的关系").select_option(label="配偶")
	page.get_by_label("联系电话").fill("13900005678")
	page.get_by_label("乡镇", exact=True).select_option(label="甲山乡")
	page.get_by_label("家在哪个村").select_option(value=VILLAGE)
	page.get_by_label("详细住址").fill("三组18号")
	page.get_by_label("家里有什么困难").fill("户主重病住院，全家靠种地，看病欠了债。")
	if picture:
		page.get_by_label("身份证、户口簿").set_input_files(picture)


def follow(page, code):
	page.goto("/apply/status")
	page.get_by_label("查询码").fill(code)
	page.get_by_label("电话后四位").fill("5678")
	page.get_by_role("button", name="查询", exact=True).tap()
	page.locator("#state").wait_for()
	return page.locator("#state").inner_text()


def test_a_citizen_applies_on_the_phone_the_clerk_takes_it_over_the_citizen_follows_it(
	citizen, desk_as, staff, shoot, tmp_path
):
	from tests.builders.visits import PIXEL

	picture = tmp_path / "户口簿.png"
	picture.write_bytes(PIXEL)
	name, partner = new_name("申"), new_name("配")
	number = builders.case_id_number("1966-02-11", True)
	page = citizen(**PHONE | {"viewport": {"width": 320, "height": 640}})
	page.goto("/disclosure")
	page.get_by_role("link", name="我要申请").first.tap()
	page.wait_for_url("**/apply")
	check(page, "citizen-10 我要申请", shoot)
	page.get_by_role("link", name="申请农村低保").tap()
	page.wait_for_url("**/apply?kind=*")
	assert page.locator("#member_3").is_hidden() and page.locator("#agent_name").is_hidden()
	apply(page, name, partner, number, None)
	# the tab is loaded anew: the draft is there, without the number of the card
	page.reload()
	assert page.locator("#member_2_name").input_value() == partner
	assert (page.locator("#village").input_value(), page.locator("#member_1_id").input_value()) == (
		VILLAGE,
		"",
	)
	wait_for_a_human(page)
	page.get_by_role("button", name="提交申请").tap()
	page.locator("#errors").wait_for()
	check(page, "citizen-11 申请有漏填", shoot)
	apply(page, name, partner, number, picture)
	page.get_by_text("我已阅读并同意").tap()
	assert "重病" in page.locator("[data-summary]").inner_text()
	check(page, "citizen-12 申请填好", shoot)
	wait_for_a_human(page)
	page.get_by_role("button", name="提交申请").tap()
	page.locator("#code").wait_for()
	check(page, "citizen-13 申请查询码", shoot)
	code = page.locator("#code").inner_text()
	assert page.evaluate("sessionStorage.getItem('socaid-apply')") is None
	assert follow(page, code) == "已收到"
	check(page, "citizen-14 办理进度", shoot)

	frappe.db.rollback()
	online = frappe.db.get_value("Online Application", {"applicant_name": name})
	desk = desk_as(staff.clerk, "online-")
	desk.open("Form", "Online Application", online)
	desk.shoot("网上申请")
	desk.press("到窗口页面接手", desk.form)
	desk.arrive("counter-intake")
	desk.body.locator(".counter-online table").wait_for()
	desk.settle()
	family = desk.body.locator('[data-table="members"]')
	assert family.locator('[data-fieldname="id_number"] input').nth(0).input_value() == number
	desk.fill(family.locator(".counter-row").nth(1), id_number=builders.case_id_number("1968-08-23", False))
	for table in ("incomes", "properties", "expenses"):
		desk.body.locator(f'[data-table="{table}"] .counter-none input').check()
	desk.shoot("网上申请到窗口")
	desk.press("登记并生成申请", desk.form)
	desk.arrive("Form", "Assistance Application")
	frappe.db.commit()
	case = frappe.get_doc("Assistance Application", desk.name())
	assert (case.online_application, case.applicant_name) == (online, name)
	assert next(row for row in case.materials if row.material == "身份证、户口簿").received
	desk.shoot("网上申请成为申请")
	assert desk.page.errors == []

	assert follow(page, code) == "正在核对材料"
	assert name not in page.content()
	check(page, "citizen-15 进度已接手", shoot)


# --- a notice -----------------------------------------------------------------------------------------------
def test_a_notice_goes_from_draft_to_the_page_and_comes_down_by_itself(citizen, staff, shoot):
	case = builders.make_application(staff, division=VILLAGE)
	case = builders.advance_to(case, "Preliminary Publicity", staff)
	notice = frappe.get_doc("Publicity Notice", case.publicity)
	frappe.db.commit()
	page = citizen(**PHONE)
	village = f"/disclosure/places/{VILLAGE}"
	page.goto(village)
	before = page.locator(".card").count()
	assert notice.status == "Draft" and case.applicant_name not in page.content()

	with builders.acting_as(staff.disclosure_officer):
		posting.publish(notice.name)
	frappe.db.commit()
	page.reload()
	assert page.locator(".card").count() == before + 1
	notice.reload()
	page.locator(f'a[href="/disclosure/notice/{notice.public_key}"]').tap()
	page.wait_for_url("**/disclosure/notice/*")
	assert page.get_by_text(case.applicant_name).first.is_visible()
	check(page, "citizen-07 公示", shoot)
	page.emulate_media(media="print")
	assert not page.get_by_role("link", name="对这份公示提出意见").is_visible()
	page.emulate_media(media="screen")
	page.get_by_role("link", name="对这份公示提出意见").tap()
	page.wait_for_url("**/petition?notice=*")
	assert page.get_by_text(notice.title).is_visible() and page.locator("#village").input_value() == VILLAGE

	# eight days later
	for field in ("posted_on", "ends_on"):
		frappe.db.set_value("Publicity Notice", notice.name, field, add_days(notice.get(field), -8))
	frappe.db.commit()
	taking_down.complete_expired()
	frappe.db.commit()
	assert frappe.db.get_value("Publicity Notice", notice.name, "taken_down_on") == getdate(today())
	gone = page.goto(f"/disclosure/notice/{notice.public_key}")
	assert gone.status == 410 and case.applicant_name not in page.content()
	assert page.get_by_role("heading", name="这份公示已经撤下").is_visible()
	shoot(page, "citizen-08 已撤下")
	page.goto(village)
	page.reload()
	assert page.locator(".card").count() == before


# --- every page ---------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def board(site):
	"""A village with everything on its board, a guide and a publication; returns the pages to look at."""
	month = getdate(today()).replace(day=1)
	people = tuple(f"测试{name}" for name in "甲乙丙丁戊己庚辛壬癸子丑")
	notice = public_builders.hang(division=builders.VILLAGE_B)
	public_builders.hang("Termination", builders.VILLAGE_B)
	public_builders.hang("Monthly Roll", builders.VILLAGE_B, people, days=None, month=month)
	frappe.db.commit()
	guide = frappe.db.get_value("Policy Guide", {"status": "In Force", "public": 1})
	website.forget()
	return {
		"首页": "/disclosure",
		"乡镇": f"/disclosure/places/{builders.TOWNSHIP_B}",
		"村": f"/disclosure/places/{builders.VILLAGE_B}",
		"空的村": "/disclosure/places/220422203210",
		"公示": f"/disclosure/notice/{notice.public_key}",
		"名单": f"/disclosure/rolls/{builders.VILLAGE_B}/{month:%Y-%m}",
		"问答": "/disclosure/guides",
		"找问答": "/disclosure/guides?q=低保",
		"找不到": "/disclosure/guides?q=量子力学",
		"一条问答": f"/disclosure/guides/{guide}",
		"目录": "/disclosure/catalogue",
		"公开信息": "/disclosure/publications",
		"联系": "/disclosure/contact",
		"信访": "/petition",
		"查询": "/petition/status",
		"我要申请": "/apply",
		"填写申请": "/apply?kind=unsure",
		"办理进度": "/apply/status",
		"没有的页面": "/disclosure/nope",
	}


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_is_accessible_and_fits_the_screen(citizen, board, shoot, screen):
	page = citizen(**SCREENS[screen])
	for name, path in board.items():
		page.goto(path)
		check(page, f"citizen-{screen} {name}", shoot)
		assert page.locator("h1").count() == 1 and page.locator("html").get_attribute("lang") == "zh-CN"


def test_nothing_is_fetched_from_elsewhere(citizen, board, base_url):
	page = citizen(**PHONE)
	asked = []
	page.on("request", lambda request: asked.append(request.url))
	for path in board.values():
		page.goto(path)
	assert asked and all(re.match(rf"{re.escape(base_url)}/|data:", url) for url in asked)


def test_a_roll_prints_as_a_table_on_paper(citizen, board, tmp_path, shoot):
	page = citizen(**LARGE)
	page.goto(board["名单"])
	page.emulate_media(media="print")
	assert page.locator("table.names tbody tr").count() >= 12
	assert not page.locator("header").is_visible() and not page.locator("footer").is_visible()
	shoot(page, "citizen-09 打印名单")


# --- a survey -----------------------------------------------------------------------------------------------
def test_a_family_rates_with_its_code_how_it_was_served(citizen, staff, shoot):
	family = builders.make_household(builders.VILLAGE_A)
	sheet = frappe.get_doc(
		{
			"doctype": "Service Check",
			"template": "满意度调查：入户走访",
			"household": family.name,
			"division": family.division,
			"channel": "After a Service",
			"responsible": staff.manager,
			"due_on": add_days(today(), 15),
		}
	).insert()
	frappe.db.commit()
	page = citizen(**PHONE)
	page.goto(f"/survey?code={surveys.survey_code(sheet)['code']}")
	check(page, "survey-01 查询码", shoot)
	page.get_by_role("button", name="开始作答").tap()
	page.locator("#q1").wait_for()
	check(page, "survey-02 题目", shoot)
	for number in range(1, 5):
		page.locator(f"#q{number}").get_by_text("9", exact=True).tap()
	page.get_by_role("button", name="提交评价").tap()
	page.get_by_text("第5题还没有作答。").wait_for()
	check(page, "survey-03 漏答", shoot)
	page.locator("#q5").get_by_text("10", exact=True).tap()
	page.locator("#q6").fill("都好")
	page.get_by_role("button", name="提交评价").tap()
	page.get_by_text("您的评价已经收到").wait_for()
	check(page, "survey-04 谢谢", shoot)
	frappe.db.rollback()
	assert frappe.db.get_value("Service Check", sheet.name, "household") is None
