"""Papers of a stage: one PDF of all, one letter by choice, and the plain format everywhere."""

import io
from unicodedata import normalize

import frappe
from pypdf import PdfReader

from tests.builders.petition_records import make_petition


def test_the_letter_that_was_chosen_stays_and_all_papers_are_one_pdf(desk_as, staff):
	petition = make_petition(status="Under Way", extended_until="2027-01-01")
	frappe.db.commit()
	desk = desk_as(staff.petition_handler, "print-")
	desk.open("print", "Petition", petition.name)
	paper = desk.page.frame_locator("iframe.print-format-container")
	chooser = desk.control("print_format").locator("select")
	paper.get_by_text("延期告知书").first.wait_for()
	desk.shoot("本环节文书")
	chooser.select_option(label="受理告知书")
	paper.get_by_text("受理告知书").first.wait_for()
	# neither a click elsewhere nor the way back to the record and here again changes it
	desk.press("刷新")
	desk.open("Form", "Petition", petition.name).open("print", "Petition", petition.name)
	paper.get_by_text("受理告知书").first.wait_for()
	assert chooser.locator("option:checked").inner_text() == "受理告知书"
	chooser.select_option(value="Standard")
	paper.get_by_text(petition.name).first.wait_for()
	desk.shoot("标准格式")
	with desk.page.context.expect_event("request", lambda request: "print_papers" in request.url) as asked:
		desk.press("打印本环节全部文书")
	pdf = desk.page.context.request.get(asked.value.url).body()
	words = normalize("NFKC", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))
	assert "延期告知书" in words and "受理告知书" in words
	desk.page.set_viewport_size({"width": 390, "height": 800})
	desk.shoot("手机")
	assert not desk.page.errors
