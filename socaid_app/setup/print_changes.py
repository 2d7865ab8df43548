"""Print formats and letter heads of the county's own, as far as the Socaid Administrator makes them.

A copy of a shipped format keeps what that one computes; added are words, tags of a paper and fields of the record
(:mod:`socaid_app.setup.template_judge`). A format of the builder is that without expressions of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields
from frappe.model.document import Document
from frappe.utils import escape_html
from frappe.www.printview import get_print_format

from socaid_app.petition_desk import secrecy
from socaid_app.printing import is_ours
from socaid_app.setup.form_changes import is_free
from socaid_app.setup.template_judge import Judge, is_fetching

FORMAT = "Print Format"
EVERY_RECORD = frozenset({"name", "creation", "modified"})


class PrintRefused(frappe.ValidationError):
	pass


def check_format(format_: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Print Format; raises PrintRefused."""
	if is_free():
		return
	before = format_.get_doc_before_save()
	if format_.standard == "Yes" or (before and before.standard == "Yes"):
		_refuse(_("This format comes with the system. Duplicate it, and change the copy."))
	kinds = {format_.doc_type, before.doc_type if before else format_.doc_type}
	if not all(map(is_ours, kinds)) or kinds & set(secrecy.petition_doctypes()):
		_refuse(_("Only prints of social assistance are made here, those of petitions by the Administrator."))
	if format_.raw_printing or format_.raw_commands or format_.print_format_type == "JS":
		_refuse(_("Printer commands and scripts are written by the Administrator alone."))
	judge = _judge(format_, before)
	for template in (format_.html, *_of_builder(format_.format_data)):
		_check(judge, template)
	if is_fetching(format_.css) and format_.css != (before and before.css):
		_refuse(_("A style sheet loads nothing from elsewhere."))


def keep_format(format_: Document, method: str | None = None, *args) -> None:
	"""Hook ``on_trash`` and ``before_rename``: what comes with the system, and what a letter uses, stays."""
	if is_free():
		return
	if format_.standard == "Yes" or not is_ours(format_.doc_type):
		_refuse(_("This format comes with the system. Duplicate it, and change the copy."))
	if format_.doc_type in secrecy.petition_doctypes():
		_refuse(_("Only prints of social assistance are made here, those of petitions by the Administrator."))
	if used := frappe.db.get_value("Letter Rule", {"print_format": format_.name}):
		_refuse(_("The letter “{0}” is printed by it. Choose another format there first.").format(_(used)))


def check_head(head: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Letter Head; raises PrintRefused."""
	if is_free():
		return
	before = head.get_doc_before_save()
	for part in ("header_script", "footer_script"):
		if head.get(part) and head.get(part) != (before and before.get(part)):
			_refuse(_("Printer commands and scripts are written by the Administrator alone."))
	judge = Judge(lambda table: EVERY_RECORD, shipped=[before.content, before.footer] if before else [])
	for template in (head.content, head.footer):
		_check(judge, template)


def _judge(format_: Document, before: Document | None) -> Judge:
	meta = frappe.get_meta(format_.doc_type)
	tables = {df.fieldname: df.options for df in meta.get_table_fields()}

	def fields(table: str) -> set[str]:
		of = frappe.get_meta(tables[table]) if table else meta
		return EVERY_RECORD | {
			df.fieldname
			for df in of.fields
			if not df.permlevel and (df.fieldtype not in no_value_fields or df.fieldtype in table_fields)
		}

	return Judge(fields, tables, [*_shipped(format_.doc_type), *(_templates(before) if before else [])])


def _shipped(doctype: str) -> Iterator[str]:
	"""The templates of the system for these records, from their files."""
	for name in frappe.get_all(
		FORMAT, {"doc_type": doctype, "standard": "Yes", "custom_format": 1}, pluck="name", order_by="name"
	):
		yield get_print_format(doctype, frappe.get_doc(FORMAT, name))


def _templates(format_: Document) -> list[str]:
	return [format_.html or "", *_of_builder(format_.format_data)]


def _of_builder(data: str | None) -> Iterator[str]:
	"""Every text in what a builder stores; names of fields are texts without tags and expressions."""
	try:
		waiting = [json.loads(data or "[]")]
	except ValueError:
		_refuse(_("The format cannot be read. Make it anew."))
	while waiting:
		part = waiting.pop()
		if isinstance(part, dict):
			waiting.extend(part.values())
		elif isinstance(part, list):
			waiting.extend(part)
		elif isinstance(part, str):
			yield part


def _check(judge: Judge, template: str | None) -> None:
	if strange := judge.strange(template):
		_refuse(
			_(
				"This cannot stand in a print: {0}. Beside words, pictures and tables there may be fields of the"
				" record, and what the shipped format has."
			).format(strange)
		)


def _refuse(sentence: str) -> None:
	frappe.throw(escape_html(sentence), PrintRefused)
