"""The monthly statistics of social assistance as a table: indicators by kind of assistance, with what must add up."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.utils import cint, flt

from socaid_app import figures
from socaid_app.casework.places import add_names
from socaid_app.management_insight import behind, statistics_table
from socaid_app.management_insight.statistics_table import FAMILIES, GROUPS, PERSONS, Table
from socaid_app.reporting import column

CHECKS = "checks"
HOUSEHOLDS, PEOPLE, YUAN, TIMES = _lt("households"), _lt("persons"), _lt("yuan"), _lt("times")
INDENT = "　"
# Key, name, unit, and how far in it stands. What has no list behind it is money or a mean.
LINES = (
	("households", _lt("Number of Households"), HOUSEHOLDS, 0),
	("new", _lt("New in the Month"), HOUSEHOLDS, 1),
	("left", _lt("Left since the Month Before"), HOUSEHOLDS, 1),
	("persons", _lt("Number of Persons"), PEOPLE, 0),
	("persons_more", _lt("More than the Month Before"), PEOPLE, 1),
	("persons_fewer", _lt("Fewer than the Month Before"), PEOPLE, 1),
	("female", _lt("Women"), PEOPLE, 1),
	("elderly", _lt("Aged 60 and More"), PEOPLE, 1),
	("adults", _lt("Aged 18 to 59"), PEOPLE, 1),
	("minors", _lt("Under 18"), PEOPLE, 1),
	("disabled", _lt("Persons with a Disability"), PEOPLE, 1),
	("severely_disabled", _lt("Of These, Grade 1 and 2"), PEOPLE, 2),
	("full_care", _lt("In Need of Full Care"), PEOPLE, 1),
	("half_care", _lt("In Need of Half Care"), PEOPLE, 1),
	("self_reliant", _lt("Self-reliant Persons"), PEOPLE, 1),
	("cost", _lt("Expenditure of the Month"), YUAN, 0),
	("year_cost", _lt("Expenditure since January"), YUAN, 0),
	("mean", _lt("Mean per Person and Month"), YUAN, 0),
	("year_times", _lt("One-off Aid since January"), TIMES, 0),
	("year_persons", _lt("Persons Helped Once since January"), TIMES, 0),
)
MONEY = ("cost", "year_cost", "mean")
LISTED_FAMILIES = FAMILIES | {
	"persons_more": "persons > persons_before",
	"persons_fewer": "persons < persons_before",
}


def execute(filters: dict | None = None):
	"""``filters``: month, township; list (a line, ``checks`` or a check), group (a column)."""
	filters = frappe._dict(filters or {})
	table = Table(behind.month_of(filters), filters.township)
	wanted = behind.asked_list(filters)
	if wanted and wanted != CHECKS:
		return listed(table, wanted, filters.group)
	found = table.figures()
	rows = statistics_table.checks(table, found)
	failed = [row for row in rows if row.difference]
	if wanted == CHECKS:
		return check_columns(), show_checks(rows), "", None, summary(failed)
	if not found:
		return columns([]), [], behind.said([], note(), _("Nothing is on the roll of this month.")), None, []
	shown = [group for group in GROUPS if group in found]
	return columns(shown), lines(found, shown), note(), None, summary(failed)


def note() -> str:
	text = _(
		"By the monthly tables that provinces publish. The form, its number and codes in force were not found: to be confirmed (待核实) before it is handed in."
	)
	return behind.empty(text) + figures.meanings("statistics_households", "statistics_cost")


def lines(found: dict[str, frappe._dict], shown: list[str]) -> list[dict]:
	"""One row for each indicator, with a column for each kind of assistance and, where they add up, their sum."""
	rows = []
	for row in found.values():
		row.mean = flt(flt(row.cost) / row.persons, 2) if cint(row.persons) else 0
	for key, label, unit, depth in LINES:
		line = {"key": key, "indicator": f"{INDENT * depth}{label}", "unit": str(unit)}
		for group in shown:
			line[group] = flt(found[group].get(key), 2)
		if key != "mean":
			line["sum"] = flt(sum(line[group] for group in shown), 2)
		for group in (*shown, "sum"):
			if key in LISTED_FAMILIES or key in PERSONS:
				behind.here(line, group, list=key, group="" if group == "sum" else group)
		line["bold"] = int(not depth)
		rows.append(line)
	return rows


def columns(shown: list[str]) -> list[dict]:
	"""Counts and money stand in one column: each line says what it is, and the browser shows it so."""
	return [
		column("indicator", _("Item of the Table"), "Data", 210),
		column("unit", _("Counted In"), "Data", 70),
		*(column(group, str(GROUPS[group]), "Float", 120) for group in shown),
		column("sum", _("All Together"), "Float", 130),
	]


# --- checks -----------------------------------------------------------------------------------------------------
def show_checks(rows: list[frappe._dict]) -> list[frappe._dict]:
	for row in rows:
		row.verdict = _("Does Not Add Up") if row.difference else _("Adds Up")
		if row.difference:
			behind.here(row, "difference", list=row.key, group=row.group)
	return sorted(rows, key=lambda row: not row.difference)


def check_columns() -> list[dict]:
	return [
		column("check", _("What Must Add Up"), "Data", 380),
		column("group_name", _("Assistance Category"), "Data", 120),
		behind.number("left", _("Left Side"), 100),
		behind.number("right", _("Right Side"), 100),
		behind.number("difference", _("Difference"), 100, behind.BAD),
		column("verdict", _("Result of the Check"), "Data", 100),
	]


def summary(failed: list) -> list[dict]:
	return [
		{
			"value": len(failed),
			"label": _("Checks That Do Not Add Up"),
			"datatype": "Int",
			"indicator": "Red" if failed else "Green",
		}
	]


# --- the lists behind -----------------------------------------------------------------------------------------
def listed(table: Table, key: str, group: str | None):
	if key in LISTED_FAMILIES:
		rows, shown = table.list_families(group or "", LISTED_FAMILIES[key]), "families"
	elif key in PERSONS:
		rows, shown = table.list_persons(group or "", PERSONS[key]), "people"
	else:
		rows = statistics_table.behind_check(table, key, group or "")
		shown = "people" if key in statistics_table.UNKNOWN else "benefits"
	add_names(rows, "township", "division")
	return list_columns(shown), rows


def list_columns(shown: str) -> list[dict]:
	place = [
		column("township_name", _("Township Division"), "Data", 130),
		column("division_name", _("Village or Community"), "Data", 150),
	]
	name = _("Name", context="Entitlement Share")
	if shown == "people":
		return [
			column("recipient", _("Recipient"), "Link", 150, "Recipient"),
			column("full_name", name, "Data", 110),
			column("entitlement", _("Entitlement"), "Link", 150, "Entitlement"),
			column("category", _("Assistance Category"), "Data", 150),
			*place,
		]
	household = column("household", _("Household"), "Link", 150, "Recipient Household")
	money = column("cost", _("Amount (yuan)"), "Currency", 130)
	if shown == "families":
		return [
			household,
			column("recipient_name", name, "Data", 110),
			*place,
			column("persons", _("Persons"), "Int", 80),
			column("persons_before", _("{0} of the Month Before").format(_("Persons")), "Int", 110),
			money,
		]
	return [
		column("entitlement", _("Entitlement"), "Link", 150, "Entitlement"),
		household,
		column("recipient_name", name, "Data", 110),
		column("category", _("Assistance Category"), "Data", 150),
		column("persons", _("Persons"), "Int", 80),
		column("shares", _("Shares"), "Int", 80),
		column("start_month", _("Start Month"), "Date", 110),
		column("end_month", _("End Month"), "Date", 110),
		money,
		*place,
	]
