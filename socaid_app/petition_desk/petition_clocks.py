"""The clocks of a petition as columns: what is due next, by which clock, and how near it is.

Lists, reminders and reports then need one indexed condition. The nightly job brings the colours up to date and
settles dates that rested on a year not yet announced.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, date_diff, getdate, today

from socaid_app.casework import clocks, due_rules
from socaid_app.petition_desk import secrecy
from socaid_app.policy import clock
from socaid_app.policy import petitions as law
from socaid_app.policy.petitions import Clock, Hearing, PetitionFacts, ReviewFacts
from socaid_app.socaid_app import rules

PETITION, REVIEW = secrecy.PETITION, "Petition Review"
CHUNK = 500


def facts_of(petition: Document) -> PetitionFacts:
	"""What the law library needs to know of a petition."""
	return PetitionFacts(
		category=petition.category,
		received_on=getdate(petition.received_on),
		status=petition.status,
		channel=petition.channel,
		route=petition.route or "",
		reachable=reachable(petition),
		notified_on=_day(petition.notified_on),
		accepted_on=_day(petition.accepted_on),
		extension_days=cint(petition.extension_days),
		answered_on=_day(petition.answered_on),
		delivered_on=_day(petition.delivered_on),
		final=bool(petition.final),
		sender_due=_day(petition.sender_due),
		sender_told_on=_day(petition.sender_told_on),
		review=_open_review(petition),
		reports_due=_reports_due(petition),
	)


def _day(value):
	return getdate(value) if value else None


def reachable(petition: Document) -> bool:
	"""Whether name and address are clear (Art. 23); a petition from the web is answered on its status page."""
	return bool(
		petition.channel == law.WEB or petition.petitioner_name and (petition.phone or petition.address)
	)


def _open_review(petition: Document) -> ReviewFacts | None:
	if petition.status not in law.STAGE_STATUS.values():
		return None
	row = frappe.db.get_value(
		REVIEW,
		{"petition": petition.name, "status": "Asked For"},
		["name", "stage", "requested_on"],
		as_dict=True,
		order_by="requested_on desc, creation desc",
	)
	return review_facts(row) if row else None


def review_facts(review) -> ReviewFacts:
	"""``review``: a Petition Review or a row of it."""
	hearings = frappe.get_all(
		"Petition Hearing",
		filters={"review": review.name},
		fields=["announced_on", "held_on", "ended_on"],
		order_by="announced_on",
	)
	return ReviewFacts(
		review.stage,
		getdate(review.requested_on),
		tuple(Hearing(row.announced_on, row.held_on, row.ended_on) for row in hearings),
		_day(review.get("answered_on")),
		_day(review.get("delivered_on")),
	)


def _reports_due(petition: Document) -> tuple:
	if petition.status != law.PASSED_ON:
		return ()
	return tuple(
		frappe.get_all(
			"Petition Transfer",
			filters={
				"petition": petition.name,
				"feedback_required": 1,
				"feedback_on": ["is", "not set"],
				"due_on": ["is", "set"],
			},
			pluck="due_on",
			order_by="due_on",
		)
	)


def of(petition: Document) -> list[Clock]:
	return law.clocks(facts_of(petition), rules.parameters(), rules.calendar())


def set_columns(petition: Document) -> None:
	"""From ``validate``: the due columns of this petition."""
	petition.update(columns(petition, due_rules.soon_days(PETITION)))


def columns(petition: Document, soon: int) -> dict:
	found = of(petition)
	by_key = {item.deadline.key: item.deadline for item in found}
	governing = law.governing(found)
	decide = by_key.get(law.DECIDE)
	return {
		"notice_due": by_key[law.NOTICE].due if law.NOTICE in by_key else None,
		"return_due": by_key[law.RETURN].due if law.RETURN in by_key else None,
		"decide_due": decide.due if decide else None,
		"extended_until": decide.due if decide and petition.extension_days else None,
		"current_due": governing.due if governing else None,
		"current_clock": governing.label if governing else None,
		"due_provisional": int(bool(governing and governing.provisional)),
		"due_status": _status(petition, governing, soon),
	}


def _status(petition: Document, governing, soon: int) -> str:
	if governing:
		return clock.status(governing.due, getdate(today()), soon)
	# suggestions and accusations that were taken up run on no clock of this regulation
	return "" if petition.status in law.OPEN else clock.DONE


def strip(doc: Document) -> list[dict]:
	"""The clocks of a petition for its form: [{label, due, done_on, left, article, provisional, length, unit}]."""
	day = today()
	return [
		{
			"label": item.deadline.label,
			"due": item.deadline.due,
			"done_on": item.done_on,
			"left": date_diff(item.deadline.due, day),
			"article": item.deadline.article,
			"provisional": item.deadline.provisional,
			"length": item.deadline.length,
			"unit": item.deadline.unit,
		}
		for item in of(doc)
	]


# --- many petitions ----------------------------------------------------------------------------------------
def refresh() -> int:
	"""Nightly: settle provisional dates, then colour what no longer fits the day; returns petitions settled.

	One statement per colour. Running it again changes nothing.
	"""
	settled = settle_provisional()
	clocks.mark_due(PETITION)
	remind_of_restricted()
	return settled


def settle_provisional() -> int:
	"""Compute anew what rests on a year that has been announced meanwhile; writes only what differs."""
	names = frappe.get_all(PETITION, filters={"due_provisional": 1}, pluck="name", order_by="name")
	changed = 0
	for start in range(0, len(names), CHUNK):
		changed += sum(recompute(name) for name in names[start : start + CHUNK])
		frappe.publish_progress(min(100, (start + CHUNK) * 100 / len(names)), title=_("Computing due dates"))
	return changed


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``: every petition with a running clock, and until when a petitioner may go on."""
	running = {"current_due": ["is", "set"], "due_status": ["!=", clock.DONE]}
	return sum(map(recompute, frappe.get_all(PETITION, filters=running, pluck="name", order_by="name")))


def recompute(name: str) -> int:
	"""The due columns of a stored petition, without touching open forms; returns 1 when they changed."""
	petition = frappe.get_doc(PETITION, name)
	values = {
		field: value
		for field, value in columns(petition, due_rules.soon_days(PETITION)).items()
		if (petition.get(field) or None) != (value or None)
	}
	if values:
		frappe.db.set_value(PETITION, name, values, update_modified=False)
	return int(bool(values))


def remind_of_restricted() -> int:
	"""Accusations have no Case Reminder: their handler gets a neutral message on each change of colour.

	While nobody handles one, all who may know of it are told. Returns the messages sent.
	"""
	rows = frappe.get_all(
		PETITION,
		filters={"restricted": 1, "due_status": ["in", [clock.DUE_SOON, clock.DUE_TODAY, clock.OVERDUE]]},
		fields=["name", "handler", "due_status", "current_due"],
		order_by="current_due, name",
	)
	sent = 0
	for row in rows:
		subject = _("{0}: a matter you handle, due {1}").format(_(row.due_status), row.current_due)
		allowed = secrecy.handlers_of(row.name)
		for user in [row.handler] if row.handler in allowed else allowed:
			told = {"document_name": row.name, "for_user": user, "subject": subject}
			if not frappe.db.exists("Notification Log", told):
				secrecy.remind_neutrally(user, row.name, subject)
				sent += 1
	return sent
