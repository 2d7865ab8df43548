"""A visit as one self-contained document with a version per field, to be filled elsewhere and merged back.

A phone without network takes the payload along. What it sends back names the version each field had when it left;
a field that somebody else has changed since is not overwritten but reported.
"""

from __future__ import annotations

import json

import frappe
from frappe.model import display_fieldtypes
from frappe.model.document import Document

from socaid_app.field_visits import visits

# Filled in on site. Planning, safety and review have their own steps.
NOT_FILLED = {
	*visits.KEPT,
	"household",
	"head_name",
	"purpose",
	"category",
	"form_kind",
	"address",
	"planned_on",
	"task",
	"cycle",
	"division",
	"township",
	"visitors",
	"differences",
	"risk_score",
	"risk_level",
	"assessed_by",
	"assessed_at",
	"annual_income",
	"income_per_month",
	"care_grade",
}


def fields(visit: Document) -> list[str]:
	return [
		field.fieldname
		for field in visit.meta.fields
		if field.fieldtype not in display_fieldtypes and field.fieldname not in NOT_FILLED
	]


def value_of(visit: Document, field: str):
	"""A field's value, JSON-safe; a table as its rows without the record's own bookkeeping."""
	value = visit.get(field)
	if isinstance(value, list):
		return [
			{
				column.fieldname: plain(row.get(column.fieldname))
				for column in row.meta.fields
				if column.fieldtype not in display_fieldtypes
			}
			| {"name": row.name}
			for row in value
		]
	return plain(value)


def plain(value):
	return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def versions(visit: Document) -> dict[str, int]:
	return frappe.parse_json(visit.field_versions or "{}")


def count_versions(visit: Document) -> None:
	"""From ``validate``: the version of every field that this save changes goes up by one."""
	before = visit.get_doc_before_save()
	counted = versions(before) if before else {}
	for field in fields(visit):
		if not before or _content(visit, field) != _content(before, field):
			counted[field] = counted.get(field, 0) + 1
	visit.field_versions = json.dumps(counted, sort_keys=True)


def _content(visit: Document, field: str) -> str:
	value = value_of(visit, field)
	if isinstance(value, list):
		value = [{key: item for key, item in row.items() if key != "name"} for row in value]
	elif value in (None, "", 0, "0"):
		value = None
	return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


@frappe.whitelist()
def take(visit: str) -> dict:
	"""The payload: {name, status, fields: {field: value}, versions: {field: number}}."""
	doc = frappe.get_doc("Home Visit", visit)
	doc.check_permission("read")
	return {
		"name": doc.name,
		"status": doc.status,
		"fields": {field: value_of(doc, field) for field in fields(doc)},
		"versions": versions(doc),
	}


@frappe.whitelist(methods=["POST"])
def merge(payload: str | dict) -> dict:
	"""Bring back what was filled in elsewhere; ``payload`` as :func:`take` gave it, with changed ``fields``.

	Returns {"applied": [field], "conflicts": [{field, here, theirs}]}. Nothing in conflict is written; the
	visit's rules run as on every save.
	"""
	payload = frappe.parse_json(payload)
	doc = frappe.get_doc("Home Visit", payload["name"], for_update=True)
	doc.check_permission("write")
	applied, conflicts = [], []
	known, allowed = versions(doc), set(fields(doc))
	for field, theirs in payload.get("fields", {}).items():
		here = value_of(doc, field) if field in allowed else None
		if field not in allowed or here == theirs:
			continue
		if payload.get("versions", {}).get(field, 0) != known.get(field, 0):
			conflicts.append({"field": field, "here": here, "theirs": theirs})
			continue
		doc.set(field, theirs)
		applied.append(field)
	if applied:
		doc.save()
	return {"applied": applied, "conflicts": conflicts}
