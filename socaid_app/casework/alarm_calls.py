"""An alarm goes from hand to hand: whoever is first is told at once, and when nobody answers in time, the next.

The whole chain is written down when the alarm is raised (Alarm Call, one row a person), so that everybody sees who was
told, who answered, and who is next. Teams that do not come back (field_visits/alarms.py) and incidents
(service_management/incidents.py) raise theirs here. The messages ring at their own desks (Frappe's event
``notification``, which says nothing more).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, get_datetime, now

from socaid_app.casework import messages, people

DOCTYPE = "Alarm Call"
TO_CALL, CALLED, NOT_REACHED, UNANSWERED, ANSWERED, SPARED = (
	"To Be Called",
	"Called",
	"Not Reached",
	"Not Answered",
	"Call Answered",
	"Not Needed Any More",
)
# Whoever was told may still answer when the next has been called as well.
RINGING = (CALLED, UNANSWERED)
OPEN = (TO_CALL, CALLED)
FIELDS = "name, turn, user, subject, status, answer_minutes, called_at, answer_by, answered_at, raised_at"


def moment() -> datetime:
	"""Now, by the clock that tests and stories of the past move."""
	return get_datetime(now())


def raise_alarm(
	about: Document | frappe._dict, subject: str, turns: Sequence[tuple[Iterable[str], int]]
) -> list[str]:
	"""Tell the users of the first turn; those of each later one, when nobody answered within its minutes.

	``about``: a record with ``doctype``, ``name`` and ``division``. An alarm about it that still goes on ends. Returns
	whom it reached.
	"""
	call_off(about)
	present, called = moment(), set()
	for number, (users, minutes) in enumerate(turns, 1):
		for user in users:
			if user in called:
				continue
			called.add(user)
			frappe.get_doc(
				{
					"doctype": DOCTYPE,
					"reference_doctype": about.doctype,
					"reference_name": about.name,
					"division": about.get("division"),
					"subject": subject,
					"raised_at": present,
					"turn": number,
					"user": user,
					"answer_minutes": minutes,
				}
			).insert(ignore_permissions=True)
	return _call_next(about.doctype, about.name, subject)


def pass_on() -> int:
	"""Every minute: alarms nobody answered in time go to the next turn; returns how many."""
	late = frappe.db.sql(
		f"""select reference_doctype, reference_name from `tab{DOCTYPE}` where status = %(called)s
		group by reference_doctype, reference_name having max(answer_by) < %(now)s""",
		{"called": CALLED, "now": moment()},
	)
	return sum(_pass_on(doctype, name) for doctype, name in late)


def _pass_on(doctype: str, name: str) -> bool:
	"""Looked at once more under the lock: somebody may have answered meanwhile."""
	called = [row for row in _rows(doctype, name, lock=True) if row.status == CALLED]
	if not called or any(get_datetime(row.answer_by) >= moment() for row in called):
		return False
	_set(called, status=UNANSWERED)
	_call_next(doctype, name, called[0].subject)
	return True


def _call_next(doctype: str, name: str, subject: str) -> list[str]:
	"""Call the next turn in which anybody can be reached; where there is none, a person has to do it by hand."""
	while waiting := [row for row in _rows(doctype, name, lock=True) if row.status == TO_CALL]:
		turn = [row for row in waiting if row.turn == waiting[0].turn]
		told = messages.tell_staff([row.user for row in turn], subject, doctype, name)
		present = moment()
		for row in turn:
			_set(
				[row],
				status=NOT_REACHED if told[row.user] else CALLED,
				called_at=present,
				answer_by=add_to_date(present, minutes=row.answer_minutes),
			)
		if reached := [user for user, error in told.items() if not error]:
			return reached
	_call_by_hand(doctype, name, subject)
	return []


def _call_by_hand(doctype: str, name: str, subject: str) -> None:
	"""Nobody could be told, or nobody answered: the reminder ledger shows that a person has to."""
	frappe.get_doc(
		{
			"doctype": "Case Reminder",
			"reference_doctype": doctype,
			"reference_name": name,
			"subject": subject[:140],
			"kind": "Overdue",
			"due_on": frappe.utils.today(),
			"channel": "System",
			"status": "Manual Needed",
			"note": _("Nobody answered the alarm."),
		}
	).insert(ignore_permissions=True)


# --- answering ------------------------------------------------------------------------------------------------
def is_ringing(about: Document) -> bool:
	"""Whether its last alarm was told to somebody and answered by nobody."""
	statuses = {row.status for row in _rows(about.doctype, about.name)}
	return not statuses.isdisjoint(RINGING) and ANSWERED not in statuses


def why_not_called(about: Document) -> str:
	"""Why the session's user does not answer: ''  when they were called."""
	called = [row.user for row in _rows(about.doctype, about.name) if row.status in RINGING]
	if frappe.session.user in called:
		return ""
	return _("Answered by whoever was called: {0}.").format("、".join(people.full_names(called).values()))


def answer(about: Document) -> None:
	"""The session's user takes it over; nobody else is called."""
	rows = _rows(about.doctype, about.name, lock=True)
	mine = [row for row in rows if row.user == frappe.session.user and row.status in RINGING]
	if mine:
		_set(mine, status=ANSWERED, answered_at=moment())
		call_off(about)


def call_off(about: Document | frappe._dict) -> None:
	"""Nobody else has to be called: it was answered, or is over."""
	_set([row for row in _rows(about.doctype, about.name, lock=True) if row.status in OPEN], status=SPARED)


def told(about: Document) -> list[dict]:
	"""The last alarm for the form, in the order of the turns: turn, full_name, status, called_at, answer_by, answered_at."""
	rows = _rows(about.doctype, about.name)
	names = people.full_names(row.user for row in rows)
	shown = ("turn", "status", "called_at", "answer_by", "answered_at")
	return [
		{name: row[name] for name in shown} | {"full_name": names.get(row.user, row.user)} for row in rows
	]


def _rows(doctype: str, name: str, lock: bool = False) -> list[frappe._dict]:
	"""Of the last alarm about a record, in the order of calling."""
	rows = frappe.db.sql(
		f"""select {FIELDS} from `tab{DOCTYPE}` where reference_doctype = %s and reference_name = %s
		order by turn, creation, name {"for update" if lock else ""}""",
		(doctype, name),
		as_dict=True,
	)
	last = max((row.raised_at for row in rows), default=None)
	return [row for row in rows if row.raised_at == last]


def _set(rows: list[frappe._dict], **values) -> None:
	for row in rows:
		frappe.db.set_value(DOCTYPE, row.name, values)
