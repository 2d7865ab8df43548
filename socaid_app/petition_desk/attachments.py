"""Papers sent with a petition from the web: what they are is read from their first bytes, never from their name.

Photographs lose their metadata (a place, a camera, a time would give an anonymous accuser away) by being
written anew; documents with macros are refused. All are stored as private files.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

import filetype
import frappe
from PIL import Image, ImageOps

from socaid_app.permissions import files

MOST, LARGEST = 5, 10 * 1024 * 1024
# A small file can unfold into gigabytes; 25 megapixels are more than a readable photograph of a paper needs.
MOST_PIXELS = 25_000_000
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", WORD: "docx"}
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG"}


class AttachmentRefused(frappe.ValidationError):
	"""The sentence says to the citizen, in Chinese, what to do."""


@dataclass(frozen=True)
class Paper:
	"""A checked file: a safe name with the extension of what it really is, and its content."""

	name: str
	content: bytes


def accept(uploads: list) -> list[Paper]:
	"""Checked and cleaned files of a form (werkzeug FileStorage). Raises AttachmentRefused."""
	uploads = [upload for upload in uploads if upload and upload.filename]
	if len(uploads) > MOST:
		raise AttachmentRefused(f"最多可以附{MOST}个文件，请合并或减少后重新选择。")
	return [
		_paper(upload.filename, upload.stream.read(LARGEST + 1), at) for at, upload in enumerate(uploads, 1)
	]


def _paper(filename: str, content: bytes, number: int) -> Paper:
	if len(content) > LARGEST:
		raise AttachmentRefused(f"第{number}个文件超过10兆字节，请压缩或换一个。")
	kind = _kind(content)
	if kind not in EXTENSIONS:
		raise AttachmentRefused(f"第{number}个文件不是PDF、JPG、PNG图片或Word（.docx）文档，请换一个格式。")
	if kind in IMAGES:
		content = _without_metadata(content, kind, number)
	stem = "".join(char for char in PurePath(filename).stem if char.isalnum() or char in "-_（）")[:40]
	return Paper(f"{stem or f'附件{number}'}.{EXTENSIONS[kind]}", content)


def _kind(content: bytes) -> str:
	if content[:4] == b"PK\x03\x04":
		return WORD if _is_word(content) else ""
	return filetype.guess_mime(content) or ""


def _is_word(content: bytes) -> bool:
	"""A Word document without macros; the list of a ZIP is read, nothing is unpacked."""
	try:
		names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
	except (zipfile.BadZipFile, ValueError):
		return False
	macros = any(name.lower().endswith("vbaproject.bin") for name in names)
	return {"[Content_Types].xml", "word/document.xml"} <= names and not macros


def _without_metadata(content: bytes, kind: str, number: int) -> bytes:
	"""The same picture, upright, and nothing but the picture."""
	try:
		with Image.open(io.BytesIO(content), formats=[IMAGES[kind]]) as image:
			if image.width * image.height > MOST_PIXELS:
				raise AttachmentRefused(f"第{number}张图片的尺寸太大，请缩小后再传。")
			upright = ImageOps.exif_transpose(image)
			bare = Image.new(upright.mode, upright.size)
			if upright.mode == "P":
				bare.putpalette(upright.getpalette())
			bare.paste(upright)
			written = io.BytesIO()
			bare.save(written, IMAGES[kind], quality=88)
	except AttachmentRefused:
		raise
	except Exception:
		# whatever a broken or hostile picture does to the reader, it is not a picture to us
		raise AttachmentRefused(f"第{number}张图片打不开，请重新拍照或另存后再传。")
	return written.getvalue()


def store(petition: str, papers: list[Paper]) -> None:
	"""Keep the papers as private files of a petition; on the disk their names are random."""
	for paper in papers:
		files.keep(paper.content, paper.name, attached_to_doctype="Petition", attached_to_name=petition)
