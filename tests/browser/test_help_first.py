"""An emergency at the desk: accepted without papers, paid by the approver, what is open in sight."""

import frappe
from frappe.utils import today

from tests import builders


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
