"""A data officer asks an agency and reads its reply in; the township's clerk finds the finding among their tasks."""

from pathlib import Path

import frappe
import pytest

from socaid_app.means_testing import reply_import, rule_trials
from tests import builders
from tests.browser.latin import Reader
from tests.browser.people import TOWNSHIP_NAME, VILLAGE
from tests.browser.test_phone import TOO_WIDE
from tests.builders import comparisons as make

WIDE = {"width": 1280, "height": 900}
PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True}
REQUEST, FINDING = make.REQUEST, make.FINDING


@pytest.fixture
def family(staff):
	household, _benefit = make.family(VILLAGE)
	frappe.db.set_value(make.SOURCE, "vehicles", "enabled", 1)
	frappe.db.commit()
	return household


@pytest.fixture
def people(staff):
	"""The data officer, a colleague who approves, and the only clerk of the township with nothing to do."""
	found = frappe._dict(officer=builders.make_user("Data Officer"), clerk=staff.officer)
	frappe.db.set_value("User", found.officer, {"first_name": "钱核对", "full_name": "钱核对"})
	frappe.db.commit()
	return found


def stored(name: str) -> frappe._dict:
	frappe.db.rollback()
	return frappe.get_doc(REQUEST, name)


def wait_until_read(desk, name: str) -> None:
	"""The job, or what the worker beside the browser has left of it."""
	frappe.db.commit()
	reply_import.read(name)
	frappe.db.commit()
	desk.reload()


def test_a_reply_is_read_in_and_a_clerk_sees_the_finding(desk_as, staff, family, people, tmp_path: Path):
	reader = Reader()
	desk = desk_as(people.officer, "comparison-", viewport=WIDE)
	desk.new(REQUEST)
	desk.fill(source=("机动车", "机动车登记"), household=(family.name, family.name), purpose="低保定期复核")
	desk.shoot("新建委托")
	desk.save().shoot("委托")
	reader.read(desk, "request")
	name = desk.name()
	county = desk_as(staff.county_reviewer, "comparison-approve-")
	county.open("Form", REQUEST, name).press("批准查询")
	county.page.wait_for_function("cur_frm?.doc?.status === 'Request Approved'")
	desk.reload().press("发送对方单位")
	desk.page.locator(".modal.show .btn-modal-primary").last.click()
	desk.page.wait_for_function("cur_frm?.doc?.status === 'Request Sent'")
	desk.settle().shoot("已发送")
	path = tmp_path / "答复.csv"
	lines = [make.HEADINGS, make.vehicle(family.head, "吉D66666"), ""]
	path.write_bytes("\n".join(lines).encode("gb18030"))
	desk.press("读取答复")
	dialog = desk.dialog("读取答复")
	desk.fill(dialog, reply_file=path).shoot("交入答复")
	desk.press("读取答复", dialog)
	wait_until_read(desk, name)
	desk.reload().shoot("已读取")
	assert (stored(name).status, stored(name).findings_count) == ("Reply Read", 1)
	[finding] = frappe.get_all(FINDING, {"request": name}, ["name", "officer"], order_by="name")
	assert desk.page.errors == []

	# whoever has least to do may be somebody whom another test has left
	frappe.db.set_value("User", finding.officer, {"first_name": "孙经办", "full_name": "孙经办"})
	frappe.db.commit()
	clerk = desk_as(finding.officer, "comparison-clerk-", viewport=WIDE)
	clerk.open("List", FINDING)
	clerk.shoot("发现列表")
	clerk.open("Form", FINDING, finding.name).shoot("发现")
	assert "吉D66666" in clerk.form.inner_text()
	clerk.press("研判")
	dialog = clerk.dialog("研判")
	clerk.fill(dialog, triage="需进一步核实", triage_note="名下有车，入户核实").shoot("研判")
	clerk.press("研判", dialog)
	clerk.page.wait_for_function("cur_frm?.doc?.status === 'Finding to Verify'")
	clerk.settle().shoot("须核实")
	clerk.open("Form", "Recipient Household", family.name)
	clerk.page.get_by_text("数据核对发现").first.scroll_into_view_if_needed()
	clerk.shoot("家庭时间线")
	assert clerk.page.errors == []

	phone = desk_as(finding.officer, "comparison-phone-", **PHONE)
	for route in (
		("List", FINDING),
		("Form", FINDING, finding.name),
		("Form", "Recipient Household", family.name),
	):
		phone.open(*route).shoot(route[1])
		assert phone.page.evaluate(TOO_WIDE) == []
	reader.assert_chinese()


def test_a_near_match_is_confirmed_and_a_rule_tried_before_it_is_switched_on(desk_as, staff, family, people):
	frappe.db.set_value(make.SOURCE, "deaths", "enabled", 1)
	request = make.sent(people.officer, staff.county_reviewer, "deaths", household=family.name)
	number = make.number(family.head)
	wrong = f"{number[:16]}{(int(number[16]) + 1) % 10}{number[17]}"
	make.answer(
		request, people.officer, f"{wrong},{family.head_name},2026-01-01", headings="身份证号,姓名,死亡日期"
	)
	if frappe.db.get_value("Comparison Rule", "dead_but_paid", "status") == "Switched On":
		rule_trials.switch_off("dead_but_paid", "试算")
	frappe.db.commit()
	reader = Reader()
	desk = desk_as(people.officer, "comparison-near-", viewport=WIDE)
	desk.open("List", "Comparison Candidate").shoot("近似匹配列表")
	[candidate, *_others] = frappe.get_all(
		"Comparison Candidate", {"request": request.name}, pluck="name", order_by="score desc"
	)
	desk.open("Form", "Comparison Candidate", candidate).shoot("近似匹配")
	reader.read(desk, "candidate")
	desk.press("是本人")
	dialog = desk.dialog("是本人")
	desk.fill(dialog, decision_note="死亡证明上号码抄错一位")
	desk.press("是本人", dialog)
	desk.page.wait_for_function("cur_frm?.doc?.status === 'Candidate Accepted'")
	desk.settle()
	# the reply is read again with who the row is about
	frappe.db.commit()
	reply_import.read(request.name)
	frappe.db.commit()
	desk.open("Form", "Comparison Rule", "dead_but_paid").press("用上月数据试算")
	rule_trials.run("dead_but_paid")
	desk.reload()
	desk.page.get_by_text("试算：").first.wait_for()
	desk.page.get_by_text("试算：").first.scroll_into_view_if_needed()
	desk.shoot("规则试算")
	assert family.head_name in desk.control("trial").inner_text()
	for report in ("Finding Ageing", "Precision of Rules"):
		desk.open("query-report", report)
		desk.form.locator(".datatable:visible").first.wait_for()
		desk.shoot(report)
		reader.read(desk, report)
	desk.open("Workspaces", "Means Testing").shoot("家计调查")
	assert desk.page.errors == []
	reader.assert_chinese()


def test_the_roll_of_a_township_is_asked_about(desk_as, family, people):
	reader = Reader()
	desk = desk_as(people.officer, "comparison-roll-", viewport=WIDE)
	desk.new(REQUEST)
	desk.fill(source=("机动车", "机动车登记"), coverage="全部在保人员")
	desk.fill(roll_division=("甲山", TOWNSHIP_NAME), roll_month=frappe.utils.today(), purpose="低保定期复核")
	desk.save().shoot("定期复核")
	reader.read(desk, "roll")
	assert desk.value("persons_count") >= 2
	assert desk.page.errors == []
	reader.assert_chinese()
