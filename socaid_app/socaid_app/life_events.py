"""What befalls a person: a death, a wedding, a move, an adoption, a prison term …

An event is one fact, wherever it is reported: on the person's record, as a member leaving the household, in a field
of either form, by an import or REST, or as a change that a second person accepts. Every door ends in :func:`record`,
which brings the person, the households, the benefits and the review to the same state and does nothing twice;
:func:`undo` takes all of it back where the event did not happen. What the modules above do about it they say in the
hook ``socaid_life_events``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import events
from socaid_app.casework.records import step
from socaid_app.policy import clock, terms
from socaid_app.policy.parameters import NoParameterInForce
from socaid_app.policy.whereabouts import DEPARTURES, FACTS
from socaid_app.socaid_app import entitlements, registry, rules, survivors, turns

HOUSEHOLD, PERSON, CHANGE = "Recipient Household", "Recipient", "Circumstance Change"
POPULATION = "Population Change"
TO_REVIEW, IN_EFFECT, REJECTED, CORRECTED = "To Review", "In Effect", "Rejected", "Corrected"
# These concern a person wherever he or she is listed; the others the home he or she lives in.
EVERYWHERE = frozenset({terms.DEATH, terms.ADOPTED_AWAY})


class OneFact(frappe.ValidationError):
	"""The event is on record already, otherwise than it is reported now."""


@dataclass
class Occurrence:
	"""What the modules above hear: the event, and what became of it here."""

	person: Document
	event: str
	on: date
	changes: list[str] = field(default_factory=list)
	ended: list[str] = field(default_factory=list)
	undone: bool = False


# --- an event -----------------------------------------------------------------------------------------------
def record(recipient: str, event: str, on: date | str, exact: bool = True) -> list[str]:
	"""Bring everything to the state that ``event`` leaves; returns the Circumstance Changes that review it.

	``exact``: another day than the one on record is refused; a report that knows the day roughly takes that one.
	"""
	day = getdate(on)
	if day > getdate(today()):
		frappe.throw(_("An event that lies in the future cannot be recorded yet."))
	take_turn(recipient)
	person = frappe.get_doc(PERSON, recipient)
	day, noted = _note(person, event, day, exact)
	homes, left = _leave(person, event, day)
	stopped = survivors.stop_share(person) if event == terms.DEATH else []
	changes, opened = _open_reviews(person, event, day, homes, stopped)
	if noted or left or stopped or opened:
		ended = [row.entitlement for row in stopped if not row.successor]
		events.tell("socaid_life_events", Occurrence(person, event, day, changes, ended))
	return changes


def take_turn(recipient: str) -> None:
	"""Households first, then the person: whoever saves a household locks it before its members."""
	for household in sorted({row.parent for row in _rows(recipient)}):
		turns.take((), household)
	turns.take([recipient])


# --- the person ---------------------------------------------------------------------------------------------
def _note(person: Document, event: str, day: date, exact: bool) -> tuple[date, bool]:
	"""The day on record, entered where there is none; and whether it was entered now."""
	known = recorded_on(person, event, day)
	if known:
		if exact and known != day:
			_refuse_other_day(person, event, known)
		return known, False
	if person.deceased_on and event != terms.DEATH and day >= getdate(person.deceased_on):
		frappe.throw(
			_("{0} died on {1}: that is the reason of leaving.").format(
				person.full_name, getdate(person.deceased_on)
			),
			OneFact,
		)
	if event == terms.DEATH:
		person.deceased_on = day
	else:
		person.append("absences", {"reason": event, "absent_from": day})
	save_person(person)
	return day, True


def recorded_on(person: Document, event: str, day: date | None = None) -> date | None:
	"""The day on which the person's record has the event: the one that still lasts, or one that began on ``day``."""
	if event == terms.DEATH:
		return getdate(person.deceased_on) if person.deceased_on else None
	for row in person.absences:
		if row.reason == event and (not row.absent_until or getdate(row.absent_from) == day):
			return getdate(row.absent_from)
	return None


def _refuse_other_day(person: Document, event: str, known: date) -> None:
	frappe.throw(
		_(
			"{0}: “{1}” is on record for {2}. If that day is wrong, correct it on the person's record with “Correct an Event”."
		).format(person.full_name, _(event), known),
		OneFact,
	)


def save_person(person: Document) -> None:
	"""The record of somebody whose event came in by another door; the fact is the same for all divisions."""
	person.flags.by_life_event = True
	with step(person):
		person.save(ignore_permissions=True)


# --- the household --------------------------------------------------------------------------------------------
def _rows(recipient: str) -> list[frappe._dict]:
	"""The person's rows in active households, those who left included."""
	member, household = frappe.qb.DocType("Household Member"), frappe.qb.DocType(HOUSEHOLD)
	return (
		frappe.qb.from_(member)
		.join(household)
		.on((household.name == member.parent) & (member.parenttype == HOUSEHOLD))
		.select(
			member.name,
			member.parent,
			member.residence,
			member.joined_on,
			member.left_on,
			member.leave_reason,
		)
		.where((member.recipient == recipient) & (household.status == "Active"))
		.orderby(member.parent)
		.orderby(member.idx)
		.run(as_dict=True)
	)


def left_on(event: str, day: date, joined_on: date | str) -> date:
	"""A member's last day here: that of the event, or of joining where the household was entered later."""
	return max(day, getdate(joined_on))


def _leave(person: Document, event: str, day: date) -> tuple[list[str], bool]:
	"""The active households that the person leaves by the event, and whether one of them was not yet told."""
	homes, news = [], False
	for row in _rows(person.name):
		if not row.left_on and (event in EVERYWHERE or row.residence == terms.LIVING_TOGETHER):
			_end_membership(row, event, left_on(event, day, row.joined_on))
			news = True
		elif row.leave_reason != event or getdate(row.left_on) != left_on(event, day, row.joined_on):
			continue
		homes.append(row.parent)
	if event == terms.DEATH:
		_free_payee(person)
	return list(dict.fromkeys(homes)), news


def _end_membership(row: frappe._dict, event: str, day: date) -> None:
	household = frappe.get_doc(HOUSEHOLD, row.parent)
	member = next(member for member in household.members if member.name == row.name)
	member.left_on, member.leave_reason = day, event
	save_household(household)


def save_household(household: Document) -> None:
	household.flags.by_life_event = True
	with step(household):
		household.save(ignore_permissions=True)


def _free_payee(person: Document) -> None:
	"""Nothing is paid to the account of the dead; who is paid now is chosen by the family."""
	for name in frappe.get_all(HOUSEHOLD, filters={"payee": person.name}, pluck="name", order_by="name"):
		household = frappe.get_doc(HOUSEHOLD, name)
		household.payee = None
		save_household(household)


def member_left(household: Document, row: Document) -> None:
	"""From the household's own save: somebody was entered as having left."""
	reason = row.leave_reason or terms.LEFT_OTHERWISE
	# a relative who is listed but lives elsewhere does not move by being taken off the list
	elsewhere = row.residence != terms.LIVING_TOGETHER and reason in DEPARTURES - EVERYWHERE
	if reason not in FACTS or elsewhere:
		# what a second person has confirmed is not reviewed again (changes_in_effect.py)
		if not frappe.flags.socaid_change and entitlements.of_household(household.name):
			person = frappe.get_doc(PERSON, row.recipient)
			changes, _opened = _open_reviews(person, reason, getdate(row.left_on), [household.name], [])
			events.tell("socaid_life_events", Occurrence(person, reason, getdate(row.left_on), changes))
		return
	person = frappe.get_doc(PERSON, row.recipient)
	day = getdate(row.left_on)
	known = recorded_on(person, reason, day)
	# entered in the household after the event, so the day of leaving is that of joining
	record(row.recipient, reason, known if known and left_on(reason, known, row.joined_on) == day else day)


def family_state_changed(person: Document, before: str) -> None:
	"""Who marries or divorces and stays where he or she lives: the family is another, and its benefit is reviewed."""
	place = next(iter(registry.households_of(person.name)), None)
	if not place or not entitlements.of_household(place):
		return
	day = getdate(today())
	words = f"婚姻状况由{_(before, lang='zh')}变为{_(person.marital, lang='zh')}"
	change = _open_review(person, "", day, place, words)
	_complete_review(change, "", day, [])
	events.tell("socaid_life_events", Occurrence(person, POPULATION, day, [change]))


def returned(recipient: str, on: date | str) -> None:
	"""Whoever joins a household is back: what kept the person away is over."""
	person = frappe.get_doc(PERSON, recipient)
	over = [
		row for row in person.absences if not row.absent_until and getdate(row.absent_from) <= getdate(on)
	]
	for row in over:
		row.absent_until = getdate(on)
	if over:
		save_person(person)


# --- the review -----------------------------------------------------------------------------------------------
def _open_reviews(
	person: Document, event: str, day: date, homes: list[str], stopped: list[survivors.Stopped]
) -> tuple[list[str], bool]:
	"""A change to review for each household concerned; for a death always one (2022 notice 一(三))."""
	places = [*homes, *(row.household for row in stopped)]
	if not places and event != terms.DEATH:
		places = [row.household for row in entitlements.active(person.name) if row.household]
	places = list(dict.fromkeys(places)) or ([None] if event == terms.DEATH else [])
	changes, opened = [], False
	for place in places:
		known = _review_of(person.name, event, day, place)
		if not known:
			known, opened = _open_review(person, event, day, place), True
		of_place = [row for row in stopped if row.household == place]
		_complete_review(known, event, day, of_place)
		changes.append(known)
	return changes, opened


def _review_of(recipient: str, event: str, day: date, household: str | None) -> str | None:
	"""A review of the event that is open or done; of a death whatever its day, one that was reported before."""
	kept = {
		"recipient": recipient,
		"status": ["in", [TO_REVIEW, IN_EFFECT]],
		"household": household or ["is", "not set"],
	}
	if event == terms.DEATH:
		return frappe.db.get_value(CHANGE, kept | {"kind": terms.DEATH}, "name")
	return frappe.db.get_value(CHANGE, kept | {"event": event, "happened_on": day}, "name") or (
		frappe.db.get_value(CHANGE, kept | {"event": event, "status": TO_REVIEW}, "name")
	)


def _open_review(person: Document, event: str, day: date, household: str | None, words: str = "") -> str:
	change = frappe.get_doc(
		{
			"doctype": CHANGE,
			"household": household,
			"recipient": person.name,
			"kind": terms.DEATH if event == terms.DEATH else POPULATION,
			"event": event if event in FACTS else None,
			"found_by": "Reported by Household",
			"happened_on": day,
			"state_after": f"{person.full_name}于{day}{words or WORDS[event]}",
		}
	)
	return change.insert(ignore_permissions=True).name


def _complete_review(name: str, event: str, day: date, stopped: list[survivors.Stopped]) -> None:
	"""When it is due, what it is about, what was stopped: also of a change that somebody had reported before."""
	change = frappe.get_doc(CHANGE, name)
	standing = entitlements.of_household(change.household) if change.household else []
	due = _review_due(day) if event == terms.DEATH else None
	benefits = [row.successor or row.entitlement for row in stopped] + standing
	notes = [row.note for row in stopped if row.note not in change.state_after]
	values = {
		"due_on": change.due_on or due,
		"entitlement": change.entitlement
		if change.entitlement and not stopped
		else next(iter(benefits), None),
		"state_after": "；".join([change.state_after, *notes]),
	}
	if any(change.get(key) != value for key, value in values.items()):
		change.update(values)
		with step(change):
			change.save(ignore_permissions=True)
	if standing:
		_put_under_review(change.household, due or getdate(today()))


# For the record, in Chinese whatever the clerk's language is.
WORDS = {
	terms.DEATH: "死亡",
	terms.MARRIAGE: "因婚嫁离开家庭",
	terms.MOVED_OUT: "迁出",
	terms.ADOPTED_AWAY: "被他人收养",
	terms.IMPRISONMENT: "入监服刑",
	terms.COMPULSORY_REHAB: "被强制隔离戒毒",
	terms.DECLARED_MISSING: "被宣告失踪",
	terms.MILITARY_SERVICE: "入伍服兵役",
	terms.IN_INSTITUTION: "到机构长期居住",
	terms.SPLIT: "分户",
	terms.LEFT_OTHERWISE: "因其他原因离开家庭",
	terms.ENTERED_BY_MISTAKE: "误登为家庭成员",
}


def _review_due(died: date) -> date:
	"""Three months from the death; for one long ago by today's figure."""
	try:
		months = rules.parameters().get("death_review_months", died)
	except NoParameterInForce:
		months = rules.parameters().get("death_review_months", getdate(today()))
	return clock.add_months(died, int(months))


def _put_under_review(household: str, due: date) -> None:
	planned = frappe.db.get_value(HOUSEHOLD, household, "next_review_on")
	if not planned or getdate(planned) > due:
		frappe.db.set_value(HOUSEHOLD, household, "next_review_on", due, update_modified=False)


# --- the doors of the person's form -----------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def report(recipient: str, event: str, happened_on: str) -> list[str]:
	"""Report an event on the person's record; returns the changes to review."""
	_require_event(event)
	frappe.get_doc(PERSON, recipient).check_permission("write")
	return record(recipient, event, happened_on)


@frappe.whitelist(methods=["POST"])
def correct(recipient: str, event: str, reason: str, happened_on: str | None = None) -> None:
	"""The event did not happen, or (``happened_on``) on another day; the reason stays in the history."""
	_require_event(event)
	frappe.get_doc(PERSON, recipient).check_permission("write")
	if not (reason or "").strip():
		frappe.throw(_("State the reason; it stays in the household's history."), registry.ReasonRequired)
	undo(recipient, event, reason)
	if happened_on:
		record(recipient, event, happened_on)


def _require_event(event: str) -> None:
	if event not in FACTS:
		frappe.throw(_("Choose what happened."))


# --- undone -----------------------------------------------------------------------------------------------------
def undo(recipient: str, event: str, reason: str) -> None:
	"""Take back everything :func:`record` did. What was recorded, and why it was wrong, stays in the versions of the
	records, in the household's history and on the corrected change.
	"""
	take_turn(recipient)
	person = frappe.get_doc(PERSON, recipient)
	day = recorded_on(person, event)
	if not day:
		frappe.throw(_("“{0}” is not on record for {1}.").format(_(event), person.full_name), OneFact)
	notes = survivors.restore_share(person) if event == terms.DEATH else []
	_take_off(person, event)
	_come_back(person, event, day, "；".join([reason, *notes]))
	changes = _mark_corrected(person, event, day, "；".join([f"更正：{reason}", *notes]))
	events.tell("socaid_life_events", Occurrence(person, event, day, changes, undone=True))


def _take_off(person: Document, event: str) -> None:
	if event == terms.DEATH:
		person.deceased_on = None
	else:
		kept = [row for row in person.absences if row.reason != event or row.absent_until]
		person.set("absences", kept)
	save_person(person)


def _come_back(person: Document, event: str, day: date, reason: str) -> None:
	"""A member again where the event ended it, unless the person lives in another household by now."""
	rows = _rows(person.name)
	if any(not row.left_on and row.residence == terms.LIVING_TOGETHER for row in rows):
		return
	for row in rows:
		if row.leave_reason != event or getdate(row.left_on) != left_on(event, day, row.joined_on):
			continue
		household = frappe.get_doc(HOUSEHOLD, row.parent)
		member = next(member for member in household.members if member.name == row.name)
		member.left_on = member.leave_reason = None
		save_household(household)
		registry.record_event(household, "Member Restored", recipient=person.name, reason=reason)


def _mark_corrected(person: Document, event: str, day: date, note: str) -> list[str]:
	kept = {"recipient": person.name, "happened_on": day, "status": ["in", [TO_REVIEW, IN_EFFECT]]}
	kept |= {"kind": terms.DEATH} if event == terms.DEATH else {"event": event}
	names = frappe.get_all(CHANGE, filters=kept, pluck="name", order_by="name")
	for name in names:
		change = frappe.get_doc(CHANGE, name)
		change.status = CORRECTED
		change.review_note = "\n".join(filter(None, (change.review_note, note)))
		with step(change):
			change.save(ignore_permissions=True)
	return names
