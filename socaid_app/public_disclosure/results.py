"""Notices that follow from decisions: drafted when the decision is stored, caught up with every night.

确认公布 (57号 Art. 24) after a confirmation, 提标 after an approved raise. And the other way round: whoever becomes
protected comes off the board, and support for the destitute does not end before its end was publicised.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, get_first_day, getdate, today

from socaid_app.casework import waiting
from socaid_app.policy import publicity as rules_of
from socaid_app.policy import terms
from socaid_app.policy.whereabouts import last_month_of
from socaid_app.public_disclosure import (
	content,
	notice_drafts,
	notice_objections,
	notice_steps,
	protection,
	taking_down,
)
from socaid_app.public_disclosure.content import NOTICE, RAISE_REQUEST
from socaid_app.public_disclosure.protection import APPLICATION

# Older decisions were announced, or not, before this module kept notices.
LOOK_BACK_DAYS = 60
RAISED = ("Approved", "Notified")
# Says nothing about why: the log of a notice is read by many.
NEUTRAL_REASON = "内容调整"


# --- as they happen (hooks.doc_events) --------------------------------------------------------------------
def announce(application: Document) -> None:
	"""A confirmation drafts its announcement (case_publicity.py)."""
	_draft(rules_of.CONFIRMED, application=application.name)


def note_raise(raised: Document, method: str | None = None) -> None:
	"""An approved raise drafts its publicity."""
	before = raised.get_doc_before_save()
	if raised.status in RAISED and before and before.status not in RAISED and raised.entitlement:
		_draft(rules_of.RAISE, standard_raise=raised.name)


def note_person(person: Document, method: str | None = None) -> None:
	"""Somebody who becomes protected is off every board before the clerk has closed the form."""
	if _became(person, "protected_person"):
		hide_protected()


def note_household(household: Document, method: str | None = None) -> None:
	"""So is a household that takes in a protected person: its notices would lead to them."""
	if _joined(household, "left_on"):
		hide_protected()


def note_case(application: Document, method: str | None = None) -> None:
	"""And a case that becomes protected, by itself or by a member."""
	if _became(application, "protected_case") or _joined(application):
		hide_protected()


def _became(doc: Document, flag: str) -> bool:
	before = doc.get_doc_before_save()
	return bool(cint(doc.get(flag)) and not (before and cint(before.get(flag))))


def _joined(doc: Document, left: str | None = None) -> bool:
	"""Whether one of the members who were not there before is a protected person."""
	there, earlier = (
		{row.recipient for row in (kept.members if kept else ()) if not (left and row.get(left))}
		for kept in (doc, doc.get_doc_before_save())
	)
	return bool(there - earlier) and bool(
		frappe.db.exists(
			"Recipient", {"name": ["in", sorted(filter(None, there - earlier))], "protected_person": 1}
		)
	)


# --- before support ends (hook socaid_end_gates) ------------------------------------------------------------
def require_publicity(entitlement: Document) -> None:
	"""特困 ends after seven days on the board without objection, from the month after that (43号 Art. 26).

	The article excepts no ground of Art. 24, so an end by death is publicised as well; there alone the last month
	may lie before the publicity, because nobody is left to be paid, and where everybody who had a share is on record
	as dead payment stops first: the publicity of it is drafted at once (:func:`follow_life_event`). Not asked for: 低保 and the others, whose end
	no rule wants announced beforehand; support that goes on under another number (``entitlements.goes_on``), which
	is no end; and protected cases, which appear on no board (policy gate O.10). Nothing is therefore left to be
	announced after an end.
	"""
	if entitlement.scheme != terms.TEKUN or protection.protected_benefits([entitlement.name]):
		return
	if _ends_with_the_last_life(entitlement):
		return
	notice = notice_objections.cleared_termination(entitlement.name)
	if not notice:
		frappe.throw(
			_(
				"Support for the destitute ends only when its end has hung for seven days without objection"
				" (43号 Art. 26). Prepare the notice with “Publicise the End” on the entitlement, have it posted,"
				" and decide when it is completed."
			),
			content.PublicityRefused,
		)
	if notice.ground != rules_of.DIED and getdate(entitlement.end_month) < get_first_day(notice.completed_on):
		frappe.throw(
			_(
				"The publicity ended on {0}: support stops from the month after that (43号 Art. 26), so {1} is the"
				" earliest last month."
			).format(notice.completed_on, f"{getdate(notice.completed_on):%Y-%m}"),
			content.PublicityRefused,
		)


def _ends_with_the_last_life(entitlement: Document) -> bool:
	"""Whether everybody with a share has died, the last of them not after the last month."""
	persons = [row.recipient for row in entitlement.shares] or [entitlement.recipient]
	died = frappe.get_all(
		"Recipient",
		filters={"name": ["in", persons], "deceased_on": ["is", "set"]},
		pluck="deceased_on",
		order_by="name",
	)
	return len(died) == len(set(persons)) and getdate(entitlement.end_month) >= last_month_of(max(died))


def follow_life_event(occurrence) -> None:
	"""Hook ``socaid_life_events``: an end of 特困 support by death is put up; of a death that was none, taken down."""
	for name in occurrence.ended:
		if frappe.db.get_value("Entitlement", name, ["scheme", "docstatus"]) == (terms.TEKUN, 1):
			_draft(rules_of.TERMINATION, entitlement=name)
	if not occurrence.undone:
		return
	shares = frappe.get_all(
		"Entitlement Share", filters={"recipient": occurrence.person.name}, pluck="parent", order_by="parent"
	)
	for name in frappe.get_all(
		NOTICE,
		filters={
			"kind": rules_of.TERMINATION,
			"ground": ["in", ["", rules_of.DIED]],
			"entitlement": ["in", shares or [""]],
			"status": ["in", notice_steps.OPEN],
		},
		pluck="name",
		order_by="name",
	):
		taking_down.withdraw_by_system(name, NEUTRAL_REASON)


# --- every night ------------------------------------------------------------------------------------------
def catch_up(on: date | str | None = None) -> int:
	"""Daily job: draft what was missed, take down who became protected (idempotent); returns new drafts."""
	day = getdate(on or today())
	hide_protected()
	made = [_draft(rules_of.CONFIRMED, application=name) for name in _confirmed(day)]
	made += [_draft(rules_of.RAISE, standard_raise=name) for name in _raised(day)]
	return len([name for name in made if name])


def _draft(kind: str, **source) -> str:
	"""Draft a notice, or '' where the case is not published (protected, quick relief) or it is there already."""
	field, name = next(iter(source.items()))
	if frappe.db.exists(NOTICE, {"kind": kind, field: name}):
		return ""
	frappe.db.savepoint("notice")
	try:
		return notice_drafts.draft(kind, **source)
	except content.ForbiddenContent:
		# a name with a number behind it: the record has to be put right, the decision stands all the same
		frappe.db.rollback(save_point="notice")
		frappe.log_error(title=f"Notice of {name} could not be drafted")
	except (content.PublicityRefused, waiting.ChangedMeanwhile):
		# what somebody works on just now is made up for the next night
		frappe.db.rollback(save_point="notice")
	frappe.clear_messages()
	return ""


def _confirmed(day: date) -> list[str]:
	case, notice = frappe.qb.DocType(APPLICATION), frappe.qb.DocType(NOTICE)
	rows = (
		frappe.qb.from_(case)
		.left_join(notice)
		.on((notice.application == case.name) & (notice.kind == rules_of.CONFIRMED))
		.select(case.name)
		.where((case.workflow_state == terms.CONFIRMED) & (case.docstatus == 1))
		.where((case.protected_case == 0) & (case.route != terms.QUICK_RELIEF))
		.where(case.decided_on[add_days(day, -LOOK_BACK_DAYS) : day])
		.where(notice.name.isnull())
		.orderby(case.name)
		.run()
	)
	return [row[0] for row in rows]


def _raised(day: date) -> list[str]:
	raised, notice = frappe.qb.DocType(RAISE_REQUEST), frappe.qb.DocType(NOTICE)
	rows = (
		frappe.qb.from_(raised)
		.left_join(notice)
		.on((notice.standard_raise == raised.name) & (notice.kind == rules_of.RAISE))
		.select(raised.name)
		.where(raised.status.isin(RAISED) & raised.entitlement.isnotnull())
		.where(raised.received_on >= add_days(day, -LOOK_BACK_DAYS))
		.where(notice.name.isnull())
		.orderby(raised.name)
		.run()
	)
	return [row[0] for row in rows]


def hide_protected() -> list[str]:
	"""Withdraw every notice that names somebody who is protected by now; a roll is drafted anew without them.

	Returns the notices withdrawn.
	"""
	entry, notice = frappe.qb.DocType("Publicity Entry"), frappe.qb.DocType(NOTICE)
	rows = (
		frappe.qb.from_(entry)
		.join(notice)
		.on((notice.name == entry.parent) & (entry.parenttype == NOTICE))
		.select(notice.name, entry.source_doctype, entry.source_name)
		.where(notice.status.isin([*notice_steps.OPEN, notice_steps.OBJECTION]))
		.run()
	)
	# notices that were written as rows have no entries
	rows += tuple(
		(row.name, APPLICATION, row.application)
		for row in frappe.get_all(
			NOTICE,
			filters={
				"status": ["in", [*notice_steps.OPEN, notice_steps.OBJECTION]],
				"application": ["is", "set"],
			},
			fields=["name", "application"],
			order_by="name",
		)
	)
	hidden = protection.protected_sources((doctype, name) for _notice, doctype, name in rows)
	names = sorted({parent for parent, doctype, name in rows if (doctype, name) in hidden})
	for name in names:
		taking_down.withdraw_by_system(name, NEUTRAL_REASON)
		old = frappe.get_doc(NOTICE, name)
		if old.kind == rules_of.ROLL and content.gather(old, getdate(today())).rows:
			notice_drafts.replacement(old)
	return names
