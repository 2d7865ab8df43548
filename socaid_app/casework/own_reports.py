"""Reports that the staff build for themselves: whose they are, who may build them, what they may read.

A report of the report builder is a list with its columns, filters, grouping and chart kept: whoever opens it gets
their own rows, by the fences of every list. It belongs to its builder; others have it where an administrator shares it
with them, or builds it for their roles. Who builds is the duty *Build Reports*. A Query Report is written by the duty *Write Query Reports*, and
reads what its reader may list (:mod:`socaid_app.permissions.query_reports`). Scripts, of the server or the browser,
stay the Administrator's.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.core.doctype.report.report import Report
from frappe.modules import get_module_app
from frappe.permissions import add_permission, update_permission_property
from frappe.utils import cstr

from socaid_app.casework import duties
from socaid_app.permissions import query_reports
from socaid_app.permissions.reports import may_open

QUERY, SCRIPT = "Query Report", "Script Report"
BUILD, WRITE = "Build Reports", "Write Query Reports"
ADMINISTRATOR, SCHEMA = "Socaid Administrator", "Report"


class NotYourReport(frappe.PermissionError):
	pass


class OwnReport(Report):
	"""Hook ``override_doctype_class`` of Report."""

	def validate(self) -> None:
		# scripts have a rule of their own (petition_desk/guards.py)
		if self.is_standard != "Yes" and self.report_type != SCRIPT and not _is_system():
			self.require_duty()
		if self.report_type != QUERY or self.is_standard == "Yes":
			super().validate()
			return
		# in place of Frappe's rule, by which Script Managers write them
		self.is_standard = "No"
		self.module = self.module or frappe.db.get_value("DocType", self.ref_doctype, "module")
		if self.query:
			query_reports.read(self.query)

	def require_duty(self) -> None:
		duty = WRITE if self.report_type == QUERY else BUILD
		if not duties.holds(duty):
			frappe.throw(
				_("Reports of one's own: {0} Ask them, or use Export in the list.").format(
					duties.refusal(duty)
				),
				NotYourReport,
			)
		before = self.get_doc_before_save()
		if before and before.is_standard == "Yes":
			frappe.throw(_("This report comes with the system. Save it under another name."), NotYourReport)
		for script in ("javascript", "report_script"):
			if cstr(self.get(script)) != cstr(before and before.get(script)):
				frappe.throw(_("Scripts of reports are written by the Administrator alone."), NotYourReport)

	def is_permitted(self) -> bool:
		return bool(may_open(self.name) and super().is_permitted())

	def execute_query_report(self, filters):
		"""In place of Frappe's, which runs the SQL as it is; what another app ships is read as it was written."""
		if self.is_standard == "Yes" and get_module_app(self.module) != "socaid_app":
			return super().execute_query_report(filters)
		rows = query_reports.run(self.query or "", filters if isinstance(filters, dict) else None)
		columns = self.get_columns() or [cstr(column[0]) for column in frappe.db.get_description()]
		if self.columns:
			speak(columns, rows)
		return [columns, rows]


def speak(columns: list[dict], rows: list[list]) -> None:
	"""Labels in the reader's language, and the values of each Select, whose options name the DocType it is of."""
	for position, column in enumerate(columns):
		kind = column.get("options") if column["fieldtype"] == "Select" else None
		if kind:
			for row in rows:
				row[position] = _(row[position], context=kind) if row[position] else row[position]
		column["label"] = _(column["label"], context=kind) if kind else _(column["label"])


def _is_system() -> bool:
	flags = frappe.flags
	return bool(flags.in_install or flags.in_migrate or flags.in_patch)


def seed_permission() -> None:
	"""The Socaid Administrator keeps the reports; where a county set permissions of Report itself, it has said who."""
	if frappe.db.exists("Custom DocPerm", {"parent": SCHEMA}):
		return
	add_permission(SCHEMA, ADMINISTRATOR, 0)
	for right in ("write", "create", "delete", "report", "share"):
		update_permission_property(SCHEMA, ADMINISTRATOR, 0, right, 1, validate=False)
