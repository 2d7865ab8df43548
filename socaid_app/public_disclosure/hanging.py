"""While a notice hangs: how long, the days on which it did not, and the photo of the board."""

import hashlib

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import duties, steps
from socaid_app.casework.steps import Ask
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure.notice_steps import COMPLETED, POSTED, refuse, step
from socaid_app.socaid_app import rules

# The village takes the photo and says when the board was down.
TEND_BOARD = "Tend Notice Boards"


def set_end(notice: Document) -> rules_of.Ending:
	"""When a posted notice ends, interruptions counted."""
	pauses = [
		(getdate(row.interrupted_from), getdate(row.resumed_on) if row.resumed_on else None)
		for row in notice.interruptions
	]
	posted_on = getdate(notice.posted_on)
	found = rules_of.ending(notice.kind, posted_on, rules.parameters(), rules.calendar(), pauses)
	notice.ends_on, notice.ends_provisional = found.due, int(found.provisional)
	return found


def is_interrupted(notice: Document) -> bool:
	return any(not row.resumed_on for row in notice.interruptions)


def hangs(notice: Document) -> bool:
	return not notice.taken_down_on


@step(
	_lt("Board Interrupted"),
	at=POSTED,
	when=lambda notice: hangs(notice) and not is_interrupted(notice),
	asks=(
		Ask("interrupted_from", False, _lt("Interrupted From"), "Date", default=lambda notice: today()),
		Ask("reason", label=_lt("Why Interrupted"), fieldtype="Data"),
	),
)
def interrupt(notice: Document, reason: str, interrupted_from: str | None = None) -> str | None:
	"""The notice does not hang (board damaged, flood, …); returns the last day, None while it is unknown."""
	notice.append("interruptions", {"interrupted_from": interrupted_from or today(), "reason": reason})
	steps.done(notice)
	return notice.ends_on


@step(
	_lt("Hangs Again"),
	at=POSTED,
	when=is_interrupted,
	asks=(Ask("resumed_on", False, _lt("Resumed On"), "Date", default=lambda notice: today()),),
	primary=True,
)
def resume(notice: Document, resumed_on: str | None = None) -> str | None:
	"""It hangs again; the days it did not are added. Returns the new last day."""
	for row in notice.interruptions:
		row.resumed_on = row.resumed_on or resumed_on or today()
	steps.done(notice)
	return notice.ends_on


@step(
	_lt("Attach Photo"),
	at=(*POSTED, COMPLETED),
	primary=lambda notice: not notice.photo,
)
def keep_photo(notice: Document, photo: str) -> str:
	"""Attach the photo of the board; returns its hash."""
	notice.photo = photo
	steps.done(notice)
	return notice.photo_hash


# --- the rules --------------------------------------------------------------------------------------------
def keep_interruptions(notice: Document) -> None:
	"""What was recorded stays; only the day the notice hung again is added."""
	before = notice.get_doc_before_save()
	there = {row.name: row for row in notice.interruptions}
	known = {row.name for row in before.interruptions} if before else set()
	for row in before.interruptions if before else []:
		kept = there.get(row.name)
		same = kept and kept.reason == row.reason
		same = same and getdate(kept.interrupted_from) == getdate(row.interrupted_from)
		same = same and (not row.resumed_on or getdate(kept.resumed_on) == getdate(row.resumed_on))
		if not same:
			refuse(_("Interruptions recorded cannot be removed or changed."))
		kept.recorded_by = row.recorded_by
		if kept.resumed_on and not row.resumed_on:
			_check_tending(notice)
			notice.note("Board Resumed", kept.reason)
	for row in notice.interruptions:
		if row.name not in known:
			_check_tending(notice)
			row.recorded_by = frappe.session.user
			notice.note("Board Interrupted", row.reason)
		_check_interruption(notice, row)


def _check_tending(notice: Document) -> None:
	if notice.stored_status() not in POSTED or notice.taken_down_on:
		refuse(_("Interruptions are recorded while the notice is posted."))
	if not duties.holds(TEND_BOARD):
		refuse(_("The village or the township tends the board."))


def _check_interruption(notice: Document, row) -> None:
	start, end = getdate(row.interrupted_from), getdate(row.resumed_on) if row.resumed_on else None
	if not (row.reason or "").strip():
		refuse(_("Say why the notice did not hang."))
	if start < getdate(notice.posted_on) or start > getdate(today()) or (end and end > getdate(today())):
		refuse(_("An interruption lies between the day of posting and today."))
	if end and end < start:
		refuse(_("The notice hung again before it was interrupted: check the dates."))


def follow_interruption(notice: Document) -> None:
	"""The days on which it did not hang are added."""
	if notice.status in POSTED and notice.posted_on and notice.interruptions:
		set_end(notice)


def follow_photo(notice: Document) -> None:
	"""The hash of each photo goes into the log: a photo may be replaced, but not unseen."""
	before = notice.get_doc_before_save()
	if not before or notice.photo == before.photo:
		return
	if not notice.photo:
		notice.photo = before.photo
		return
	if not notice.posted_on:
		refuse(_("A photo is taken of a notice that hangs: post it first."))
	file = frappe.db.get_value("File", {"file_url": notice.photo}, "name")
	if not file:
		refuse(_("Upload the photo of the board as a file."))
	data = frappe.get_doc("File", file).get_content()
	notice.photo_hash = hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()
	notice.note("Photo Kept", notice.photo_hash)
