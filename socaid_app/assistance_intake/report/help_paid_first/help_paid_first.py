"""Emergency aid that was paid before its papers: what is still open, and until when (Social Assistance Law Art. 50)."""

from __future__ import annotations

import frappe
from frappe import _

from socaid_app.assistance_intake import relief_case
from socaid_app.policy import terms

APPLICATION = "Assistance Application"
FIELDS = [
	"name",
	"applicant_name",
	"township",
	"workflow_state",
	"relief_paid_on",
	"relief_amount",
	"urgency_over_on",
	"statutory_due",
	"due_status",
	"confirmed_amount",
	"relief_settlement",
]


def execute(filters: dict | None = None):
	"""Rows come through ``get_list``, hence only the reader's own divisions; open cases unless all are asked for."""
	filters = frappe._dict(filters or {})
	wanted = [[APPLICATION, "relief_paid_on", "is", "set"]]
	if not filters.include_closed:
		wanted.append([APPLICATION, "workflow_state", "in", terms.OPEN_STATES])
	if filters.township:
		wanted.append([APPLICATION, "township", "=", filters.township])
	rows = frappe.get_list(
		APPLICATION,
		filters=wanted,
		fields=FIELDS,
		order_by="statutory_due asc, name asc",
		limit_page_length=0,
	)
	for row in rows:
		open_points = relief_case.still_open(frappe.get_doc(APPLICATION, row.name))
		row.due_status, row.relief_settlement = _(row.due_status), _(row.relief_settlement)
		row.to_make_up = "；".join(point["message"] for point in open_points)
	return columns(), rows


def columns() -> list[dict]:
	return [
		_column("name", _("Case"), "Link", 150, APPLICATION),
		_column("applicant_name", _("Applicant Name"), "Data", 100),
		_column("township", _("Township Division"), "Link", 110, "Administrative Division"),
		_column("workflow_state", _("Stage"), "Link", 110, "Workflow State"),
		_column("relief_paid_on", _("Paid First On"), "Date", 125),
		_column("relief_amount", _("Paid First"), "Currency", 125),
		_column("urgency_over_on", _("Emergency Over On"), "Date", 125),
		_column("statutory_due", _("Statutory Due"), "Date", 110),
		_column("due_status", _("Due Status"), "Data", 90),
		_column("to_make_up", _("To Be Made Up"), "Small Text", 420),
		_column("confirmed_amount", _("Confirmed Amount"), "Currency", 110),
		_column("relief_settlement", _("If Not Eligible"), "Data", 110),
	]


def _column(fieldname: str, label: str, fieldtype: str, width: int, options: str = "") -> dict:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": width,
		"options": options,
	}
