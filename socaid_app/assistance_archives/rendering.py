"""From records and scans to pages: many records in few runs of wkhtmltopdf, page numbers, bookmarks.

Starting wkhtmltopdf and reading the style sheets takes most of the time of a short record. So records that share
their style are printed in one run, with a sheet between two of them that shows where the next begins and is taken
out again. The number of pages of each record is thereby known as well.
"""

from __future__ import annotations

import base64
import io
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import sanitize_html
from frappe.utils.jinja_globals import bundled_asset
from frappe.utils.pdf import get_pdf
from frappe.www.printview import get_html_and_style
from markupsafe import Markup
from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

from socaid_app import documents, printing
from socaid_app.assistance_archives.sources import DELIVERY
from socaid_app.casework import copies, letters

# Records printed in one run: keeps memory and the wait for a sign of progress small.
RUN = 40
A4 = (595.28, 841.89)
MARGIN = 42.5
# Scans are kept at 200 dots per inch of an A4 page.
LARGEST = (1654, 2339)
NUMBER_SIZE = 9
OWN_SHEET = "templates/print/archive_record.html"
# Values printed as they were typed.
TYPED = ("Data", "Small Text", "Text", "Long Text", "Code", "Markdown Editor", "HTML Editor")
NO_COPY_SHEET = "templates/print/archive_no_copy.html"


@dataclass
class Part:
	"""A document and its pages."""

	document: frappe._dict
	pages: list[PageObject] = field(default_factory=list)

	@property
	def count(self) -> int:
		"""Pages in the file: of a paper in the box its own, though one sheet stands for them here."""
		if self.document.fixity == copies.PAPER:
			return max(self.document.pages, 1)
		return len(self.pages)

	def numbers(self, first: int) -> list[str]:
		"""What is stamped on the pages here, if the document begins on page ``first`` of the file."""
		if self.count == len(self.pages):
			return [str(first + at) for at in range(self.count)]
		return [f"{first}-{first + self.count - 1}"] * len(self.pages)


def pages_of(
	documents: list[frappe._dict], progress: Callable[[int], None] = lambda done: None
) -> list[Part]:
	"""The pages of each document, in order: its scan where there is one, otherwise the print of its record.

	Raises frappe.PermissionError for a record the session's user may not print.
	"""
	parts = [Part(document) for document in documents]
	to_print: list[tuple[Part, str]] = []
	for part in parts:
		part.pages = scan(part.document)
		if not part.pages:
			to_print.append((part, html_of(part.document)))
	done = len(parts) - len(to_print)
	for run in _runs([html for _part, html in to_print]):
		for index, pages in zip(run, print_together([to_print[index][1] for index in run]), strict=True):
			to_print[index][0].pages = pages
		done += len(run)
		progress(done)
	return parts


# --- records ----------------------------------------------------------------------------------------------
def html_of(document: frappe._dict) -> str:
	"""The letter of a record; one without a letter as a sheet of its fields.

	A paper or a scan that cannot be shown is stood in for by a sheet that says so.
	"""
	doctype, name = _printed(document)
	letter = letters.print_format(document.letter)
	is_record = letter or (document.source_key or "").endswith(":")
	if not is_record or not frappe.db.exists(doctype, name):
		return printing.render(NO_COPY_SHEET, document=document)
	if letter:
		# the same checks and the same log entries as printing the record itself
		printed = get_html_and_style(doctype, name, letter, no_letterhead=True)
		return f"<style>{printed['style']}</style>{printed['html']}"
	record = frappe.get_doc(doctype, name)
	if not (record.has_permission("print") or record.has_permission("read")):
		frappe.throw(
			_("You may not print {0} {1}. Ask the archivist to print this file.").format(_(doctype), name),
			frappe.PermissionError,
		)
	return printing.render(OWN_SHEET, doc=record, title=document.document_kind, fields=_fields(record))


def _printed(document: frappe._dict) -> tuple[str, str]:
	"""What is printed: the record, or what a delivery is about, whose print format its letter is."""
	record = document.source_doctype, document.source_name
	if record[0] != DELIVERY or letters.printed_from(document.letter) in (None, "", DELIVERY):
		return record
	about = frappe.db.get_value(DELIVERY, document.source_name, ["reference_doctype", "reference_name"])
	return about or record


def _fields(record) -> list[tuple[str, str]]:
	"""Labels and values that are shown to the reader, without technical ones."""
	skipped = {
		"Code",
		"HTML",
		"Table",
		"Section Break",
		"Column Break",
		"Tab Break",
		"Attach",
		"Attach Image",
	}
	readable = record.meta.get_permlevel_access("read")
	return [
		(_(df.label, context=record.doctype), _shown(record, df))
		for df in record.meta.fields
		if df.label
		and df.fieldtype not in skipped
		and not df.hidden
		and not df.print_hide
		and df.permlevel in readable
		and record.get(df.fieldname) not in (None, "")
	]


def _shown(record, df) -> str | Markup:
	"""A value as it is printed: what was typed stays text, what the editor made is freed from everything else."""
	if df.fieldtype == "Text Editor":
		return Markup(sanitize_html(record.get(df.fieldname), always_sanitize=True))
	if df.fieldtype in TYPED:
		return record.get(df.fieldname)
	return record.get_formatted(df.fieldname)


def _runs(htmls: list[str]) -> list[list[int]]:
	"""Which records are printed together: those with the same style, RUN at a time."""
	groups: dict[tuple[str, ...], list[int]] = {}
	for index, html in enumerate(htmls):
		groups.setdefault(tuple(re.findall(r"<style.*?</style>", html, re.DOTALL)), []).append(index)
	return [group[at : at + RUN] for group in groups.values() for at in range(0, len(group), RUN)]


def print_together(htmls: list[str]) -> list[list[PageObject]]:
	"""Print these pieces of HTML in one run; the pages of each."""
	if not htmls:
		return []
	# Nobody can write the mark of a run into a record. Digits: letters may be read back as ligatures.
	mark = f"{secrets.randbelow(10**24):024}-"
	body = "".join(
		f'<div style="page-break-before: always; page-break-after: always; font: 10pt sans-serif">{mark}{at}</div>'
		f'<div class="print-format">{html}</div>'
		for at, html in enumerate(htmls)
	)
	pages: list[list[PageObject]] = [[] for _html in htmls]
	at = -1
	for page in PdfReader(io.BytesIO(get_pdf(page_html(body)))).pages:
		if found := re.fullmatch(rf"\s*{mark}(\d+)\s*", page.extract_text()):
			at = int(found.group(1))
		elif at >= 0:
			pages[at].append(page)
	return pages


def page_html(body: str) -> str:
	"""A page for wkhtmltopdf that fetches nothing: the style sheet is inside, out of sight of the CSS parser that
	Frappe runs over every style element."""
	css = base64.b64encode(_print_css().encode()).decode()
	return (
		'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8">'
		f'<link rel="stylesheet" href="data:text/css;charset=utf-8;base64,{css}"></head><body>{body}</body></html>'
	)


def _print_css() -> str:
	path = Path(frappe.local.sites_path) / bundled_asset("print.bundle.css").lstrip("/")
	return path.read_text(encoding="utf-8")


# --- scans ------------------------------------------------------------------------------------------------
def scan(document: frappe._dict) -> list[PageObject]:
	"""The pages of the electronic copy; none where there is no copy, or none that can be shown."""
	path = copies.of_document(document)
	if not path:
		return []
	try:
		data = path.read_bytes()
		if documents.is_image(data):
			return list(PdfReader(io.BytesIO(image_pdf(data))).pages)
		return [_upright(page) for page in documents.open_pdf(data).pages]
	except (documents.UnreadableDocument, PyPdfError, OSError, ValueError, KeyError):
		frappe.logger("archives").warning(f"{document.name}: {path.name} cannot be shown", exc_info=True)
	return []


def _upright(page: PageObject) -> PageObject:
	"""Page numbers stand where the reader's upper right corner is."""
	if page.rotation:
		page.transfer_rotation_to_content()
	return page


def image_pdf(data: bytes) -> bytes:
	"""Every page of a picture – a scanner writes many into one TIFF – on a sheet of A4, upright as it was taken."""
	first, *others = [_sheet(page) for page in documents.upright_pages(data)]
	stream = io.BytesIO()
	first.save(stream, "PDF", resolution=200, quality=85, save_all=True, append_images=others)
	return stream.getvalue()


def _sheet(picture: Image.Image) -> Image.Image:
	upright = picture.convert("RGB")
	if upright.width > upright.height:
		upright = upright.rotate(90, expand=True)
	upright.thumbnail(LARGEST)
	page = Image.new("RGB", LARGEST, "white")
	page.paste(upright, ((LARGEST[0] - upright.width) // 2, (LARGEST[1] - upright.height) // 2))
	return page


# --- the file ---------------------------------------------------------------------------------------------
def number_pages(writer: PdfWriter, first: int, numbers: list[str]) -> None:
	"""Stamp page numbers in the upper right corner of the pages from index ``first`` on."""
	font = writer._add_object(
		DictionaryObject(
			{
				NameObject("/Type"): NameObject("/Font"),
				NameObject("/Subtype"): NameObject("/Type1"),
				NameObject("/BaseFont"): NameObject("/Helvetica"),
			}
		)
	)
	for at, number in enumerate(numbers, first):
		_stamp(writer, writer.pages[at], number, font)


def _stamp(writer: PdfWriter, page: PageObject, text: str, font) -> None:
	resources = page.get("/Resources", DictionaryObject()).get_object()
	# pages share their resources; each gets its own before one is changed
	resources = DictionaryObject(resources)
	fonts = DictionaryObject(resources.get("/Font", DictionaryObject()).get_object())
	fonts[NameObject("/PageNumber")] = font
	resources[NameObject("/Font")] = fonts
	page[NameObject("/Resources")] = resources
	box = page.mediabox
	x = float(box.right) - MARGIN - len(text) * NUMBER_SIZE * 0.556
	y = float(box.top) - MARGIN * 0.75
	contents = page.get("/Contents")
	before = contents.get_object() if contents is not None else ArrayObject()
	before = list(before) if isinstance(before, ArrayObject) else [page.raw_get("/Contents")]
	page[NameObject("/Contents")] = ArrayObject(
		[
			_stream(writer, "q"),
			*before,
			_stream(writer, f"Q q BT /PageNumber {NUMBER_SIZE} Tf {x:.2f} {y:.2f} Td ({text}) Tj ET Q"),
		]
	)


def _stream(writer: PdfWriter, commands: str):
	stream = DecodedStreamObject()
	stream.set_data(f"\n{commands}\n".encode("ascii"))
	return writer._add_object(stream)


def written(writer: PdfWriter) -> bytes:
	stream = io.BytesIO()
	writer.write(stream)
	return stream.getvalue()
