"""How many of a township's people receive support, against the population on its record (Administrative Division).

Where nobody has entered the population, the report says so and reckons no share: none is guessed.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from socaid_app import figures
from socaid_app.management_insight import behind
from socaid_app.management_insight.report.households_and_cost import households_and_cost as paid
from socaid_app.permissions.scope import scope_of
from socaid_app.policy import terms
from socaid_app.reporting import column

DIVISION = "Administrative Division"
SHOWN = ("persons_basic", "population_share")
BASIC = (terms.DIBAO, terms.TEKUN)
COUNTED = {"dibao": (terms.DIBAO,), "tekun": (terms.TEKUN,), "basic": BASIC}
LISTED = {"households": BASIC} | COUNTED


def execute(filters: dict | None = None):
	"""``filters``: month, township, list (one of LISTED: the families)."""
	filters = frappe._dict(filters or {})
	wanted = behind.asked_list(filters)
	if wanted in LISTED:
		asked = _in_support(filters, LISTED[wanted])
		return paid.list_columns(), paid.listed_households(behind.month_of(filters), asked)
	rows = by_township(filters)
	shown = behind.with_total(
		rows, "township_name", (*COUNTED, "households", "population"), _finish_total(rows)
	)
	for row in shown:
		place = {} if row.get("bold") else {"township": row["township"]}
		behind.here(row, *LISTED, **place)
		if row["missing"]:
			named = {"name": row["township"]} if place else {}
			behind.in_list(row, "missing", DIVISION, {"level": "Township", "population": ["=", 0]} | named)
	message = behind.said(rows, figures.meanings(*SHOWN), _("There are no townships on record."))
	return columns(), shown, message, chart(rows), summary(shown)


def _in_support(filters: frappe._dict, schemes: tuple[str, ...]) -> frappe._dict:
	"""What the ledger of costs is asked for: monthly benefits of these schemes."""
	return frappe._dict(township=filters.township, schemes=schemes, monthly=1)


def by_township(filters: frappe._dict) -> list[frappe._dict]:
	"""Every township the reader works for, also one without recipients."""
	month = behind.month_of(filters)
	where, values = paid.criteria(_in_support(filters, BASIC), month, month)
	sums = ", ".join(
		f"cast(sum(if(e.scheme in %({key})s, e.member_count, 0)) as int) as {key}" for key in COUNTED
	)
	# Raw SQL: sums over cases.
	rows = frappe.db.sql(
		f"""select e.township, count(distinct {paid.WHOSE}) as households, {sums}
		from `tabEntitlement` e force index (township_in_force) where {where} group by e.township""",
		values | COUNTED,
		as_dict=True,
	)
	found = {row.township: row for row in rows}
	scope = scope_of()
	divisions = frappe.get_all(
		DIVISION,
		filters={"level": "Township"} | ({"name": filters.township} if filters.township else {}),
		fields=["name", "division_name", "population", "population_year", "population_source"],
		order_by="name",
	)
	shown = []
	for division in divisions:
		if not scope.covers(division.name):
			continue
		row = found.get(division.name) or frappe._dict(dict.fromkeys((*COUNTED, "households"), 0))
		row.update(
			township=division.name,
			township_name=division.division_name,
			population=cint(division.population),
			population_year=division.population_year or "",
			source=division.population_source if division.population else _("Population Not Entered"),
			missing=int(not division.population),
			share=behind.share(cint(row.basic), cint(division.population), 2),
		)
		shown.append(row)
	return shown


def _finish_total(rows: list[dict]):
	"""Of townships without a population no share of the whole is reckoned."""

	def finish(total: dict) -> None:
		total["missing"] = sum(row.missing for row in rows)
		known = not total["missing"]
		total["share"] = behind.share(total["basic"], total["population"], 2) if known else None
		total["source"] = "" if known else _("Population Not Entered")

	return finish


def columns() -> list[dict]:
	number = behind.number
	return [
		column("township_name", _("Township Division"), "Data", 140),
		number("population", _("Population"), 110),
		column("population_year", _("Year of the Population"), "Data", 110),
		column("source", _("Source of the Population"), "Data", 180),
		number("missing", _("Population Not Entered"), 110, behind.BAD),
		number("households", _("Number of Households"), 90),
		number("dibao", _("Persons in Dibao"), 110),
		number("tekun", _("Persons in Tekun"), 110),
		number("basic", figures.label("persons_basic"), 130),
		column("share", figures.label("population_share"), "Percent", 130) | {"precision": 2},
	]


def chart(rows: list[dict]) -> dict:
	known = [row for row in rows if row.share is not None]
	if not known:
		return {"type": "bar", "data": {}}
	return {
		"type": "bar",
		"data": {
			"labels": [row.township_name for row in known],
			"datasets": [{"name": figures.label("population_share"), "values": [row.share for row in known]}],
		},
		"colors": ["#2490ef"],
	}


def summary(rows: list[dict]) -> list[dict]:
	if not rows:
		return []
	total = rows[-1]
	return [
		{
			"value": total["basic"],
			"label": figures.label("persons_basic"),
			"datatype": "Int",
			"indicator": "Blue",
		},
		{
			"value": total["missing"],
			"label": _("Townships without Population"),
			"datatype": "Int",
			"indicator": "Red" if total["missing"] else "Green",
		},
		*(
			[
				{
					"value": total["share"],
					"label": figures.label("population_share"),
					"datatype": "Percent",
					"indicator": "Blue",
				}
			]
			if total["share"] is not None
			else []
		),
	]
