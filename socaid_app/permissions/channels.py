"""Functions of Frappe that answer any user about any record, asked for permission first.

``frappe.client.get_count`` counts whatever filter one sends, ``get_link_title`` names any record, and the
global search shows every record of a readable DocType, as does the map where no filter is set; counts by
assignment, tag, workflow state and connection ask for no permission at all; link fields list everything when
told to ignore user permissions; a heatmap and a goal count with any filter. With scoped records each is a way to
find out numbers or names by guessing. hooks.py puts these in their place; doors.csv judges all of Frappe's.
"""

from __future__ import annotations

from collections import defaultdict

import frappe
from frappe import _, client
from frappe.desk import listview, notifications, search, treeview
from frappe.desk.doctype.dashboard_chart import dashboard_chart
from frappe.desk.doctype.event import event
from frappe.desk.doctype.kanban_board import kanban_board
from frappe.desk.doctype.notification_settings import notification_settings
from frappe.desk.doctype.system_console import system_console
from frappe.desk.doctype.tag import tag as tags
from frappe.desk.form import load
from frappe.desk.form import utils as form_utils
from frappe.geo.utils import convert_to_geojson
from frappe.model import mapper
from frappe.model.db_query import DatabaseQuery
from frappe.utils import cint, get_safe_filters, goal
from frappe.utils import global_search as frappe_search
from frappe.workflow.doctype.workflow import workflow

from socaid_app.frappe_versions import aggregate
from socaid_app.permissions.record_names import require_plain
from socaid_app.permissions.scope import listed_name, scoped_doctypes
from socaid_app.policy.names import canonical

DIVISION = "Administrative Division"


def limited(doctype: str) -> bool:
	"""Whether this app limits the lists of a DocType: scoped records, their rows, and what refers to petitions."""
	paths = frappe.get_hooks("permission_query_conditions").get(doctype, [])
	return any(path.startswith("socaid_app.") for path in paths)


def answering(method: str | None) -> str | None:
	"""The function that answers in place of ``method``, where Frappe lets a request name one."""
	return (frappe.get_hooks("override_whitelisted_methods").get(method) or [method])[-1]


# --- one record ---------------------------------------------------------------------------------------------
@frappe.whitelist()
def get(doctype: str, name=None, filters=None, parent: str | None = None) -> dict:
	"""Frappe's document by name or filter; with a filter, the first the user may list.

	Frappe says "not permitted" where something matches and "not found" where nothing does, which answers any
	question about the records one may not see.
	"""
	if not name and filters not in (None, "") and limited(doctype):
		name, filters = listed_name(doctype, frappe.parse_json(filters), parent), None
	return client.get(doctype, name, filters, parent)


@frappe.whitelist()
def get_next(
	doctype: str, value: str, prev, filters=None, sort_order: str = "desc", sort_field: str = "modified"
) -> str | None:
	"""Frappe's neighbour of a record, of one the user may read: it reads ``sort_field`` of any."""
	if limited(doctype):
		frappe.has_permission(doctype, "read", doc=require_plain(value), throw=True)
	return form_utils.get_next(doctype, value, prev, filters, sort_order, sort_field)


@frappe.whitelist()
def update_order(board_name: str, order: str):
	"""Frappe's order of a Kanban board; the cards are names."""
	for cards in frappe.parse_json(order).values():
		require_plain(cards)
	return kanban_board.update_order(board_name, order)


@frappe.whitelist()
def get_password(doctype: str, name: str, fieldname: str) -> str:
	"""Passwords and keys in clear text are the Administrator's alone."""
	frappe.only_for("Administrator")
	return client.get_password(doctype, name, fieldname)


# --- lists ----------------------------------------------------------------------------------------------------
@frappe.whitelist()
def search_link(
	doctype: str,
	txt: str,
	query: str | None = None,
	filters: str | dict | list | None = None,
	page_length: int = 10,
	searchfield: str | None = None,
	reference_doctype: str | None = None,
	ignore_user_permissions: bool = False,
) -> list:
	"""Frappe's suggestions of a link field; the field's "ignore user permissions" does not lift our limits."""
	found = search.search_link(
		doctype,
		txt,
		answering(query),
		filters,
		page_length,
		searchfield,
		reference_doctype,
		ignore_user_permissions and not limited(doctype),
	)
	return _in_the_users_words(doctype, found)


def _in_the_users_words(doctype: str, suggestions: list[dict]) -> list[dict]:
	"""Beside a suggestion stand values as they are stored; those of a Select have a translation."""
	if doctype == "User":
		# the login says less than the name beside it
		return [
			{**one, "label": one.get("description") or one["value"], "description": ""} for one in suggestions
		]
	meta, words, codes = frappe.get_meta(doctype), {}, False
	for field in filter(None, map(meta.get_field, meta.get_search_fields())):
		if field.fieldtype == "Select":
			words |= {word: _(word, context=doctype) for word in (field.options or "").split("\n") if word}
		elif field.fieldtype == "Link" and frappe.get_meta(field.options).translated_doctype:
			words |= {word: _(word) for word in frappe.get_all(field.options, pluck="name", order_by="name")}
		codes |= field.options == DIVISION
	beside = {one["value"]: one["description"].split(", ") for one in suggestions if one.get("description")}
	if codes:
		named = {part for parts in beside.values() for part in parts if part.isdigit()}
		words |= dict(
			frappe.get_all(
				DIVISION, {"name": ["in", named]}, ["name", "division_name"], as_list=True, order_by="name"
			)
		)
	for one in suggestions if words else ():
		if one.get("description"):
			one["description"] = ", ".join(words.get(part, part) for part in beside[one["value"]])
	return suggestions


@frappe.whitelist()
def search_widget(
	doctype: str,
	txt: str,
	query: str | None = None,
	searchfield: str | None = None,
	start: int = 0,
	page_length: int = 10,
	filters: str | None | dict | list = None,
	filter_fields=None,
	as_dict: bool = False,
	reference_doctype: str | None = None,
	ignore_user_permissions: bool = False,
):
	"""The same for the search dialog."""
	return search.search_widget(
		doctype,
		txt,
		answering(query),
		searchfield,
		start,
		page_length,
		filters,
		filter_fields,
		as_dict,
		reference_doctype,
		ignore_user_permissions and not limited(doctype),
	)


@frappe.whitelist()
def get_all_nodes(doctype: str, label: str, parent: str, tree_method: str, **filters):
	"""Frappe's tree, by the function that answers."""
	return treeview.get_all_nodes(doctype, label, parent, answering(tree_method), **filters)


@frappe.whitelist()
def map_docs(method: str, source_names: str, target_doc: str, args: str | None = None):
	"""Frappe's mapping of several documents, by the function that answers."""
	return mapper.map_docs(answering(method), source_names, target_doc, args)


# --- figures ----------------------------------------------------------------------------------------------------
@frappe.whitelist()
def get_chart(
	chart_name: str | None = None,
	chart=None,
	no_cache=None,
	filters=None,
	from_date=None,
	to_date=None,
	timespan=None,
	time_interval=None,
	heatmap_year=None,
	refresh=None,
):
	"""Frappe's dashboard chart: by what the user may list, except a heatmap, which counts everything."""
	asked = frappe.get_doc("Dashboard Chart", chart_name) if chart_name else frappe.parse_json(chart)
	if asked.get("type") == "Heatmap" and asked.get("chart_type") != "Group By":
		require_open(asked.get("document_type"), asked.get("parent_document_type"))
	# Frappe looks at keywords only
	return dashboard_chart.get(
		chart_name=chart_name,
		chart=chart,
		no_cache=no_cache,
		filters=filters,
		from_date=from_date,
		to_date=to_date,
		timespan=timespan,
		time_interval=time_interval,
		heatmap_year=heatmap_year,
		refresh=refresh,
	)


@frappe.whitelist()
def get_monthly_goal_graph_data(
	title: str,
	doctype: str,
	docname: str,
	goal_value_field: str,
	goal_total_field: str,
	goal_history_field: str,
	goal_doctype: str,
	goal_doctype_link: str,
	goal_field: str,
	date_field: str,
	aggregation: str = "sum",
	filters: str | dict | None = None,
) -> dict:
	"""Frappe's goal chart; of records it may count."""
	require_open(goal_doctype)
	return goal.get_monthly_goal_graph_data(
		title,
		doctype,
		docname,
		goal_value_field,
		goal_total_field,
		goal_history_field,
		goal_doctype,
		goal_doctype_link,
		goal_field,
		date_field,
		aggregation,
		filters,
	)


def require_open(doctype: str, parent: str | None = None) -> None:
	"""Raises PermissionError unless the user may count all records of a DocType, with any filter."""
	frappe.has_permission(doctype, "read", parent_doctype=parent, throw=True)
	if limited(doctype):
		frappe.throw(
			_("Use the filters of the list to count these records."),
			frappe.PermissionError,
		)


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
	found = frappe_search.search(canonical(text), start=start, limit=limit, doctype=doctype)
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


@frappe.whitelist()
def validate_link(doctype: str, docname: str, fields=None) -> dict:
	"""The checked name and further fields of a record; of one the user may not read, what a wrong name gives."""
	if doctype in scoped_doctypes() and not may_read(doctype, docname):
		return frappe._dict(name=None)
	return client.validate_link(doctype, docname, fields)


def may_read(doctype: str, name: str) -> bool:
	return bool(
		isinstance(name, str)
		and frappe.db.exists(doctype, name)
		and frappe.has_permission(doctype, "read", doc=name)
	)


@frappe.whitelist()
def get_open_count(doctype: str, name: str, items=None) -> dict:
	"""Frappe's counts of connected records, by what the user may list."""
	answer = notifications.get_open_count(doctype, name, items)
	links = frappe.get_meta(doctype).get_dashboard_data()
	counts = answer.get("count") or {}
	for row in counts.get("external_links_found", []) if isinstance(counts, dict) else []:
		if row["doctype"] in scoped_doctypes():
			field = links.get("non_standard_fieldnames", {}).get(row["doctype"], links.get("fieldname"))
			row["count"] = _listed(row["doctype"], {field: name}) if field else 0
			row["open_count"] = min(row["open_count"], row["count"])
	return answer


def _listed(doctype: str, filters: dict) -> int:
	if not frappe.has_permission(doctype, "read"):
		return 0
	return len(
		frappe.get_list(doctype, filters=filters, pluck="name", order_by="name", limit_page_length=100)
	)


@frappe.whitelist()
def get_group_by_count(doctype: str, current_filters: str, field: str) -> list[dict]:
	"""Frappe's counts by a field; those by assignment are made of the records the user may list."""
	if field != "assigned_to" or not limited(doctype):
		return listview.get_group_by_count(doctype, current_filters, field)
	names = frappe.get_list(
		doctype,
		filters=frappe.parse_json(current_filters),
		pluck="name",
		order_by="name",
		limit_page_length=0,
	)
	assigned: dict[str, int] = defaultdict(int)
	for user in frappe.get_all(
		"ToDo",
		filters={"reference_type": doctype, "reference_name": ["in", names or [""]], "status": "Open"},
		pluck="allocated_to",
		order_by="allocated_to",
	):
		assigned[user] += 1
	counts = [frappe._dict(name=user, count=count) for user, count in assigned.items()]
	return sorted(counts, key=lambda row: -row.count)[:50]


@frappe.whitelist()
def get_tagged_docs(doctype: str, tag: str) -> list:
	"""The names of tagged records the user may list, as rows."""
	found = tags.get_tagged_docs(doctype, tag)
	if not limited(doctype):
		return found
	names = [row[0] for row in found]
	return frappe.get_list(
		doctype, filters={"name": ["in", names or [""]]}, order_by="name", as_list=True, limit_page_length=0
	)


@frappe.whitelist()
def get_workflow_state_count(doctype: str, workflow_state_field: str, states) -> list:
	"""Frappe's counts by workflow state, which the form of a workflow asks for before it saves.

	Of limited records it counts across all divisions: by the state field of a stored workflow, for whoever may change
	it, and in numbers alone; of petitions not at all.
	"""
	stored = {"document_type": doctype, "workflow_state_field": workflow_state_field}
	secret = doctype in frappe.get_hooks("socaid_petition_doctypes")
	if secret or not (frappe.has_permission("Workflow", "write") and frappe.db.exists("Workflow", stored)):
		require_open(doctype)
		return workflow.get_workflow_state_count(doctype, workflow_state_field, states)
	counts = frappe.get_all(
		doctype,
		filters={workflow_state_field: ["not in", [*map(str, frappe.parse_json(states)), ""]]},
		fields=[workflow_state_field, aggregate("count", "*", "count")],
		group_by=workflow_state_field,
		order_by=workflow_state_field,
	)
	return [row for row in counts if row[workflow_state_field]]


@frappe.whitelist()
def execute_code(doc: str) -> dict:
	"""The system console reads any table; it is the Administrator's alone."""
	if frappe.session.user != "Administrator":
		frappe.throw(_("Only the Administrator uses the system console."), frappe.PermissionError)
	return system_console.execute_code(doc)


# --- tags, following, calendars ---------------------------------------------------------------------------------
@frappe.whitelist()
def add_tag(tag: str, dt: str, dn: str, color: str | None = None) -> str:
	"""Frappe's tag on a record; of one the user may change."""
	frappe.has_permission(dt, "write", doc=require_plain(dn), throw=True)
	return tags.add_tag(tag, dt, dn, color)


@frappe.whitelist()
def add_tags(tags: str | list, dt: str, docs: str | list, color: str | None = None) -> None:
	"""Frappe's tags on several records; all of them the user's to change, or none."""
	names = require_plain(frappe.parse_json(docs))
	for name in names:
		# before the first is written
		frappe.has_permission(dt, "write", doc=name, throw=True)
	for name in names:
		for tag in frappe.parse_json(tags):
			add_tag(tag, dt, name, color)


@frappe.whitelist()
def remove_tag(tag: str, dt: str, dn: str) -> None:
	"""Frappe takes a tag off a record; off one the user may change."""
	frappe.has_permission(dt, "write", doc=require_plain(dn), throw=True)
	tags.remove_tag(tag, dt, dn)


@frappe.whitelist()
def get_documents_for_tag(tag: str) -> list:
	"""Frappe's records of a tag, those the user may read."""
	return [
		row
		for row in tags.get_documents_for_tag(tag)
		if frappe.has_permission(row["doctype"], "read", doc=row["name"])
	]


@frappe.whitelist()
def get_docinfo(doc=None, doctype: str | None = None, name: str | None = None) -> None:
	"""Frappe's comments, versions and attachments of a record; of the stored one, whatever ``doc`` says."""
	load.get_docinfo(None, doctype, name)


@frappe.whitelist()
def get_events(start: str, end: str, user: str | None = None, for_reminder=False, filters=None) -> list:
	"""Frappe's calendar of appointments; one's own, not those of the ``user`` one names."""
	return event.get_events(start, end, frappe.session.user, False, filters)


@frappe.whitelist()
def set_seen_value(value: int | str, user: str | None = None) -> None:
	"""Frappe's note that the bell was opened; the own bell."""
	notification_settings.set_seen_value(cint(value), frappe.session.user)
