"""An emergency at the desk: accepted without papers, paid by the approver, what is open in sight."""

import frappe
from frappe.utils import today

from tests import builders
from tests.builders.reserves import make_reserve


def test_an_approver_pays_first_and_sees_what_has_to_be_made_up(desk_as, staff):
	team = builders.make_team()
	case = builders.make_emergency(team)
	builders.act(case, "Accept", team.officer)
	frappe.db.commit()

	approver = desk_as(staff.approver, "relief-")
	approver.open("Form", "Assistance Application", case.name).press("先行给付")
	dialog = approver.dialog("先行给付")
	approver.fill(dialog, amount="400").press("先行给付", dialog)
	approver.page.wait_for_function("cur_frm.doc.relief_paid_on")
	approver.settle()
	missing = approver.body.get_by_text("没有在申请书上签字").first
	missing.wait_for(state="visible")
	approver.shoot("已先行救助")
	assert approver.value("relief_amount") == 400 and str(approver.value("relief_paid_on")) == today()
	approver.open("query-report", "Help Paid First")
	approver.body.get_by_text(case.name).first.wait_for(state="visible")
	approver.shoot("先行救助待补清单")
	reviewer = desk_as(staff.reviewer, "relief-")
	reviewer.open("Form", "Assistance Application", case.name)
	reviewer.step("终止办理", "情况不实", decision_reason="经查已由保险赔付", relief_settlement="不予追回")
	assert reviewer.value("workflow_state") == "Terminated"
	assert reviewer.value("relief_settlement") == "Kept"
	reviewer.shoot("终止办理并写明已付款项")
	assert approver.page.errors == [] and reviewer.page.errors == []


def test_help_from_the_reserve_is_in_its_ledger_and_the_papers_follow(desk_as, staff):
	team = builders.make_team()
	make_reserve(team, 1000)
	case = builders.make_emergency(team)
	builders.act(case, "Accept", team.officer)
	frappe.db.commit()

	approver = desk_as(staff.approver, "reserve-")
	approver.open("Form", "Assistance Application", case.name).press("先行给付")
	dialog = approver.dialog("先行给付")
	dialog.get_by_text("由乡镇备用金发放").first.wait_for(state="visible")
	approver.fill(dialog, amount="400")
	approver.shoot("先行给付由备用金发放")
	approver.press("先行给付", dialog)
	approver.page.wait_for_function("cur_frm.doc.relief_paid_on")
	approver.settle()
	frappe.db.commit()
	entry = frappe.get_last_doc("Reserve Entry", {"application": case.name})
	assert (entry.amount, entry.balance_after) == (-400, 600)
	approver.open("Form", "Reserve Entry", entry.name)
	approver.shoot("备用金收支")
	approver.open("query-report", "Reserve Ledger")
	approver.body.get_by_text("600.00").first.wait_for(state="visible")
	approver.shoot("备用金台账汇总")

	officer = desk_as(staff.officer, "reserve-")
	with builders.acting_as(team.officer):
		doc = frappe.get_doc("Assistance Application", case.name)
		doc.applicant_signed = 1
		for row in doc.materials:
			row.received = row.requirement == "Required"
		doc.save()
	frappe.db.commit()
	officer.open("Form", "Assistance Application", case.name)
	assert officer.body.get_by_text("没有在申请书上签字").count() == 0
	officer.shoot("手续补齐")
	officer.open("query-report", "Relief Register")
	officer.body.get_by_text(case.name).first.wait_for(state="visible")
	officer.shoot("小额快救和先行救助登记台账")
	assert approver.page.errors == [] and officer.page.errors == []
