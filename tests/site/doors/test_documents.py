"""A file is read to its last corner, or refused in a sentence; a scanned paper is opened before it is filed."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from PIL import Image
from pypdf import PdfReader, PdfWriter

from socaid_app import documents
from socaid_app.documents import UnreadableDocument

NUMBER = "13904371112"
DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def packed(members: dict[str, str | bytes]) -> bytes:
	stream = io.BytesIO()
	with zipfile.ZipFile(stream, "w") as archive:
		for name, content in members.items():
			archive.writestr(name, content)
	return stream.getvalue()


def word(body: str, **parts: str) -> bytes:
	return packed(
		{"[Content_Types].xml": "<Types/>", "word/document.xml": DOCUMENT.format(body)}
		| {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
	)


def excel(change) -> bytes:
	book = openpyxl.Workbook()
	book.active.append(["姓名", "电话"])
	change(book)
	stream = io.BytesIO()
	book.save(stream)
	return stream.getvalue()


def pdf(change=lambda writer: None) -> bytes:
	writer = PdfWriter()
	writer.add_blank_page(200, 200)
	change(writer)
	stream = io.BytesIO()
	writer.write(stream)
	return stream.getvalue()


def image(kind: str = "PNG", **values) -> bytes:
	stream = io.BytesIO()
	Image.new("RGB", (20, 10), "white").save(stream, kind, **values)
	return stream.getvalue()


def located() -> bytes:
	exif = Image.Exif()
	exif.get_ifd(0x8825)[1] = "N"
	exif[0x8825] = {1: "N", 2: (43.0, 10.0, 0.0)}
	return image("JPEG", exif=exif)


# --- read ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"data",
	[
		NUMBER.encode("utf-16"),
		f"电话{NUMBER}".encode("gb18030"),
		f"<!-- {NUMBER} -->".encode(),
		word("<w:p><w:r><w:t>139</w:t></w:r><w:r><w:t>04371112</w:t></w:r></w:p>"),
		word("<w:p/>", docProps__core=f"<p><description>{NUMBER}</description></p>"),
		word("<w:p/>", word__header1=f"<h><w>{NUMBER}</w></h>"),
		excel(lambda book: book.active.append(["甲", int(NUMBER)])),
		excel(lambda book: book.active.append(["甲", NUMBER])),
		pdf(lambda writer: writer.add_metadata({"/Subject": NUMBER})),
		packed({"一.txt": NUMBER}),
		packed({f"{NUMBER}.txt": "无"}),
		packed({"内.zip": packed({"二.txt": NUMBER.encode("utf-16")})}),
		image("JPEG", comment=NUMBER.encode()),
	],
)
def test_what_stands_anywhere_in_a_file_is_found(data):
	assert NUMBER in documents.read(data, "附件")


# --- refused -------------------------------------------------------------------------------------------------
def hide_sheet(book):
	book.create_sheet("名单").sheet_state = "veryHidden"


def hide_row(book):
	book.active.row_dimensions[1].hidden = True


def hide_column(book):
	book.active.column_dimensions["B"].hidden = True


def comment(book):
	book.active["A1"].comment = Comment("王某的妻子", "甲")


def deep() -> bytes:
	data = packed({"a.txt": "无"})
	for _number in range(5):
		data = packed({"a.zip": data})
	return data


@pytest.mark.parametrize(
	("data", "says"),
	[
		(excel(hide_sheet), "隐藏的工作表“名单”"),
		(excel(hide_row), "隐藏的行"),
		(excel(hide_column), "隐藏的列"),
		(excel(comment), "批注"),
		(word("<w:p><w:del><w:r><w:delText>甲</w:delText></w:r></w:del></w:p>"), "修订"),
		(word("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>甲</w:t></w:r></w:p>"), "隐藏的文字"),
		(word("<w:p/>", word__embeddings__a="<a>甲</a>"), "嵌入的文件"),
		(word("<w:p/>", ppt__notesSlides__notesSlide1="<a><t>甲</t></a>"), "演讲者备注"),
		(packed({"[Content_Types].xml": "<Types/>", "xl/vbaProject.bin": b"1"}), "宏"),
		(packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a>"}), "已损坏"),
		(
			packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<!DOCTYPE a><a/>"}),
			"不允许的声明",
		),
		(pdf(lambda writer: writer.encrypt("1")), "密码"),
		(pdf(lambda writer: writer.encrypt("", "1")), "加密"),
		(pdf(lambda writer: writer.add_attachment("名单.txt", b"1")), "嵌入的文件"),
		(pdf()[:60], "已损坏"),
		(located(), "GPS"),
		(image()[:40], "已损坏"),
		(b"", "空的"),
		(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版Office"),
		(b"Rar!\x1a\x07", "RAR"),
		(b"\x00\x01\x02\x03" * 9, "不认识"),
		(packed({"a.txt": "无"})[:20], "已损坏"),
		(packed({"a.txt": b"\x00\x01\x02" * 9}), "不认识"),
		(deep(), "嵌套超过"),
		(packed({}), "空的"),
	],
)
def test_what_cannot_be_read_or_seen_is_refused_in_a_sentence(data, says):
	with pytest.raises(UnreadableDocument, match=says):
		documents.read(data, "附件")


def test_an_archive_that_swells_is_not_unpacked(monkeypatch):
	monkeypatch.setattr(documents, "MOST_BYTES", 1000)
	with pytest.raises(UnreadableDocument, match="太多"):
		documents.read(packed({"a.txt": "无" * 1000}))


def test_an_ordinary_office_file_passes():
	assert "低保标准" in documents.read(excel(lambda book: book.active.append(["低保标准", 470])))
	assert "低保标准" in documents.read(
		word("<w:p><w:r><w:t>低保标准</w:t></w:r></w:p>", word__comments="<c/>")
	)


# --- scanned papers ------------------------------------------------------------------------------------------
def tiff(pages: int) -> bytes:
	first, *others = [Image.new("L", (30, 40), number * 20) for number in range(pages)]
	stream = io.BytesIO()
	first.save(stream, "TIFF", save_all=True, append_images=others)
	return stream.getvalue()


def test_every_page_of_a_tiff_counts():
	assert documents.page_count(tiff(3)) == 3
	assert len(documents.upright_pages(tiff(3))) == 3


def test_a_photo_stands_upright():
	exif = Image.Exif()
	exif[0x0112] = 6
	(page,) = documents.upright_pages(image("JPEG", exif=exif))
	assert page.size == (10, 20)


@pytest.mark.parametrize(
	("data", "says"),
	[
		(b"", "空的"),
		(pdf(lambda writer: writer.encrypt("1")), "密码"),
		(pdf()[:60], "已损坏"),
		(tiff(3)[:-200], "已损坏"),
		(image("JPEG")[:300], "已损坏"),
		(b"PK\x03\x04", "既不是PDF也不是图片"),
	],
)
def test_a_paper_that_cannot_be_opened_is_refused(data, says):
	with pytest.raises(UnreadableDocument, match=says):
		documents.page_count(data)


def test_a_pdf_has_its_pages():
	assert documents.page_count(pdf()) == len(PdfReader(io.BytesIO(pdf())).pages) == 1
