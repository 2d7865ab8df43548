"""Photos come in pieces over a poor network; whole and with the right hash they are a visit's photo like any other."""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from pathlib import Path

import frappe
from frappe import _
from frappe.core.api.file import get_max_file_size
from frappe.model.document import Document
from frappe.utils import cint

from socaid_app.field_visits import photos
from socaid_app.field_visits.pocket import pocket_devices

# What a phone numbers its entries and photos by.
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_AT_ONCE, DAYS_KEPT = 256 * 1024, 30
KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"RIFF": "webp"}


class PhotoIncomplete(frappe.ValidationError):
	"""The pieces are not all there, or differ from the hash: the phone sends them again."""


def _pieces(device: str, photo: str) -> Path:
	if not ID.fullmatch(photo):
		frappe.throw(_("The server does not know this kind of entry."), photos.PhotoInvalid)
	return Path(frappe.get_site_path("private", "pocket", device, photo))


def _received(path: Path) -> int:
	return path.stat().st_size if path.exists() else 0


@frappe.whitelist(methods=["POST"])
def photo_begin(device: str, token: str, id: str) -> dict:
	"""How many bytes of a photo have arrived: {received}."""
	if not pocket_devices.contact(device, token):
		return pocket_devices.WIPE
	path = _pieces(device, id)
	# its entry was taken, and only the answer was lost: nothing of it has to come again
	taken = frappe.db.get_value("Visit Sync Item", {"name": id, "device": device}, "payload")
	return {"received": cint(json.loads(taken)["data"].get("size")) if taken else _received(path)}


@frappe.whitelist(methods=["POST"])
def photo_chunk(device: str, token: str, id: str, offset: int, data: str) -> dict:
	"""Add a piece (base64) behind what has arrived: {received}. At another offset nothing is written."""
	if not pocket_devices.contact(device, token):
		return pocket_devices.WIPE
	frappe.has_permission("Home Visit", "write", throw=True)
	path = _pieces(device, id)
	try:
		piece = base64.b64decode(data, validate=True)
	except binascii.Error:
		piece = b""
	if not piece or len(piece) > MOST_AT_ONCE or cint(offset) + len(piece) > get_max_file_size():
		frappe.throw(_("The piece of the photo is empty or too large."), photos.PhotoInvalid)
	path.parent.mkdir(parents=True, exist_ok=True)
	with path.open("ab") as file:
		# the phone has given a request up that is still being written, and sends its piece again
		fcntl.flock(file, fcntl.LOCK_EX)
		if cint(offset) == file.seek(0, os.SEEK_END):
			file.write(piece)
	return {"received": _received(path)}


def attach(visit: Document, device: str, photo: str, data: dict) -> None:
	"""The whole photo becomes a row of the visit; raises PhotoIncomplete."""
	path = _pieces(device, photo)
	content = path.read_bytes() if path.exists() else b""
	if len(content) < cint(data.get("size")) or not content:
		frappe.throw(_("The photo has not arrived whole."), PhotoIncomplete)
	if hashlib.sha256(content).hexdigest() != data.get("sha256"):
		path.unlink()
		frappe.throw(_("The photo differs from what was taken. It is sent again."), PhotoIncomplete)
	ending = next((ending for head, ending in KINDS.items() if content.startswith(head)), None)
	if not ending:
		frappe.throw(_("{0} is not a photo.").format(_("Photo")), photos.PhotoInvalid)
	file = frappe.get_doc(
		{"doctype": "File", "file_name": f"{photo}.{ending}", "content": content, "is_private": 1}
		| {"attached_to_doctype": visit.doctype, "attached_to_name": visit.name}
	).insert()
	row = {key: data.get(key) for key in ("caption", "taken_at", "latitude", "longitude")}
	visit.append("photos", {**row, "photo": file.file_url})


def forget(device: str, photo: str) -> None:
	"""The pieces of a photo that is stored; what is rolled back is asked for again."""
	frappe.db.after_commit.add(lambda: _pieces(device, photo).unlink(missing_ok=True))


def tidy() -> None:
	"""Nightly: pieces that nobody has come back to."""
	for device in Path(frappe.get_site_path("private", "pocket")).glob("*"):
		if all(time.time() - piece.stat().st_mtime > DAYS_KEPT * 86400 for piece in device.iterdir()):
			shutil.rmtree(device)
