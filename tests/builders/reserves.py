"""A township's reserve with money in it, by the steps that put it there."""

import frappe
from frappe.utils import flt

from socaid_app.assistance_intake import reserve_bookings, reserve_steps
from tests.builders import CASE_TOWNSHIP, acting_as


def make_reserve(team, amount: float = 1000, township: str = CASE_TOWNSHIP):
	"""The open reserve of the team's township holding exactly ``amount``."""
	name = reserve_bookings.of_township(township)
	if not name:
		with acting_as(team.county_approver):
			name = (
				frappe.get_doc(
					{
						"doctype": "Relief Reserve",
						"division": township,
						"ceiling": 5000,
						"refill_below": 500,
					}
				)
				.insert()
				.name
			)
	rest = flt(amount - frappe.db.get_value("Relief Reserve", name, "balance"), 2)
	if rest:
		kind = reserve_steps.ALLOTMENT if rest > 0 else reserve_steps.RETURN
		ask_and_grant(team, name, abs(rest), kind)
	return frappe.get_doc("Relief Reserve", name)


def ask(team, reserve: str, amount: float, kind: str = reserve_steps.ALLOTMENT):
	with acting_as(team.officer):
		return frappe.get_doc(
			{
				"doctype": "Reserve Request",
				"reserve": reserve,
				"kind": kind,
				"amount": amount,
				"reason": "冬季急难增多",
			}
		).insert()


def ask_and_grant(team, reserve: str, amount: float, kind: str = reserve_steps.ALLOTMENT):
	request = ask(team, reserve, amount, kind)
	with acting_as(team.county_approver):
		reserve_steps.grant(request.name, "东辽民拨〔2026〕1号")
	return request
