"""A team that does not check out in time: the supervisors are told at once.

The message of each rings at their own desk (Frappe's event ``notification``, which says nothing more). An event to
everybody's desk would tell every township who is visited and where.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import now_datetime

from socaid_app.casework import duties, messages
from socaid_app.casework.people import Directory
from socaid_app.field_visits import visits
from socaid_app.socaid_app import safety


def raise_overdue() -> int:
	"""Every five minutes: alarm for visits under way beyond their time; each visit once. Returns their number."""
	late = frappe.get_all(
		visits.VISIT,
		filters={
			"status": visits.UNDER_WAY,
			"due_back_at": ["<", now_datetime()],
			"alarm_at": ["is", "not set"],
		},
		fields=["name", "head_name", "address", "division", "check_in_at"],
		order_by="due_back_at",
	)
	directory = Directory() if late else None
	for visit in late:
		alarm(visit, directory)
	return len(late)


def alarm(visit: frappe._dict, directory: Directory) -> None:
	team = frappe.get_all(
		"Home Visit Visitor",
		filters={"parent": visit.name, "parenttype": visits.VISIT},
		fields=["officer_name", "officer"],
		order_by="idx",
	)
	subject = _("ALARM: {0} did not check out of {1} ({2}), checked in at {3}. Call them now.").format(
		"、".join(row.officer_name or row.officer for row in team),
		visit.head_name,
		visit.address or "",
		frappe.utils.format_datetime(visit.check_in_at, "HH:mm"),
	)
	told = messages.tell_staff(
		directory.users(duties.roles_of(safety.SUPERVISE), visit.division), subject, visits.VISIT, visit.name
	)
	reached = [user for user, error in told.items() if not error]
	if not reached:
		call_by_hand(visit, subject)
	frappe.db.set_value(visits.VISIT, visit.name, "alarm_at", now_datetime(), update_modified=False)


def call_by_hand(visit: frappe._dict, subject: str) -> None:
	"""Nobody could be told: the reminder ledger shows that a person has to."""
	frappe.get_doc(
		{
			"doctype": "Case Reminder",
			"reference_doctype": visits.VISIT,
			"reference_name": visit.name,
			"subject": subject[:140],
			"kind": "Overdue",
			"due_on": frappe.utils.today(),
			"channel": "System",
			"status": "Manual Needed",
			"note": _("No supervisor could be reached."),
		}
	).insert(ignore_permissions=True)
