"""Due dates brought before the right people, and the weekly proof that this really happened.

Whatever waits for somebody is a :class:`Due`: a deadline of a case, a supplement, a notice to deliver, a raise
to verify, and what other modules add through the hook ``socaid_due_items`` (functions of the last day, returning
a list of Due). Each is announced once when it comes near, once on its day and once when it has passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import add_days, cint, getdate, now_datetime, today

from socaid_app.assistance_intake import deadlines, notices
from socaid_app.assistance_intake.staff import CaseStaff
from socaid_app.casework import messages
from socaid_app.casework.people import Directory
from socaid_app.policy import terms

SOON, TODAY, OVERDUE = "Due Soon", "Due Today", "Overdue"
SENT, FAILED, MANUAL_NEEDED = "Sent", "Failed", "Manual Needed"
JOB = "socaid_app.assistance_intake.reminders.mark_and_remind"
# The job runs daily; one missed night is abnormal.
LATE_AFTER = timedelta(hours=30)


@dataclass(frozen=True)
class Due:
	doctype: str
	name: str
	title: str
	label: str
	due_on: date
	division: str
	known_since: date
	case: frappe._dict
	# Named persons; where there are none, whoever takes the next step of ``case``.
	users: tuple[str, ...] = ()

	@classmethod
	def of_record(
		cls,
		doctype: str,
		name: str,
		title: str | None,
		label: str,
		due_on: date,
		division: str | None,
		since,
		users: Iterable[str | None] = (),
	) -> Due:
		"""What is open about a record that is no case: for these persons, each of them once."""
		return cls(
			doctype,
			name,
			title or name,
			label,
			due_on,
			division,
			getdate(since),
			frappe._dict(workflow_state=None, division=division),
			tuple(dict.fromkeys(user for user in users if user)),
		)

	def kind(self, on: date, soon_days: int) -> str | None:
		"""What a reminder made on this day would say; None while it is still far off."""
		if on > self.due_on:
			return OVERDUE
		if on == self.due_on:
			return TODAY
		return SOON if (self.due_on - on).days <= soon_days else None

	def key(self, kind: str) -> tuple[str, str, str, date]:
		return self.doctype, self.name, kind, self.due_on


def mark_and_remind() -> int:
	"""Daily job: colour what is due, then remind whoever has not been reminded; returns reminders made."""
	deadlines.mark_due()
	notices.mark_overdue()
	return remind(getdate(today()))


def remind(on: date) -> int:
	soon_days = due_soon_days()
	items = open_items(add_days(on, soon_days))
	done = reminded(items)
	directory = CaseStaff()
	made = 0
	for item in items:
		kind = item.kind(on, soon_days)
		if kind and item.key(kind) not in done:
			done.add(item.key(kind))
			made += send(item, kind, directory)
	return made


def send(item: Due, kind: str, directory: CaseStaff) -> int:
	"""Tell everybody responsible; where nobody is or a channel fails, leave the notice to a person."""
	subject = _("{0}: {1}, {2}, due {3}").format(_(kind), item.title, item.label, item.due_on)
	users = list(item.users) or directory.responsible(item.case)
	if not users:
		record(
			item, kind, subject, None, MANUAL_NEEDED, _("No user is responsible for this step and division.")
		)
		return 1
	for user, error in messages.tell_staff(users, subject, item.doctype, item.name).items():
		record(item, kind, subject, user, MANUAL_NEEDED if error else SENT, error)
	return len(users)


def record(item: Due, kind: str, subject: str, user: str | None, status: str, note: str) -> None:
	frappe.get_doc(
		{
			"doctype": "Case Reminder",
			"reference_doctype": item.doctype,
			"reference_name": item.name,
			"subject": subject[:140],
			"kind": kind,
			"due_on": item.due_on,
			"channel": "System",
			"recipient_user": user,
			"status": status,
			"sent_at": now_datetime() if status == SENT else None,
			"note": note,
		}
	).insert(ignore_permissions=True)


def due_soon_days() -> int:
	return cint(frappe.db.get_single_value("Socaid Settings", "due_soon_days"))


def reminded(items: Iterable[Due]) -> set[tuple[str, str, str, date]]:
	"""Keys of the reminders already made for these items."""
	names = sorted({item.name for item in items})
	done = set()
	for start in range(0, len(names), 500):
		rows = frappe.get_all(
			"Case Reminder",
			filters={"reference_name": ["in", names[start : start + 500]]},
			fields=["reference_doctype", "reference_name", "kind", "due_on"],
			order_by="creation",
		)
		done.update((row.reference_doctype, row.reference_name, row.kind, row.due_on) for row in rows)
	return done


def open_items(until: date) -> list[Due]:
	"""Everything open that is due on or before ``until``."""
	others = [frappe.get_attr(path) for path in frappe.get_hooks("socaid_due_items")]
	return [
		*_case_deadlines(until),
		*_supplements(until),
		*_deliveries(until),
		*_raises(until),
		*_changes(until),
		*(item for provider in others for item in provider(until)),
	]


CASE_FIELDS = (
	"name",
	"applicant_name",
	"workflow_state",
	"route",
	"confirming_authority",
	"protected_case",
	"decision_reason",
	"division",
)


def _case_deadlines(until: date) -> list[Due]:
	case, row = frappe.qb.DocType("Assistance Application"), frappe.qb.DocType("Application Deadline")
	rows = (
		frappe.qb.from_(row)
		.join(case)
		.on((case.name == row.parent) & (row.parenttype == "Assistance Application"))
		.select(*[case[field] for field in CASE_FIELDS], row.label, row.due, case.accepted_on)
		.where(case.docstatus == 0)
		.where(case.workflow_state.isin(list(terms.RUNNING_STATES)))
		.where(row.done_on.isnull())
		.where(row.due <= until)
		.orderby(row.due)
		.run(as_dict=True)
	)
	by_day: dict[tuple[str, date], list] = {}
	for line in rows:
		by_day.setdefault((line.name, line.due), []).append(line)
	return [
		Due(
			"Assistance Application",
			name,
			lines[0].applicant_name or name,
			"、".join(line.label for line in lines),
			due,
			lines[0].division,
			lines[0].accepted_on or due,
			lines[0],
		)
		for (name, due), lines in by_day.items()
	]


def _supplements(until: date) -> list[Due]:
	rows = frappe.get_all(
		"Assistance Application",
		filters={"workflow_state": terms.SUPPLEMENT, "supplement_due": ["<=", until]},
		fields=[*CASE_FIELDS, "supplement_due", "modified"],
		order_by="supplement_due",
	)
	return [
		Due(
			"Assistance Application",
			row.name,
			row.applicant_name or row.name,
			_("supplement of materials"),
			row.supplement_due,
			row.division,
			getdate(row.modified),
			row,
		)
		for row in rows
	]


def _deliveries(until: date) -> list[Due]:
	return _of_doctype(
		"Notice Delivery",
		until,
		{"status": ["!=", "Delivered"]},
		"recipient_name",
		_("delivery of the notice"),
	)


def _raises(until: date) -> list[Due]:
	waiting = {"status": ["in", ["Accepted", "Verifying", "Verified"]]}
	return _of_doctype("Standard Raise", until, waiting, "head_name", _("verification of the raise"))


def _changes(until: date) -> list[Due]:
	"""A death is reviewed within three months, a care grade within ten working days; other changes have no day."""
	waiting = {"status": "To Review", "name": ["in", _changes_with_a_day(until) or [""]]}
	return _of_doctype("Circumstance Change", until, waiting, "name", _("Change of circumstances to review"))


def _changes_with_a_day(until: date) -> list[str]:
	"""Frappe reads a missing day as the first of all days."""
	filters = [["due_on", "is", "set"], ["due_on", "<=", until], ["status", "=", "To Review"]]
	return frappe.get_all("Circumstance Change", filters=filters, pluck="name", order_by="due_on, name")


def _of_doctype(doctype: str, until: date, filters: dict, title: str, label: str) -> list[Due]:
	"""Records outside the workflow: the township's officers are responsible, as for a draft."""
	rows = frappe.get_all(
		doctype,
		filters={**filters, "due_on": ["<=", until]},
		fields=["name", title, "due_on", "division", "creation"],
		order_by="due_on",
	)
	return [
		Due(
			doctype,
			row.name,
			row.get(title) or row.name,
			label,
			row.due_on,
			row.division,
			getdate(row.creation),
			frappe._dict(workflow_state=None, division=row.division),
		)
		for row in rows
	]


# --- weekly self-check ----------------------------------------------------------------------------------
def check_reminders_ran() -> str:
	"""Monday job: compare what should have been announced in the last seven days with what was.

	Each announcement that is missing becomes a reminder for a person to make by hand.
	"""
	to_day = getdate(today())
	from_day = add_days(to_day, -7)
	expected = _expected(from_day, to_day)
	done = reminded(expected.values())
	missing = {key: item for key, item in expected.items() if key not in done}
	for key, item in missing.items():
		record(
			item,
			key[2],
			_manual_subject(item, key[2]),
			None,
			MANUAL_NEEDED,
			_("Found missing by the self-check."),
		)
	last_run = frappe.db.get_value("Scheduled Job Type", {"method": JOB}, "last_execution")
	late = not last_run or now_datetime() - last_run > LATE_AFTER
	check = frappe.get_doc(
		{
			"doctype": "Reminder Check",
			"checked_at": now_datetime(),
			"period_from": from_day,
			"period_to": to_day,
			"expected": len(expected),
			"sent": len(expected) - len(missing),
			"missing": len(missing),
			"last_run": last_run,
			"outcome": "Abnormal" if missing or late else "Normal",
			"note": _("The daily job has not run for more than a day: check the scheduler.") if late else "",
		}
	).insert(ignore_permissions=True)
	if check.outcome == "Abnormal":
		_tell_supervisors(check.name, len(missing))
	return check.name


def _expected(from_day: date, to_day: date) -> dict[tuple, Due]:
	"""Announcements that fell due in the period for what is still open. Today's belong to today's run."""
	soon_days = due_soon_days()
	expected = {}
	for item in open_items(add_days(to_day, soon_days)):
		# A case taken up during the day is first seen by the next night's run.
		first = max(from_day, add_days(item.known_since, 1))
		for offset in range((to_day - first).days):
			kind = item.kind(first + timedelta(days=offset), soon_days)
			if kind:
				expected[item.key(kind)] = item
	return expected


def _manual_subject(item: Due, kind: str) -> str:
	return _("{0}: {1}, {2}, due {3}").format(_(kind), item.title, item.label, item.due_on)


def _tell_supervisors(check: str, missing: int) -> None:
	users = Directory().users(["Service Manager", "County Approver"], None)
	subject = _("Reminder self-check {0}: {1} reminders missing").format(check, missing)
	messages.tell_staff(users, subject, "Reminder Check", check)
