"""A scanned paper is opened when it is handed in; every page of it counts, prints and stands upright."""

import base64
import io

import frappe
import pytest
from frappe.utils import today
from PIL import Image
from pypdf import PdfWriter

from socaid_app import printing
from socaid_app.assistance_archives import binding, handed_in, rendering
from socaid_app.assistance_archives.doctype.archive_document.archive_document import ScanInvalid
from socaid_app.casework import copies
from socaid_app.overrides import pdf
from socaid_app.permissions import files
from tests import builders
from tests.builders import archives as archive_builders
from tests.builders import fieldwork

ORIENTATION = 0x0112


def tiff(pages: int) -> bytes:
	first, *others = [Image.new("L", (30, 40), number * 20) for number in range(pages)]
	stream = io.BytesIO()
	first.save(stream, "TIFF", save_all=True, append_images=others)
	return stream.getvalue()


def sideways() -> bytes:
	"""Twenty wide and ten high on the chip, taken with the camera turned."""
	exif = Image.Exif()
	exif[ORIENTATION] = 6
	stream = io.BytesIO()
	Image.new("RGB", (20, 10), "white").save(stream, "JPEG", exif=exif)
	return stream.getvalue()


def a_pdf(password: str | None = None) -> bytes:
	writer = PdfWriter()
	writer.add_blank_page(200, 200)
	if password is not None:
		writer.encrypt(password)
	stream = io.BytesIO()
	writer.write(stream)
	return stream.getvalue()


def stored(data: bytes, name: str):
	return files.keep(data, f"{builders.digits()}{name}")


def filed(data: bytes, name: str):
	"""A scan filed by hand."""
	return frappe.get_doc(
		{
			"doctype": "Archive Document",
			"archive_file": archive_builders.store_file(bound_on=None, status="Filling"),
			"title": "扫描件",
			"section": "Application",
			"document_kind": "申请书",
			"document_date": today(),
			"attachment": stored(data, name).file_url,
		}
	).insert()


def test_every_page_of_a_tiff_counts_and_prints(site):
	doc = filed(tiff(3), ".tif")
	assert doc.pages == 3
	assert len(rendering.scan(doc)) == 3


UNOPENABLE = (
	(a_pdf("1"), "a.pdf", "密码"),
	(a_pdf()[:60], "a.pdf", "打不开"),
	(tiff(3)[:-200], "a.tif", "打不开"),
	(b"no pdf at all", "a.pdf", "不是PDF"),
)


@pytest.mark.parametrize(("data", "name", "says"), UNOPENABLE)
def test_a_scan_that_cannot_be_opened_is_refused_when_it_is_filed(site, data, name, says):
	with pytest.raises(ScanInvalid, match=says):
		filed(data, name)


@pytest.mark.parametrize(("data", "name", "says"), UNOPENABLE)
def test_a_paper_of_a_case_is_opened_when_it_is_handed_in(site, data, name, says):
	application = builders.make_application()
	application.reload()
	application.materials[0].file = stored(data, name).file_url
	with pytest.raises(handed_in.PaperUnopenable, match=says):
		application.save()
	application.reload()
	application.materials[0].file = stored(a_pdf(), "b.pdf").file_url
	application.save()


def test_binding_finds_what_was_filed_before_and_cannot_be_opened(site):
	old = stored(a_pdf()[:60], "alt.pdf")
	file = archive_builders.store_file(bound_on=None, status="Filling")
	archive_builders.store_document(
		file,
		title="旧扫描件",
		attachment=old.file_url,
		content_hash=copies.sha256(copies.path_of(old.name)),
		pages=1,
	)
	with pytest.raises(binding.NotReadyToBind, match="旧扫描件.*打不开"):
		binding.check_ready(frappe.get_doc("Archive File", file))


def test_a_photo_that_was_cut_off_is_refused_when_it_is_uploaded(site):
	with pytest.raises(files.PictureUnopenable, match="打不开"):
		stored(sideways()[:-40], "a.jpg")


def size_of(address: str) -> tuple[int, int]:
	return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).size


def test_a_photo_stands_upright_in_a_letter_in_the_file_and_in_any_other_pdf(site):
	notice = frappe.get_doc("Publicity Notice", fieldwork.store("Publicity Notice", kind="Preliminary"))
	photo = files.keep(
		sideways(), "p.jpg", attached_to_doctype="Publicity Notice", attached_to_name=notice.name
	)
	notice.photo = photo.file_url
	assert size_of(printing.picture(notice, "photo")) == (10, 20)
	assert size_of(pdf._inlined(photo.file_url)) == (10, 20)
	(page,) = rendering.documents.upright_pages(sideways())
	assert page.size == (10, 20)
