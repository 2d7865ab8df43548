"""Binding (立卷) and the whole file as one PDF.

Binding renders every document once and keeps the numbered pages as a private file with its hash: from then on the
file is what was bound, whatever becomes of the records. Two persons bind a file: one binds, another inspects
(GB/T 9705, 备考表). The whole file is given out through :func:`download` alone, which asks for permission and
writes the access log; numbers in full reach only those whose role may see them.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import frappe
from frappe import _, _lt
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.model.document import Document
from frappe.utils import cint, getdate, today
from pypdf import PdfReader, PdfWriter

from socaid_app.assistance_archives import archive_files, completeness, file_catalogue, numbering, rendering
from socaid_app.casework import copies, records
from socaid_app.casework.steps import Ask, Steps
from socaid_app.permissions import access_log, sensitive
from socaid_app.permissions import files as stored_files
from socaid_app.policy import archives

FILE, DOCUMENT, APPLICATION = "Archive File", "Archive Document", "Assistance Application"
COVER, CATALOGUE, END_SHEET = "Archive File Cover", "Archive File Catalogue", "Archive File End Sheet"
# Larger files are rendered in the background.
AT_ONCE = 30
BY_BINDING = (
	"bound_on",
	"bound_by",
	"inspected_by",
	"inspected_on",
	"bound_copy",
	"bound_copy_hash",
)


class NotReadyToBind(frappe.ValidationError):
	"""The message lists every reason and what to do."""


class BindingRefused(frappe.ValidationError):
	pass


# --- steps ------------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def bind(archive_file: str, explanation: str = "") -> str:
	"""Bind a file: freeze its documents, give it its number, keep its pages. ``explanation`` goes on the end sheet
	and is needed when papers are missing.

	Returns the file's number, '' when a background job does it. Raises NotReadyToBind.
	"""
	doc = _locked(archive_file)
	doc.check_permission("write")
	if explanation.strip():
		doc.file_note = explanation.strip()
		_store(doc)
	check_ready(doc)
	if cint(doc.document_count) > AT_ONCE:
		_enqueue(archive_file, "bind_now")
		return ""
	return bind_now(archive_file, frappe.session.user)


def check_ready(doc: Document) -> None:
	"""Raise NotReadyToBind with everything that stands in the way."""
	if doc.bound_on:
		frappe.throw(_("{0} is bound already.").format(doc.title), BindingRefused)
	completeness.check([doc.name])
	doc.missing_count = cint(frappe.db.get_value(FILE, doc.name, "missing_count"))
	rows = file_catalogue.documents(doc.name)
	breaches = archives.binding_breaches(
		archives.Binding(
			documents=len(rows),
			open_cases=open_cases(rows),
			missing=doc.missing_count,
			explanation=doc.file_note or "",
			damaged=[row.title for row in rows if row.fixity in ("Changed Copy", copies.MISSING)],
			unopenable=[f"《{row.title}》：{problem}" for row in rows if (problem := copies.problem_of(row))],
			fonds_code=numbering.fonds_code(),
			class_code=(doc.template and frappe.db.get_value("Archive Template", doc.template, "class_code"))
			or "",
		)
	)
	if breaches:
		frappe.throw(breaches, NotReadyToBind, title=_("This file cannot be bound yet"), as_list=True)


def open_cases(documents: list[frappe._dict]) -> list[str]:
	cases = {row.source_name for row in documents if row.source_doctype == APPLICATION}
	return frappe.get_all(
		APPLICATION, filters={"name": ["in", cases or [""]], "docstatus": 0}, pluck="name", order_by="name"
	)


def bind_now(archive_file: str, user: str) -> str:
	"""Render, number and freeze. The number comes last, so that its series is locked for a moment only."""
	with full_numbers():
		pages = body(archive_file, _progress(archive_file))
	doc = _locked(archive_file)
	check_ready(doc)
	# One entry for the whole copy: nobody has looked at it yet.
	access_log.record("Print", FILE, doc.name, "立卷：制作归档电子件", rows=doc.document_count)
	content = rendering.written(pages)
	doc.reload()
	numbering.give(doc)
	copy = _keep(content, f"{doc.file_number}.pdf", "Administrator")
	doc.update(
		{
			"status": archive_files.BOUND,
			"bound_on": today(),
			"bound_by": user,
			"inspected_by": None,
			"inspected_on": None,
			"unbind_reason": None,
			"bound_copy": copy.name,
			"bound_copy_hash": copies.sha256(copies.path_of(copy.name)),
		}
	)
	_store(doc)
	return doc.file_number


step = Steps(FILE, refusal=BindingRefused)


def _bound_by_user(file: Document) -> BindingRefused | str:
	if frappe.session.user != file.bound_by:
		return ""
	return BindingRefused(_("A file is inspected by another person than who bound it."))


@step(
	_lt("Confirm Inspection"),
	when=lambda file: file.bound_on and not file.inspected_by,
	duty="Inspect Archive Files",
	permission="read",
	not_by=(_bound_by_user,),
	stamps=("inspected_by", "inspected_on"),
)
def inspect(file: Document) -> None:
	"""A second person has compared the bound file with its catalogue (检查人)."""


def _next_volume(file: Document) -> list[str]:
	later = frappe.db.exists(
		FILE,
		{
			"category": file.category,
			"household": file.household,
			"division": file.division,
			"file_year": file.file_year if not file.household else ["is", "set"],
			"volume": [">", file.volume],
		},
	)
	if not later:
		return []
	return [_("The next volume {0} has been begun. File the correction there.").format(later)]


@step(
	_lt("Unbind File"),
	at=(archive_files.BOUND, "Stored"),
	to=archive_files.BEING_FILED,
	asks=(Ask("reason", label=_lt("Why Unbound")),),
	missing=_next_volume,
)
def unbind(file: Document, reason: str) -> None:
	"""Reopen a bound file that is in nobody's hands, with the reason; it keeps its number."""
	file.update(dict.fromkeys(BY_BINDING))
	file.unbind_reason = reason


def _locked(archive_file: str) -> Document:
	return frappe.get_doc(FILE, archive_file, for_update=True)


def _store(doc: Document) -> None:
	with records.step(doc):
		doc.save()


# --- the whole file ---------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def whole_file(archive_file: str) -> str:
	"""Make the whole file as one PDF: cover, catalogue, every document with page numbers, end sheet, bookmarks.

	Returns the name of the stored File for :func:`download`; '' when a background job makes it, which then tells
	the user. It belongs to the user who asked, since what it shows depends on what that user may see.
	"""
	doc = frappe.get_doc(FILE, archive_file)
	check_may_print(doc)
	if cint(doc.document_count) > AT_ONCE and not _frozen_pages(doc):
		_enqueue(archive_file, "make_whole_file")
		return ""
	return make_whole_file(archive_file, frappe.session.user)


def check_may_print(doc: Document) -> None:
	doc.check_permission("read")
	doc.check_permission("print")


def make_whole_file(archive_file: str, user: str) -> str:
	"""Build and store the PDF; returns the name of the File."""
	content = build(archive_file, _progress(archive_file))
	doc = frappe.get_doc(FILE, archive_file)
	access_log.record(
		"Print", FILE, doc.name, f"打印整卷 {doc.file_number or doc.name}", rows=doc.document_count
	)
	make_access_log(doctype=FILE, document=doc.name, file_type="PDF", method="Print")
	for earlier in frappe.get_all(
		"File", filters={"file_name": _file_name(doc), "owner": user, "is_private": 1}, pluck="name"
	):
		frappe.delete_doc("File", earlier, ignore_permissions=True, delete_permanently=True)
	return _keep(content, _file_name(doc), user).name


def build(archive_file: str, progress: Callable[[int, int], None] = lambda done, total: None) -> bytes:
	"""The whole file as the session's user may see it."""
	doc = frappe.get_doc(FILE, archive_file)
	pages = _frozen_pages(doc)
	if not pages:
		pages = body(archive_file, progress)
		doc.reload()
	rows = file_catalogue.documents(archive_file)
	front, back = _covers(doc)
	writer = PdfWriter()
	for page in (*front, *pages.pages, *back):
		writer.add_page(page)
	_bookmarks(writer, doc, rows, len(front), len(pages.pages))
	writer.add_metadata({"/Title": doc.title, "/Subject": doc.file_number or doc.name})
	return rendering.written(writer)


def body(archive_file: str, progress: Callable[[int, int], None] = lambda done, total: None) -> PdfWriter:
	"""The numbered pages of the documents. What this tells of their page counts is stored while the file is open."""
	rows = file_catalogue.documents(archive_file)
	parts = rendering.pages_of(rows, lambda done: progress(done, len(rows)))
	_learn_counts(archive_file, parts)
	writer = PdfWriter()
	for part, (first, _last) in zip(parts, archives.page_ranges(part.count for part in parts), strict=True):
		at = len(writer.pages)
		for page in part.pages:
			writer.add_page(page)
		rendering.number_pages(writer, at, part.numbers(first))
	return writer


def _learn_counts(archive_file: str, parts: list[rendering.Part]) -> None:
	changed = [part for part in parts if part.count != part.document.pages]
	if not changed or frappe.db.get_value(FILE, archive_file, "bound_on"):
		return
	for part in changed:
		frappe.db.set_value(DOCUMENT, part.document.name, "pages", part.count, update_modified=False)
	file_catalogue.renumber([archive_file])


def _covers(doc: Document) -> tuple[list, list]:
	"""Cover and catalogue before the documents, end sheet after them."""
	htmls = [
		rendering.html_of(
			frappe._dict(
				source_doctype=FILE, source_name=doc.name, source_key=f"{FILE}:{doc.name}:", letter=name
			)
		)
		for name in (COVER, CATALOGUE, END_SHEET)
	]
	cover, contents, end = rendering.print_together(htmls)
	return [*cover, *contents], end


def _bookmarks(writer: PdfWriter, doc: Document, rows: list[frappe._dict], front: int, count: int) -> None:
	writer.add_outline_item("案卷封面", 0)
	if front > 1:
		writer.add_outline_item("卷内文件目录", 1)
	section, parent, at = "", None, front
	for row in rows:
		if row.section != section:
			section = row.section
			parent = writer.add_outline_item(archives.SECTION_NAMES[section], at)
		writer.add_outline_item(f"{row.sequence}. {row.title}（第{row.page_from}页）", at, parent=parent)
		# one sheet stands for a paper that lies in the box
		at += 1 if row.fixity == copies.PAPER else cint(row.pages)
	writer.add_outline_item("卷内备考表", front + count)


def _frozen_pages(doc: Document) -> PdfReader | None:
	"""The pages as they were bound; None for an open file, and for a reader who may not see full numbers."""
	if not doc.bound_copy or not sensitive.may_reveal():
		return None
	path = copies.path_of(doc.bound_copy)
	if not path or copies.sha256(path) != doc.bound_copy_hash:
		frappe.throw(
			_(
				"The bound copy of {0} is gone or has changed. Tell the archivist: it must be restored."
			).format(doc.title),
			BindingRefused,
		)
	return PdfReader(io.BytesIO(path.read_bytes()))


class full_numbers:
	"""While pages for the archive itself are made, numbers stand in full (printing.full_number)."""

	def __enter__(self) -> None:
		frappe.flags.archive_copy = True

	def __exit__(self, *_exception) -> None:
		frappe.flags.archive_copy = False


@frappe.whitelist()
def download(file: str) -> None:
	"""Send a whole file that the session's user has had made."""
	doc = frappe.get_doc("File", file)
	if doc.owner != frappe.session.user or not (doc.file_name or "").startswith(FILE_NAME):
		frappe.throw(
			_("This PDF belongs to somebody else. Make it anew from the archive file."),
			frappe.PermissionError,
		)
	frappe.local.response.update(
		{
			"type": "download",
			"filename": doc.file_name,
			"filecontent": doc.get_content(),
			"content_type": "application/pdf",
			"display_content_as": "inline",
		}
	)


FILE_NAME = "整卷-"


def _file_name(doc: Document) -> str:
	return f"{FILE_NAME}{doc.name}.pdf"


def _keep(content: bytes, name: str, owner: str) -> Document:
	"""A private file that hangs on no record: Frappe would show it to everybody who may read that record."""
	file = stored_files.keep(content, name)
	file.db_set("owner", owner, update_modified=False)
	return file


# --- in the background ------------------------------------------------------------------------------------
def _enqueue(archive_file: str, method: str) -> None:
	frappe.enqueue(
		"socaid_app.assistance_archives.binding.run",
		method_name=method,
		archive_file=archive_file,
		user=frappe.session.user,
		queue="long",
		job_id=f"archive-{method}-{archive_file}-{frappe.session.user}",
		deduplicate=True,
		enqueue_after_commit=True,
	)


def run(method_name: str, archive_file: str, user: str) -> None:
	"""Background job: bind, or make the whole file; then tell the user's open form."""
	result = {"bind_now": bind_now, "make_whole_file": make_whole_file}[method_name](archive_file, user)
	frappe.publish_realtime(
		"archive_file_ready",
		{"archive_file": archive_file, "method": method_name, "result": result},
		user=user,
		after_commit=True,
	)


def _progress(archive_file: str) -> Callable[[int, int], None]:
	def show(done: int, total: int) -> None:
		frappe.publish_progress(
			done * 100 / max(total, 1), title=_("Making the pages"), doctype=FILE, docname=archive_file
		)

	return show


# --- for the print formats --------------------------------------------------------------------------------
def archive_rows(archive_file: str) -> list[frappe._dict]:
	"""The catalogue as it is printed."""
	rows = file_catalogue.documents(archive_file)
	for row in rows:
		row.day = archives.catalogue_date(getdate(row.document_date) if row.document_date else None)
		row.page_index = (
			str(row.page_from) if row.page_from == row.page_to else f"{row.page_from}-{row.page_to}"
		)
	return rows


def archive_missing(archive_file: str) -> list[frappe._dict]:
	"""The missing papers as the end sheet names them."""
	return completeness.missing([archive_file])


def retention_text(doc: Document) -> str:
	"""``永久`` or ``定期3年`` from the code of the number."""
	code = doc.retention_code or ""
	if code == "Y":
		return "永久"
	return f"定期{code.removeprefix('D')}年" if code else ""
