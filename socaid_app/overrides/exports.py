"""What leaves as a file: with the right to export, within the list's criterion, and with a trace of how much it was.

The files themselves hold masks only, and no formulas (overrides/spreadsheets.py).
"""

from __future__ import annotations

import json

import frappe
from frappe import _
from frappe.core.doctype.data_export import exporter
from frappe.core.doctype.data_import import data_import
from frappe.core.doctype.prepared_report import prepared_report
from frappe.desk import query_report, reportview
from frappe.utils import cint

from socaid_app.overrides import spreadsheets
from socaid_app.permissions import access_log

UPLOADS = {"upload_file", "uploadfile"}


class NoExport(frappe.PermissionError):
	pass


@frappe.whitelist()
def export_query():
	"""Frappe's list export."""
	form = frappe.form_dict
	doctype, totals = form.get("doctype"), cint(form.get("add_totals_row"))
	written = spreadsheets.rows_written()
	answer = reportview.export_query()
	_log(doctype, "列表导出", spreadsheets.rows_written() - written - 1 - totals)
	return answer


@frappe.whitelist()
def download_template(
	doctype: str, export_fields=None, export_records=None, export_filters=None, file_type: str = "CSV"
):
	"""Frappe's import template, which can be asked for with records in it."""
	filled = export_records != "blank_template"
	if filled:
		require_export(doctype)
	written = spreadsheets.rows_written()
	answer = data_import.download_template(doctype, export_fields, export_records, export_filters, file_type)
	if filled:
		_log(doctype, "数据导入模板导出", spreadsheets.rows_written() - written - 1)
	return answer


@frappe.whitelist()
def export_data(
	doctype: str | list | None = None,
	parent_doctype: str | None = None,
	all_doctypes: str | int | bool = True,
	with_data: str | int | bool = False,
	select_columns=None,
	file_type: str = "CSV",
	template: str | int | bool = False,
	filters=None,
	export_without_column_meta: str | int | bool = False,
):
	"""Frappe's data export. It asks for the right on whatever the request calls the parent, and shows every column
	of child tables: here on the DocType itself, and the columns that the user may read."""
	exported = doctype[0] if isinstance(doctype, list) else doctype
	if frappe.get_meta(exported).istable:
		frappe.throw(_("Rows are exported with the record they belong to: choose that."), NoExport)
	require_export(exported)
	export = DataExport(
		doctype=doctype,
		all_doctypes=all_doctypes,
		with_data=with_data,
		select_columns=select_columns,
		file_type=file_type,
		template=_is_true(template),
		filters=filters,
		export_without_column_meta=_is_true(export_without_column_meta),
	)
	export.build_response()
	if export.data:
		_log(exported, "数据导出", len(export.data))


class DataExport(exporter.DataExporter):
	data = ()

	def prepare_args(self):
		super().prepare_args()
		tables = [row["doctype"] for row in self.child_doctypes] if self.all_doctypes else []
		asked = self.select_columns
		self.select_columns = {
			kind: [field for field in self._readable(kind) if not asked or field in asked.get(kind, ())]
			for kind in (self.doctype, *tables)
		}

	def _readable(self, kind: str) -> list[str]:
		parent = None if kind == self.doctype else self.doctype
		return ["owner", "creation", *frappe.get_meta(kind).get_permitted_fieldnames(parenttype=parent)]


@frappe.whitelist()
def export_report():
	"""Frappe's export of a query or script report."""
	form = frappe.form_dict
	report = form.get("report_name")
	about = frappe.db.get_value("Report", report, "ref_doctype")
	head = 1
	if cint(form.get("include_filters")):
		# above the heading: the filters and an empty line
		head += 1 + sum(map(bool, frappe.parse_json(form.get("applied_filters") or "{}").values()))
	written = spreadsheets.rows_written()
	answer = query_report.export_query()
	_log(about, f"报表导出 {report}", spreadsheets.rows_written() - written - head)
	return answer


@frappe.whitelist()
def download_report(dn: str):
	"""Frappe's file of a report that was made before."""
	report = frappe.get_doc("Prepared Report", dn)
	about = frappe.db.get_value("Report", report.report_name, "ref_doctype")
	require_export(about)
	answer = prepared_report.download_attachment(dn)
	result = json.loads(frappe.local.response.filecontent)
	_log(about, f"报表导出 {report.report_name}", len(result.get("result") or ()))
	return answer


def refuse_functions_of_uploads() -> None:
	"""Hook ``before_request``: an upload makes a File; Frappe lets it call any other function, without arguments
	and past what answers in its place."""
	form = frappe.local.form_dict
	if not form.get("method"):
		return
	asked = {str(form.get("cmd")), frappe.local.request.path.rstrip("/").rpartition("/")[2]}
	if {name.rpartition(".")[2] for name in asked} & UPLOADS:
		frappe.throw(_("An upload calls no function."), NoExport)


def require_export(doctype: str) -> None:
	if not frappe.permissions.can_export(doctype):
		frappe.throw(
			_("You may not export {0}. Ask the administrator for the right to export.").format(_(doctype)),
			NoExport,
		)


def _is_true(value: str | int | bool) -> bool:
	return value.lower() == "true" if isinstance(value, str) else bool(value)


def _log(doctype: str, purpose: str, rows: int) -> None:
	access_log.record("Export", doctype, None, purpose, rows=max(rows, 0))
