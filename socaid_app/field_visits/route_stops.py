"""The stops of a route plan: the day's planned visits, each in one plan only, with what is known of the family."""

import frappe
from frappe.model.document import Document
from frappe.utils import cint, cstr, flt, getdate

from socaid_app.field_visits import routing, visits
from socaid_app.permissions.divisions import bounds

PLAN, STOP, TEAM, VISIT = "Route Plan", "Route Stop", "Route Team", "Home Visit"
DRAFT, PLANNED, RELEASED = "Draft", "Planned", "Released"
URGENCY = {"Complaint": 5, "Spot Check": 3, "Screening": 2, "Regular Visit": 2, "Callback Visit": 2}
OVERDUE_URGENCY, LEAST_URGENCY = 4, 1


@frappe.whitelist(methods=["POST"])
def fill(route_plan: str) -> int:
	"""Bring in the day's planned visits of the area that stand in no plan of that day; returns how many."""
	doc = open_plan(route_plan)
	low, high = bounds(doc.division)
	names = frappe.get_list(
		VISIT,
		filters=[
			["status", "=", visits.PLANNED],
			["planned_on", "=", doc.planned_on],
			["division", ">=", low],
			["division", "<=", high],
		],
		pluck="name",
		order_by="division, name",
		limit_page_length=0,
	)
	known = {row.visit for row in doc.stops} | set(in_other_plans(doc, names))
	new = [name for name in names if name not in known]
	for values in stops_of(new):
		doc.append("stops", values)
	if new:
		doc.save()
	return len(new)


def in_other_plans(doc: Document, names: list[str]) -> dict[str, str]:
	"""Visits that stand in another plan of the same day → that plan."""
	if not names:
		return {}
	stop, other = frappe.qb.DocType(STOP), frappe.qb.DocType(PLAN)
	rows = (
		frappe.qb.from_(stop)
		.join(other)
		.on(other.name == stop.parent)
		.select(stop.visit, other.name)
		.where(stop.visit.isin(names))
		.where(other.planned_on == getdate(doc.planned_on))
		.where(other.name != cstr(doc.name))
	).run()
	return dict(rows)


def stops_of(names: list[str]) -> list[dict]:
	"""Rows of the stops table for visits, in the order given."""
	rows = visits_of(names)
	homes = by_name(
		"Recipient Household", {row.household for row in rows.values()}, ["latitude", "longitude", "address"]
	)
	tasks = by_name("Screening Task", {row.task for row in rows.values() if row.task}, ["due_on"])
	return [_stop_row(rows[name], homes, tasks) for name in names if name in rows]


def _stop_row(visit, homes: dict, tasks: dict) -> dict:
	home, task = homes.get(visit.household, frappe._dict()), tasks.get(visit.task, frappe._dict())
	urgency = URGENCY.get(visit.purpose, LEAST_URGENCY)
	if cint(visit.reschedule_count) or (task.due_on and getdate(task.due_on) <= getdate(visit.planned_on)):
		urgency = max(urgency, OVERDUE_URGENCY)
	return {
		"visit": visit.name,
		"head_name": visit.head_name,
		"address": cstr(visit.address or home.address)[:140],
		"latitude": home.latitude,
		"longitude": home.longitude,
		"minutes": cint(visit.expected_minutes) or 60,
		"priority": urgency,
	}


def visits_of(names: list[str]) -> dict[str, frappe._dict]:
	fields = ["household", "head_name", "address", "purpose", "task", "division", "status", "planned_on"]
	fields += ["expected_minutes", "reschedule_count", "check_in_at", "check_out_at"]
	return by_name(VISIT, names, fields)


def by_name(doctype: str, names, fields: list[str]) -> dict[str, frappe._dict]:
	if not names:
		return {}
	rows = frappe.get_all(
		doctype, filters={"name": ("in", sorted(names))}, fields=["name", *fields], order_by="name"
	)
	return {row.name: row for row in rows}


def open_plan(route_plan: str) -> Document:
	doc = frappe.get_doc(PLAN, route_plan, for_update=True)
	doc.check_permission("write")
	return doc


def position(row) -> routing.Position | None:
	"""Coordinates of a record. Zero means unknown: no county lies on the equator or the Greenwich meridian."""
	if not row or not flt(row.latitude) or not flt(row.longitude):
		return None
	return flt(row.latitude), flt(row.longitude)
