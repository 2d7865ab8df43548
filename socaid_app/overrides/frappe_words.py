"""One word for one thing on every channel: where Frappe 15 translates a label or a choice without saying of which
DocType, it shows its own general sense (``Name`` → 名称 instead of 姓名). Forms ask with the DocType; list exports, import
templates and the standard print do it here, the Desk in ``public/js/socaid/words.js``.

``locale/zh.po`` holds a word that Frappe has too in Frappe's sense, and ours under the DocType (``msgctxt``).
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.core.doctype.data_import import exporter, importer
from frappe.desk import reportview
from frappe.model import no_value_fields
from frappe.model.db_query import DatabaseQuery
from frappe.utils import cint, safe_exec
from frappe.www import printview

from socaid_app.permissions.fence import is_on, wrap


def install() -> None:
	"""Once a process (:func:`socaid_app.overrides.install`); other sites of the bench keep Frappe's."""
	wrap(reportview, "get_field_info", list_heads)
	reportview.DatabaseQuery = ExportedQuery
	wrap(exporter.Exporter, "add_header", template_heads)
	wrap(importer, "build_fields_dict_for_column_matching", read_heads)
	wrap(printview, "make_layout", printed_sections)
	for module in (printview, safe_exec):
		wrap(module, "get_visible_columns", printed_columns)


def label(df) -> str:
	return _(df.label or df.fieldname, context=df.parent)


def labelled(df):
	"""A copy of a field whose label is translated already."""
	return frappe._dict(df if isinstance(df, dict) else df.as_dict(), label=label(df))


# --- lists as files ----------------------------------------------------------------------------------------------
def list_heads(theirs, fields, doctype: str) -> list[dict]:
	heads = theirs(fields, doctype)
	for head, key in zip(heads, fields, strict=True):
		if df := _field(key, doctype):
			head["label"] = label(df) + (f" ({_(df.parent)})" if df.parent != doctype else "")
	return heads


class ExportedQuery(DatabaseQuery):
	"""The query behind a list; an export with translated values gets the choices in the words of their DocType."""

	def execute(self, *args, **kwargs):
		rows = super().execute(*args, **kwargs)
		form = frappe.local.form_dict
		if not (is_on() and kwargs.get("as_list") and cint(form.get("translate_values"))):
			return rows
		selects = {
			place: df
			for place, key in enumerate(self.fields)
			if (df := _field(key, self.doctype)) and df.fieldtype == "Select"
		}
		return [
			[
				_(value, context=selects[place].parent) if value and place in selects else value
				for place, value in enumerate(row)
			]
			for row in rows
		]


def _field(key: str, doctype: str):
	"""The field behind a column of a query; None for names and sums."""
	try:
		parent, fieldname = reportview.parse_field(key)
	except ValueError:
		return None
	return frappe.get_meta(parent or doctype).get_field(fieldname)


# --- import templates --------------------------------------------------------------------------------------------
def template_heads(theirs, export) -> None:
	fields = export.fields
	export.fields = [
		frappe._dict(labelled(df), child_table_df=df.child_table_df and labelled(df.child_table_df))
		for df in fields
	]
	try:
		theirs(export)
	finally:
		export.fields = fields


def read_heads(theirs, doctype: str) -> dict:
	"""The heads that an import understands: Frappe's, and those that :func:`template_heads` writes."""
	known = theirs(doctype)
	own = {}
	meta = frappe.get_meta(doctype)
	for df in meta.fields:
		if df.fieldtype not in no_value_fields:
			own.setdefault(label(df), known[df.fieldname])
	for table in meta.get_table_fields():
		for df in frappe.get_meta(table.options).fields:
			if df.fieldtype not in no_value_fields:
				own.setdefault(f"{label(df)} ({label(table)})", known[f"{table.fieldname}.{df.fieldname}"])
	return known | {head: df for head, df in own.items() if not meta.has_field(head)}


# --- the standard print ------------------------------------------------------------------------------------------
def printed_sections(theirs, doc, meta, *args, **kwargs) -> list:
	layout = theirs(doc, meta, *args, **kwargs)
	for page in layout:
		for section in page:
			if section.get("label"):
				section["label"] = _(section["label"], context=meta.name)
	return layout


def printed_columns(theirs, data, table_meta, df) -> list:
	return [labelled(column) for column in theirs(data, table_meta, df)]
