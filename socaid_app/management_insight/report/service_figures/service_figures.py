"""服务数据: what the contractor owes the bureau, counted from the records and typed by nobody.

Visits, callbacks, receptions, services, applications handled, petitions, faults of data put right: how many in the
period, how many of them in time, and how satisfied the people are. What has no time limit has no share in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe import _, _lt
from frappe.utils import cint, getdate, today

from socaid_app import figures
from socaid_app.casework.places import add_names
from socaid_app.field_visits.benefits import COUNTED_VISIT
from socaid_app.management_insight import behind
from socaid_app.permissions.scope import scope_condition
from socaid_app.petition_desk import ledger
from socaid_app.reporting import column

PETITIONS = "Petitions and Satisfaction"


@dataclass(frozen=True)
class Item:
	"""Records v of a DocType in a period, and which of them were in time. SQL on v, none of it from outside."""

	label: str
	doctype: str
	# The day that puts a record into the period.
	day: str
	title: str
	where: str = "1 = 1"
	in_time: str = ""
	late: str = ""


ITEMS = {
	"visits": Item(_lt("Home Visits Made"), "Home Visit", "v.check_out_at", "head_name", COUNTED_VISIT),
	"tasks": Item(
		_lt("Visit Tasks Due"),
		"Screening Task",
		"v.due_on",
		"head_name",
		"v.status not in ('Left Out', 'Cannot Visit')",
		"v.status = 'Done' and v.done_on <= v.due_on",
		"(v.status = 'Done' and v.done_on > v.due_on) or (v.status != 'Done' and v.due_on < %(today)s)",
	),
	"callbacks": Item(
		_lt("Callbacks Due"),
		"Service Callback",
		"v.due_on",
		"name",
		"1 = 1",
		"v.status = 'Done' and date(v.called_at) <= v.due_on",
		"(v.status = 'Done' and date(v.called_at) > v.due_on) or (v.status != 'Done' and v.due_on < %(today)s)",
	),
	"receptions": Item(_lt("Receptions"), "Reception Record", "v.received_at", "name"),
	"services": Item(_lt("Services and Consultations"), "Service Record", "v.served_on", "name"),
	"accepted": Item(
		_lt("Applications Taken Up"), "Assistance Application", "v.accepted_on", "applicant_name"
	),
	"decided": Item(
		_lt("Applications Decided"),
		"Assistance Application",
		"v.decided_on",
		"applicant_name",
		"v.accepted_on is not null and v.workflow_state in ('Confirmed', 'Rejected')",
		"v.decided_on <= ifnull(v.service_due, ifnull(v.statutory_due, v.decided_on))",
		"v.decided_on > ifnull(v.service_due, ifnull(v.statutory_due, v.decided_on))",
	),
	"checks": Item(
		_lt("Service Checks Due"),
		"Service Check",
		"v.due_on",
		"template",
		"v.status != 'Check Cancelled' and v.concerns not in ('Survey', 'Period')",
		"v.checked_at is not null and date(v.checked_at) <= v.due_on",
		"date(v.checked_at) > v.due_on or (v.checked_at is null and v.due_on < %(today)s)",
	),
	"registers": Item(
		_lt("Register Entries Due"),
		"Register Entry",
		"v.due_on",
		"subject",
		"v.status not in ('Refused', 'Withdrawn') and v.restricted = 0",
		"v.status = 'Done' and date(v.finished_at) <= v.due_on",
		"(v.status = 'Done' and date(v.finished_at) > v.due_on) or (v.status != 'Done' and v.due_on < %(today)s)",
	),
	"rectified": Item(
		_lt("Faults of Data to Put Right"),
		"Data Quality Issue",
		"v.due_on",
		"subject",
		"1 = 1",
		"v.status in ('Rechecked', 'Closed') and ifnull(v.rechecked_on, v.due_on) <= v.due_on",
		"(v.status in ('Rechecked', 'Closed') and v.rechecked_on > v.due_on)"
		" or (v.status not in ('Rechecked', 'Closed') and v.due_on < %(today)s)",
	),
}
PARTS = ("found", "in_time", "late")
# What a commitment is measured by (service_management/acceptance.py).
MEASURES = {
	"Home Visits Made": "visits",
	"Visit Tasks in Time (%)": "tasks",
	"Callbacks in Time (%)": "callbacks",
	"Receptions Held": "receptions",
	"Services Rendered": "services",
	"Applications Decided in Time (%)": "decided",
	"Faults Put Right in Time (%)": "rectified",
	"Service Checks in Time (%)": "checks",
	"Register Entries in Time (%)": "registers",
}
OF_PETITIONS = {"Petitions in Time (%)": 0, "Petitioners Satisfied (%)": 1}


def execute(filters: dict | None = None):
	"""``filters``: from_date, to_date, township, list (one of PARTS), item (one of ITEMS)."""
	filters = frappe._dict(filters or {})
	if behind.asked_list(filters) in PARTS and filters.item in ITEMS:
		return list_columns(ITEMS[filters.item]), listed(ITEMS[filters.item], filters)
	rows = [*(_counted(key, item, filters) for key, item in ITEMS.items()), *_petitions(filters)]
	return columns(), rows, figures.meanings("service_number", "service_in_time"), chart(rows), summary(rows)


def measured(name: str, start, end) -> float | None:
	"""One figure of a period: the share in time where the service has a time limit, else how many."""
	filters = frappe._dict(from_date=start, to_date=end)
	if name in OF_PETITIONS:
		return _petitions(filters)[OF_PETITIONS[name]]["rate"]
	if name not in MEASURES:
		return None
	item = ITEMS[MEASURES[name]]
	row = _counted(MEASURES[name], item, filters)
	return row.rate if item.in_time else row.found


def criteria(item: Item, filters: frappe._dict) -> tuple[str, dict]:
	start, end = behind.period(filters)
	where = [f"{item.day} >= %(start)s", f"{item.day} < %(end)s + interval 1 day", f"({item.where})"]
	where += ["v.docstatus < 2"]
	if filters.township:
		where.append("v.township = %(township)s")
	# Frappe filters lists, not queries: the same criterion is put in by hand.
	if condition := scope_condition(item.doctype):
		where.append(condition.replace(f"`tab{item.doctype}`", "v"))
	return " and ".join(where), {
		"start": start,
		"end": end,
		"township": filters.township,
		"today": getdate(today()),
	}


def _counted(key: str, item: Item, filters: frappe._dict) -> dict:
	where, values = criteria(item, filters)
	tests = {"in_time": item.in_time, "late": item.late} if item.in_time else {}
	sums = "".join(f", cast(ifnull(sum({test}), 0) as int) as {part}" for part, test in tests.items())
	# Raw SQL: sums over cases.
	row = frappe.db.sql(
		f"select count(*) as found{sums} from `tab{item.doctype}` v where {where}", values, as_dict=True
	)[0]
	row.label = str(item.label)
	if tests:
		row.rate = behind.share(row.in_time, row.in_time + row.late)
	if frappe.has_permission(item.doctype, "read"):
		behind.here(row, "found", *tests, item=key)
	return row


def _petitions(filters: frappe._dict) -> list[dict]:
	"""Through the criterion of secrecy, like every count of petitions."""
	start, end = behind.period(filters)
	counted = ledger.counted(
		("township",), {"from_date": start, "to_date": end, "township": filters.township}
	)

	def total(field: str) -> int:
		return sum(cint(row[field]) for row in counted)

	found, late, rated, satisfied = (total(field) for field in ("total", "late", "rated", "satisfied"))
	rows = [
		{
			"label": _("Petitions Received"),
			"found": found,
			"in_time": found - late,
			"late": late,
			"rate": behind.share(found - late, found),
		},
		{
			"label": _("Answers Rated; Satisfied in Per Cent"),
			"found": rated,
			"satisfied": satisfied,
			"rate": behind.share(satisfied, rated),
		},
	]
	if frappe.has_permission("Petition", "read"):
		for row in rows:
			behind.in_report(
				row,
				"found",
				PETITIONS,
				from_date=start,
				to_date=end,
				township=filters.township or "",
				list="",
			)
	return rows


def listed(item: Item, filters: frappe._dict) -> list[dict]:
	frappe.has_permission(item.doctype, "read", throw=True)
	where, values = criteria(item, filters)
	test = {"in_time": item.in_time, "late": item.late}.get(filters.list) or "1 = 1"
	# Raw SQL: the same criterion as the number.
	rows = frappe.db.sql(
		f"""select v.name as record, v.{item.title} as title, v.township, v.division, date({item.day}) as day
		from `tab{item.doctype}` v where {where} and ({test}) order by day, v.name""",
		values,
		as_dict=True,
	)
	add_names(rows, "township", "division")
	return rows


def list_columns(item: Item) -> list[dict]:
	return [
		column("record", _(item.doctype), "Link", 180, item.doctype),
		*([column("title", _("Title of the Record"), "Data", 200)] if item.title != "name" else []),
		column("day", _("Date of the Record"), "Date", 110),
		column("township_name", _("Township Division"), "Data", 140),
		column("division_name", _("Village or Community"), "Data", 160),
	]


def columns() -> list[dict]:
	number = behind.number
	return [
		column("label", _("Service"), "Data", 260),
		number("found", figures.label("service_number"), 110),
		number("in_time", _("In Time"), 100, behind.GOOD),
		number("late", _("Late or Overdue"), 100, behind.BAD),
		column("rate", _("Part (%)"), "Percent", 110),
	]


def chart(rows: list[dict]) -> dict:
	timed = [row for row in rows if row.get("late") is not None and (row["in_time"] or row["late"])]
	if not timed:
		return {"type": "bar", "data": {}}
	return {
		"type": "bar",
		"barOptions": {"stacked": 1},
		"data": {
			"labels": [row["label"] for row in timed],
			"datasets": [
				{"name": _("In Time"), "values": [row["in_time"] for row in timed]},
				{"name": _("Late or Overdue"), "values": [row["late"] for row in timed]},
			],
		},
		"colors": ["#29a56c", "#e24c4c"],
	}


def summary(rows: list[dict]) -> list[dict]:
	timed = [row for row in rows if row.get("late") is not None]
	in_time, late = sum(row["in_time"] for row in timed), sum(row["late"] for row in timed)
	rate = behind.share(in_time, in_time + late)
	if rate is None:
		return []
	return [
		{
			"value": rate,
			"label": _("In Time of All Services (%)"),
			"datatype": "Percent",
			"indicator": "Red" if late else "Green",
		},
		{
			"value": late,
			"label": _("Late or Overdue"),
			"datatype": "Int",
			"indicator": "Red" if late else "Green",
		},
	]
