"""The list behind a number: what a click on it opens, in filters that the list understands.

A row of a report carries ``opens``: field → the list (DocType and filters), another report, or the records that the
same report lists. The browser draws the link (public/js/socaid/insight.js); exports and mails do not have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, flt, get_first_day, get_last_day, getdate, today

from socaid_app.policy.clock import add_months
from socaid_app.reporting import column

# A number that is good or bad news looks the same in every report.
GOOD, BAD = "good", "bad"


def number(fieldname: str, label: str, width: int = 100, tone: str = "") -> dict:
	"""A column of counts; ``tone``: GOOD is green, BAD is red, where there is something."""
	return column(fieldname, label, "Int", width) | {"tone": tone}


def in_list(row: dict, field: str, doctype: str, filters: dict) -> None:
	"""``filters``: field → value or [operator, value]. Only for who may open the list."""
	if frappe.has_permission(doctype, "read"):
		_opens(row, field, {"doctype": doctype, "filters": filters})


def in_report(row: dict, field: str, report: str, **filters) -> None:
	_opens(row, field, {"report": report, "filters": filters})


def here(row: dict, *fields: str, **filters) -> None:
	"""The same report lists what the column counts: its filter ``list`` names the column, or what ``list`` says."""
	for field in fields:
		_opens(row, field, {"filters": {"list": field, **filters}})


def _opens(row: dict, field: str, target: dict) -> None:
	filters = {
		key: [value[0], _plain(value[1])] if isinstance(value, list | tuple) else _plain(value)
		for key, value in target["filters"].items()
	}
	row.setdefault("opens", {})[field] = target | {"filters": filters}


def _plain(value):
	if isinstance(value, date):
		return str(value)
	return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def asked_list(filters: dict) -> str:
	"""Which of its numbers a report lists one by one. What is mailed leaves the house, hence names nobody."""
	return "" if frappe.flags.socaid_mailed else str(filters.get("list") or "")


def day_of(value) -> date:
	return getdate(value or today())


def month_of(filters: dict) -> date:
	"""The first day of the month asked for; this month where none is."""
	return get_first_day(day_of(filters.get("month")))


def period(filters: dict) -> tuple[date, date]:
	"""The days asked for, or the month; where nothing is, from the first of January to today."""
	if filters.get("month"):
		return month_days(month_of(filters))
	until = day_of(filters.get("to_date"))
	return getdate(filters.get("from_date") or until.replace(month=1, day=1)), until


def month_days(month: date) -> tuple[date, date]:
	return month, getdate(get_last_day(month))


def before(month: date, months: int) -> date:
	return add_months(month, -months)


def yesterday() -> date:
	return add_days(getdate(today()), -1)


def place_filter(code: str | None):
	"""How a list is asked for the records of a township, or of none."""
	return code or ["is", "not set"]


def share(part: float, whole: float, digits: int = 1) -> float | None:
	"""Per cent; nothing to divide by gives nothing, not zero."""
	return flt(part * 100 / whole, digits) if whole else None


def with_total(
	rows: list[dict], label_field: str, fields: Iterable[str], finish: Callable[[dict], None] | None = None
) -> list[dict]:
	"""The rows and their sum; ``finish`` computes what is no sum. One row needs none."""
	if len(rows) < 2:
		return rows
	total = {field: flt(sum(flt(row.get(field)) for row in rows), 2) for field in fields}
	total |= {label_field: _("All Together"), "bold": 1}
	if finish:
		finish(total)
	return [*rows, total]


def empty(message: str) -> str:
	"""What stands above a report that has nothing to show."""
	return f"<div class='text-muted socaid-empty'>{frappe.utils.escape_html(message)}</div>"


def said(rows: list, meanings: str, nothing: str) -> str:
	return meanings if rows else empty(nothing) + meanings
