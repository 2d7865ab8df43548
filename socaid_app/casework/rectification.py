"""One ledger of what was found wrong: found, responsible, due, measure, result, rechecked (服务方案 1.1.2-18).

Quality checks, spot checks, inspections of publicity, the archives, whoever finds a fault enters it here by
:func:`found`, with where it was found and what it is about. Here it is given to somebody, rechecked by another
person, and reopened when it is not right yet; what a module does when it is put right, it hears by ``doc_events``.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, today

from socaid_app.casework.people import Directory
from socaid_app.casework.records import CHANGED_BY, author, require_second_person
from socaid_app.casework.steps import AUTHOR, Ask, Steps

DOCTYPE = "Data Quality Issue"
OPEN, RECTIFIED, RECHECKED, CLOSED = "Open", "Rectified", "Rechecked", "Closed"
PUT_RIGHT = (RECHECKED, CLOSED)
MINOR, MAJOR, CRITICAL = "Minor", "Major", "Critical"
SUBJECT_LENGTH = 140


class RecheckByAnother(frappe.ValidationError):
	pass


step = Steps(DOCTYPE)


# --- finding --------------------------------------------------------------------------------------------------
def found(
	about: Document | frappe._dict,
	subject: str,
	*,
	kind: str,
	due_on,
	responsible: str,
	source: Document | None = None,
	severity: str = MAJOR,
	**values,
) -> str:
	"""Enter what was found wrong with ``about``, during ``source`` (itself, where nothing else is given); returns the
	issue. ``kind`` is the kind of check that found it."""
	source = source or about
	issue = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"subject": subject[:SUBJECT_LENGTH],
			"severity": severity,
			"source_kind": kind,
			"source_doctype": source.doctype,
			"source_name": source.name,
			"reference_doctype": about.doctype,
			"reference_name": about.name,
			"division": about.get("division"),
			"responsible": responsible,
			"found_on": today(),
			"due_on": due_on,
			**values,
		}
	)
	# whoever finds a fault need not be allowed to enter issues
	issue.insert(ignore_permissions=True)
	return issue.name


def found_once(about: Document | frappe._dict, subject: str, **values) -> str | None:
	"""The same for what is looked at again and again: nothing where the fault is known, and reopened where it was said
	to be put right. Returns the issue if it is new."""
	known = waiting_about(about)
	if not known:
		return found(about, subject, **values)
	if known.status == RECTIFIED:
		issue = frappe.get_doc(DOCTYPE, known.name)
		issue.update({"status": OPEN, "recheck_note": subject})
		issue.save(ignore_permissions=True)
	return None


def waiting_about(about: Document | frappe._dict) -> frappe._dict | None:
	"""The issue about a record that is not put right yet: name and status."""
	rows = frappe.get_all(
		DOCTYPE,
		filters={
			"reference_doctype": about.doctype,
			"reference_name": about.name,
			"status": ["not in", PUT_RIGHT],
		},
		fields=["name", "status"],
		order_by="creation desc",
		limit=1,
	)
	return rows[0] if rows else None


def first_of(roles: Iterable[str], division: str | None) -> str:
	"""Who is responsible where nobody is known to be: the first who holds one of the roles, in their order."""
	return next(iter(Directory().of_first(roles, division)), frappe.session.user)


# --- putting right --------------------------------------------------------------------------------------------
def note_recheck(issue: Document) -> None:
	"""From ``validate``: the recheck is by another person than the one responsible (服务方案 1.1.2-18), and an issue
	that is open again was not rechecked."""
	before = issue.get_doc_before_save()
	for field in ("rechecked_by", "rechecked_on", "times_reopened"):
		issue.set(field, before.get(field) if before else None)
	was, now = before.status if before else OPEN, issue.status
	if now == OPEN and was != OPEN:
		issue.update(
			{"rechecked_by": None, "rechecked_on": None, "times_reopened": cint(issue.times_reopened) + 1}
		)
	if now not in PUT_RIGHT or was in PUT_RIGHT:
		return
	if frappe.session.user in (issue.responsible, before and before.responsible):
		frappe.throw(_("The recheck is done by another person than the one responsible."), RecheckByAnother)
	require_second_person(
		issue,
		_(
			"The recheck is done by another person than the one who last wrote down the measure or the result."
		),
		RecheckByAnother,
	)
	issue.rechecked_by, issue.rechecked_on = frappe.session.user, today()


@step(
	_lt("Report as Rectified"),
	at=OPEN,
	to=RECTIFIED,
	asks=("measure", "result"),
	stamps=(CHANGED_BY,),
	primary=True,
)
def rectify(issue: Document, measure: str, result: str) -> None:
	"""Say what was done and what came of it."""


@step(
	_lt("Confirm as Rectified"),
	at=RECTIFIED,
	to=RECHECKED,
	asks=(Ask("recheck_note", reqd=False),),
	not_by=("responsible", AUTHOR),
	another=_lt(
		"The recheck is done by another person than the one responsible, or who last wrote down the measure or the result."
	),
	foreign=RecheckByAnother,
	primary=True,
)
def recheck(issue: Document, recheck_note: str = "") -> None:
	"""Another person looked, and it is in order."""


@step(_lt("Reopen the Issue"), at=(RECTIFIED, *PUT_RIGHT), to=OPEN, asks=("recheck_note",))
def reopen(issue: Document, recheck_note: str) -> None:
	"""It is not in order yet, or not any more; the note says what is wrong."""


# --- whose turn it is -----------------------------------------------------------------------------------------
def in_charge(issue: Document) -> str | None:
	"""An open issue is with whoever is responsible, a rectified one with whoever found it, if that is another person;
	one that was rechecked is with nobody."""
	if issue.status == OPEN:
		return issue.responsible
	if issue.status == RECTIFIED and issue.found_by not in (issue.responsible, author(issue)):
		return issue.found_by
	return None
