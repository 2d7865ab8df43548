"""Faults of the data by who is responsible, where, and by which rule: found, open, overdue, mended in time, reopened."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum
from frappe.utils import cint, getdate, today
from pypika.terms import Case, LiteralValue

from socaid_app.casework.rectification import DOCTYPE, OPEN, PUT_RIGHT, RECTIFIED
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column, division_names
from socaid_app.socaid_app.quality_rules import RULE

CONTEXT = "Data Quality"
BY = {"Responsible": "responsible", "Township": "township", "Rule": "source_name"}


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	by = filters.by if filters.by in BY else "Responsible"
	rows = counted(by, filters)
	return columns(by), rows, None, chart(rows), summary(rows)


def columns(by: str) -> list[dict]:
	return [
		column("label", _(by, context=CONTEXT), "Data", 240),
		column("found", _("Found", context=CONTEXT), "Int", 90),
		column("open", _("Open", context=DOCTYPE), "Int", 90),
		column("overdue", _("Overdue"), "Int", 90),
		column("rectified", _("Waiting for Recheck"), "Int", 110),
		column("put_right", _("Put Right", context=CONTEXT), "Int", 100),
		column("in_time", _("In Time (%)", context=CONTEXT), "Percent", 100),
		column("reopened", _("Times Reopened"), "Int", 100),
	]


def counted(by: str, filters: frappe._dict) -> list[frappe._dict]:
	issue, day = frappe.qb.DocType(DOCTYPE), getdate(today())
	key = issue[BY[by]]

	def number(condition):
		return Sum(Case().when(condition, 1).else_(0))

	done = issue.status.isin(PUT_RIGHT)
	query = (
		frappe.qb.from_(issue)
		.select(
			key.as_("key"),
			Count("*").as_("found"),
			number(issue.status == OPEN).as_("open"),
			number((issue.status == OPEN) & (issue.due_on < day)).as_("overdue"),
			number(issue.status == RECTIFIED).as_("rectified"),
			number(done).as_("put_right"),
			number(done & (issue.rechecked_on <= issue.due_on)).as_("timely"),
			Sum(issue.times_reopened).as_("reopened"),
		)
		.groupby(key)
		.orderby(key)
	)
	if by == "Rule":
		query = query.where(issue.source_doctype == RULE)
	if filters.township:
		query = query.where(issue.township == filters.township)
	if filters.from_date:
		query = query.where(issue.found_on >= filters.from_date)
	if filters.to_date:
		query = query.where(issue.found_on <= filters.to_date)
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition(DOCTYPE):
		query = query.where(LiteralValue(condition))
	rows = query.run(as_dict=True)
	names = called(by, [row.key for row in rows if row.key])
	for row in rows:
		row.label = names.get(row.key) or row.key or _("Without a Place")
		row.in_time = 100 * cint(row.timely) / cint(row.put_right) if cint(row.put_right) else None
		row.update(
			{field: cint(row[field]) for field in ("open", "overdue", "rectified", "put_right", "reopened")}
		)
	return sorted(rows, key=lambda row: (-row.open, row.label))


def called(by: str, keys: list[str]) -> dict[str, str]:
	if by == "Township":
		return division_names(keys)
	doctype, field = ("User", "full_name") if by == "Responsible" else (RULE, "title")
	return dict(
		frappe.get_all(
			doctype,
			filters={"name": ["in", keys or [""]]},
			fields=["name", field],
			order_by="name",
			as_list=True,
		)
	)


def chart(rows: list[frappe._dict]) -> dict | None:
	worst = [row for row in rows if row.open][:12]
	if not worst:
		return None
	in_time = [row.open - row.overdue for row in worst]
	return {
		"type": "bar",
		"colors": ["#5e64ff", "#ff5858"],
		"barOptions": {"stacked": 1},
		"data": {
			"labels": [row.label for row in worst],
			"datasets": [
				{"name": _("Open", context=DOCTYPE), "values": in_time},
				{"name": _("Overdue"), "values": [row.overdue for row in worst]},
			],
		},
	}


def summary(rows: list[frappe._dict]) -> list[dict]:
	figures = [
		(_("Found", context=CONTEXT), sum(row.found for row in rows), "Gray"),
		(_("Open", context=DOCTYPE), sum(row.open for row in rows), "Orange"),
		(_("Overdue"), sum(row.overdue for row in rows), "Red"),
		(_("Put Right", context=CONTEXT), sum(row.put_right for row in rows), "Green"),
	]
	return [
		{"label": label, "value": value, "datatype": "Int", "indicator": colour}
		for label, value, colour in figures
	]
