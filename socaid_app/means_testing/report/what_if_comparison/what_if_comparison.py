"""Scenarios side by side: by township and category, who would get more or less, and what each would cost."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, flt
from pypika.terms import LiteralValue

from socaid_app.means_testing import what_if, what_if_steps
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column

MOST = 5
SUMMED = ("families", *what_if.COUNTED, "cost_before", "cost_after", "difference", "difference_year")


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	scenarios = _scenarios(filters)
	if cint(filters.detail):
		return detail_columns(), details(scenarios, filters)
	return summary_columns(), summary(scenarios)


def _scenarios(filters: frappe._dict) -> list[frappe._dict]:
	"""Those asked for that the reader may see; without a choice, the newest that are computed."""
	wanted = frappe.parse_json(filters.scenarios or "[]")
	known = [["status", "in", [what_if.COMPUTED, what_if.CHOSEN, what_if.IN_FORCE]]]
	if wanted:
		known.append(["name", "in", wanted])
	rows = frappe.get_list(
		what_if.SCENARIO,
		filters=known,
		fields=["name", "subject"],
		order_by="computed_on desc",
		limit_page_length=MOST,
	)
	return sorted(rows, key=lambda row: wanted.index(row.name) if wanted else 0)


def summary(scenarios: list[frappe._dict]) -> list[dict]:
	"""The scenarios of a place and category stand under one another; the totals come last."""
	rows = [
		(
			row.place or "",
			row.category or "",
			place,
			row | {"scenario": scenario.subject, "of": scenario.name},
		)
		for place, scenario in enumerate(scenarios)
		for row in what_if_steps.places_weighed(scenario.name)
	]
	rows = [row[-1] for row in sorted(rows, key=lambda row: row[:3])]
	return [*rows, *(_total(scenario, rows) for scenario in scenarios if rows)]


def _total(scenario: frappe._dict, rows: list[dict]) -> dict:
	mine = [row for row in rows if row["of"] == scenario.name]
	sums = {field: flt(sum(flt(row[field]) for row in mine), 2) for field in SUMMED}
	return {
		"place": _("All Together"),
		"category": None,
		"scenario": scenario.subject,
		"bold": 1,
		**sums,
	}


def summary_columns() -> list[dict]:
	meta = frappe.get_meta(what_if.SCENARIO)
	figures = [meta.get_field(field) for field in SUMMED]
	return [
		column("place", _("Township Division"), "Data", 110),
		column("category", _("Category", context="Entitlement"), "Link", 110, "Assistance Category"),
		column("scenario", _("Scenario"), "Data", 190),
		*(column(df.fieldname, _(df.label, context=what_if.SCENARIO), df.fieldtype, 120) for df in figures),
	]


def details(scenarios: list[frappe._dict], filters: frappe._dict) -> list[dict]:
	"""One row for each family that would notice; the name only for who may read benefits."""
	table, benefit = frappe.qb.DocType(what_if.RESULT), frappe.qb.DocType("Entitlement")
	query = (
		frappe.qb.from_(table)
		.select(
			table.scenario,
			table.outcome,
			table.household,
			table.entitlement,
			table.category,
			table.township,
			table.paid_now,
			table.before,
			table.after,
			table.difference,
		)
		.where(table.scenario.isin([row.name for row in scenarios] or [""]))
		.where(table.outcome != what_if.SAME)
		.orderby(table.scenario)
		.orderby(table.outcome)
		.orderby(table.name)
	)
	if shows_names():
		query = query.left_join(benefit).on(benefit.name == table.entitlement).select(benefit.recipient_name)
	if filters.outcome:
		query = query.where(table.outcome == filters.outcome)
	# the list machinery does not filter reports: the same criterion is put in by hand
	if condition := scope_condition(what_if.RESULT):
		query = query.where(LiteralValue(condition))
	rows = query.run(as_dict=True)
	subjects = {row.name: row.subject for row in scenarios}
	return [
		row | {"outcome": _(row.outcome, context=what_if.RESULT), "scenario": subjects[row.scenario]}
		for row in rows
	]


def shows_names() -> bool:
	return bool(frappe.has_permission("Entitlement", "read"))


def detail_columns() -> list[dict]:
	columns = [
		column("scenario", _("Scenario"), "Data", 180),
		column("outcome", _("Outcome", context=what_if.RESULT), "Data", 110),
		column("household", _("Household"), "Link", 130, "Recipient Household"),
		column("category", _("Category", context="Entitlement"), "Link", 140, "Assistance Category"),
		column("township", _("Township Division"), "Link", 130, "Administrative Division"),
		column("paid_now", _("Paid Now (yuan/month)"), "Currency", 120),
		column("before", _("By Today's Rules (yuan/month)"), "Currency", 150),
		column("after", _("By This Scenario (yuan/month)"), "Currency", 150),
		column("difference", _("Difference (yuan/month)"), "Currency", 120),
	]
	if shows_names():
		columns.insert(2, column("recipient_name", _("Name", context="Entitlement Share"), "Data", 90))
	return columns
