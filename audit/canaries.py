"""Marked records: one of every kind inside and one outside a township, whose words are found again in any answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from secrets import token_hex

import frappe

INSIDE, OUTSIDE = "220422201000", "220422203000"
MARKED_TYPES = ("Data", "Small Text", "Text", "Long Text", "Text Editor")
# Shown as masks, or compared.
NUMBERS = ("id_number", "phone", "bank_account", "disability_certificate", "tracking_hash")
# What hangs on a record, and the columns that name it.
HANGING = {
	"Comment": ("reference_doctype", "reference_name"),
	"DocShare": ("share_doctype", "share_name"),
	"Document Follow": ("ref_doctype", "ref_docname"),
	"File": ("attached_to_doctype", "attached_to_name"),
	"Tag Link": ("document_type", "document_name"),
	"ToDo": ("reference_type", "reference_name"),
	"Communication": ("reference_doctype", "reference_name"),
}


# Of these, what asks for no more than reading the record.
BY_READING = ("Comment", "Document Follow")


# The way to a box that one may read names the rooms above it.
NAMED_ABOVE = ("Archive Location",)


@dataclass(frozen=True)
class Canary:
	"""A record and the words that tell it was shown."""

	doctype: str
	name: str
	township: str | None
	words: tuple[str, ...]


def states(canaries: list[Canary], readable: set[Canary]) -> dict[Canary, str]:
	"""Each record with its rows and what hangs on it, as one text to compare; "gone" for one that was renamed.

	Whoever may read a record may comment on it and follow it.
	"""
	kinds: dict[str, list[str]] = {}
	for canary in canaries:
		kinds.setdefault(canary.doctype, []).append(canary.name)
	parts: dict[tuple[str, str], list] = {(c.doctype, c.name): [] for c in canaries}
	for doctype, names in kinds.items():
		for row in frappe.get_all(doctype, filters={"name": ["in", names]}, fields=["*"], order_by="name"):
			# who has opened, likes or comments on a record is noted on it as well
			for note in ("_seen", "_liked_by", "_comments"):
				row.pop(note, None)
			parts[doctype, row.name].append(row)
		for table in frappe.get_meta(doctype).get_table_fields():
			inside = {"parent": ["in", names], "parenttype": doctype}
			for row in frappe.get_all(table.options, filters=inside, fields=["*"], order_by="name"):
				parts[doctype, row.parent].append(row)
	every = [canary.name for canary in canaries]
	open_ = {(canary.doctype, canary.name) for canary in readable}
	for kind, (doctype, name) in HANGING.items():
		fields = ["name", f"{doctype} as kind", f"{name} as record"]
		for row in frappe.get_all(kind, filters={name: ["in", every]}, fields=fields, order_by="name"):
			if (row.kind, row.record) in parts and not (
				kind in BY_READING and (row.kind, row.record) in open_
			):
				parts[row.kind, row.record].append((kind, row.name))
	return {
		canary: json.dumps(parts[canary.doctype, canary.name], default=str) or "gone" for canary in canaries
	}


def differences(before: str, after: str) -> str:
	"""What of a record is another than before: its columns and those of its rows, or what was hung on it."""
	if "gone" in (before, after):
		return after
	rows = {
		(row.get("doctype"), row["name"]) if isinstance(row, dict) else tuple(row): row
		for row in json.loads(before)
	}
	changed = []
	for row in json.loads(after):
		old = rows.pop((row.get("doctype"), row["name"]) if isinstance(row, dict) else tuple(row), None)
		if old is None:
			changed.append(f"+{row.get('name') if isinstance(row, dict) else row}")
		elif isinstance(row, dict):
			changed += [
				f"{field} {old.get(field)!r} → {value!r}"
				for field, value in row.items()
				if old.get(field) != value
			]
	return "; ".join([*changed, *(f"-{key[-1]}" for key in rows)])[:400]


def place() -> list[Canary]:
	"""Mark a record of every scoped DocType inside and outside the township, and an accusation."""
	placed = []
	for doctype in sorted(frappe.get_hooks("socaid_scoped_doctypes")):
		for township in (INSIDE, OUTSIDE):
			name = frappe.db.get_value(
				doctype, {"township": township}, "name", order_by="creation asc, name asc"
			)
			if name:
				placed.append(_mark(doctype, name, township))
		county = frappe.db.get_value(
			doctype, {"township": ["is", "not set"]}, "name", order_by="creation asc"
		)
		if county:
			placed.append(_mark(doctype, county, None))
	accusation = frappe.db.get_value("Petition", {"restricted": 1}, ["name", "township"])
	if accusation and accusation[0] not in {canary.name for canary in placed}:
		placed.append(_mark("Petition", *accusation))
	frappe.db.commit()
	return placed


def _mark(doctype: str, name: str, township: str | None) -> Canary:
	word = f"KANARI{token_hex(6)}"
	meta = frappe.get_meta(doctype)
	values = {
		field.fieldname: word
		for field in meta.fields
		if field.fieldtype in MARKED_TYPES
		and not field.unique
		and field.fieldname not in NUMBERS
		and (field.length or len(word)) >= len(word)
	}
	if values:
		frappe.db.set_value(doctype, name, values, update_modified=False)
	words = [word]
	if doctype == "Recipient":
		full = frappe.db.get_value("Recipient Identity", name, ["id_number", "phone", "bank_account"])
		words += [number for number in full or () if number and len(number) > 8]
	return Canary(doctype, name, township, tuple(words))


def secrets() -> list[str]:
	"""What nobody is shown: password hashes and the sessions of others."""
	hashes = [
		row[0] for row in frappe.db.sql("select password from __Auth where fieldname = 'password' limit 50")
	]
	sessions = [row[0] for row in frappe.db.sql("select sid from tabSessions limit 50")]
	key = frappe.conf.get("encryption_key")
	return [word for word in [*hashes, *sessions, key, frappe.conf.db_password] if word and len(word) > 12]
