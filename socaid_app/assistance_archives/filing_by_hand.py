"""What an archivist files and takes out by hand."""

import frappe
from frappe import _
from frappe.utils import today

from socaid_app.assistance_archives import archive_files
from socaid_app.assistance_archives.file_catalogue import DOCUMENT
from socaid_app.casework.records import step


class FilingRefused(frappe.ValidationError):
	pass


@frappe.whitelist(methods=["POST"])
def add_scans(
	archive_file: str,
	section: str,
	document_kind: str,
	attachments: list | str,
	document_date: str | None = None,
	decision_key: str | None = None,
) -> list[str]:
	"""File scans that were uploaded to the form of an archive file, one document each; returns their names.

	``decision_key``: the decision they belong to (:func:`decisions`); empty for papers that serve every decision.
	"""
	file = frappe.get_doc(archive_files.FILE, archive_file)
	file.check_permission("write")
	urls = frappe.parse_json(attachments)
	if not urls:
		frappe.throw(_("Upload at least one scan."), FilingRefused)
	added = []
	for number, url in enumerate(urls, 1):
		document = frappe.get_doc(
			{
				"doctype": DOCUMENT,
				"archive_file": file.name,
				"section": section,
				"document_kind": document_kind,
				"title": f"{document_kind}（{number}）" if len(urls) > 1 else document_kind,
				"document_date": document_date or today(),
				"attachment": url,
			}
		)
		document.flags.decision_key = decision_key
		added.append(document.insert().name)
	return added


@frappe.whitelist()
def kinds(archive_file: str) -> list[dict]:
	"""The kinds of documents the template of a file knows, for choosing from."""
	file = frappe.get_doc(archive_files.FILE, archive_file)
	file.check_permission("read")
	if not file.template:
		return []
	return [
		{"section": row.section, "document_kind": row.document_kind}
		for row in frappe.get_cached_doc("Archive Template", file.template).items
	]


@frappe.whitelist()
def decisions(archive_file: str) -> list[dict]:
	"""The decisions in a file, for choosing from."""
	frappe.get_doc(archive_files.FILE, archive_file).check_permission("read")
	return frappe.get_all(
		DOCUMENT,
		filters={"archive_file": archive_file, "withdrawn": 0, "decision_stage": ["is", "set"]},
		fields=["decision_key", "title", "document_date", "decision_stage"],
		order_by="document_date, name",
	)


@frappe.whitelist(methods=["POST"])
def take_out(document: str, reason: str) -> None:
	"""Take a document out of a file that is not bound, with the reason; it stays on record."""
	doc = frappe.get_doc(DOCUMENT, document)
	doc.check_permission("write")
	if not (reason or "").strip():
		frappe.throw(_("State why the document is taken out."), FilingRefused)
	doc.update({"withdrawn": 1, "withdrawal_reason": reason.strip(), "source_gone": 0})
	with step(doc):
		doc.save()
