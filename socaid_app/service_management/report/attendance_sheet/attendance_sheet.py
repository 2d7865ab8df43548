"""The month on one sheet: a line for each person, a column for each day; of those whose days the reader may see."""

from __future__ import annotations

from collections import Counter, defaultdict

import frappe
from frappe import _
from frappe.utils import get_first_day, get_last_day, getdate, today

from socaid_app.field_visits.employment import DOCTYPE as FILE
from socaid_app.policy import attendance_rules as law
from socaid_app.reporting import column
from socaid_app.service_management.attendance import DAY

# What a day is in one sign (the sheet is Chinese, as its print is).
SIGNS = {
	law.PRESENT: "√",
	law.AT_WORK: "√",
	law.LATE: "迟",
	law.LEFT_EARLY: "早",
	law.MARK_MISSING: "缺",
	law.ABSENT: "旷",
	law.ON_LEAVE: "假",
	law.EXTRA: "加",
	law.DAY_OFF: "休",
}
TRIP = "差"
COUNTED = (law.LATE, law.LEFT_EARLY, law.MARK_MISSING, law.ABSENT, law.ON_LEAVE, law.EXTRA)


def execute(filters: dict | None = None):
	"""``filters``: month (2026-11), officer, township."""
	filters = frappe._dict(filters or {})
	since = getdate(get_first_day(f"{filters.month}-01" if filters.month else today()))
	until = getdate(get_last_day(since))
	return columns(since, until), rows(filters, since, until)


def rows(filters: frappe._dict, since, until) -> list[dict]:
	wanted = {"day": ["between", [since, until]]}
	wanted |= {field: filters[field] for field in ("officer", "township") if filters.get(field)}
	days = frappe.get_list(
		DAY,
		filters=wanted,
		fields=["officer", "officer_name", "day", "status", "leave_kind", "minutes", "visits"],
		order_by="officer_name, officer, day",
		limit_page_length=0,
	)
	found: dict[str, dict] = {}
	counts: dict[str, Counter] = defaultdict(Counter)
	for day in days:
		row = found.setdefault(
			day.officer, {"officer": day.officer, "officer_name": day.officer_name, "hours": 0.0, "visits": 0}
		)
		trip = day.status == law.ON_LEAVE and day.leave_kind == law.TRIP
		row[f"d{day.day.day:02d}"] = TRIP if trip else SIGNS[day.status]
		row["hours"] += day.minutes / 60
		row["visits"] += day.visits
		counts[day.officer][day.status] += 1
		counts[day.officer]["worked"] += trip or day.minutes > 0
	for name, row in found.items():
		row["hours"] = round(row["hours"], 1)
		row["worked"] = counts[name]["worked"]
		row |= {frappe.scrub(status): counts[name][status] for status in COUNTED}
	return list(found.values())


def columns(since, until) -> list[dict]:
	# not everybody who sees their own days opens files of staff, and Frappe refuses a report that links to what is closed
	opens = frappe.has_permission(FILE)
	return [
		column("officer_name", _("Staff Name"), "Data", 90),
		*(column(f"d{number:02d}", str(number), "Data", 48) for number in range(1, until.day + 1)),
		column("worked", _("Days at Work"), "Int", 90),
		*(column(frappe.scrub(status), _(status, context=DAY), "Int", 70) for status in COUNTED),
		column("hours", _("Hours Present"), "Float", 90),
		column("visits", _("Home Visits"), "Int", 90),
		column("officer", _("Member of Staff"), "Link" if opens else "Data", 110, FILE if opens else None),
	]
