"""Photos of a visit: private files, sealed with a hash when they are stored."""

from __future__ import annotations

import hashlib

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime

SEALED = ("taken_at", "latitude", "longitude", "content_hash")


class PhotoInvalid(frappe.ValidationError):
	pass


def seal(visit: Document) -> None:
	"""From ``validate``: a new photo gets its hash and time; an old one keeps what it was sealed with."""
	before = visit.get_doc_before_save()
	stored = {row.name: row for row in before.photos} if before else {}
	for row in visit.photos:
		old = stored.get(row.name)
		if old and old.photo == row.photo:
			row.update({field: old.get(field) for field in SEALED})
			continue
		row.content_hash = fingerprint(row.photo)
		now = now_datetime()
		row.taken_at = min(get_datetime(row.taken_at), now) if row.taken_at else now


def fingerprint(file_url: str) -> str:
	"""SHA-256 of a private file. Raises PhotoInvalid for files that are public, missing or no image."""
	name = frappe.db.get_value("File", {"file_url": file_url}, "name", order_by="creation desc")
	if not name:
		frappe.throw(_("The photo {0} was not stored. Take it again.").format(file_url), PhotoInvalid)
	file = frappe.get_doc("File", name)
	if not file.is_private:
		frappe.throw(_("Photos of homes are stored as private files."), PhotoInvalid)
	if not (file.file_name or "").lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".heic")):
		frappe.throw(_("{0} is not a photo.").format(file.file_name), PhotoInvalid)
	content = file.get_content()
	return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


@frappe.whitelist()
def changed_photos(visit: str) -> list[str]:
	"""Captions or URLs of photos whose file is gone or differs from its seal."""
	doc = frappe.get_doc("Home Visit", visit)
	doc.check_permission("read")
	changed = []
	for row in doc.photos:
		try:
			intact = fingerprint(row.photo) == row.content_hash
		except (PhotoInvalid, OSError):
			intact = False
		if not intact:
			changed.append(row.caption or row.photo)
	return changed
