"""A record is asked for by its name.

Frappe also takes a filter in place of a name, and answers whether something matches to whoever may not list it: by
"not permitted" instead of "not found", by the permissions of a document, by an error on saving. A number does
the same, since the database compares it with every name that begins with no digit.
"""

from __future__ import annotations

import json
import re

import frappe
from frappe import _
from frappe.utils import cstr

# What Frappe's functions call the name of a record, and what carries records with names in them.
NAMES = (
	"name",
	"docname",
	"doc_name",
	"docnames",
	"dn",
	"reference_name",
	"ref_docname",
	"ref_name",
	"share_name",
	"source_name",
	"source_names",
	"old_name",
	"names",
	"parent",
)
CARRIERS = ("doc", "docs", "data", "args", "items", "reports")


# Where Frappe's lists take "link.field", and its cards and charts the field they count by.
LISTED = ("fields", "order_by", "group_by")
CARDS, COUNTED = (
	("chart", "doc"),
	("aggregate_function_based_on", "group_by_based_on", "value_based_on", "based_on"),
)


class NotAName(frappe.ValidationError):
	pass


def refuse_filters_for_names() -> None:
	"""Hook ``before_request``."""
	form = frappe.local.form_dict
	_check(form)
	for carrier in CARRIERS:
		carried = _parsed(form.get(carrier))
		for row in carried if isinstance(carried, list) else [carried]:
			if isinstance(row, dict):
				_check(row)


def refuse_joined_petitions() -> None:
	"""Hook ``before_request``: from a record that links to a petition a list reads the link, not the petition.

	Of a linked record Frappe asks only whether the user may read records of that kind at all.
	"""
	form = frappe.local.form_dict
	said = [cstr(form[part]) for part in LISTED if form.get(part)]
	for card in CARDS:
		# what somebody writes into a record is no field, though it may look like one
		if isinstance(settings := _parsed(form.get(card)), dict):
			said += [cstr(settings.get(field)) for field in COUNTED]
	said = " ".join(said)
	joined = set(re.findall(r"(?<![\w.])`?([a-z_]+)`?\.`?[a-z_]", said))
	kinds = frappe.get_hooks("socaid_petition_doctypes")
	link = {"fieldname": ["in", joined], "fieldtype": "Link", "options": ["in", kinds]}
	if joined and (frappe.db.exists("DocField", link) or frappe.db.exists("Custom Field", link)):
		frappe.throw(_("List the petitions to see what they say."), frappe.PermissionError)


def _check(values: dict) -> None:
	for field in NAMES:
		if values.get(field) is not None:
			require_plain(_parsed(values[field]))


def _parsed(value):
	"""Functions of Frappe parse what looks like JSON; a plain string stays what it is."""
	if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
		try:
			return json.loads(value)
		except ValueError:
			return value
	return value


def require_plain(value):
	"""Raises NotAName unless ``value`` is a name or a list of names; returns it."""
	for name in value if isinstance(value, list) else [value]:
		plain = isinstance(name, str) or (isinstance(name, int) and name)
		if not plain:
			frappe.throw(_("Give the name of the record; to search use a list."), NotAName)
	return value
