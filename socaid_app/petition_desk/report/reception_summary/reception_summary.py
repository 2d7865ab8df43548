"""Receptions by month and kind of family: how many came, what came of it, and whether they understood."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import Case, Criterion, Order
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_days, flt, getdate
from pypika import CustomFunction
from pypika.terms import LiteralValue

from socaid_app import figures
from socaid_app.permissions.scope import scope_condition
from socaid_app.petition_desk import reception
from socaid_app.reporting import column

DATE_FORMAT = CustomFunction("date_format", ["day", "pattern"])
RECORD = reception.DOCTYPE


def execute(filters: dict | None = None):
	"""``filters``: from_date, to_date, township, channel."""
	rows = counted(frappe._dict(filters or {}))
	for row in rows:
		row.kind = _(row.family_type)
		row.understood_rate = flt(row.understood * 100 / row.receptions, 1)
	return columns(), rows, figures.meanings("receptions"), chart(rows), summary(rows)


def counted(filters: frappe._dict) -> list[frappe._dict]:
	"""One statement: rows per month and kind of family, the latest month first."""
	record = frappe.qb.DocType(RECORD)
	month = DATE_FORMAT(record.received_at, "%Y-%m")

	def how_many(test: Criterion):
		return Sum(Case().when(test, 1).else_(0))

	return (
		frappe.qb.from_(record)
		.select(
			month.as_("month"),
			record.family_type,
			Count("*").as_("receptions"),
			Sum(record.people_count).as_("people"),
			how_many(record.result == reception.EXPLAINED).as_("explained"),
			how_many(record.result == reception.PETITION_RECORDED).as_("petitions"),
			how_many(record.result.isin([reception.REFERRED, "Application Advised"])).as_("referred"),
			how_many(record.understood == "Understood").as_("understood"),
			how_many(record.understood == "Objects").as_("objected"),
		)
		.where(Criterion.all(_criteria(record, filters)))
		.groupby(month, record.family_type)
		.orderby(month, order=Order.desc)
		.orderby(record.family_type)
		.run(as_dict=True)
	)


def _criteria(record, filters: frappe._dict) -> list[Criterion]:
	wanted = [record[field] == filters[field] for field in ("township", "channel") if filters.get(field)]
	if filters.from_date:
		wanted.append(record.received_at >= getdate(filters.from_date))
	if filters.to_date:
		wanted.append(record.received_at < getdate(add_days(filters.to_date, 1)))
	if condition := scope_condition(RECORD):
		wanted.append(LiteralValue(condition))
	return wanted


def columns() -> list[dict]:
	return [
		column("month", _("Month of Reception"), "Data", 110),
		column("kind", _("Family Type"), "Data", 160),
		column("receptions", _("Receptions"), "Int", 100),
		column("people", _("People Received"), "Int", 100),
		column("explained", _("Explained at Once"), "Int", 110),
		column("petitions", _("Petitions Recorded"), "Int", 110),
		column("referred", _("Referred or Advised"), "Int", 130),
		column("understood", _("Understood in Full"), "Int", 100),
		column("objected", _("Objected"), "Int", 100),
		column("understood_rate", _("Understood (%)"), "Percent", 120),
	]


def chart(rows: list[frappe._dict]) -> dict | None:
	if not rows:
		return None
	kinds = sorted({row.kind for row in rows})
	return {
		"type": "bar",
		"data": {
			"labels": kinds,
			"datasets": [
				{
					"name": _("Receptions"),
					"values": [sum(row.receptions for row in rows if row.kind == kind) for kind in kinds],
				}
			],
		},
		"colors": ["#4a90d9"],
	}


def summary(rows: list[frappe._dict]) -> list[dict]:
	def total(field: str) -> int:
		return sum(int(row[field] or 0) for row in rows)

	return [
		{"value": total("receptions"), "label": _("Receptions"), "datatype": "Int", "indicator": "Blue"},
		{"value": total("people"), "label": _("People Received"), "datatype": "Int", "indicator": "Blue"},
		{
			"value": total("explained"),
			"label": _("Explained at Once"),
			"datatype": "Int",
			"indicator": "Green",
		},
		{
			"value": total("petitions"),
			"label": _("Petitions Recorded"),
			"datatype": "Int",
			"indicator": "Orange",
		},
	]
