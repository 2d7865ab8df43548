"""The requests that Desk's list view sends, built as it builds them (``list_view.js``)."""

from __future__ import annotations

import json
import re

import frappe
from frappe.desk import reportview
from frappe.modules.utils import get_module_path, scrub

STANDARD_FIELDS = (
	"name",
	"owner",
	"creation",
	"modified",
	"modified_by",
	"_user_tags",
	"_comments",
	"_assign",
	"_liked_by",
	"docstatus",
	"idx",
)
# Desk counts no further, and shows "1000+".
COUNT_LIMIT = 1001
LAYOUT = ("Section Break", "Column Break", "Tab Break")


def page_arguments(doctype: str, rows: int = 20) -> dict:
	meta = frappe.get_meta(doctype)
	shown = [field.fieldname for field in meta.fields if field.in_list_view and field.fieldtype not in LAYOUT]
	names = [*STANDARD_FIELDS, *shown, meta.title_field, *_added_fields(doctype), meta.sort_field]
	names = [name for name in dict.fromkeys(names) if name]
	fields = [f"`tab{doctype}`.`{name}`" for name in names]
	for name in shown:
		title = _link_title(meta.get_field(name))
		if title:
			fields.append(f"{name}.{title} as {name}_{title}")
	return {
		"doctype": doctype,
		"fields": json.dumps(fields),
		"filters": "[]",
		"order_by": f"`tab{doctype}`.`{meta.sort_field}` {meta.sort_order.lower()}",
		"start": 0,
		"page_length": rows,
		"view": "List",
		"with_comment_count": 1,
	}


def _added_fields(doctype: str) -> list[str]:
	"""``add_fields`` of the DocType's own list settings."""
	name = scrub(doctype)
	path = f"{get_module_path(frappe.get_meta(doctype).module)}/doctype/{name}/{name}_list.js"
	try:
		with open(path, encoding="utf-8") as file:
			found = re.search(r"add_fields:\s*\[(.*?)\]", file.read(), re.S)
	except FileNotFoundError:
		return []
	return re.findall(r'"(\w+)"', found.group(1)) if found else []


def _link_title(field) -> str | None:
	if field.fieldtype != "Link":
		return None
	target = frappe.get_meta(field.options)
	return target.title_field if target.show_title_field_in_link else None


def open_page(user: str, doctype: str, rows: int = 20) -> int:
	"""The list's two requests, rows and count, each beginning as a new request does; returns the rows shown."""
	arguments = page_arguments(doctype, rows)
	answer = request(user, reportview.get, arguments)
	request(
		user,
		reportview.get_count,
		{"doctype": doctype, "filters": "[]", "fields": "[]", "distinct": "false", "limit": COUNT_LIMIT},
	)
	return len(answer.get("values") or []) if isinstance(answer, dict) else len(answer)


def request(user: str, method, arguments: dict):
	"""Call a whitelisted function with the process's caches as empty as at the start of a request."""
	frappe.set_user(user)
	frappe.local.request_cache.clear()
	frappe.local.form_dict = frappe._dict(arguments)
	return method()
