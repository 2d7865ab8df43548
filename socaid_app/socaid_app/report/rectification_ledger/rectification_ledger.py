"""数据质量整改台账 (服务方案 1.1.2-18): everything that was found wrong, what was done and what came of it; what is open, what is overdue, by the check that found it and by who is responsible.

Rows are those the user may list."""

from __future__ import annotations

from collections import Counter

import frappe
from frappe import _
from frappe.utils import cint, get_first_day, get_last_day, getdate, today

from socaid_app.casework.rectification import DOCTYPE, OPEN, PUT_RIGHT, RECTIFIED
from socaid_app.reporting import column

FIELDS = [
	"name",
	"subject",
	"source_kind",
	"source_doctype",
	"source_name",
	"severity",
	"division",
	"responsible",
	"found_on",
	"due_on",
	"status",
	"measure",
	"result",
	"rechecked_by",
	"rechecked_on",
	"recheck_note",
	"times_reopened",
	"accountability",
]


def execute(filters: dict | None = None):
	found = rows(frappe._dict(filters or {}))
	return columns(), found, None, chart(found), summary(found)


def columns() -> list[dict]:
	return [
		column("name", _("Data Quality Issue"), "Link", 130, DOCTYPE),
		column("subject", _("Issue", context=DOCTYPE), "Data", 260),
		column("source_kind_label", _("Kind of Check"), "Data", 110),
		column("source_name", _("Check That Found It"), "Dynamic Link", 140, "source_doctype"),
		column("severity_label", _("Severity"), "Data", 80),
		column("division_name", _("Village or Community"), "Data", 130),
		column("responsible_name", _("Responsible"), "Data", 110),
		column("found_on", _("Found On"), "Date", 100),
		column("due_on", _("Rectify By"), "Date", 100),
		column("days_overdue", _("Days Overdue"), "Int", 90),
		column("status_label", _("Status", context=DOCTYPE), "Data", 90),
		column("measure", _("Measure"), "Data", 200),
		column("result", _("Rectification Result"), "Data", 200),
		column("rechecked_by_name", _("Rechecked By"), "Data", 100),
		column("rechecked_on", _("Rechecked On"), "Date", 100),
		column("recheck_note", _("Note of the Recheck"), "Data", 160),
		column("times_reopened", _("Times Reopened"), "Int", 90),
		column("accountability", _("Accountability"), "Data", 140),
	]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	wanted = [[field, "=", filters[field]] for field in ("source_kind", "responsible") if filters.get(field)]
	if filters.township:
		wanted.append(["township", "=", filters.township])
	if filters.rule:
		wanted += [["source_doctype", "=", "Data Quality Rule"], ["source_name", "=", filters.rule]]
	if filters.month:
		days = [get_first_day(filters.month), get_last_day(filters.month)]
		wanted.append(["found_on", "between", days])
	if not cint(filters.with_done):
		wanted.append(["status", "not in", PUT_RIGHT])
	if cint(filters.overdue):
		wanted += [["status", "=", OPEN], ["due_on", "<", today()]]
	found = frappe.get_list(
		DOCTYPE, filters=wanted, fields=FIELDS, order_by="due_on, name", limit_page_length=0
	)
	day = getdate(today())
	for row in found:
		late = row.status == OPEN and row.due_on and getdate(row.due_on) < day
		row.days_overdue = (day - getdate(row.due_on)).days if late else 0
		row.division_name = row.division and frappe.get_cached_value(
			"Administrative Division", row.division, "division_name"
		)
		row.responsible_name = frappe.utils.get_fullname(row.responsible)
		row.rechecked_by_name = frappe.utils.get_fullname(row.rechecked_by) if row.rechecked_by else ""
		for field in ("source_kind", "severity", "status"):
			row[f"{field}_label"] = _(row[field], context=DOCTYPE) if row[field] else ""
	return found


def chart(found: list[frappe._dict]) -> dict | None:
	"""What is not put right, by the kind of check that found it."""
	counts = Counter(row.source_kind_label for row in found if row.status not in PUT_RIGHT)
	if not counts:
		return None
	labels = sorted(counts, key=counts.get, reverse=True)
	return {
		"type": "bar",
		"data": {
			"labels": labels,
			"datasets": [{"name": _("Open", context=DOCTYPE), "values": [counts[label] for label in labels]}],
		},
	}


def summary(found: list[frappe._dict]) -> list[dict]:
	waiting = Counter(row.responsible_name for row in found if row.status == OPEN)
	figures = [
		(_("Open", context=DOCTYPE), sum(row.status == OPEN for row in found), "Orange"),
		(_("Overdue"), sum(row.days_overdue > 0 for row in found), "Red"),
		(_("Waiting for Recheck"), sum(row.status == RECTIFIED for row in found), "Blue"),
		(_("People Responsible"), len(waiting), "Gray"),
	]
	return [
		{"label": label, "value": value, "datatype": "Int", "indicator": colour}
		for label, value, colour in figures
	]
