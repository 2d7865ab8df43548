"""The Socaid Administrator configures from the desk, without code and without a case: each thing once, as a person does."""

import frappe
import pytest

from tests import builders
from tests.browser.latin import latin_words
from tests.browser.people import TOWNSHIP, TOWNSHIP_NAME

FORM, FLOW = "Service Object", "Standard Raise"
LABEL = "编号或车牌号"
WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def administrator(desk_as, staff):
	desk = desk_as(staff.administrator, "administration-", viewport=WIDE)
	yield desk
	assert desk.page.errors == []


@pytest.fixture(autouse=True)
def nothing_left(site):
	flow = frappe.get_doc("Workflow", FLOW).as_dict()
	yield
	frappe.db.rollback()
	for doctype, filters in (
		("Print Format", {"name": ["like", "县级%"]}),
		("Notification", {"name": ["like", "县级%"]}),
		("Assignment Rule", {"name": ["like", "县级%"]}),
		("Property Setter", {"doc_type": FORM}),
	):
		for name in frappe.get_all(doctype, filters, pluck="name"):
			frappe.delete_doc(doctype, name, force=True)
	stored = frappe.get_doc("Workflow", FLOW)
	stored.set("states", flow.states)
	stored.save()
	frappe.clear_cache(doctype=FORM)
	frappe.db.commit()


def choose(desk, field: str, word: str) -> None:
	control = desk.control(field)
	box = control.locator("input").last
	box.click()
	box.press_sequentially(word, delay=10)
	desk.settle()
	control.locator('[role="option"]', has_text=word).first.click()
	desk.settle()


def write_code(desk, field: str, text: str) -> None:
	control = desk.control(field)
	control.locator(".ace_content").click()
	desk.page.keyboard.press("Control+End")
	desk.page.keyboard.insert_text(text)
	desk.page.locator(".page-container:visible .page-title").last.click()
	desk.settle()


def test_every_link_of_the_page_opens(administrator):
	page = administrator.page
	administrator.open("Workspaces", "System Configuration").shoot("系统配置")
	routes = page.evaluate(
		"() => [...document.querySelectorAll('.widget.links-widget-box a.link-item')].map((a) => a.getAttribute('href'))"
	)
	assert len(routes) > 20
	for route in routes:
		page.evaluate("route => { frappe.set_route(route.replace('/app/', '')); }", route)
		page.wait_for_function("route => decodeURI(location.pathname) === decodeURI(route)", arg=route)
		administrator.settle()
		shown = administrator.body.inner_text()
		dialogs = page.locator(".modal.show").count()
		assert not dialogs and "未找到" not in shown and "没有权限" not in shown, (route, shown[:300])


def test_an_account_is_asked_for_and_opened_by_another(administrator, desk_as, staff):
	login = f"xin{builders.digits()}@browser.invalid"
	administrator.open("query-report", "Staff Accounts").shoot("账号一览")
	administrator.press("新建账号").arrive("Form", "Staff Account Change")
	administrator.fill(full_name="辛到岗", login_email=login, reason="新到岗")
	choose(administrator, "roles", "乡镇经办人员")
	choose(administrator, "places", TOWNSHIP_NAME)
	administrator.save().shoot("账号变更")
	name = administrator.name()
	director = desk_as(staff.county_approver, "administration-director-", viewport=WIDE)
	director.open("Form", "Staff Account Change", name)
	director.press("确认并办理")
	director.press("是")
	director.page.locator(".modal.show", has_text="设置密码的链接").wait_for()
	director.shoot("链接")
	frappe.db.rollback()
	assert [row.role for row in frappe.get_doc("User", login).roles] == ["Township Officer"]
	assert frappe.db.exists("User Permission", {"user": login, "for_value": TOWNSHIP})
	# the county reads the township of a case
	director.open("List", "Assistance Application")
	assert "乡镇" in director.body.locator(".list-row-head").inner_text()
	# a colleague in an open field is shown by name
	administrator.new("Staff Account Change", change_kind="Duties and Places", account_user=staff.clerk)
	shown = administrator.control("account_user").locator("input").first
	administrator.page.wait_for_function("input => input.value === '王录入'", arg=shown.element_handle())
	assert administrator.value("account_user") == staff.clerk
	assert director.page.errors == []


def test_a_form_is_changed_where_it_is_shown(administrator):
	page = administrator.page
	administrator.open("Form", "Customize Form")
	administrator.fill(doc_type=("场所与设施", "场所与设施"))
	field = page.locator(".form-builder-container .field", has_text=LABEL).last
	label = field.get_by_text(LABEL, exact=True).and_(page.locator(":visible")).first
	label.wait_for()
	label.click()
	page.locator('.form-builder-container [data-fieldname="label"] input').fill(f"{LABEL}（县级）")
	administrator.shoot("改表单")
	administrator.press("更新")
	page.locator(".form-builder-container .field", has_text="（县级）").wait_for()
	administrator.settle()
	frappe.db.rollback()
	frappe.clear_cache(doctype=FORM)
	changed = [df.label for df in frappe.get_meta(FORM).fields if "县级" in (df.label or "")]
	# nothing but what was changed, although all was shown in Chinese
	assert changed == [f"{LABEL}（县级）"]
	assert frappe.get_all("Property Setter", {"doc_type": FORM}, pluck="property") == ["label"]


def test_a_state_says_something_else(administrator):
	administrator.open("Form", "Workflow", FLOW)
	assert "开始核实" in administrator.form.inner_text()
	administrator.edit_row("states", 1, message="县里先核对材料")
	administrator.shoot("工作流")
	administrator.save()
	frappe.db.rollback()
	assert "县里先核对材料" in [row.message for row in frappe.get_doc("Workflow", FLOW).states]


def test_a_print_is_copied_and_changed(administrator):
	name = f"县级{builders.digits()}"
	administrator.open("Form", "Print Format", "Acceptance Notice")
	administrator.page.locator(".page-container:visible .menu-btn-group button").last.click()
	administrator.page.locator(".menu-btn-group .dropdown-item:visible", has_text="复制").first.click()
	administrator.arrive("Form", "Print Format")
	administrator.fill(__newname=name)
	write_code(administrator, "html", "<p>{{ cn_date(doc.applied_on) }} 县级落款</p>")
	administrator.save().shoot("打印格式副本")
	frappe.db.rollback()
	assert "县级落款" in frappe.db.get_value("Print Format", name, "html")
	write_code(administrator, "html", "{{ frappe.db.get_list('Recipient') }}")
	administrator.press("保存", administrator.form)
	assert "打印格式里不能有" in administrator.message()
	administrator.shoot("越界的不能保存")
	administrator.close_dialogs()


def test_a_print_is_laid_out_in_the_builder(administrator, staff):
	name, page = f"县级{builders.digits()}", administrator.page
	administrator.open("print-format-builder")
	kind = page.locator(".doctype-selector input").first
	kind.click()
	kind.press_sequentially("救助申请", delay=10)
	administrator.settle()
	page.locator(".doctype-selector [role=option]", has_text="救助申请").first.click()
	administrator.settle()
	page.locator(".name-selector input").fill(name)
	page.locator(".btn-new-print-format").click()
	field = page.locator('.print-format-builder-field[data-fieldname="applicant_name"]').first
	field.wait_for()
	administrator.shoot("打印格式设计")
	words = (
		page.locator(".print-format-builder-main").locator(".section-label, .field-label").all_inner_texts()
	)
	assert "申请日期" in words and [text for text in words if latin_words(text)] == []
	field.locator(".field-settings").click()
	administrator.fill(label="申请人（县级）").press("更新")
	page.locator(".print-format-builder-section .section-settings").nth(1).click()
	assert not latin_words(administrator.body.inner_text())
	administrator.fill(label="县级版式").press("更新").press("保存", administrator.form)
	administrator.settle().shoot("打印格式设计已保存")
	case = builders.make_application(staff)
	frappe.db.commit()
	assert "申请人（县级）" in frappe.get_print(case.doctype, case.name, print_format=name)


def test_a_message_an_assignment_and_values(administrator, staff):
	name = f"县级{builders.digits()}"
	administrator.new("Notification")
	administrator.fill(
		__newname=name, channel="系统通知", subject="{{ doc.name }}已确认", document_type="救助申请"
	)
	administrator.fill(event="更改值")
	# Frappe offers fields by their names, with the label behind
	administrator.control("value_changed").locator("select").select_option("workflow_state")
	write_code(administrator, "message", "{{ doc.name }}，期限{{ doc.statutory_due }}")
	administrator.add_row("recipients", receiver_by_role="县级审核人员")
	administrator.save().shoot("通知")
	hand_out(administrator, name, staff)
	parameter = frappe.get_all("Policy Parameter", {"to_be_confirmed": 1}, pluck="name", order_by="name")[0]
	administrator.open("Form", "Policy Parameter", parameter)
	administrator.fill(note="已同市局核对").save().shoot("政策参数")
	days = frappe.db.get_value("Due Rule", "case_step", "soon_days")
	administrator.open("Form", "Due Rule", "case_step")
	administrator.fill(soon_days=days + 1).save().shoot("期限规则")
	frappe.db.rollback()
	assert frappe.db.get_value("Due Rule", "case_step", "soon_days") == days + 1
	frappe.db.set_value("Due Rule", "case_step", "soon_days", days)
	assert frappe.db.get_value("Notification", name, "enabled")
	assert frappe.db.get_value("Policy Parameter", parameter, "note") == "已同市局核对"
	assert frappe.get_all("Assignment Rule User", {"parent": name}, pluck="user") == [staff.county_reviewer]


def hand_out(administrator, name: str, staff) -> None:
	"""An assignment rule: who gets which cases."""
	administrator.new("Assignment Rule")
	administrator.fill(__newname=name, document_type="救助申请", description="请办理", rule="轮流")
	for condition in ("assign_condition", "unassign_condition"):
		write_code(administrator, condition, "workflow_state == 'Under Review'")
	choose(administrator, "users", "周县审")
	administrator.save().shoot("分派规则")
