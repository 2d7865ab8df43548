"""Electronic copies: where they lie, their hash and their number of pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import frappe

from socaid_app import documents

BLOCK = 1 << 20
INTACT, MISSING, PAPER, UNVERIFIED = "Intact", "Missing Copy", "Paper Only", "Not Verified"


@dataclass(frozen=True)
class Copy:
	"""``path`` is None for a file that lies elsewhere or is gone."""

	path: Path | None
	content_hash: str | None = None
	pages: int = 1


def of_record(urls: Iterable[str], doctype: str, names: Iterable[str]) -> dict[str, Path]:
	"""Paths of the files behind the URLs that really belong to these records: {url: path}.

	An Attach field is a text that anybody may type; without this, another household's scan could be pulled into a
	file by its address.
	"""
	urls, names = set(filter(None, urls)), set(names)
	if not urls:
		return {}
	file = frappe.qb.DocType("File")
	table = frappe.qb.DocType(doctype)
	attached = (
		frappe.qb.from_(file)
		.select(file.name, file.file_url)
		.where(file.file_url.isin(urls))
		.where((file.attached_to_doctype == doctype) & file.attached_to_name.isin(names))
		.run()
	)
	# What a form has just uploaded is not attached until it is saved; its owner is who edits the record.
	editors = (
		frappe.qb.from_(table).select(table.owner, table.modified_by).where(table.name.isin(names)).run()
	)
	loose = (
		frappe.qb.from_(file)
		.select(file.name, file.file_url)
		.where(file.file_url.isin(urls) & (file.attached_to_name.isnull() | (file.attached_to_name == "")))
		.where(file.owner.isin({user for row in editors for user in row} or [""]))
		.run()
	)
	return {url: path for name, url in (*attached, *loose) if (path := path_of(name))}


def of_reader(url: str) -> Path | None:
	"""The private file behind a URL that the session's user may read."""
	for name in frappe.get_all(
		"File", filters={"file_url": url, "is_private": 1}, pluck="name", order_by="creation desc"
	):
		if frappe.get_doc("File", name).has_permission("read"):
			return path_of(name)
	return None


def of_document(document) -> Path | None:
	"""The electronic copy of an archive document (fields attachment, content_hash), as it was when it was filed.

	None for a copy that is gone or has changed: what was not filed is not shown.
	"""
	if not document.attachment or not document.content_hash:
		return None
	for name in frappe.get_all(
		"File", filters={"file_url": document.attachment}, pluck="name", order_by="creation, name"
	):
		path = path_of(name)
		if path and sha256(path) == document.content_hash:
			return path
	return None


def path_of(file: str) -> Path | None:
	"""Where a File record lies on disk, if it does."""
	doc = frappe.get_doc("File", file)
	if not (doc.file_url or "").startswith(("/private/files/", "/files/")):
		return None
	path = Path(doc.get_full_path())
	return path if path.is_file() else None


def measure(path: Path | None) -> Copy:
	"""Hash and page count of a file; what cannot be opened is one page, until somebody puts it right."""
	if not path:
		return Copy(None)
	return Copy(path, sha256(path), page_count(path))


def sha256(path: Path) -> str:
	digest = hashlib.sha256()
	with path.open("rb") as file:
		while block := file.read(BLOCK):
			digest.update(block)
	return digest.hexdigest()


def page_count(path: Path) -> int:
	try:
		return documents.page_count(path.read_bytes())
	except (documents.UnreadableDocument, OSError):
		return 1


def problem_of(document) -> str:
	"""Why the electronic copy of an archive document cannot be printed, in words; '' where it can, or there is none."""
	path = of_document(document)
	return _problem(path, document.content_hash) if path else ""


@lru_cache(maxsize=4096)
def _problem(path: Path, content_hash: str) -> str:
	"""A file is known by its hash; a binding asks three times."""
	try:
		documents.page_count(path.read_bytes(), path.name)
	except documents.UnreadableDocument as error:
		return str(error)
	return ""
