"""Every word that staff can see is Chinese, on the screens of each role.

Screens are opened, their menus unfolded, and what stands there is read; what is found is reported together.
"""

import frappe
import pytest

from socaid_app.assistance_archives import filing
from tests import builders
from tests.browser.latin import Reader
from tests.browser.screens import Desk


@pytest.fixture(scope="module")
def records(staff):
	"""A household, a new case, a case in publicity and a confirmed one, entered without the screens."""
	found = frappe._dict(
		household=builders.make_household(builders.CASE_VILLAGE).name,
		draft=builders.make_application(staff),
		public=builders.advance_to(builders.make_application(staff), "Preliminary Publicity", staff),
		confirmed=builders.advance_to(builders.make_application(staff), "Confirmed", staff),
	)
	# a job files it as well, sooner or later
	filing.file_record("Assistance Application", found.confirmed.name)
	frappe.db.commit()
	return found


@pytest.fixture
def reader():
	return Reader()


def test_desk_of_a_township_officer(desk_as, staff, records, reader):
	desk = desk_as(staff.officer, "chinese-township-")
	read_desk(desk, reader, "Township Desk", "Social Assistance")
	for doctype in ("Recipient", "Recipient Household", "Assistance Application"):
		read_list(desk, reader, doctype)
	read_new_forms(desk, reader)

	desk.open("Form", "Recipient", records.draft.applicant)
	read_form(desk, reader)
	desk.open("Form", "Recipient Household", records.household)
	read_form(desk, reader)
	desk.open("Form", "Assistance Application", records.draft.name)
	read_form(desk, reader)
	read_print_view(desk, reader)
	desk.open("Form", "Assistance Application", records.confirmed.name)
	read_form(desk, reader)
	for doctype, name in (
		("Publicity Notice", records.public.publicity),
		("Entitlement", records.confirmed.entitlement),
	):
		read_list(desk, reader, doctype)
		desk.open("Form", doctype, name)
		read_form(desk, reader)
	read_report(desk, reader, "Applications by Due Date")
	reader.assert_chinese()
	assert desk.page.errors == []


def test_desk_of_a_county_reviewer(desk_as, staff, records, reader):
	desk = desk_as(staff.county_reviewer, "chinese-county-")
	read_desk(desk, reader, "County Desk", "Social Assistance")
	read_list(desk, reader, "Circumstance Change")
	read_report(desk, reader, "Monthly Roll")
	desk.open("Form", "Assistance Application", records.public.name)
	read_form(desk, reader)
	reader.assert_chinese()
	assert desk.page.errors == []


def test_desk_of_the_administrator(desk_as, staff, reader):
	desk = desk_as(staff.administrator, "chinese-administrator-")
	for doctype in ("Policy Parameter", "Assistance Standard", "Holiday Calendar"):
		read_list(desk, reader, doctype)
		# not the one that other tests changed last: its history names their users
		desk.open("Form", doctype, frappe.get_all(doctype, order_by="name", limit=1, pluck="name")[0])
		read_form(desk, reader)
	desk.open("Form", "Socaid Settings", "Socaid Settings")
	read_form(desk, reader)
	reader.assert_chinese()
	assert desk.page.errors == []


def test_desk_of_a_petition_handler(desk_as, staff, reader):
	desk = desk_as(staff.petition_handler, "chinese-petitions-")
	read_workspace(desk, reader, "Petition Desk")
	for doctype in ("Petition", "Reception Record", "Policy Guide"):
		read_list(desk, reader, doctype)
		desk.new(doctype)
		read_form(desk, reader, f"new {doctype}")
	guide = frappe.get_all("Policy Guide", {"status": "In Force"}, pluck="name", order_by="name", limit=1)[0]
	desk.open("Form", "Policy Guide", guide)
	read_form(desk, reader)
	for report in ("Petition Ledger", "Petition Statistics", "Petition Satisfaction", "Reception Summary"):
		read_report(desk, reader, report)
	reader.assert_chinese()
	assert desk.page.errors == []


def test_desk_of_an_archivist(desk_as, staff, records, reader):
	desk = desk_as(staff.archivist, "chinese-archives-")
	read_workspace(desk, reader, "Assistance Archives")
	for doctype in ("Archive File", "Archive Loan", "Archive Handover", "Archive Appraisal"):
		read_list(desk, reader, doctype)
	for doctype in ("Archive Room Check", "Archive Location", "Archive Retention Rule"):
		desk.new(doctype)
		read_form(desk, reader, f"new {doctype}")
	file = frappe.get_all(
		"Archive File",
		{"opened_by": records.confirmed.name},
		pluck="name",
		order_by="name",
	)[0]
	desk.open("Form", "Archive File", file)
	read_form(desk, reader)
	read_report(desk, reader, "Missing Papers")
	reader.assert_chinese()
	assert desk.page.errors == []


def test_desk_of_a_disclosure_officer(desk_as, staff, records, reader):
	desk = desk_as(staff.disclosure_officer, "chinese-disclosure-")
	read_workspace(desk, reader, "Public Disclosure")
	for doctype in ("Publicity Notice", "Disclosure Publication", "Disclosure Correction"):
		read_list(desk, reader, doctype)
	for doctype in ("Disclosure Publication", "Disclosure Correction", "Disclosure Inspection"):
		desk.new(doctype)
		read_form(desk, reader, f"new {doctype}")
	item = frappe.get_all("Disclosure Catalogue Item", pluck="name", order_by="name", limit=1)[0]
	desk.open("Form", "Disclosure Catalogue Item", item)
	read_form(desk, reader)
	for report in ("Disclosure Timeliness", "Disclosure Coverage"):
		read_report(desk, reader, report)
	reader.assert_chinese()
	assert desk.page.errors == []


def test_login_page(open_context, shoot, reader):
	page = open_context().new_page()
	page.goto("/login")
	desk = Desk(page, lambda page, name: shoot(page, f"chinese-guest-{name}"))
	reader.read(desk, "登录")
	desk.shoot("登录")
	page.locator(".forgot-password-message a:visible").click()
	reader.read(desk, "忘记密码")
	reader.assert_chinese()


# --- what is read -------------------------------------------------------------------------------------
def read_workspace(desk, reader, workspace):
	desk.open("Workspaces", workspace)
	reader.read(desk, workspace)
	desk.shoot(workspace)


def read_desk(desk, reader, *workspaces):
	for workspace in workspaces:
		read_workspace(desk, reader, workspace)
	for number in range(desk.page.locator(".navbar .dropdown > [data-toggle=dropdown]:visible").count()):
		button = desk.page.locator(".navbar .dropdown > [data-toggle=dropdown]:visible").nth(number)
		button.click()
		reader.read(desk, f"menu {number + 1} of the head")
		desk.page.keyboard.press("Escape")
	read_search(desk, reader)


def read_search(desk, reader):
	box = desk.page.locator("#navbar-search")
	box.click()
	reader.read(desk, "search box, untouched")
	box.press_sequentially("救助", delay=20)
	desk.page.locator(".awesomplete li:visible").first.wait_for()
	reader.read(desk, "search box")
	desk.shoot("搜索框")
	box.fill("")
	desk.page.keyboard.press("Escape")
	desk.page.locator("body").click(position={"x": 5, "y": 300})

	desk.page.keyboard.press("Shift+Control+F")
	dialog = desk.dialog("查找")
	reader.read(desk, "search dialog")
	dialog.locator("input").first.press_sequentially("测试", delay=20)
	dialog.locator(".socaid-result").first.wait_for()
	reader.read(desk, "search dialog with results")
	desk.shoot("查找")
	desk.close_dialogs()


def read_list(desk, reader, doctype):
	desk.open("List", doctype)
	reader.read(desk, f"list of {doctype}")
	desk.shoot(f"列表 {doctype}")
	head = desk.form
	for selector, what in (
		(".filter-selector .filter-button", "filters"),
		(".sort-selector .sort-selector-button", "sorting"),
		(".page-actions .menu-btn-group > button", "menu"),
		(".page-actions .custom-btn-group > button", "views"),
	):
		button = head.locator(f"{selector}:visible").first
		if not button.count():
			continue
		button.click()
		reader.read(desk, f"{what} of the list of {doctype}")
		desk.page.keyboard.press("Escape")
		desk.page.locator(".page-container:visible .title-text").last.click()
	rows = head.locator(".list-row-checkbox:visible")
	if rows.count():
		rows.first.check()
		actions = head.locator(".page-actions .actions-btn-group > button:visible")
		actions.click()
		reader.read(desk, f"actions on a row of the list of {doctype}")
		actions.click()
		rows.first.uncheck()


def read_new_forms(desk, reader):
	desk.open("List", "Recipient").press("添加 救助对象")
	dialog = desk.dialog("新建 救助对象")
	reader.read(desk, "short form of a new person")
	desk.press("编辑完整表单", dialog)
	read_form(desk, reader, "new Recipient")
	for doctype in ("Recipient Household", "Assistance Application"):
		desk.new(doctype)
		read_form(desk, reader, f"new {doctype}")


def read_form(desk, reader, screen=None):
	"""All tabs, a row of each table, the menu and the buttons that fold out."""
	screen = screen or desk.page.evaluate("cur_frm.doctype")
	reader.read(desk, screen)
	tabs = desk.form.locator(".form-tabs .nav-link:visible")
	for number in range(max(tabs.count(), 1)):
		if tabs.count():
			tabs.nth(number).click()
			reader.read(desk, f"{screen}, tab {number + 1}")
		desk.shoot(f"{screen} {number + 1}")
		read_rows(desk, reader, screen)
	if tabs.count():
		tabs.first.click()
	buttons = desk.form.locator(
		".page-actions .menu-btn-group > button:visible, .page-actions .inner-group-button > button:visible,"
		" .page-actions .actions-btn-group > button:visible"
	)
	for number in range(buttons.count()):
		desk.page.evaluate("scrollTo(0, 0)")
		buttons.nth(number).click()
		reader.read(desk, f"{screen}, menu {number + 1}")
		buttons.nth(number).click()


def read_rows(desk, reader, screen):
	"""The little form of the first row of each table in sight."""
	tables = desk.form.locator('.frappe-control[data-fieldtype="Table"]:visible')
	for number in range(tables.count()):
		opener = tables.nth(number).locator(".grid-body .rows .btn-open-row:visible").first
		if not opener.count():
			continue
		opener.click()
		name = tables.nth(number).get_attribute("data-fieldname")
		reader.read(desk, f"{screen}, row of {name}")
		desk.shoot(f"{screen} row of {name}")
		desk.page.keyboard.press("Escape")
		desk.settle()


def read_print_view(desk, reader):
	desk.page.locator('.page-container:visible [data-original-title="打印"]').click()
	letter = desk.page.frame_locator("iframe.print-format-container")
	letter.locator(".print-format").first.wait_for()
	reader.read(desk, "print view")
	reader.read_text(letter.locator("body").inner_text(), "letter in the print view")
	desk.shoot("打印预览")


def read_report(desk, reader, report):
	desk.open("query-report", report)
	desk.form.locator(".datatable, .msg-box").and_(desk.page.locator(":visible")).first.wait_for()
	reader.read(desk, f"report {report}")
	desk.shoot(f"报表 {report}")
	menu = desk.form.locator(".page-actions .menu-btn-group > button:visible").first
	menu.click()
	reader.read(desk, f"menu of the report {report}")
	menu.click()
