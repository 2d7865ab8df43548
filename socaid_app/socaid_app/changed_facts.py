"""The facts that a change of circumstances names one by one: what is on file, what it becomes.

Facts of a person and of the household are columns of the registry and are written when the change takes effect. What
somebody earns in a year is no column: it is computed into the proposal of the reassessment. A day of joining is only
corrected, never changed: a new one is another joining.
"""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, getdate, today

from socaid_app.casework import events
from socaid_app.casework.records import step
from socaid_app.socaid_app import registry

HOUSEHOLD, PERSON, MEMBER, ROW = "Recipient Household", "Recipient", "Household Member", "Changed Fact"
OF_PERSON = {
	"Health": "health",
	"Labour Capacity": "labour_capacity",
	"Employment": "employment",
	"Schooling": "schooling",
	"Disability Type": "disability_type",
	"Disability Grade": "disability_grade",
}
OF_HOUSEHOLD = {"Home Address": "address", "Area Type": "area"}
OF_MEMBER = {"Joined On": "joined_on", "Kinship": "kinship", "Residence": "residence"}
# Yuan a year, by the kind of income of policy/income.py.
OF_INCOME = {
	"Wages per Year": "Wage",
	"Business Income per Year": "Business",
	"Property Income per Year": "Property",
	"Transfer Income per Year": "Transfer",
}
CORRECTION = "Correct Entry"
# The lines of the history that changes of facts leave, told in the order of their days.
LINES = {
	"Home Address": "Address Changed",
	"Residence": "Residence Changed",
	"Kinship": "Relation Changed",
}
FACTS = (*OF_PERSON, *OF_HOUSEHOLD, *OF_INCOME, *OF_MEMBER)


class WrongFact(frappe.ValidationError):
	pass


def column(fact: str) -> tuple[str, str] | None:
	"""The DocType and the field that hold a fact; None for what the registry does not hold."""
	for doctype, facts in ((PERSON, OF_PERSON), (HOUSEHOLD, OF_HOUSEHOLD), (MEMBER, OF_MEMBER)):
		if fact in facts:
			return doctype, facts[fact]
	return None


def label(row: Document) -> str:
	name = row.recipient and frappe.db.get_value(PERSON, row.recipient, "full_name")
	return "：".join(filter(None, (name, _(row.fact, context=ROW))))


# --- on file --------------------------------------------------------------------------------------------------
def on_file(change: Document, row: Document) -> str:
	"""What the registry says now, as it is stored."""
	if row.fact in OF_INCOME:
		sums = events.ask("socaid_declared_income", change.household, row.recipient, OF_INCOME[row.fact])
		known = [found for found in sums if found is not None]
		return f"{known[0]:.2f}" if known else ""
	doctype, field = column(row.fact)
	if doctype == PERSON:
		return cstr(frappe.db.get_value(PERSON, row.recipient, field))
	if doctype == HOUSEHOLD:
		return cstr(frappe.db.get_value(HOUSEHOLD, change.household, field))
	found = member_of(frappe.get_doc(HOUSEHOLD, change.household), row.recipient)
	return cstr(found.get(field)) if found else ""


def member_of(household: Document, recipient: str) -> Document | None:
	"""The present row of a person, or the last one."""
	rows = [row for row in household.members if row.recipient == recipient]
	return household.present_member(recipient) or next(reversed(rows), None)


# --- what it becomes ------------------------------------------------------------------------------------------
def check(change: Document) -> None:
	"""From ``validate``: whom each fact is about, what is on file, and what was written in the form it is stored in."""
	seen = set()
	household = frappe.get_doc(HOUSEHOLD, change.household) if change.household and change.facts else None
	for row in change.facts:
		if not household:
			frappe.throw(_("Choose the household first."), WrongFact)
		if row.fact in OF_HOUSEHOLD:
			row.recipient = None
		elif not row.recipient:
			frappe.throw(
				_("Row {0}: choose the person whom “{1}” is about.").format(
					row.idx, _(row.fact, context=ROW)
				),
				WrongFact,
			)
		elif not member_of(household, row.recipient):
			frappe.throw(
				_("Row {0}: {1} is no member of this household.").format(row.idx, label(row)), WrongFact
			)
		if row.fact == "Joined On" and change.action != CORRECTION:
			frappe.throw(
				_("Row {0}: “{1}” is put right with “Correct an Entry” on the household's form.").format(
					row.idx, _(row.fact, context=ROW)
				),
				WrongFact,
			)
		if (row.recipient, row.fact) in seen:
			frappe.throw(_("Row {0}: {1} is listed twice.").format(row.idx, label(row)), WrongFact)
		seen.add((row.recipient, row.fact))
		row.value_before = on_file(change, row)
		row.value_after = as_stored(row)
		if row.value_before == row.value_after:
			frappe.throw(
				_("{0} is on file as “{1}” already.").format(label(row), said(row, row.value_after)),
				WrongFact,
			)


def as_stored(row: Document) -> str:
	"""A choice may be written in its Chinese words; a day and a sum in any usual form."""
	value = cstr(row.value_after).strip()
	if row.fact in OF_INCOME:
		try:
			amount = float(value.replace(",", "").replace("，", "").removesuffix("元"))
		except ValueError:
			frappe.throw(_("{0}: “{1}” is no sum in yuan.").format(label(row), value), WrongFact)
		if amount < 0:
			frappe.throw(_("{0}: a sum is not below nought.").format(label(row)), WrongFact)
		return f"{flt(amount, 2):.2f}"
	doctype, field = column(row.fact)
	df = frappe.get_meta(doctype).get_field(field)
	if df.fieldtype == "Select":
		for option in (df.options or "").split("\n"):
			if value in (option, option and _(option, context=doctype)):
				return option
		frappe.throw(
			_("{0}: choose one of {1}.").format(
				label(row),
				"、".join(_(one, context=doctype) for one in df.options.split("\n") if one),
			),
			WrongFact,
		)
	if df.fieldtype == "Date":
		day = getdate(value)
		if not day or day > getdate(today()):
			frappe.throw(_("{0}: enter a past day.").format(label(row)), WrongFact)
		return str(day)
	if df.fieldtype == "Link" and not frappe.db.exists(df.options, value):
		frappe.throw(_("{0}: there is no “{1}”.").format(label(row), value), WrongFact)
	if not value:
		frappe.throw(_("{0}: enter what it becomes.").format(label(row)), WrongFact)
	return value


def said(row: Document, value: str) -> str:
	"""A value in the words of the clerk."""
	if not value:
		return _("nothing", context=ROW)
	found = column(row.fact)
	if not found:
		return f"{value}元"
	df = frappe.get_meta(found[0]).get_field(found[1])
	if df.fieldtype == "Select":
		return _(value, context=found[0])
	if df.options == "Kinship Code":
		return frappe.db.get_value("Kinship Code", value, "kinship_name") or value
	return value


def told(change: Document) -> Iterator[str]:
	"""Each fact in a sentence: old → new."""
	for row in change.facts:
		yield f"{label(row)}：{said(row, row.value_before)} → {said(row, row.value_after)}"


# --- written and put back -------------------------------------------------------------------------------------
def changed_meanwhile(change: Document) -> list[str]:
	"""What is on file is no longer what the change started from."""
	return [
		_(
			"{0} was “{1}” when this was reported and is “{2}” by now. Refuse it, and report what holds now."
		).format(label(row), said(row, row.value_before), said(row, now))
		for row in change.facts
		if (now := on_file(change, row)) != row.value_before
	]


def write(change: Document) -> None:
	for row in change.facts:
		if row.fact in LINES and change.action != CORRECTION:
			registry.require_latest(change.household, LINES[row.fact], change.happened_on)
	_write(change, {row.name: row.value_after for row in change.facts}, change.reason or change.review_note)


def put_back(change: Document, reason: str) -> list[str]:
	"""What is still as the change left it becomes what it was; returns what was not, in sentences.

	What a household of a past day is told from is put back wholly or not at all: raises WrongFact.
	"""
	values, kept = {}, []
	for row in change.facts:
		if row.fact in OF_INCOME:
			continue
		if on_file(change, row) == row.value_after:
			values[row.name] = row.value_before
		elif row.fact in OF_PERSON:
			kept.append(_("{0} was changed again since and stays.").format(label(row)))
		else:
			frappe.throw(
				_("{0} was changed again since. Take that back first.").format(label(row)), WrongFact
			)
	_write(change, values, reason)
	return kept


def _write(change: Document, values: dict[str, str], reason: str | None) -> None:
	household = frappe.get_doc(HOUSEHOLD, change.household) if change.household else None
	of_household = False
	for row in change.facts:
		if row.name not in values or row.fact in OF_INCOME:
			continue
		doctype, field = column(row.fact)
		value = values[row.name] or None
		if doctype == PERSON:
			person = frappe.get_doc(PERSON, row.recipient)
			person.set(field, value)
			with step(person):
				person.save(ignore_permissions=True)
			_note(household, "Fact Changed", row, value, reason)
			continue
		of_household = True
		target = household if doctype == HOUSEHOLD else member_of(household, row.recipient)
		target.set(field, value)
		if change.action == CORRECTION:
			household.flags.correcting = True
			_note(household, "Entry Corrected", row, value, reason)
	if of_household:
		registry.save(household, change.happened_on, reason or "")


def _note(household: Document, event: str, row: Document, value: str | None, reason: str | None) -> None:
	before = row.value_before if value == (row.value_after or None) else row.value_after
	registry.record_event(
		household,
		event,
		recipient=row.recipient,
		value_before=f"{_(row.fact, context=ROW, lang='zh')}：{said(row, before)}"[:140],
		value_after=said(row, value or "")[:140],
		reason=reason,
	)
