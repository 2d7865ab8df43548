"""Functions of Frappe that answer any user about any record, asked for permission first.

``frappe.client.get_count`` counts whatever filter one sends, ``get_link_title`` names any record, and the
global search shows every record of a readable DocType, as does the map where no filter is set. With scoped records each is a way to find out
numbers or names by guessing. hooks.py puts these in their place.
"""

from __future__ import annotations

from collections import defaultdict

import frappe
from frappe.desk import search
from frappe.geo.utils import convert_to_geojson
from frappe.model.db_query import DatabaseQuery
from frappe.utils import get_safe_filters
from frappe.utils import global_search as frappe_search

from socaid_app.permissions.scope import scoped_doctypes


@frappe.whitelist()
def get_count(doctype: str, filters=None, debug: bool = False, cache: bool = False) -> int:
	"""The number of records the user may list; raises PermissionError without read permission.

	Child tables and DocTypes without read permission are not counted at all.
	"""
	frappe.has_permission(doctype, "read", throw=True)
	query = DatabaseQuery(doctype).execute(
		filters=get_safe_filters(filters), fields=[f"`tab{doctype}`.`name`"], order_by=None, run=False
	)
	# Raw SQL round a built query, as Frappe's own list count does: the builder has no "count of a query".
	return frappe.db.sql(f"select count(*) from ({query}) counted")[0][0]


@frappe.whitelist()
def get_link_title(doctype: str, docname: str) -> str | None:
	"""The title of a record the user may read; of a stranger's record the bare name that was sent."""
	if doctype in scoped_doctypes() and not (
		frappe.db.exists(doctype, docname) and frappe.has_permission(doctype, "read", doc=docname)
	):
		return docname
	return search.get_link_title(doctype, docname)


@frappe.whitelist()
def global_search(text: str, start: int = 0, limit: int = 20, doctype: str = "") -> list:
	"""Frappe's global search, less the scoped records the user may not list."""
	found = frappe_search.search(text, start=start, limit=limit, doctype=doctype)
	names = defaultdict(list)
	for row in found:
		if row.doctype in scoped_doctypes():
			names[row.doctype].append(row.name)
	visible = {
		kind: set(frappe.get_list(kind, filters={"name": ["in", listed]}, pluck="name", order_by="name"))
		for kind, listed in names.items()
	}
	return [row for row in found if row.doctype not in names or row.name in visible[row.doctype]]


@frappe.whitelist()
def get_coords(doctype: str, filters: str | list | None, type: str) -> dict:
	"""The points of the map view, of the records the user may list; GeoJSON."""
	place = ["location"] if type == "location_field" else ["latitude", "longitude"]
	points = frappe.get_list(
		doctype,
		filters=get_safe_filters(filters),
		fields=["name", *place],
		order_by="name",
		limit_page_length=0,
	)
	return convert_to_geojson(type, points)
