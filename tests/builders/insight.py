"""Following a number of a report to the list that it opens, as the browser does."""

from __future__ import annotations

import json

import frappe
from frappe.desk import query_report

MODULE = "Management Insight"


def run(report: str, **filters) -> dict:
	return query_report.run(report, filters=json.dumps(filters, default=str), ignore_prepared_report=True)


def rows(report: str, **filters) -> list[dict]:
	return [row for row in run(report, **filters)["result"] if isinstance(row, dict)]


def reports() -> list[str]:
	"""Those whose numbers open a list; what other counties told has none here."""
	theirs = {"module": MODULE, "name": ["!=", "County Figures"]}
	return frappe.get_all("Report", theirs, pluck="name", order_by="name")


def opened(report: str, filters: dict, target: dict) -> list:
	"""What a click on a number shows: the records of a list, or the rows of a report."""
	if "doctype" in target:
		wanted = [
			[*(field.split(".") if "." in field else (target["doctype"], field)), *_test(test)]
			for field, test in target["filters"].items()
		]
		return frappe.get_list(
			target["doctype"], filters=wanted, pluck="name", group_by="name", order_by="", limit=0
		)
	return rows(target.get("report") or report, **({} if "report" in target else filters) | target["filters"])


def _test(test) -> tuple:
	return tuple(test) if isinstance(test, list) else ("=", test)


def numbers(report: str, **filters):
	"""(row, field, number, target) of every number of a report that opens something."""
	for row in rows(report, **filters):
		for field, target in (row.get("opens") or {}).items():
			if row.get(field):
				yield row, field, row[field], target


# The reports, and besides their first view what else is looked at.
TITLES = (
	"Changes of the Month",
	"Cost Forecast",
	"Coverage of the Population",
	"Data Quality by Clerk",
	"Households and Cost",
	"Overdue and Whose",
	"Petitions and Satisfaction",
	"Processing Times",
	"Reasons of Refusal",
	"Service Figures",
	"Statutory Statistics",
	"Visits in Time",
)
CHOICES = {
	"Changes of the Month": [{"by": by} for by in ("Reason", "Township", "Category")],
	"Households and Cost": [{"by": by} for by in ("Township", "Category", "Township and Category")],
	"Petitions and Satisfaction": [{"by": by} for by in ("Township", "Matter")],
	"Reasons of Refusal": [{"by": by} for by in ("Reason", "Category", "Township")],
	"Statutory Statistics": [{}, {"list": "checks"}],
}
