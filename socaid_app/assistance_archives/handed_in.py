"""A paper is opened when it is handed in, not first when its file is bound years later."""

from collections.abc import Iterator

import frappe
from frappe.model.document import Document

from socaid_app import documents
from socaid_app.permissions import files as stored_files


class PaperUnopenable(frappe.ValidationError):
	pass


def require_openable(doc: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of the sources: a scan is opened when it is handed in, not when its file is bound years later.

	Raises PaperUnopenable.
	"""
	before = doc.get_doc_before_save()
	known = set(_attached(before)) if before else set()
	for url in set(_attached(doc)) - known:
		if not (file := stored_files.readable(url)):
			continue
		data = file.get_content()
		try:
			documents.require_openable(
				data if isinstance(data, bytes) else data.encode(), file.file_name or ""
			)
		except documents.UnreadableDocument as error:
			frappe.throw(str(error), PaperUnopenable)


def _attached(doc: Document) -> Iterator[str]:
	for record in (doc, *doc.get_all_children()):
		for df in record.meta.get("fields", {"fieldtype": ["in", ("Attach", "Attach Image")]}):
			if record.get(df.fieldname):
				yield record.get(df.fieldname)
