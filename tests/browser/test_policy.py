"""The desk works under its own policy: no screen asks for anything that the headers forbid."""

import frappe
import pytest

from tests import builders
from tests.browser.screens import Desk

# every kind of field that loads, draws or frames something of its own
CONTROLS = """() => {
	const kinds = ["Signature", "Geolocation", "Attach", "Attach Image", "Text Editor", "HTML Editor",
		"Markdown Editor", "Code", "Color", "Barcode", "Duration", "Date", "Datetime"];
	window.__controls = new frappe.ui.Dialog({
		title: "控件", fields: kinds.map((kind, number) => ({fieldtype: kind, fieldname: `field${number}`, label: kind}))
	});
	window.__controls.show();
}"""
DRAW = """() => {
	const canvas = document.querySelector(".modal.show .signature-field canvas");
	const at = canvas.getBoundingClientRect();
	return {x: at.x + 20, y: at.y + 20};
}"""


@pytest.fixture(scope="module")
def records(staff):
	household = builders.make_household(builders.CASE_VILLAGE)
	frappe.db.set_value("Recipient Household", household.name, {"latitude": 42.7, "longitude": 125.9})
	found = frappe._dict(household=household.name, draft=builders.make_application(staff).name)
	frappe.db.commit()
	return found


@pytest.fixture
def desk(desk_as, staff):
	desk = desk_as(staff.officer, "policy-")
	# pieces of maps come from elsewhere; the policy is asked before the network
	desk.page.context.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
	return desk


def test_screens_ask_for_nothing_that_is_forbidden(desk: Desk, records):
	desk.shoot("desk")
	desk.open("List", "Recipient Household")
	desk.open("List", "Recipient Household", "Map").shoot("map")
	desk.open("Form", "Recipient Household", records.household).shoot("form")
	desk.open("Form", "Assistance Application", records.draft).shoot("application")
	desk.open("query-report", "Applications by Due Date")
	desk.page.wait_for_timeout(1500)
	desk.shoot("report")
	desk.open("print", "Assistance Application", records.draft)
	desk.page.wait_for_timeout(2500)
	desk.shoot("print")
	assert desk.page.refused == []
	assert desk.page.errors == []


def test_fields_ask_for_nothing_that_is_forbidden(desk: Desk):
	desk.page.evaluate(CONTROLS)
	desk.page.wait_for_timeout(2500)
	at = desk.page.evaluate(DRAW)
	desk.page.mouse.move(at["x"], at["y"])
	desk.page.mouse.down()
	desk.page.mouse.move(at["x"] + 60, at["y"] + 30, steps=5)
	desk.page.mouse.up()
	desk.shoot("controls")
	signed = desk.page.evaluate("() => window.__controls.get_value('field0')")
	assert signed and signed.startswith("data:image/png")
	assert desk.page.refused == []
	assert desk.page.errors == []


def test_an_upload_called_public_in_the_dialog_is_private(desk: Desk, records, tmp_path):
	scan = tmp_path / f"{builders.digits(9)}.svg"
	scan.write_text('<svg xmlns="http://www.w3.org/2000/svg" onload="window.top.ran = 1"/>')
	desk.open("Form", "Recipient Household", records.household)
	desk.page.evaluate(
		"() => { new frappe.ui.FileUploader({doctype: cur_frm.doctype, docname: cur_frm.docname, make_attachments_public: 1}); }"
	)
	dialog = desk.page.locator(".modal.show").last
	dialog.locator('input[type="file"]').first.set_input_files(str(scan))
	desk.page.wait_for_timeout(500)
	desk.shoot("upload")
	dialog.locator(".btn-modal-primary, .modal-footer .btn-primary").first.click()
	dialog.wait_for(state="hidden")
	desk.settle()
	frappe.db.rollback()
	file = frappe.get_all("File", {"file_name": scan.name}, ["file_url", "is_private"], order_by="name")[0]
	assert file.is_private
	with desk.page.expect_download() as download:
		desk.page.evaluate("url => { window.location.href = url; }", file.file_url)
	assert download.value.suggested_filename == scan.name
	assert desk.page.refused == []


def test_no_other_site_frames_a_page_or_is_asked_for_a_script(desk: Desk):
	desk.page.evaluate(
		"() => { document.body.append(Object.assign(document.createElement('script'), {src: 'http://192.0.2.1/x.js'})); }"
	)
	desk.page.wait_for_timeout(300)
	assert len(desk.page.refused) == 1
