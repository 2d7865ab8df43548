"""Exports of personal records leave a trace. The files themselves hold masks only."""

from __future__ import annotations

import frappe
from frappe.core.doctype.data_export import exporter
from frappe.core.doctype.data_import import data_import
from frappe.desk import query_report, reportview

from socaid_app.permissions import access_log
from socaid_app.permissions.scope import scoped_doctypes


@frappe.whitelist()
def export_query():
	"""Frappe's list export."""
	form = frappe.form_dict
	doctype, selected = form.get("doctype"), form.get("selected_items")
	answer = reportview.export_query()
	_log(doctype, "列表导出", len(frappe.parse_json(selected)) if selected else None)
	return answer


@frappe.whitelist()
def download_template(
	doctype: str, export_fields=None, export_records=None, export_filters=None, file_type: str = "CSV"
):
	"""Frappe's import template, which can be asked for with all records in it."""
	answer = data_import.download_template(doctype, export_fields, export_records, export_filters, file_type)
	if export_records != "blank_template":
		_log(doctype, "数据导入模板导出")
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
	"""Frappe's data export."""
	answer = exporter.export_data(
		doctype=doctype,
		parent_doctype=parent_doctype,
		all_doctypes=all_doctypes,
		with_data=with_data,
		select_columns=select_columns,
		file_type=file_type,
		template=template,
		filters=filters,
		export_without_column_meta=export_without_column_meta,
	)
	_log(doctype[0] if isinstance(doctype, list) else doctype, "数据导出")
	return answer


@frappe.whitelist()
def export_report():
	"""Frappe's export of a query or script report."""
	report = frappe.form_dict.get("report_name")
	answer = query_report.export_query()
	_log(frappe.db.get_value("Report", report, "ref_doctype"), f"报表导出 {report}")
	return answer


def _log(doctype: str | None, purpose: str, rows: int | None = None) -> None:
	if doctype in scoped_doctypes():
		access_log.record("Export", doctype, None, purpose, rows=rows)
