"""What a Circumstance Change does to the registry when it takes effect, and how that is taken back.

An action on a household is carried out by registry.py; what is needed to take it back is kept in ``outcome``. Facts are
written one by one (changed_facts.py), and events of persons are those of life_events.py. Taking back puts the registry
as it would be had it not happened: the lines of the history stay, marked, and are not counted. Where something was built
on it since, it is refused with the sentence that says what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from socaid_app.policy import terms
from socaid_app.socaid_app import changed_facts, entitlements, registry

CHANGE, HOUSEHOLD, PERSON, EVENT = (
	"Circumstance Change",
	"Recipient Household",
	"Recipient",
	"Household Event",
)
ADD, REMOVE, MISTAKE, HEAD, SPLIT, MERGE, TRANSFER, CORRECT = (
	"Add Member",
	"Remove Member",
	"Member by Mistake",
	"Change Head",
	"Split Household",
	"Merge Households",
	"Transfer",
	changed_facts.CORRECTION,
)


class BuiltOn(frappe.ValidationError):
	"""What was changed since stands against taking a change back."""


# --- taking effect --------------------------------------------------------------------------------------------
def take_effect(change: Document) -> None:
	"""The action and the facts of a change, once it is In Effect."""
	with registry.carrying_out(change.name):
		if change.action and change.action != CORRECT:
			outcome = CARRY_OUT[change.action](change, frappe.parse_json(change.plan or "{}"))
			change.db_set("outcome", frappe.as_json(outcome, indent=None), update_modified=False)
		if change.facts:
			changed_facts.write(change)


def _add(change: Document, plan: dict) -> dict:
	away = _absences(plan["recipient"])
	place = frappe.db.get_value(PERSON, plan["recipient"], "division")
	row = registry.add_member(
		change.household,
		plan["recipient"],
		plan["kinship"],
		str(change.happened_on),
		plan["residence"],
		change.reason,
	)
	return {"row": row, "back": sorted(away - _absences(plan["recipient"])), "from": place}


def _absences(recipient: str) -> set[str]:
	"""The absences that last."""
	rows = frappe.get_all(
		"Person Absence",
		filters={"parent": recipient, "parenttype": PERSON, "absent_until": ["is", "not set"]},
		pluck="name",
		order_by="name",
	)
	return set(rows)


def _remove(change: Document, plan: dict) -> dict:
	household = frappe.get_doc(HOUSEHOLD, change.household)
	row = household.present_member(plan["recipient"])
	registry.remove_member(
		change.household, plan["recipient"], str(change.happened_on), plan["reason"], change.reason
	)
	return {"row": row.name}


def _head(change: Document, plan: dict) -> dict:
	household = frappe.get_doc(HOUSEHOLD, change.household)
	before = {row.name: row.kinship for row in household.present_members()}
	registry.change_head(
		change.household, plan["recipient"], plan["kinships"], change.reason, str(change.happened_on)
	)
	after = {row.name: row.kinship for row in frappe.get_doc(HOUSEHOLD, change.household).members}
	return {"head": household.head, "kinships": {name: [old, after[name]] for name, old in before.items()}}


def _split(change: Document, plan: dict) -> dict:
	household = frappe.get_doc(HOUSEHOLD, change.household)
	rows = [row.name for row in household.present_members() if row.recipient in plan["recipients"]]
	new = registry.split(
		change.household,
		plan["recipients"],
		plan["head"],
		plan["kinships"],
		change.reason,
		str(change.happened_on),
	)
	return {"rows": rows, "new": new}


def _merge(change: Document, plan: dict) -> dict:
	known = {row.name for row in frappe.get_doc(HOUSEHOLD, plan["into"]).members}
	moving = frappe.get_doc(HOUSEHOLD, change.household).present_members()
	rows = [row.name for row in moving]
	places = {row.recipient: frappe.db.get_value(PERSON, row.recipient, "division") for row in moving}
	registry.merge(change.household, plan["into"], plan["kinships"], change.reason, str(change.happened_on))
	joined = [row.name for row in frappe.get_doc(HOUSEHOLD, plan["into"]).members if row.name not in known]
	return {"rows": rows, "into": plan["into"], "joined": joined, "places": places}


def _transfer(change: Document, plan: dict) -> dict:
	before = frappe.db.get_value(HOUSEHOLD, change.household, "division")
	registry.transfer(change.household, plan["division"], change.reason, str(change.happened_on))
	return {"from": before, "to": plan["division"]}


CARRY_OUT: dict[str, Callable[[Document, dict], dict]] = {
	ADD: _add,
	REMOVE: _remove,
	MISTAKE: _remove,
	HEAD: _head,
	SPLIT: _split,
	MERGE: _merge,
	TRANSFER: _transfer,
}


# --- taken back -----------------------------------------------------------------------------------------------
def take_back(change: Document, reason: str) -> list[str]:
	"""Undo what :func:`take_effect` did; returns what stays as it is, and why. Raises BuiltOn."""
	kept: list[str] = []
	with registry.carrying_out(change.name):
		if change.action and change.action != CORRECT:
			UNDO[change.action](change, frappe.parse_json(change.outcome or "{}"))
		_mark_lines(change.name)
		if change.facts:
			kept = changed_facts.put_back(change, reason)
			_mark_lines(change.name)
		if change.household:
			registry.record_event(
				change.household,
				"Taken Back",
				recipient=change.recipient,
				reason="；".join([reason, *kept]),
				value_before=_(change.action or change.kind, context=CHANGE),
			)
	return kept


def _mark_lines(change: str) -> None:
	"""The lines stay in the history and do not count any more."""
	frappe.db.set_value(
		EVENT, {"change": change, "event": ["!=", "Taken Back"]}, "undone", 1, update_modified=False
	)


def _refuse(sentence: str) -> None:
	frappe.throw(sentence, BuiltOn)


def _household(name: str) -> Document:
	"""A record as it is stored, for a save that puts it back."""
	doc = frappe.get_doc(HOUSEHOLD, name)
	doc.flags.by_life_event = doc.flags.regrouping = doc.flags.correcting = True
	return doc


def _lock(*households: str) -> None:
	"""In one order, whichever became which."""
	for name in sorted(households):
		frappe.db.get_value(HOUSEHOLD, name, "name", for_update=True)


def _rows(household: Document, names: list[str]) -> Iterator[Document]:
	for row in household.members:
		if row.name in names:
			yield row


def _never_here(household: Document, names: list[str]) -> None:
	for row in _rows(household, names):
		if row.left_on:
			_refuse(
				_("{0} has left {1} since. Take that back first.").format(row.member_name, household.name)
			)
		if row.recipient == household.head:
			_refuse(_("{0} heads {1} by now. Change the head first.").format(row.member_name, household.name))
		row.left_on, row.leave_reason = row.joined_on, terms.ENTERED_BY_MISTAKE


def _here_again(household: Document, names: list[str]) -> None:
	for row in _rows(household, names):
		row.left_on = row.leave_reason = None


def _undo_add(change: Document, outcome: dict) -> None:
	household = _household(change.household)
	_never_here(household, [outcome["row"]])
	registry.save(household)
	recipient = next(_rows(household, [outcome["row"]])).recipient
	if outcome["back"]:
		person = frappe.get_doc(PERSON, recipient)
		for row in person.absences:
			if row.name in outcome["back"]:
				row.absent_until = None
		person.flags.by_life_event = True
		registry.save(person)
	# as below; and whoever has moved on since stays there
	if outcome.get("from") and frappe.db.get_value(PERSON, recipient, "division") == household.division:
		registry.bring([recipient], outcome["from"])


def _undo_remove(change: Document, outcome: dict) -> None:
	household = _household(change.household)
	_here_again(household, [outcome["row"]])
	registry.save(household)


def _undo_head(change: Document, outcome: dict) -> None:
	household = _household(change.household)
	if household.head != frappe.parse_json(change.plan)["recipient"]:
		_refuse(_("The head was changed again since. Take that back first."))
	if not household.present_member(outcome["head"]):
		_refuse(_("The former head is no member any more."))
	household.head = outcome["head"]
	for row in household.members:
		old, new = outcome["kinships"].get(row.name, (None, None))
		row.kinship = old if new == row.kinship else row.kinship
	for row in household.present_members():
		if row.recipient != household.head and row.kinship == terms.HEAD:
			row.kinship = registry.OTHER_RELATIVE
	registry.save(household)


def _undo_split(change: Document, outcome: dict) -> None:
	_lock(outcome["new"], change.household)
	new, household = _household(outcome["new"]), _household(change.household)
	plan = frappe.parse_json(change.plan)
	if entitlements.of_household(new.name):
		_refuse(_("{0} receives support. End it by a Benefit Adjustment first.").format(new.name))
	if frappe.db.exists("Assistance Application", {"household": new.name}):
		_refuse(_("There is an application of {0}. Merge the two households instead.").format(new.name))
	untouched = {row.recipient for row in new.present_members()} == set(plan["recipients"])
	if (
		new.status != "Active"
		or new.head != plan["head"]
		or not untouched
		or len(new.members) != len(plan["recipients"])
	):
		_refuse(_("{0} has changed since the split. Merge the two households instead.").format(new.name))
	for row in new.members:
		row.left_on, row.leave_reason = row.joined_on, terms.ENTERED_BY_MISTAKE
	new.status, new.closed_on = "Closed", change.happened_on
	registry.save(new)
	registry.record_event(new, "Closed", reason=change.name, happened_on=change.happened_on)
	_here_again(household, outcome["rows"])
	registry.save(household)


def _undo_merge(change: Document, outcome: dict) -> None:
	_lock(outcome["into"], change.household)
	target, source = _household(outcome["into"]), _household(change.household)
	if source.status != "Closed" or source.merged_into != target.name:
		_refuse(_("{0} has changed since the merge.").format(source.name))
	_never_here(target, outcome["joined"])
	registry.save(target)
	_here_again(source, outcome["rows"])
	source.status, source.closed_on, source.merged_into = "Active", None, None
	registry.save(source)
	# merges of before the persons' places were kept have left them where they were
	for person, place in outcome.get("places", {}).items():
		registry.bring([person], place)


def _undo_transfer(change: Document, outcome: dict) -> None:
	household = _household(change.household)
	if household.division != outcome["to"]:
		_refuse(_("The household has moved on since. Take that back first."))
	household.division = outcome["from"]
	registry.save(household)
	registry.bring((row.recipient for row in household.present_members()), outcome["from"])


UNDO: dict[str, Callable[[Document, dict], None]] = {
	ADD: _undo_add,
	REMOVE: _undo_remove,
	MISTAKE: _undo_remove,
	HEAD: _undo_head,
	SPLIT: _undo_split,
	MERGE: _undo_merge,
	TRANSFER: _undo_transfer,
}


# --- others about the same ----------------------------------------------------------------------------------------
def others_open(change: Document, open_states: tuple[str, ...]) -> list[frappe._dict]:
	"""Open changes about the same: name, whether they say otherwise (``conflict``), whether both can take effect (``blocks``
	not), and the sentence.
	"""
	filters = {"status": ["in", open_states], "name": ["!=", change.name or ""]}
	filters |= {"household": change.household} if change.household else {"recipient": change.recipient}
	found = []
	for name in frappe.get_all(CHANGE, filters=filters, pluck="name", order_by="creation, name"):
		other = frappe.get_doc(CHANGE, name)
		found += _same_facts(change, other) or _same_action(change, other) or _same_report(change, other)
	return found


def _same_facts(change: Document, other: Document) -> list[frappe._dict]:
	theirs = {(row.recipient, row.fact): row for row in other.facts}
	found = []
	for row in change.facts:
		their = theirs.get((row.recipient, row.fact))
		if not their:
			continue
		what, value = changed_facts.label(row), changed_facts.said(their, their.value_after)
		if their.value_after == row.value_after:
			sentence = _("{0} says the same: {1} becomes “{2}”.").format(other.name, what, value)
		else:
			sentence = _("{0} says otherwise: {1} becomes “{2}”.").format(other.name, what, value)
		found.append(
			frappe._dict(
				name=other.name, conflict=their.value_after != row.value_after, sentence=sentence, blocks=True
			)
		)
	return found


def _same_action(change: Document, other: Document) -> list[frappe._dict]:
	if not (change.action and other.action and not change.facts):
		return []
	same = change.action == other.action and frappe.parse_json(change.plan) == frappe.parse_json(other.plan)
	sentence = _("{0} was asked for in {1} already.") if same else _("“{0}” is asked for in {1} as well.")
	return [
		frappe._dict(
			name=other.name,
			conflict=not same,
			sentence=sentence.format(_(other.action, context=CHANGE), other.name),
			blocks=same,
		)
	]


def _same_report(change: Document, other: Document) -> list[frappe._dict]:
	about = ("kind", "recipient", "event", "action")
	if change.facts or other.facts or any((change.get(f) or "") != (other.get(f) or "") for f in about):
		return []
	sentence = _("{0} of {1} is about the same: look whether it is reported twice.")
	return [
		frappe._dict(
			name=other.name,
			conflict=False,
			sentence=sentence.format(other.name, getdate(other.happened_on)),
			blocks=False,
		)
	]


def members_in_words(household: Document) -> str:
	"""Who lives there, for the paper."""
	return "、".join(
		f"{row.member_name}（{frappe.db.get_value('Kinship Code', row.kinship, 'kinship_name')}）"
		for row in household.present_members()
	)
