"""Which fields of a record may be written, in which state, by whom – declared once, held on every channel.

Frappe's read-only fields bind the form alone; REST, imports, bulk edits and ``set_value`` write them. Here every
save, by whichever channel, begins from the stored record: what only the system sets is put back without a word,
because a form that was open for a while sends it along; what people wrote and what is closed in this state is
refused with the names of the fields, because nothing a person typed may get lost unseen.

Fields an administrator adds are in no DocType of ours, and are never touched.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import ClassVar

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields
from frappe.model.document import Document
from frappe.model.naming import set_new_name
from frappe.modules import get_doc_path
from frappe.utils import cint, cstr, flt, get_datetime, get_timedelta, getdate

from socaid_app.casework import assignments, characters, duties, waiting, written
from socaid_app.permissions.loading import Loaded
from socaid_app.permissions.scope import ScopedDocument

# Who entered a record, and when, decides who may approve it; Frappe stores whatever a client sends for them.
MANAGED = ("owner", "creation")
# The column of records that a second person approves: who last changed what is approved.
CHANGED_BY = "content_changed_by"
# The state of a record whose fields are open or closed whatever became of it.
ANY = ""


class RecordClosed(frappe.ValidationError):
	pass


class NotYourField(frappe.PermissionError):
	pass


class SecondPersonNeeded(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class AllBut:
	"""Every field except those named."""

	closed: tuple[str, ...]

	def __contains__(self, fieldname: str) -> bool:
		return fieldname not in self.closed


def all_but(*fieldnames: str) -> AllBut:
	return AllBut(fieldnames)


ALL = all_but()
NOTHING: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guard:
	"""What a controller declares as ``GUARD``.

	``writable``: the fields that users may write, by the value of the column ``state``; a state that is not named
	is closed. ``system``: fields that only steps of the app set, beside those the DocType marks read-only. ``fixed``: what is entered with the
	record and put back afterwards, by state (:data:`ANY`: in every state). ``entered``:
	fields marked read-only that are held like those people enter: a status that a save moves, each move checked by
	the controller, or figures whose change is to be refused in words. ``once``:
	fields that may be filled in as long as they are empty, in any state. ``by``: the duty of those who alone may write a field, where
	that is fewer than may write the record. ``approved``: somebody else approves the content, hence the record keeps
	who changed it last; ``notes`` are the fields that are not content, such as the approver's own words.
	``refusal`` is the class of the error, ``way_out`` the sentence that says what to do instead.
	"""

	writable: Mapping[str, Container[str]]
	state: str = ""
	system: tuple[str, ...] = ()
	fixed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
	entered: tuple[str, ...] = ()
	once: tuple[str, ...] = ()
	by: Mapping[str, str] = field(default_factory=dict)
	approved: bool = False
	notes: tuple[str, ...] = ()
	refusal: type[Exception] = RecordClosed
	way_out: str = ""


class Guarded(Loaded):
	"""Base of every DocType of the app that is no child table."""

	GUARD: ClassVar[Guard]
	# Whose turn a save takes, because it asks about other records before it writes (casework/waiting.py).
	TURNS: ClassVar[tuple[str | tuple[str, ...], ...]] = ()

	# Its steps tell whoever they put in charge of it, in words of their own (casework/assignments.py).
	TELLS_WHO_IS_IN_CHARGE: ClassVar[bool] = False

	# What the dialog of a workflow's step asks, and is stored with it (casework/workflows.py).
	SAID_WITH_STEP: ClassVar[tuple[str, ...]] = ()

	def turns(self) -> Iterator[waiting.Subject]:
		"""Overridden where that depends on more than the values of fields."""
		return waiting.subjects(self)

	def check_if_latest(self) -> None:
		"""Frappe locks the record here, before it names a new one: everybody waits in the same order."""
		waiting.take(self.turns())
		super().check_if_latest()

	def record_state(self) -> str:
		"""The state its fields are judged by; overridden where it is no column."""
		return cstr(self.get(self.GUARD.state)) if self.GUARD.state else ANY

	def in_charge(self) -> str | None:
		"""The user who has to act on it while it is open (casework/assignments.py), None where nobody in person has."""
		return None

	def insert(self, ignore_permissions=None, *args, **kwargs):
		if not (self.flags.by_step or self.flags.ignore_permissions or ignore_permissions):
			begin(self)
		return super().insert(ignore_permissions, *args, **kwargs)

	def run_post_save_methods(self) -> None:
		super().run_post_save_methods()
		assignments.follow(self)

	def validate_workflow(self) -> None:
		"""What the app itself does to a record, whoever is logged in, is no step of its workflow."""
		if self.meta.is_submittable or not self.flags.by_step:
			super().validate_workflow()

	def run_before_save_methods(self) -> None:
		"""Every save, submission, cancellation and change after submission comes through here."""
		self.update(self.flags.pop("said_with_step", None) or {})
		written.tidy(self)
		hold(self)
		characters.read(self)
		written.check(self)
		super().run_before_save_methods()


class GuardedRecord(Guarded, ScopedDocument):
	"""The same for the DocTypes with a division (``hooks.SCOPED_DOCTYPES``)."""


@contextmanager
def step(doc: Document) -> Iterator[Document]:
	"""What is saved in this block was set by a step of the app. No client can say so: Frappe drops its flags."""
	earlier = doc.flags.by_step
	doc.flags.by_step = True
	try:
		yield doc
	finally:
		doc.flags.by_step = earlier


def author(doc: Document) -> str:
	"""Who last changed the content that another person has to approve."""
	return doc.get(CHANGED_BY) or doc.owner


def require_second_person(
	doc: Document, sentence: str = "", error: type[Exception] = SecondPersonNeeded
) -> None:
	"""Refuse the approval of what the session's user has written."""
	if author(doc) == frappe.session.user:
		frappe.throw(
			sentence
			or _("You were the last to change this record. Another person has to look at it and approve it."),
			error,
		)


# --- what a DocType ships ---------------------------------------------------------------------------------
@cache
def shipped(doctype: str) -> Mapping[str, frappe._dict]:
	"""The fields with a value in the DocType's own file: no Property Setter opens or closes one of them."""
	module = frappe.get_meta(doctype).module
	path = Path(get_doc_path(module, "DocType", doctype)) / f"{frappe.scrub(doctype)}.json"
	return {
		df["fieldname"]: frappe._dict(df)
		for df in json.loads(path.read_text(encoding="utf-8"))["fields"]
		if df["fieldtype"] not in set(no_value_fields) - set(table_fields) and not df.get("is_virtual")
	}


def system_fields(doctype: str, guard: Guard | None = None) -> list[str]:
	"""The fields that only the system sets; without a guard, those of a child table."""
	system, entered = (guard.system, guard.entered) if guard else ((), ())
	return [
		name
		for name, df in shipped(doctype).items()
		if name in system or (df.read_only and name not in entered) or name == CHANGED_BY
	]


def fixed_fields(guard: Guard, state: str) -> set[str]:
	return {*guard.fixed.get(ANY, ()), *guard.fixed.get(state, ())}


def content_fields(doctype: str, guard: Guard | None = None) -> list[str]:
	"""The fields that people write, in some state."""
	system = set(system_fields(doctype, guard))
	return [name for name in shipped(doctype) if name not in system]


# --- a new record ---------------------------------------------------------------------------------------------
def begin(doc: Document) -> None:
	"""A user's new record brings nothing that only the system sets."""
	defaults = frappe.new_doc(doc.doctype, as_dict=True)
	for name in system_fields(doc.doctype, doc.GUARD):
		# what a record amends Frappe checks itself
		if name == "amended_from":
			continue
		doc.set(name, None if shipped(doc.doctype)[name].fieldtype in table_fields else defaults.get(name))
	for name in _open_tables(doc):
		for row in doc.get(name) or []:
			_empty(row)


def _empty(row: Document) -> None:
	for name in system_fields(row.doctype):
		if not _follows_link(row, name):
			row.set(name, shipped(row.doctype)[name].default)


def _open_tables(doc: Document) -> list[str]:
	fields = shipped(doc.doctype)
	return [name for name in content_fields(doc.doctype, doc.GUARD) if fields[name].fieldtype in table_fields]


# --- a stored record ------------------------------------------------------------------------------------------
def hold(doc: Document) -> None:
	"""Before anything else of a save: hold what was sent against what is stored."""
	guard, before = doc.GUARD, doc.get_doc_before_save()
	if not before:
		if guard.approved:
			doc.set(CHANGED_BY, frappe.session.user)
		return
	for name in MANAGED:
		doc.set(name, before.get(name))
	_disown_strange_rows(doc, before)
	if doc.flags.by_step:
		return
	_put_back(doc, before)
	changed = changes(doc, before)
	_refuse_closed(doc, before, changed)
	_refuse_others(doc, changed)
	_keep_spelling(doc, before)
	if guard.approved and any(name not in guard.notes for name in changed):
		doc.set(CHANGED_BY, frappe.session.user)


def _disown_strange_rows(doc: Document, before: Document) -> None:
	"""A row is known by its name alone, so one named after a row of another record would be taken from it."""
	for table in doc.meta.get_table_fields():
		known = {row.name for row in before.get(table.fieldname) or []}
		for row in doc.get(table.fieldname) or []:
			if row.name not in known and not row.is_new():
				row.name = None
				row.set("__islocal", 1)
				set_new_name(row)


def _put_back(doc: Document, before: Document) -> None:
	fixed = fixed_fields(doc.GUARD, before.record_state())
	for name in (*system_fields(doc.doctype, doc.GUARD), *fixed):
		# a step of the workflow sets the state (casework/workflows.py)
		if shipped(doc.doctype)[name].fieldtype in table_fields:
			put_rows_back(doc, before, name)
		elif not (_follows_link(doc, name) or (name == doc.GUARD.state and doc.flags.workflow_action)):
			doc.set(name, before.get(name))
	for table in _open_tables(doc):
		known = {row.name: row for row in before.get(table) or []}
		for row in doc.get(table) or []:
			if earlier := known.get(row.name):
				for name in (*MANAGED, *system_fields(row.doctype)):
					if not _follows_link(row, name):
						row.set(name, earlier.get(name))
			else:
				_empty(row)


def put_rows_back(doc: Document, before: Document, table: str) -> None:
	"""The rows as they are stored; what a county asks of a row besides is kept as it was sent."""
	sent = {row.name: row for row in doc.get(table) or []}
	doc.set(table, [row.as_dict() for row in before.get(table) or []])
	for row in doc.get(table):
		if row.name in sent:
			row.update({name: sent[row.name].get(name) for name in added_fields(row.doctype)})


def added_fields(doctype: str) -> list[str]:
	"""The fields that a county has added."""
	return [df.fieldname for df in frappe.get_meta(doctype).fields if df.get("is_custom_field")]


def _keep_spelling(doc: Document, before: Document) -> None:
	"""What is closed and says the same is stored as it was, to the last blank."""
	fields = shipped(doc.doctype)
	for name in content_fields(doc.doctype, doc.GUARD):
		if fields[name].fieldtype not in table_fields and not is_open(doc.GUARD, before, name):
			doc.set(name, before.get(name))


def _follows_link(doc: Document, fieldname: str) -> bool:
	"""Whether Frappe has just read the field afresh from the record that a link names."""
	source = (shipped(doc.doctype).get(fieldname) or {}).get("fetch_from")
	return bool(source and doc.get(source.partition(".")[0]))


def changes(doc: Document, before: Document) -> list[str]:
	"""The fields people write that differ from what is stored; rows are part of their table."""
	return [name for name in content_fields(doc.doctype, doc.GUARD) if differs(doc, before, name)]


def differs(doc: Document, before: Document, fieldname: str) -> bool:
	"""Whether a field says something else, however it is written."""
	df = shipped(doc.doctype)[fieldname]
	if df.fieldtype in table_fields:
		return _rows(doc, fieldname) != _rows(before, fieldname)
	return comparable(doc, df) != comparable(before, df)


def _rows(doc: Document, table: str) -> list[list]:
	return [
		[comparable(row, shipped(row.doctype)[name]) for name in content_fields(row.doctype)]
		for row in doc.get(table) or []
	]


def comparable(doc: Document, df: frappe._dict):
	"""A value whatever way it came: 0, '0' and nothing, dates and their text, 10 and '10.00'."""
	value = doc.get(df.fieldname)
	try:
		match df.fieldtype:
			case "Check" | "Int":
				return cint(value)
			case "Float" | "Currency" | "Percent" | "Rating":
				return round(flt(value), 6)
			case "Date":
				return getdate(value) if value else None
			case "Datetime":
				return get_datetime(value) if value else None
			case "Time":
				return get_timedelta(cstr(value)) if value else None
	except (ValueError, TypeError, AttributeError):
		# what is no date at all is refused by Frappe, in its own words
		pass
	return cstr(value).replace("\r\n", "\n").strip()


# --- refusals -------------------------------------------------------------------------------------------------
def is_open(guard: Guard, before: Document, fieldname: str) -> bool:
	"""Whether users may write a field of the record as it is stored."""
	state = before.record_state()
	if fieldname in fixed_fields(guard, state):
		return False
	if fieldname in guard.once and before.get(fieldname) in (None, "", 0):
		return True
	return fieldname in guard.writable.get(state, NOTHING)


def _refuse_closed(doc: Document, before: Document, changed: list[str]) -> None:
	closed = [name for name in changed if not is_open(doc.GUARD, before, name)]
	if closed:
		frappe.throw(
			" ".join(filter(None, (_closed_sentence(doc, before, closed), str(doc.GUARD.way_out)))),
			doc.GUARD.refusal,
		)


def _closed_sentence(doc: Document, before: Document, closed: list[str]) -> str:
	state = before.record_state()
	if doc.GUARD.state and doc.GUARD.state != "docstatus" and state:
		return _("{0}: this cannot be changed any more, because the record is at “{1}”.").format(
			labels(doc, closed), _(state, context=doc.doctype)
		)
	return _("{0}: this stays as it was entered.").format(labels(doc, closed))


def _refuse_others(doc: Document, changed: list[str]) -> None:
	foreign = [name for name in changed if not _may_write(doc.GUARD, name)]
	if foreign:
		roles = sorted(set().union(*(duties.roles_of(doc.GUARD.by[name]) for name in foreign)))
		frappe.throw(
			_("{0}: this is entered by {1} only.").format(
				labels(doc, foreign), "、".join(_(role) for role in roles)
			),
			NotYourField,
		)


def _may_write(guard: Guard, fieldname: str) -> bool:
	duty = guard.by.get(fieldname)
	return not duty or duties.holds(duty)


def labels(doc: Document, fieldnames: list[str]) -> str:
	return "、".join(_(doc.meta.get_label(name), context=doc.doctype) for name in fieldnames)


# --- what the form shows ----------------------------------------------------------------------------------------
def tell_form(doc: Document, method: str | None = None) -> None:
	"""Hook ``onload``: the fields the form shows read-only (public/js/socaid/closed_fields.js)."""
	if isinstance(doc, Guarded) and not doc.is_new():
		doc.set_onload("closed_fields", closed_fields(doc))


def closed_fields(doc: Document) -> list[str]:
	"""The fields of a stored record that the session's user may not write now."""
	guard = doc.GUARD
	system = set(system_fields(doc.doctype, guard))
	return [
		name
		for name in shipped(doc.doctype)
		if name in system or not is_open(guard, doc, name) or not _may_write(guard, name)
	]
