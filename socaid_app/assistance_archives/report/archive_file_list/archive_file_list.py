"""归档文件目录: the documents of the bound files of a township and year, one line each, for printing and handing over."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, getdate
from pypika.terms import LiteralValue

from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import archives
from socaid_app.reporting import column


def execute(filters: dict | None = None):
	"""``filters``: township, category, file_year, archive_file; only documents of bound files."""
	filters = frappe._dict(filters or {})
	rows = listed(filters)
	for number, row in enumerate(rows, 1):
		row.number = number
		row.day = archives.catalogue_date(getdate(row.document_date) if row.document_date else None)
		row.secrecy = _(row.secrecy, context="Archive Document")
	return columns(), rows


def listed(filters: frappe._dict) -> list[frappe._dict]:
	file, document = frappe.qb.DocType("Archive File"), frappe.qb.DocType("Archive Document")
	query = (
		frappe.qb.from_(document)
		.join(file)
		.on(file.name == document.archive_file)
		.select(
			document.name,
			file.file_number,
			document.document_number,
			document.responsible,
			document.title,
			document.document_date,
			document.secrecy,
			document.pages,
			document.remarks,
			file.name.as_("archive_file"),
		)
		.where(file.bound_on.isnotnull() & (document.withdrawn == 0))
		.orderby(file.file_number, document.sequence)
	)
	for field in ("township", "category"):
		if filters.get(field):
			query = query.where(file[field] == filters[field])
	if cint(filters.file_year):
		query = query.where(file.file_year == cint(filters.file_year))
	if filters.archive_file:
		query = query.where(file.name == filters.archive_file)
	if scope := scope_condition("Archive File"):
		query = query.where(LiteralValue(scope))
	return query.run(as_dict=True)


def columns() -> list[dict]:
	return [
		column("number", _("No."), "Int", 70),
		column("file_number", _("File Number"), "Data", 190),
		column("document_number", _("Document Number"), "Data", 170),
		column("responsible", _("Responsible Body"), "Data", 140),
		column("title", _("Document Title", context="Archive Document"), "Data", 230),
		column("day", _("Document Date"), "Data", 100),
		column("secrecy", _("Secrecy"), "Data", 110),
		column("pages", _("Pages"), "Int", 70),
		column("remarks", _("Remarks"), "Data", 150),
	]
