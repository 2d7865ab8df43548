"""The catalogue of a file (卷内文件目录): order, page numbers and totals, for many files in a few statements."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import getdate

from socaid_app.policy import archives

DOCUMENT = "Archive Document"
_SECTION_ORDER = "field(section, {})".format(", ".join(f"'{section}'" for section in archives.SECTIONS))

# Raw SQL in this file: window functions, and updates joined with what they give.
RENUMBER = f"""
	update `tabArchive Document` d join (
		select name, row_number() over w as place,
			sum(greatest(pages, 1)) over (w rows unbounded preceding) as last_page
		from `tabArchive Document` where archive_file in %(files)s and withdrawn = 0
		window w as (partition by archive_file order by {_SECTION_ORDER}, document_date, name)
	) n on n.name = d.name
	set d.sequence = n.place, d.pages = greatest(d.pages, 1),
		d.page_from = n.last_page - greatest(d.pages, 1) + 1, d.page_to = n.last_page
	where d.sequence != n.place or d.page_to != n.last_page or d.page_from != n.last_page - d.pages + 1
"""
TOTALS = """
	update `tabArchive File` f left join (
		select archive_file, count(*) as documents, sum(pages) as pages, min(document_date) as first_day,
			max(document_date) as last_day
		from `tabArchive Document` where archive_file in %(files)s and withdrawn = 0 group by archive_file
	) t on t.archive_file = f.name
	set f.document_count = ifnull(t.documents, 0), f.page_count = ifnull(t.pages, 0),
		f.started_on = t.first_day, f.ended_on = t.last_day
	where f.name in %(files)s
"""


def renumber(files: Iterable[str]) -> None:
	"""Sequence and pages of the documents of open files, and the files' totals; a bound file keeps its own."""
	files = list(files)
	if not files:
		return
	file = frappe.qb.DocType("Archive File")
	# Locked in one order, so that two jobs on the same files wait instead of colliding.
	rows = (
		frappe.qb.from_(file)
		.select(file.name)
		.where(file.name.isin(files) & file.bound_on.isnull())
		.orderby(file.name)
		.for_update()
		.run()
	)
	if not rows:
		return
	values = {"files": [name for (name,) in rows]}
	frappe.db.set_value(
		DOCUMENT,
		{"archive_file": ["in", values["files"]], "withdrawn": 1, "sequence": [">", 0]},
		{"sequence": 0, "page_from": 0, "page_to": 0},
		update_modified=False,
	)
	frappe.db.sql(RENUMBER, values)
	frappe.db.sql(TOTALS, values)


def documents(file: str) -> list[frappe._dict]:
	"""The documents in a file, in order."""
	return frappe.get_all(
		DOCUMENT,
		filters={"archive_file": file, "withdrawn": 0},
		fields=[
			"name",
			"sequence",
			"section",
			"document_kind",
			"title",
			"document_number",
			"responsible",
			"document_date",
			"pages",
			"page_from",
			"page_to",
			"secrecy",
			"remarks",
			"attachment",
			"content_hash",
			"fixity",
			"source_doctype",
			"source_name",
			"source_key",
			"letter",
			"decision_key",
		],
		order_by="sequence, name",
	)


def show(archive_file: str) -> list[frappe._dict]:
	"""The catalogue for the form, with the section in the reader's language."""
	rows = documents(archive_file)
	for row in rows:
		row.section_label = _(row.section, context="Archive Document")
		row.day = archives.catalogue_date(getdate(row.document_date)) if row.document_date else ""
	return rows
