"""Files that people bring, opened and read to the last corner, or refused in a sentence that says what to do.

What kind a file is, its bytes say, not its name. :func:`read` gives every word of it for the search for personal data
before it goes to the public; what whoever looks at the file would not see – hidden sheets, comments, tracked changes,
speaker notes, what is embedded – is refused, because a name in it is found by nobody. :func:`pages` opens a scanned
paper as it is filed and bound.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from xml.etree import ElementTree

from PIL import Image, ImageFile, ImageOps, ImageSequence, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from socaid_app.policy import texts

DEEPEST = 3
MOST_MEMBERS = 2000
MOST_BYTES = 200 * 1024 * 1024
PDF, ZIP, OLE = b"%PDF-", b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# OLE holds doc, xls, ppt, WPS's own formats, and office files with a password.
OTHERS = {
	OLE: "是旧版Office或WPS格式，或者带有打开密码",
	b"Rar!": "是RAR压缩包",
	b"7z\xbc\xaf": "是7z压缩包",
	b"\x1f\x8b": "是GZ压缩包",
	b"{\\rtf": "是RTF文档",
}
WAY_OUT = "请另存为PDF、docx、xlsx、图片或文本后重新上传。"
IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
IMAGE_NAMES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp")
GPS, DETAILS, ORIENTATION = 0x8825, 0x8769, 0x0112
_STRICT = Lock()
PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA")
# Runs of one paragraph or cell are one text: a number may be split between them.
PARAGRAPHS = ("p", "si", "is", "c", "TextObject", "comment", "row")
SAYING = ("descr", "title", "alt", "tooltip")
UNSEEN_PARTS = {
	"comments": "批注",
	"threadedComments": "批注",
	"notesSlides": "演讲者备注",
	"embeddings": "嵌入的文件",
	"activeX": "嵌入的控件",
	"vbaProject": "宏",
	"externalLinks": "外部链接的数据",
	"pivotCache": "数据透视表的源数据",
	"customXml": "自定义数据",
}
UNSEEN_ELEMENTS = {
	"ins": "未接受的修订",
	"del": "未接受的修订",
	"moveFrom": "未接受的修订",
	"moveTo": "未接受的修订",
	"vanish": "隐藏的文字",
	"oleObject": "嵌入的文件",
}
HIDDEN_LINES = {"row": "隐藏的行", "col": "隐藏的列"}
# Styles and settings, in which some kinds of text are hidden that the document does not use.
WITHOUT_TEXT = (
	"docProps/",
	"word/styles",
	"word/settings",
	"word/numbering",
	"word/webSettings",
	"word/fontTable",
)
# Notes stuck on a page of a PDF, which open when they are clicked, and files hung on it.
UNSEEN_NOTES = ("/Text", "/FileAttachment", "/Popup", "/Redact")
# Drawings, settings of printers, fonts, seals: shown as they are or not at all.
SILENT = (".emf", ".wmf", ".bin", ".fntdata", ".odttf", ".ttf", ".otf", ".esl", ".dat")


class UnreadableDocument(ValueError):
	"""The file cannot be read, or hides something; the message says what to do."""


# --- reading to the last corner ---------------------------------------------------------------------------
def read(data: bytes, name: str = "", depth: int = 0) -> str:
	"""Every word of a file, those of its properties and of the files in it included. Raises UnreadableDocument."""
	if not data:
		raise UnreadableDocument(f"文件{_called(name)}是空的。")
	if depth > DEEPEST:
		raise UnreadableDocument(f"压缩包嵌套超过{DEEPEST}层，无法逐个检查。请解压后分别上传。")
	for mark, what in OTHERS.items():
		if data.startswith(mark):
			raise UnreadableDocument(f"文件{_called(name)}{what}，无法检查内容。{WAY_OUT}")
	if PDF in data[:1024]:
		return _pdf(data, name)
	if data.startswith(ZIP):
		return _zip(data, name, depth)
	if is_image(data):
		return _image(data, name)
	return _text(data, name)


def _called(name: str) -> str:
	return f"“{name}”" if name else ""


def _text(data: bytes, name: str) -> str:
	try:
		# the marks of HTML are taken apart, so that nothing is hidden between them
		return texts.decode(data).replace("<", " ").replace(">", " ")
	except texts.UnreadableText:
		raise UnreadableDocument(f"不认识文件{_called(name)}的格式，无法检查内容。{WAY_OUT}") from None


def _pdf(data: bytes, name: str) -> str:
	reader = open_pdf(data, name)
	try:
		found = [page.extract_text() for page in reader.pages]
		found += [str(value) for value in (reader.metadata or {}).values()]
		notes = [note.get_object() for page in reader.pages for note in page.get("/Annots") or []]
		found += [str(note[key]) for note in notes for key in ("/Contents", "/T", "/V", "/TU") if key in note]
		if reader.xmp_metadata:
			found.append(_words(reader.xmp_metadata.stream.get_data(), name))
		embedded = list(reader.attachments)
	except UnreadableDocument:
		raise
	except Exception:  # the library stumbles in many ways over what it cannot read
		raise UnreadableDocument(f"PDF文件{_called(name)}已损坏，无法逐页检查。请重新导出后上传。") from None
	hidden = ["嵌入的文件"] if embedded else []
	hidden += ["批注"] if any(note.get("/Subtype") in UNSEEN_NOTES for note in notes) else []
	_refuse_unseen(hidden, name)
	return "\n".join(found)


def _refuse_unseen(hidden: list[str], name: str) -> None:
	if hidden:
		raise UnreadableDocument(
			f"文件{_called(name)}里有看不见的内容：{'、'.join(dict.fromkeys(hidden))}。请删除或取消隐藏后重新上传。"
		)


def _zip(data: bytes, name: str, depth: int) -> str:
	try:
		with zipfile.ZipFile(io.BytesIO(data)) as archive:
			members = _members(archive, name)
			names = set(members)
			if "[Content_Types].xml" in names:
				return _office(members, name)
			if "OFD.xml" in names:
				return "\n".join(_part(part, content, depth) for part, content in members.items())
			if "mimetype" in names:
				raise UnreadableDocument(f"不支持检查文件{_called(name)}的格式（ODF）。{WAY_OUT}")
			return "\n".join(f"{part}\n{read(content, part, depth + 1)}" for part, content in members.items())
	except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
		raise UnreadableDocument(f"文件{_called(name)}已损坏，无法打开。请重新生成后上传。") from None


def _members(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
	entries = [entry for entry in archive.infolist() if not entry.is_dir()]
	if len(entries) > MOST_MEMBERS or sum(entry.file_size for entry in entries) > MOST_BYTES:
		raise UnreadableDocument(f"文件{_called(name)}里的内容太多，无法逐个检查。请分开上传。")
	if any(entry.flag_bits & 1 for entry in entries):
		raise UnreadableDocument(f"文件{_called(name)}带有密码，无法检查内容。请取消密码后重新上传。")
	if not entries:
		raise UnreadableDocument(f"文件{_called(name)}是空的。")
	found, left = {}, MOST_BYTES
	for entry in entries:
		with archive.open(entry) as file:
			content = file.read(left + 1)
		left -= len(content)
		if left < 0:
			raise UnreadableDocument(f"文件{_called(name)}里的内容太多，无法逐个检查。请分开上传。")
		found[_member_name(entry)] = content
	return found


def _member_name(entry: zipfile.ZipInfo) -> str:
	"""Windows writes Chinese names in GB18030 without saying so; Python takes that for the code page of DOS."""
	if entry.flag_bits & 0x800:
		return entry.filename
	try:
		return entry.filename.encode("cp437").decode("gb18030")
	except (UnicodeEncodeError, UnicodeDecodeError):
		return entry.filename


# --- office files -----------------------------------------------------------------------------------------
def _office(members: dict[str, bytes], name: str) -> str:
	_refuse_unseen(list(_unseen(members)), name)
	return "\n".join(_part(part, content, 0) for part, content in members.items())


def _unseen(members: dict[str, bytes]) -> Iterator[str]:
	for part, content in members.items():
		for mark, what in UNSEEN_PARTS.items():
			if f"/{mark}" in f"/{part}" and not _is_empty(part, content):
				yield what
		if part.endswith(".xml") and not part.startswith(WITHOUT_TEXT):
			for element in _parsed(content, part).iter():
				if what := _unseen_element(part, _local(element.tag), element):
					yield what


def _is_empty(part: str, content: bytes) -> bool:
	"""A part without words of its author: notes that hold the number of their slide, properties nobody filled in."""
	return part.endswith((".xml", ".rels")) and not _words(content, part).strip("\n 0123456789")


def _unseen_element(part: str, tag: str, element: ElementTree.Element) -> str:
	values = {_local(key): value for key, value in element.attrib.items()}
	if part.startswith("word/") and tag in UNSEEN_ELEMENTS and values.get("val") not in ("0", "false"):
		return UNSEEN_ELEMENTS[tag]
	if tag == "sheet" and values.get("state", "visible") != "visible":
		return f"隐藏的工作表“{values.get('name')}”"
	if part.startswith("xl/worksheets/") and tag in HIDDEN_LINES:
		size = values.get("ht" if tag == "row" else "width")
		if values.get("hidden") in ("1", "true") or size in ("0", "0.0"):
			return HIDDEN_LINES[tag]
	if part.startswith("ppt/") and tag == "sld" and values.get("show") in ("0", "false"):
		return "隐藏的幻灯片"
	return ""


def _part(part: str, content: bytes, depth: int) -> str:
	if part.endswith((".xml", ".rels", ".vml")):
		return _words(content, part)
	if is_image(content):
		return _image(content, part)
	if not content or part.lower().endswith(SILENT):
		return ""
	return read(content, part, depth + 1)


def _parsed(content: bytes, part: str) -> ElementTree.Element:
	if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
		raise UnreadableDocument(f"文件的“{part}”含有不允许的声明，无法检查内容。")
	try:
		return ElementTree.fromstring(content)
	except (ElementTree.ParseError, ValueError, LookupError):
		raise UnreadableDocument(f"文件的“{part}”已损坏，无法检查内容。请重新生成后上传。") from None


def _words(content: bytes, part: str) -> str:
	"""The text of one part, paragraph by paragraph, and what its pictures and links say."""
	found: list[str] = []

	def walk(element: ElementTree.Element, one: list[str] | None) -> None:
		tag = _local(element.tag)
		for key, value in element.attrib.items():
			if _local(key) in SAYING or (_local(key) == "Target" and "TargetMode" in element.attrib):
				found.append(value)
		inside = [] if one is None or tag in PARAGRAPHS else one
		# a cell of this kind holds the number of its text, not the text
		if not (tag == "v" and one is not None and one[:1] == ["s"]):
			if tag == "c" and element.attrib.get("t") == "s":
				inside.append("s")
			elif element.text:
				inside.append(element.text)
			for child in element:
				walk(child, inside)
				if child.tail:
					inside.append(child.tail)
		if inside is not one and inside != ["s"]:
			found.append("".join(inside))

	root = _parsed(content, part)
	_walk_safely(walk, root, part)
	return "\n".join(line for line in found if line.strip())


def _walk_safely(walk, root: ElementTree.Element, part: str) -> None:
	try:
		walk(root, None)
	except RecursionError:
		raise UnreadableDocument(f"文件的“{part}”嵌套过深，无法检查内容。") from None


def _local(tag: str) -> str:
	return tag.rpartition("}")[2] if isinstance(tag, str) else ""


# --- pictures ---------------------------------------------------------------------------------------------
def is_image(data: bytes) -> bool:
	return data.startswith(IMAGES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _image(data: bytes, name: str) -> str:
	"""What a picture carries besides the picture. Whoever publishes it looks at the picture itself."""
	picture = open_image(data, name)
	exif = picture.getexif()
	if exif.get_ifd(GPS):
		raise UnreadableDocument(f"照片{_called(name)}带有拍摄地点（GPS），请去掉位置信息后重新上传。")
	values = list(exif.values()) + list(exif.get_ifd(DETAILS).values())
	values += [
		value for key, value in picture.info.items() if key not in ("exif", "icc_profile", "photoshop")
	]
	return "\n".join(_said(value) for value in values if isinstance(value, str | bytes))


def _said(value: str | bytes) -> str:
	if isinstance(value, str):
		return value
	for encoding in ("utf-8", "utf-16-le"):
		try:
			return (
				value.removeprefix(b"UNICODE\0")
				.removeprefix(b"ASCII\0\0\0")
				.decode(encoding)
				.replace("\0", "")
			)
		except UnicodeDecodeError:
			continue
	return ""


# --- scanned papers ---------------------------------------------------------------------------------------
def open_pdf(data: bytes, name: str = "") -> PdfReader:
	"""A PDF that opens without a password and has pages; raises UnreadableDocument."""
	try:
		reader = PdfReader(io.BytesIO(data))
		if reader.is_encrypted:
			raise UnreadableDocument(
				f"PDF文件{_called(name)}有密码或加密。请取消加密（另存为不加密的PDF）后重新上传。"
			)
		if not len(reader.pages):
			raise UnreadableDocument(f"PDF文件{_called(name)}没有页面。请重新扫描后上传。")
		for page in reader.pages:
			_ = page.mediabox
	except UnreadableDocument:
		raise
	except (PyPdfError, Exception):
		raise UnreadableDocument(
			f"PDF文件{_called(name)}已损坏或不完整，打不开。请重新扫描后上传。"
		) from None
	return reader


@contextmanager
def _strictly() -> Iterator[None]:
	"""Frappe has the library fill in for all pictures what is missing of a picture that was cut off."""
	with _STRICT:
		lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
		try:
			yield
		finally:
			ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def open_image(data: bytes, name: str = "") -> Image.Image:
	"""A picture all of whose pages can be drawn; raises UnreadableDocument."""
	try:
		with _strictly():
			picture = Image.open(io.BytesIO(data))
			for page in ImageSequence.Iterator(picture):
				page.load()
			picture.seek(0)
	except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
		raise UnreadableDocument(
			f"图片{_called(name)}已损坏或不完整，打不开。请重新拍照或扫描后上传。"
		) from None
	return picture


def upright_pages(data: bytes, name: str = "") -> list[Image.Image]:
	"""Every page of a picture – a TIFF of a scanner has many –, the way up its camera says."""
	return [ImageOps.exif_transpose(page.copy()) for page in ImageSequence.Iterator(open_image(data, name))]


def page_count(data: bytes, name: str = "") -> int:
	"""How many sheets a scanned paper has; raises UnreadableDocument for what is empty or cannot be opened."""
	if not data:
		raise UnreadableDocument(f"文件{_called(name)}是空的。请重新上传。")
	if PDF in data[:1024]:
		return len(open_pdf(data, name).pages)
	if is_image(data):
		return getattr(open_image(data, name), "n_frames", 1)
	raise UnreadableDocument(f"文件{_called(name)}既不是PDF也不是图片，不能归档打印。请另存为PDF后上传。")


def require_openable(data: bytes, name: str) -> None:
	"""What says that it is a PDF or a picture is one and opens; raises UnreadableDocument."""
	is_scan = PDF in data[:1024] or is_image(data) or name.lower().endswith((".pdf", *IMAGE_NAMES))
	if is_scan or not data:
		page_count(data, name)


# Bytes of a colour profile as browsers write it; a larger one may tell of a device.
PROFILE = 2048


def only_pixels(data: bytes) -> bool:
	"""A JPEG to whose pixels nobody noted anything but their colours: no camera, no place, no comment, nothing behind
	its end."""
	try:
		picture = Image.open(io.BytesIO(data))
	except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
		return False
	return (
		picture.format == "JPEG"
		and all(
			segment == "APP0"
			or (segment == "APP2" and content.startswith(b"ICC_PROFILE\0") and len(content) < PROFILE)
			for segment, content in picture.applist
		)
		and data.endswith(b"\xff\xd9")
	)


def upright(data: bytes, kind: str) -> tuple[bytes, str]:
	"""A picture as a renderer shows it, with its kind: turned as its camera says, a TIFF as PNG. What cannot be
	opened stays as it is."""
	try:
		picture = Image.open(io.BytesIO(data))
		turned = picture.getexif().get(ORIENTATION, 1) != 1
		if not turned and picture.format != "TIFF":
			return data, kind
		stream = io.BytesIO()
		written = "JPEG" if picture.format == "JPEG" else "PNG"
		page = ImageOps.exif_transpose(picture)
		page = page.convert("RGB") if written == "JPEG" or page.mode not in PNG_MODES else page
		page.save(stream, written, quality=90)
	except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
		return data, kind
	return stream.getvalue(), f"image/{written.lower()}"
