"""What leaves as a spreadsheet carries no formula; what comes in is read by its bytes (in place of ``frappe.utils.xlsxutils``, ``csvutils``, ``desk.utils``).

A stranger writes into the petition form, a clerk opens the list in Excel: a text that begins like a formula would be
one. In xlsx such a text is a cell of text, marked so that it stays text when somebody edits it; in CSV, which knows
no types, an apostrophe stands before it, and reading the file back takes it away. Numbers are not touched. CSV
begins with the mark of UTF-8, without which Excel reads Chinese in the code page of the machine. A file that comes in
is UTF-8, UTF-16 or GB18030, where Frappe would take the last for a Central European one; it is refused as a whole
when people in it are called by no letters.
"""

from __future__ import annotations

import re
from types import SimpleNamespace

import frappe
import openpyxl
from frappe import _
from frappe.core.doctype.data_export import exporter
from frappe.core.doctype.data_import import importer
from frappe.core.doctype.data_import.importer import ImportFile
from frappe.desk import utils as desk_utils
from frappe.utils import csvutils, xlsxutils
from openpyxl.cell import WriteOnlyCell

from socaid_app.casework import characters
from socaid_app.casework.written import NAMES
from socaid_app.policy import texts

MARK = "\ufeff"
# Also behind blanks and what nobody sees, in full width and small forms; Excel drops both before it reads.
FORMULA = re.compile(r"[\t\r]|[\s\x00-\x1f\u00a0\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫]")


def is_formula(value: object) -> bool:
	"""Whether a spreadsheet might calculate with this text."""
	return isinstance(value, str) and bool(FORMULA.match(value))


def as_csv(value: object) -> object:
	return f"'{value}" if is_formula(value) else value


def as_written(value: object) -> object:
	"""What :func:`as_csv` was given."""
	return value[1:] if isinstance(value, str) and value[:1] == "'" and is_formula(value[1:]) else value


class Workbook(openpyxl.Workbook):
	"""A workbook whose sheets take texts as texts."""

	def create_sheet(self, *args, **kwargs):
		sheet = super().create_sheet(*args, **kwargs)
		append = sheet.append

		def append_row(row):
			count_row()
			append([_as_cell(sheet, value) for value in row])

		sheet.append = append_row
		return sheet


def _as_cell(sheet, value: object) -> object:
	if not is_formula(value):
		return value
	cell = WriteOnlyCell(sheet, value)
	cell.data_type = "s"
	cell.quotePrefix = True
	return cell


class Writer(csvutils.UnicodeWriter):
	"""Frappe's writer of CSV; it keeps the rows for whoever wants them in Excel after all."""

	def __init__(self, *args, **kwargs):
		super().__init__(*args, **kwargs)
		self.rows = []

	def writerow(self, row):
		count_row()
		row = list(row)
		self.rows.append(row)
		super().writerow([as_csv(value) for value in row])

	def getvalue(self):
		return MARK + super().getvalue()


# --- how many rows ------------------------------------------------------------------------------------------------
def count_row() -> None:
	frappe.flags.socaid_rows_written = rows_written() + 1


def rows_written() -> int:
	"""How many rows, headings included, this request or job has written into spreadsheets."""
	return frappe.flags.get("socaid_rows_written") or 0


# --- what comes in ------------------------------------------------------------------------------------------------
class UnreadableFile(frappe.ValidationError):
	pass


def as_text(content: str | bytes) -> str:
	"""The text of a CSV file, whatever program wrote it. What Frappe took for text is looked at again."""
	try:
		return texts.decode(content.encode() if isinstance(content, str) else content)
	except texts.UnreadableText as error:
		frappe.throw(str(error), UnreadableFile)


def require_names(file: ImportFile) -> None:
	"""Every row calls people by letters, or nothing of the file is stored. Raises NoName with the rows."""
	columns = [(column.index, column.df) for column in file.columns if column.df]
	columns = [(index, df) for index, df in columns if df.fieldname in NAMES]
	wrong = [
		_("row {0}: “{1}”").format(row.row_number, str(row.data[index])[:20])
		for row in file.data
		for index, _df in columns
		if index < len(row.data)
		and row.data[index] not in (None, "")
		and not texts.is_name(str(row.data[index]))
	]
	if wrong:
		frappe.throw(
			_(
				"Nothing was imported, because these are no names: {0}. Correct the file and upload it again."
			).format("；".join(wrong[:10])),
			characters.NoName,
		)


# --- in their place -----------------------------------------------------------------------------------------------
def install() -> None:
	"""Once a process (:func:`socaid_app.overrides.install`); other sites of the bench keep Frappe's."""
	their_writer, their_bytes, their_reading = (
		csvutils.UnicodeWriter,
		desk_utils.get_csv_bytes,
		csvutils.read_csv_content,
	)
	their_parse = ImportFile.parse_data_from_template
	their_excel = exporter.DataExporter.build_response_as_excel

	def workbook(*args, **kwargs):
		return (Workbook if frappe.flags.socaid_fence else openpyxl.Workbook)(*args, **kwargs)

	def writer(*args, **kwargs):
		return (Writer if frappe.flags.socaid_fence else their_writer)(*args, **kwargs)

	def csv_bytes(data: list[list], csv_params: dict) -> bytes:
		if not frappe.flags.socaid_fence:
			return their_bytes(data, csv_params)
		rows = [[as_csv(value) for value in row] for row in data]
		for _row in rows:
			count_row()
		return MARK.encode() + their_bytes(rows, csv_params)

	def reading(content):
		if not frappe.flags.socaid_fence:
			return their_reading(content)
		return [[as_written(value) for value in row] for row in their_reading(as_text(content))]

	def parse(self):
		their_parse(self)
		if frappe.flags.socaid_fence:
			require_names(self)

	def excel(self):
		"""Frappe's reads its own CSV, and makes every number a text."""
		if not isinstance(self.writer, Writer):
			return their_excel(self)
		title = "Data Import Template" if self.template else "Data Export"
		sheet = xlsxutils.make_xlsx(self.writer.rows, title)
		return desk_utils.provide_binary_file(self.doctype, "xlsx", sheet.getvalue())

	# Its only use of the library is to make a workbook.
	xlsxutils.openpyxl = SimpleNamespace(Workbook=workbook)
	csvutils.UnicodeWriter = exporter.UnicodeWriter = writer
	desk_utils.get_csv_bytes = csv_bytes
	csvutils.read_csv_content = importer.read_csv_content = reading
	ImportFile.parse_data_from_template = parse
	exporter.DataExporter.build_response_as_excel = excel
