"""What people wrote is brought to its one form on every save and in every filter, and numbers are checked.

The rules are in :mod:`socaid_app.policy.names` and :mod:`socaid_app.policy.numbers`; here is which field holds what,
by its name in whichever DocType. `make lint` asks for a new field that sounds like one of these (UNLIKE says which
are not). The full numbers of a person are taken into the vault by :mod:`socaid_app.permissions.sensitive`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator

import frappe
from frappe.model.db_query import DatabaseQuery
from frappe.model.document import Document

from socaid_app.permissions import fence
from socaid_app.permissions.sensitive import WrongNumber
from socaid_app.policy import names, numbers

# One person's name, or that of the head of a household.
NAMES = frozenset(
	{
		"agent_name",
		"answered_by",
		"applicant_name",
		"attendee_name",
		"borrower_name",
		"caregiver",
		"chair",
		"first_name",
		"full_name",
		"guardian_name",
		"head_name",
		"heard_name",
		"household_name",
		"last_name",
		"mediator",
		"member_name",
		"middle_name",
		"objector",
		"officer_name",
		"other_name",
		"participant_name",
		"payee_name",
		"passbook_custodian",
		"person_name",
		"petitioner_name",
		"received_by",
		"receiver_name",
		"recipient_name",
		"recorder",
		"reported_by",
		"representative_name",
		"staff_name",
		"supporter_name",
		"survivor_name",
		"visitor",
		"visitor_name",
		"witness_name",
	}
)
# Several persons, or a person with the unit: blanks tell them apart.
PERSONS = frozenset({"accused_name", "attendees", "other_party"})
PHONES = frozenset({"agent_phone", "phone", "reporter_phone"})
# Of an office: short numbers too, shown as they were written.
OFFICE_PHONES = frozenset({"bureau_phone", "complaint_phone", "contact_phone"})
# Fields that sound like one of these and are something else.
UNLIKE = frozenset(
	{
		"column_name",
		"row_name",
		"bank_name",
		"body_name",
		"bureau_name",
		"county_name",
		"case_name",
		"category_name",
		"day_name",
		"destination_name",
		"field_name",
		"division_name",
		"file_name",
		"kinship_name",
		"layout_name",
		"location_name",
		"phone_tail",
		"reference_name",
		"rule_name",
		"sheet_name",
		"team_name",
		"object_name",
		"plan_name",
		"item_name",
		"register_name",
		"template_name",
		"village_name",
	}
)
TEXTS = frozenset({"Data", "Small Text"})
# Masked in one, full in the other: both are the vault's.
VAULTED = frozenset({"Recipient", "Recipient Identity"})


# --- what is stored -----------------------------------------------------------------------------------------
def tidy(doc: Document, method: str | None = None) -> None:
	"""Bring the names and numbers of a record and its rows to their one form; hook ``before_validate`` of users.

	Before anything else of a save, so that the same value written otherwise is no change. What is no number stays for
	:func:`check`, since a closed field is closed whatever is written into it.
	"""
	for row, field, rule in _typed(doc):
		with contextlib.suppress(numbers.NumberError):
			row.set(field, rule(row.get(field)))


def check(doc: Document) -> None:
	"""Raises WrongNumber. What is stored and was not touched is left alone, or an old mistake would close the record."""
	for row, field, rule in _typed(doc):
		try:
			rule(row.get(field))
		except numbers.NumberError as error:
			frappe.throw(str(error), WrongNumber)


def with_earlier(doc: Document) -> Iterator[tuple[Document, Document | None]]:
	"""The record and its rows, each with what is stored of it; None for what is new."""
	before = doc.get_doc_before_save()
	yield doc, before
	known = {row.name: row for row in before.get_all_children()} if before else {}
	for row in doc.get_all_children():
		yield row, known.get(row.name)


def _typed(doc: Document) -> Iterator[tuple[Document, str, Callable]]:
	"""The record and its rows with each field that has one form and was written anew."""
	for row, earlier in with_earlier(doc):
		for field, rule in fields_of(row.doctype):
			value = row.get(field)
			if value and not (earlier and value == earlier.get(field)):
				yield row, field, rule


def fields_of(doctype: str) -> Iterator[tuple[str, Callable]]:
	"""The fields of a DocType that have one form, each with the rule that makes it."""
	for df in frappe.get_meta(doctype).fields:
		if df.fieldtype in TEXTS and (rule := rule_of(doctype, df.fieldname)):
			yield df.fieldname, rule


def rule_of(doctype: str, field: str) -> Callable | None:
	if field in NAMES:
		return names.canonical
	if field in PERSONS:
		return names.legible
	if field in PHONES and doctype not in VAULTED:
		return numbers.check_phone
	if field in OFFICE_PHONES:
		return office_phone
	return None


def office_phone(text) -> str:
	numbers.check_phone(text, service=True)
	return names.legible(text)


# --- what is looked for -------------------------------------------------------------------------------------
def install() -> None:
	"""Filters of lists look for names and numbers in the form in which these are stored (:mod:`socaid_app.overrides`)."""
	fence.wrap(DatabaseQuery, "prepare_filter_condition", _prepare_filter_condition)


def _prepare_filter_condition(theirs, query: DatabaseQuery, condition):
	kind, field, operator, value = fence._parts(query.doctype, condition)
	return theirs(query, [kind or query.doctype, field, operator, as_stored(field, value)])


def as_stored(field, value):
	"""A value to compare a column with, written as the column is; ``%`` of a search stays."""
	if isinstance(value, list | tuple | set):
		return [as_stored(field, one) for one in value]
	if not isinstance(value, str) or not value:
		return value
	if field in NAMES:
		return names.canonical(value)
	if field in PERSONS:
		return names.legible(value)
	if field in PHONES:
		return _phone_as_stored(value)
	return value


def _phone_as_stored(value: str) -> str:
	before, text, after = re.fullmatch(r"(%*)(.*?)(%*)", value, re.DOTALL).groups()
	if not text or "*" in text:
		return value
	return before + numbers.normalise_phone(text) + after
