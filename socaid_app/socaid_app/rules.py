"""The bridge from records to the law library: parameters, standards and the working calendar of this site.

Read once per request; saving such a record forgets what was read (:func:`forget`).
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe.utils import add_days, cint, getdate
from frappe.utils.caching import request_cache

from socaid_app.policy.parameters import Parameter, ParameterSet, parameter_from_row
from socaid_app.policy.standards import Standard, StandardSet, standard_from_row
from socaid_app.policy.workdays import OfficialDay, WorkCalendar

PARAMETER_FIELDS = [
	"parameter_key",
	"label",
	"value",
	"value_type",
	"unit",
	"scheme",
	"area",
	"source",
	"article",
	"confidence",
	"effective_from",
	"effective_to",
	"note",
	"confirmed_by",
]
STANDARD_FIELDS = [
	"kind",
	"area",
	"division",
	"amount",
	"care_full",
	"care_half",
	"care_self",
	"document",
	"effective_from",
	"effective_to",
	"confidence",
	"note",
	"confirmed_by",
]


@request_cache
def parameters() -> ParameterSet:
	"""All Policy Parameters, each with its dates; resolve them by the date of the event."""
	rows = frappe.get_all("Policy Parameter", fields=PARAMETER_FIELDS, order_by="effective_from")
	return ParameterSet(parameter(row) for row in rows)


def parameter(row: dict) -> Parameter:
	row = _dated(row)
	return parameter_from_row({**row, "key": row["parameter_key"], "category": row["scheme"]})


@request_cache
def standards() -> StandardSet:
	"""All submitted Assistance Standards."""
	rows = frappe.get_all(
		"Assistance Standard", filters={"docstatus": 1}, fields=STANDARD_FIELDS, order_by="effective_from"
	)
	return StandardSet(standard(row) for row in rows)


def standard(row: dict) -> Standard:
	return standard_from_row(_dated(row))


@request_cache
def calendar() -> WorkCalendar:
	"""Working days by the Holiday Calendars loaded on this site; other years are provisional."""
	years = frappe.get_all("Holiday Calendar", filters={"announced": 1}, pluck="year", order_by="year")
	days = frappe.get_all(
		"Holiday Calendar Day",
		filters={"parenttype": "Holiday Calendar"},
		fields=["day", "kind", "day_name"],
		order_by="day",
	)
	return WorkCalendar.from_days(
		(OfficialDay(getdate(row.day), row.kind, row.day_name) for row in days),
		(cint(year) for year in years),
	)


def days_after(key: str, start: date | str | None = None) -> date:
	"""The day that lies as many days after ``start`` (today) as the parameter says."""
	start = getdate(start)
	return getdate(add_days(start, cint(parameters().get(key, start))))


def workdays_after(key: str, start: date | str | None = None) -> date:
	"""The working day that lies as many after ``start`` (today) as the parameter says."""
	start = getdate(start)
	return calendar().add_workdays(start, cint(parameters().get(key, start)))[0]


def forget() -> None:
	"""Read again on the next call."""
	for reader in (parameters, standards, calendar):
		frappe.local.request_cache.pop(reader.__wrapped__, None)


def _dated(row: dict) -> dict:
	row = dict(row)
	row["confirmed"] = bool(row.get("confirmed_by"))
	for field in ("effective_from", "effective_to"):
		row[field] = getdate(row[field]) if row.get(field) else None
	return row
