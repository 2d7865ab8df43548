"""Which households receive something on a day, and which visits count: what planning and coverage share."""

from __future__ import annotations

from datetime import date

import frappe
from frappe.utils import get_first_day

from socaid_app.policy import terms
from socaid_app.policy.clock import add_months
from socaid_app.policy.parameters import NoParameterInForce, UnknownParameter
from socaid_app.socaid_app import rules

# SQL on ``tabHome Visit`` v: finished, and somebody was met. A closed door is no visit.
COUNTED_VISIT = (
	"v.status in ('Finished', 'Reviewed') and ifnull(v.reception, '') not in ('Nobody Home', 'Visit Refused')"
)


def in_force(on: date) -> str:
	"""SQL on ``tabEntitlement``: in force in the month of ``on``.

	Recognitions count, though nothing is paid: those families are visited too. One-off aid is paid in one
	month and followed for some months more (service plan 1.1.1-2).
	"""
	month = get_first_day(on)
	followed_from = add_months(month, -months_followed(on))
	return (
		"`tabEntitlement`.`docstatus` = 1 and `tabEntitlement`.`household` is not null"
		f" and `tabEntitlement`.`start_month` <= {frappe.db.escape(str(month))}"
		" and (`tabEntitlement`.`end_month` is null"
		f" or `tabEntitlement`.`end_month` >= {frappe.db.escape(str(month))}"
		f" or (`tabEntitlement`.`payment` = {frappe.db.escape(terms.ONE_OFF)}"
		f" and `tabEntitlement`.`end_month` >= {frappe.db.escape(str(followed_from))}))"
	)


def months_followed(on: date) -> int:
	"""For how many months after its own one-off aid is followed; 0 where no parameter says so."""
	try:
		return int(rules.parameters().get("service_temp_follow_months", on))
	except (UnknownParameter, NoParameterInForce):
		return 0
