"""Violation cases for the site tests: investigated, heard, deliberated, concluded by others."""

from __future__ import annotations

import frappe
from frappe.utils import today

from socaid_app.means_testing.violations import deliberations, violation_steps
from tests import builders

CASE, DELIBERATION = violation_steps.DOCTYPE, deliberations.DOCTYPE
SAID = {
	"proposal_told": "隐瞒务工收入，拟责令退回1200元",
	"stated_on": str(builders.TODAY),
	"stated_how": "At the Office",
	"answered": 1,
	"heard_name": "测试户主",
	"statement": "不知道要报告",
	"statement_signature": "data:image/png;base64,iVBORw0KGgo=",
}
MEMBERS = ("张一", "王二", "李三", "赵四")


def register(household, user: str, **values):
	"""A case as its investigator registers it, complete but for the statement."""
	with builders.acting_as(user):
		return frappe.get_doc(
			{
				"doctype": CASE,
				"household": household.name,
				"kind": "Concealed or False Information",
				"conduct_from": "2026-07-01",
				"conduct_to": "2026-10-31",
				"obtained_amount": 1200,
				"facts": "2026年7月至10月在外务工，未报告收入",
				"investigator": user,
				"evidence": [{"description": "工资流水", "obtained_from": "某建筑公司"}],
				**values,
			}
		).insert()


def heard(household, user: str, **values):
	case = register(household, user, **(SAID | values))
	with builders.acting_as(user):
		violation_steps.take_statement(case.name)
	return case.reload()


def call(case, user: str, members=None, **values):
	"""A meeting with a chair; paper slips, unless told otherwise."""
	members = members or [{"member_name": name} for name in MEMBERS]
	rows = [{"kind": "Township Staff", "present": 1, "part": "Member", **row} for row in members]
	rows[0]["part"] = "Chair"
	with builders.acting_as(user):
		return frappe.get_doc(
			{
				"doctype": DELIBERATION,
				"violation": case.name,
				"held_on": today(),
				"place": "镇会议室",
				"proposed_conclusion": "Order to Return",
				"motion": "责令退回1200元",
				"members": rows,
				**values,
			}
		).insert()


def vote_on_paper(meeting, user: str, agree=None, disagree: int = 0, abstain: int = 0):
	with builders.acting_as(user):
		deliberations.open_ballot(meeting.name)
		count = meeting.reload().voters
		agree = count - disagree - abstain if agree is None else agree
		deliberations.count(meeting.name, "逐一发言后投票", agree, disagree, abstain)
	return meeting.reload()


def sign(meeting, user: str):
	with builders.acting_as(user):
		meeting.minutes_paper = _scan(meeting)
		meeting.save()
		deliberations.conclude(meeting.name)
	return meeting.reload()


def _scan(meeting) -> str:
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "minutes.pdf",
			"content": f"%PDF-1.4 {meeting.name}",
			"attached_to_doctype": DELIBERATION,
			"attached_to_name": meeting.name,
			"is_private": 1,
		}
	).insert()
	return file.file_url


def deliberated(household, team, **values):
	"""A case that a meeting has agreed on."""
	case = heard(household, team.clerk, **values)
	meeting = vote_on_paper(call(case, team.officer), team.officer)
	sign(meeting, team.officer)
	return case.reload()


def concluded(
	household, team, conclusion: str = "Order to Return", user: str = "", case: dict | None = None, **values
):
	"""``case``: what is registered otherwise."""
	case = deliberated(household, team, entitlement=values.pop("entitlement", None), **(case or {}))
	values = {"return_amount": 1200} | values if conclusion.startswith("Order to Return") else values
	if conclusion != "Order to Return":
		values = {"departure_reason": "情节轻微"} | values
	with builders.acting_as(user or team.approver):
		violation_steps.conclude(case.name, conclusion, "收入查证属实，应当报告而未报告", **values)
	return case.reload()
