"""Scenarios side by side: by township and category, who would get more or less, and what each would cost; by township
and rule of comparison, whom last month's replies would find.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import frappe
from frappe import _
from frappe.utils import cint, flt
from pypika.terms import LiteralValue

from socaid_app.means_testing import what_if, what_if_rules, what_if_steps
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column

MOST = 5
SUMMED = ("families", *what_if.COUNTED, "cost_before", "cost_after", "difference", "difference_year")
FOUND = what_if_rules.FIGURES


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	scenarios = _scenarios(filters)
	if cint(filters.rules):
		return _found(scenarios, filters)
	if cint(filters.detail):
		return detail_columns(), details(scenarios, filters)
	rows = _side_by_side(scenarios, what_if_steps.places_weighed, "category", SUMMED)
	return summary_columns("category", _("Category", context="Entitlement"), SUMMED), rows


def _found(scenarios: list[frappe._dict], filters: frappe._dict):
	if cint(filters.detail):
		return found_columns(), found_households(scenarios)
	rows = _side_by_side(scenarios, what_if_steps.rules_weighed, "rule_title", FOUND)
	return summary_columns("rule_title", _("Rule Weighed", context=what_if_rules.FINDING), FOUND), rows


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


def _side_by_side(
	scenarios: list[frappe._dict], weighed: Callable, by: str, figures: Sequence[str]
) -> list[dict]:
	"""The scenarios of a place and category (or rule) stand under one another; the totals come last."""
	rows = [
		(
			row.place or "",
			row[by] or "",
			place,
			row | {"scenario": scenario.subject, "of": scenario.name},
		)
		for place, scenario in enumerate(scenarios)
		for row in weighed(scenario.name)
	]
	rows = [row[-1] for row in sorted(rows, key=lambda row: row[:3])]
	return [*rows, *(_total(scenario, rows, figures) for scenario in scenarios if rows)]


def _total(scenario: frappe._dict, rows: list[dict], figures: Sequence[str]) -> dict:
	mine = [row for row in rows if row["of"] == scenario.name]
	sums = {field: flt(sum(flt(row[field]) for row in mine), 2) for field in figures}
	return {
		"place": _("All Together"),
		"scenario": scenario.subject,
		"bold": 1,
		**sums,
	}


def summary_columns(by: str, label: str, fields: Sequence[str]) -> list[dict]:
	meta = frappe.get_meta(what_if.SCENARIO)
	figures = [meta.get_field(field) for field in fields]
	return [
		column("place", _("Township Division"), "Data", 110),
		column(by, label, "Data", 130),
		column("scenario", _("Scenario"), "Data", 190),
		*(column(df.fieldname, _(df.label, context=what_if.SCENARIO), df.fieldtype, 120) for df in figures),
	]


def found_households(scenarios: list[frappe._dict]) -> list[dict]:
	"""One row for each finding that would be new or gone, for who may read what a scenario finds."""
	if not frappe.has_permission(what_if_rules.FINDING, "read"):
		return []
	table, household = frappe.qb.DocType(what_if_rules.FINDING), frappe.qb.DocType("Recipient Household")
	query = (
		frappe.qb.from_(table)
		.left_join(household)
		.on(household.name == table.household)
		.select(
			table.scenario,
			table.rule_title,
			table.outcome,
			table.household,
			household.head_name,
			table.township,
			table.support,
		)
		.where(table.scenario.isin([row.name for row in scenarios] or [""]))
		.where(table.outcome != what_if_rules.STILL)
		.orderby(table.scenario)
		.orderby(table.rule)
		.orderby(table.outcome)
		.orderby(table.name)
	)
	# the list machinery does not filter reports: the same criterion is put in by hand
	if condition := scope_condition(what_if_rules.FINDING):
		query = query.where(LiteralValue(condition))
	subjects = {row.name: row.subject for row in scenarios}
	return [
		row
		| {"outcome": _(row.outcome, context=what_if_rules.FINDING), "scenario": subjects[row.scenario]}
		| ({} if shows_names() else {"head_name": None})
		for row in query.run(as_dict=True)
	]


def found_columns() -> list[dict]:
	columns = [
		column("scenario", _("Scenario"), "Data", 180),
		column("rule_title", _("Rule Weighed", context=what_if_rules.FINDING), "Data", 160),
		column("outcome", _("Outcome", context=what_if_rules.FINDING), "Data", 110),
		column("household", _("Household"), "Link", 130, "Recipient Household"),
		column("township", _("Township Division"), "Link", 130, "Administrative Division"),
		column("support", _("Paid Now (yuan/month)"), "Currency", 120),
	]
	if shows_names():
		columns.insert(4, column("head_name", _("Household Head"), "Data", 90))
	return columns


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
