"""Open cases by stage and due date, the overdue ones first: what must be decided by when."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, date_diff, getdate

from socaid_app import figures
from socaid_app.policy import clock, terms

FIELDS = [
	"name",
	"applicant_name",
	"category",
	"township",
	"division",
	"workflow_state",
	"applied_on",
	"accepted_on",
	"statutory_due",
	"due_provisional",
	"service_due",
	"due_status",
	"green_channel",
	"relative_case",
]


def execute(filters: dict | None = None):
	"""Rows come through ``get_list``, hence only the reader's own divisions."""
	filters = frappe._dict(filters or {})
	rows = frappe.get_list(
		"Assistance Application",
		filters=conditions(filters),
		fields=FIELDS,
		order_by="statutory_due asc, applied_on asc, name asc",
		limit_page_length=0,
	)
	today = getdate()
	for row in rows:
		row.days_left = date_diff(row.statutory_due, today) if row.statutory_due else None
	# Drafts have no due date yet; they follow the running cases.
	rows.sort(key=lambda row: (row.statutory_due is None, row.statutory_due or row.applied_on))
	return columns(), rows, figures.meanings("cases_overdue", "cases_due_today"), chart(rows), summary(rows)


def conditions(filters: frappe._dict) -> list:
	wanted = [["Assistance Application", "workflow_state", "in", terms.OPEN_STATES]]
	if cint(filters.include_closed):
		wanted = []
	for field in ("township", "category", "workflow_state", "due_status"):
		if filters.get(field):
			wanted.append(["Assistance Application", field, "=", filters[field]])
	return wanted


def columns() -> list[dict]:
	return [
		{
			"fieldname": "name",
			"label": _("Case"),
			"fieldtype": "Link",
			"options": "Assistance Application",
			"width": 150,
		},
		{"fieldname": "applicant_name", "label": _("Applicant Name"), "fieldtype": "Data", "width": 100},
		{
			"fieldname": "category",
			"label": _("Category", context="Assistance Application"),
			"fieldtype": "Link",
			"options": "Assistance Category",
			"width": 150,
		},
		{
			"fieldname": "township",
			"label": _("Township Division"),
			"fieldtype": "Link",
			"options": "Administrative Division",
			"width": 110,
		},
		{
			"fieldname": "division",
			"label": _("Village or Community"),
			"fieldtype": "Link",
			"options": "Administrative Division",
			"width": 120,
		},
		{
			"fieldname": "workflow_state",
			"label": _("Stage"),
			"fieldtype": "Link",
			"options": "Workflow State",
			"width": 110,
		},
		{"fieldname": "due_status", "label": _("Due Status"), "fieldtype": "Data", "width": 90},
		{"fieldname": "statutory_due", "label": _("Statutory Due"), "fieldtype": "Date", "width": 110},
		{"fieldname": "days_left", "label": _("Days Left"), "fieldtype": "Int", "width": 90},
		{
			"fieldname": "due_provisional",
			"label": _("Provisional Due Date"),
			"fieldtype": "Check",
			"width": 100,
		},
		{"fieldname": "service_due", "label": _("Service Due"), "fieldtype": "Date", "width": 110},
		{
			"fieldname": "applied_on",
			"label": _("Applied On", context="Assistance Application"),
			"fieldtype": "Date",
			"width": 110,
		},
		{"fieldname": "accepted_on", "label": _("Accepted On"), "fieldtype": "Date", "width": 110},
		{"fieldname": "green_channel", "label": _("Green Channel"), "fieldtype": "Check", "width": 90},
		{"fieldname": "relative_case", "label": _("Relative of Staff"), "fieldtype": "Check", "width": 100},
	]


def chart(rows: list) -> dict | None:
	if not rows:
		return None
	stages = [state for state in terms.STATES if any(row.workflow_state == state for row in rows)]
	return {
		"type": "bar",
		"data": {
			"labels": [_(state) for state in stages],
			"datasets": [
				{
					"name": _("Cases"),
					"values": [sum(row.workflow_state == state for row in rows) for state in stages],
				}
			],
		},
	}


def summary(rows: list) -> list[dict]:
	today = getdate()
	dues = [
		row.statutory_due for row in rows if row.workflow_state in terms.RUNNING_STATES and row.statutory_due
	]
	soon = sum(row.due_status == clock.DUE_SOON for row in rows)

	return [
		{
			"value": sum(due < today for due in dues),
			"label": figures.label("cases_overdue"),
			"datatype": "Int",
			"indicator": "Red",
		},
		{
			"value": sum(due == today for due in dues),
			"label": figures.label("cases_due_today"),
			"datatype": "Int",
			"indicator": "Orange",
		},
		{"value": soon, "label": _("Due Soon"), "datatype": "Int", "indicator": "Yellow"},
		{"value": len(rows), "label": _("Cases"), "datatype": "Int", "indicator": "Blue"},
	]
