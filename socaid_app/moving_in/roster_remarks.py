"""What is wrong with a roster, for the person who mends it: a list on the form, and the same file with remarks."""

from __future__ import annotations

import base64
import io

import frappe
from frappe import _
from frappe.utils import cint

from socaid_app.comparison.headings import UnreadableReply
from socaid_app.moving_in import roster_checking
from socaid_app.moving_in import roster_records as rosters
from socaid_app.moving_in.roster_columns import LABELS, REMARKS
from socaid_app.moving_in.roster_records import DOCTYPE, FAILED, KEPT, ROW, STOPPED
from socaid_app.moving_in.roster_rows import Problem
from socaid_app.overrides.spreadsheets import Workbook
from socaid_app.permissions import access_log

SHOWN = 50
NOTE = "提示："


def words(problem: Problem, headings: dict[str, str]) -> str:
	"""A problem with the column it is about, as the clerk's own file calls it."""
	column = headings.get(problem.field) or LABELS.get(problem.field, "")
	said = f"{column}：{problem.text}" if column else problem.text
	return f"{NOTE}{said}" if problem.note else said


def _headings(doc) -> dict[str, str]:
	return {
		field: row.heading
		for field, row in zip(roster_checking.fields_of(doc), doc.meanings, strict=True)
		if field
	}


@frappe.whitelist()
def rows_in_trouble(roster_import: str, start: int = 0) -> dict:
	"""The rows that were stopped, or that an undoing left, in their order: row, name, what is wrong."""
	doc = frappe.get_doc(DOCTYPE, roster_import)
	doc.check_permission("read")
	wanted = {"roster_import": doc.name, "status": ["in", (STOPPED, KEPT, FAILED)]}
	headings = _headings(doc)
	rows = frappe.get_all(
		ROW,
		filters=wanted,
		fields=["row_no", "person_name", "status", "problems", "reason"],
		order_by="row_no",
		# a query string has texts alone
		limit_start=max(cint(start), 0),
		limit_page_length=SHOWN,
	)
	return {
		"total": frappe.db.count(ROW, wanted),
		"rows": [
			{
				"row_no": row.row_no,
				"person_name": row.person_name,
				"status": _(row.status, context=ROW),
				"said": [words(each, headings) for each in rosters.problems_of(row.problems)]
				if row.status == STOPPED
				else [row.reason or ""],
			}
			for row in rows
		],
	}


@frappe.whitelist(methods=["POST"])
def remarks_file(roster_import: str) -> dict:
	"""The roster with a column of remarks as {file_name, content (Base64)}; it holds full numbers, so it is logged.

	An Excel file whatever it was: there long numbers stay as they are.
	"""
	doc = frappe.get_doc(DOCTYPE, roster_import)
	doc.check_permission("write")
	try:
		sheet = roster_checking.sheet_of(doc)
	except UnreadableReply as error:
		frappe.throw(str(error), rosters.RosterRefused)
	headings = _headings(doc)
	remarks = {
		row.row_no: "；".join(words(each, headings) for each in rosters.problems_of(row.problems))
		or (row.reason or "")
		for row in frappe.get_all(
			ROW,
			filters={"roster_import": doc.name},
			fields=["row_no", "problems", "reason"],
			order_by="row_no",
		)
	}
	access_log.record(
		"Export", DOCTYPE, doc.name, _("To correct the roster"), field="id_number", rows=len(sheet.records)
	)
	return {
		"file_name": f"{doc.title}-{REMARKS.replace('/', '')}.xlsx",
		"content": base64.b64encode(_workbook(sheet, remarks)).decode(),
	}


def _workbook(sheet, remarks: dict[int, str]) -> bytes:
	"""The rows stand where they stood, so that the numbers of rows are the clerk's."""
	width = len(sheet.headings)
	lines: dict[int, list[str]] = {number: list(row) for number, row in enumerate(sheet.above, 1)}
	lines[sheet.heading_row] = [*sheet.headings, REMARKS]
	for record in sheet.records:
		lines[record.row_no] = [*record.cells, remarks.get(record.row_no, "")]
	book = Workbook(write_only=True)
	page = book.create_sheet("名册")
	for number in range(1, max(lines) + 1):
		page.append(lines.get(number, [""] * width))
	target = io.BytesIO()
	book.save(target)
	return target.getvalue()
