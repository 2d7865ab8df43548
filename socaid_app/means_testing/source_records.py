"""Comparison Sources: the records of the Desk as the engine reads them, and back from what is shipped.

The engine's own reader judges them (comparison/data_sources.py), so that whatever can be saved can be read; its errors
say where and what to do. What a source in use proves is asked of no applicant (Social Assistance Law Art. 62).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from socaid_app.comparison import data_sources, kinds
from socaid_app.comparison.data_sources import Source
from socaid_app.comparison.fields import LayoutError

DOCTYPE = "Comparison Source"
PROOFS = Path(__file__).parent.parent / "setup" / "comparison_proofs.json"
# Kind of value as people choose it → as the engine calls it.
KINDS = {
	"Free Text": kinds.TEXT,
	"Code": kinds.CODE,
	"Quantity": kinds.NUMBER,
	"Money": kinds.MONEY,
	"Date": kinds.DATE,
	"Yes or No": kinds.TRUTH,
}
CHOICES = {kind: choice for choice, kind in KINDS.items()}


class SourceInvalid(frappe.ValidationError):
	pass


# --- a record as the engine reads it --------------------------------------------------------------------------
def source_of(doc: Document) -> Source:
	"""Raises SourceInvalid with the engine's sentence."""
	try:
		return data_sources.source_from(as_configuration(doc))
	except LayoutError as error:
		frappe.throw(str(error), SourceInvalid)


def as_configuration(doc: Document) -> dict:
	"""What ``setup/comparison_sources.json`` would say of it."""
	codes: dict[str, dict[str, list[str]]] = {}
	for row in doc.reply_codes:
		codes.setdefault(row.field_name or "", {})[row.value or ""] = [row.meaning, *lines(row.written_as)]
	return {
		"key": doc.source_key or "",
		"title": doc.title,
		"agency": doc.agency,
		"number": lines(doc.number_headings),
		"sheet": doc.sheet or "",
		"fields": [_field(row, codes.get(row.field_name or "")) for row in doc.reply_fields],
		"report_day": doc.report_day or "",
		"valid_months": cint(doc.valid_months),
		"fresh_days": cint(doc.fresh_days),
		"to_be_confirmed": bool(cint(doc.to_be_confirmed)),
		"note": doc.note or "",
	}


def _field(row: Document, codes: Mapping | None) -> dict:
	return {
		"name": row.field_name or "",
		"label": row.field_label or "",
		"kind": KINDS.get(row.kind, row.kind),
		"columns": lines(row.headings),
		"unit": row.unit or "",
		"days": lines(row.date_forms),
		"codes": codes or {},
		"missing": lines(row.missing_words),
		"optional": bool(cint(row.optional)),
	}


def lines(text: str | None) -> list[str]:
	"""What stands in the lines of a text."""
	return [line.strip() for line in (text or "").splitlines() if line.strip()]


def named(key: str | None) -> dict[str, Source]:
	"""The source of a rule by its key, as the engine asks for it; of a rule over the register alone, none."""
	return {key: source_of(frappe.get_cached_doc(DOCTYPE, key))} if key else {}


# --- what a save asks -----------------------------------------------------------------------------------------
def check(doc: Document) -> Source:
	"""From ``validate``. Raises SourceInvalid."""
	source = source_of(doc)
	_check_codes(doc, source)
	_check_proofs(doc)
	return source


def _check_codes(doc: Document, source: Source) -> None:
	"""A code list of no field would be lost without a word, and so would a value that stands there twice."""
	seen = set()
	for row in doc.reply_codes:
		field = source.field(row.field_name)
		if not field or field.kind != kinds.CODE:
			frappe.throw(
				_("Code Lists, line {0}: there is no field “{1}” of the kind Code.").format(
					row.idx, row.field_name
				),
				SourceInvalid,
			)
		if (row.field_name, row.value) in seen:
			frappe.throw(
				_(
					"Code Lists, line {0}: “{1}” of “{2}” stands there twice. Write all of its words in one line."
				).format(row.idx, row.value, row.field_name),
				SourceInvalid,
			)
		seen.add((row.field_name, row.value))


def _check_proofs(doc: Document) -> None:
	"""A material is known by its words: one that stands in no checklist would go on being asked for."""
	known = _listed_materials()
	for row in doc.proofs:
		if row.material not in known:
			frappe.throw(
				_("No checklist of an assistance category has the material “{0}”. There are: {1}.").format(
					row.material, "、".join(sorted(known))
				),
				SourceInvalid,
			)


def _listed_materials() -> set[str]:
	rows = frappe.get_all(
		"Category Material",
		filters={"parenttype": "Assistance Category"},
		pluck="material",
		order_by="material",
	)
	return set(rows)


def proven_materials() -> list[str]:
	"""Hook ``socaid_proven_materials``: what the sources in use prove."""
	in_use = frappe.get_all(DOCTYPE, filters={"enabled": 1}, pluck="name", order_by="name")
	return frappe.get_all(
		"Comparison Source Proof",
		filters={"parenttype": DOCTYPE, "parent": ["in", in_use or [""]]},
		pluck="material",
		order_by="material",
	)


# --- what is shipped ------------------------------------------------------------------------------------------
@cache
def shipped() -> Mapping[str, Mapping]:
	records = json.loads(data_sources.SHIPPED.read_text(encoding="utf-8"))
	return {record["key"]: record for record in records}


def seed() -> None:
	"""Sources that are not there yet, switched off until their agency answers; what a county has changed stays."""
	there = set(frappe.get_all(DOCTYPE, pluck="name", order_by="name"))
	extras = json.loads(PROOFS.read_text(encoding="utf-8"))
	listed = _listed_materials()
	for key, record in shipped().items():
		if key in there:
			continue
		doc = frappe.get_doc({"doctype": DOCTYPE, **_values(record)})
		doc.is_financial = int(key in extras["financial"])
		for material in extras["proves"].get(key, ()):
			if material in listed:
				doc.append("proofs", {"material": material})
		doc.insert(ignore_permissions=True)


def _values(record: Mapping) -> dict:
	return {
		"source_key": record["key"],
		"title": record["title"],
		"agency": record["agency"],
		"number_headings": "\n".join(record.get("number", ())),
		"sheet": record.get("sheet", ""),
		"report_day": record.get("report_day", ""),
		"valid_months": record.get("valid_months", Source.valid_months),
		"fresh_days": record.get("fresh_days", Source.fresh_days),
		"to_be_confirmed": int(record.get("to_be_confirmed", False)),
		"note": record.get("note", ""),
		"reply_fields": [_column(one) for one in record["fields"]],
		"reply_codes": list(_code_rows(record["fields"])),
	}


def _column(one: Mapping) -> dict:
	return {
		"field_name": one["name"],
		"field_label": one["label"],
		"kind": CHOICES[one.get("kind", kinds.TEXT)],
		"headings": "\n".join(one.get("columns", ())),
		"unit": one.get("unit", ""),
		"date_forms": "\n".join(one.get("days", ())),
		"missing_words": "\n".join(one.get("missing", ())),
		"optional": int(one.get("optional", False)),
	}


def _code_rows(fields: Iterable[Mapping]) -> Iterable[dict]:
	for one in fields:
		for value, words in one.get("codes", {}).items():
			meaning, *others = (words,) if isinstance(words, str) else words
			yield {
				"field_name": one["name"],
				"value": value,
				"meaning": meaning,
				"written_as": "\n".join(others),
			}
