"""Whatever format draws a record of ours – a county's copy of one of ours, one of a builder, Frappe's own – what people
wrote stays text, on every channel; and a copy prints what the original prints."""

import json
import re
from io import BytesIO

import frappe
import pytest
from frappe.desk.form import load, save
from frappe.utils import weasyprint
from frappe.www import printview
from pypdf import PdfReader

from tests import builders
from tests.site.doors.test_print_escaping import EVIL, fill, formats, linked, notice, refer  # noqa: F401

MEAN = '"<script>x</script><img src=x onerror=alert(1)>&"'
NOT_COPIED = ("name", "owner", "creation", "modified", "modified_by", "standard")


def rendered(doc, print_format: str | None) -> str:
	return printview.get_rendered_template(
		doc, print_format=print_format and frappe.get_doc("Print Format", print_format)
	)


def duplicate(name: str) -> str:
	"""Menu > Duplicate, as the form does it: what was loaded, without the fields that are not copied."""
	frappe.response.docs = []
	load.getdoc("Print Format", name)
	shown = json.loads(frappe.as_json(frappe.response.docs[0]))
	values = {key: value for key, value in shown.items() if key not in NOT_COPIED and not key.startswith("_")}
	copy = {**values, "name": f"县级{name}", "__newname": f"县级{name}", "__islocal": 1, "standard": "No"}
	save.savedocs(json.dumps(copy), "Save")
	return f"县级{name}"


def tags(html: str) -> list[str]:
	return [tag for tag in ("<script>x", "<img src=http", "<img src=x") if tag in html]


@pytest.mark.parametrize("check", (0, 1))
def test_a_copy_prints_what_the_original_prints(linked, notice, check):  # noqa: F811
	different, bad = [], []
	for name in formats():
		doctype = frappe.db.get_value("Print Format", name, "doc_type")
		if doctype == notice.doctype:
			doc, doc.withdrawal_reason = notice, EVIL
		else:
			doc = frappe.new_doc(doctype)
			fill(doc, check, linked)
			refer(doc, name, linked)
			doc.name = linked.get(doctype, EVIL)
		original, copied = rendered(doc, name), rendered(doc, duplicate(name))
		if original != copied:
			different.append(name)
		if tags(copied) or "&lt;script&gt;x" not in copied:
			bad.append(name)
	assert (different, bad) == ([], [])


@pytest.fixture(scope="module", autouse=True)
def nothing_left(site):
	"""A mail is stored past the rollback, and with it what it is about: gone before others read the lists."""
	yield
	frappe.db.rollback()
	for doctype, field in (
		("Petition", "subject"),
		("Recipient Household", "head_name"),
		("Assistance Application", "applicant_name"),
		("Visit Officer", "officer_name"),
		("Archive Location", "location_name"),
		("Backup Destination", "repository"),
	):
		frappe.db.delete(doctype, {field: ["like", "%<script>x</script>%"]})
	frappe.db.delete("Print Format", {"name": ["like", "自制%"]})
	frappe.db.delete("Letter Head", {"name": ["like", "信头%"]})
	frappe.db.commit()


# --- formats of the county's own -----------------------------------------------------------------------------------
OWN = """
<h1>{{ doc.name }}</h1>
{{ letter_head }}{{ footer }}<p>{{ doc.get_formatted("content") }}</p><p>{{ doc.get_formatted("petitioner_name") }}</p>
{{ frappe.render_template("<b>{{ doc.content }}</b>", {"doc": doc}) }}
{{ _("Page") }} {{ frappe.format_value(doc.content, {"fieldtype": "Small Text"}) }}
"""


def make_format(doctype: str, **values) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "Print Format",
				"name": f"自制{builders.digits()}",
				"doc_type": doctype,
				"standard": "No",
				**values,
			}
		)
		.insert()
		.name
	)


@pytest.fixture
def petition(linked):  # noqa: F811
	name = linked["Petition"]
	frappe.db.set_value(
		"Petition", name, {"content": f"第一行\n{MEAN}", "petitioner_name": MEAN}, update_modified=False
	)
	return frappe.get_doc("Petition", name)


@pytest.fixture
def letter_head():
	return (
		frappe.get_doc(
			{
				"doctype": "Letter Head",
				"letter_head_name": f"信头{builders.digits()}",
				"source": "HTML",
				"content": "<div class='head'>{{ doc.petitioner_name }}</div>",
				"footer": "<i>{{ doc.petitioner_name }}</i>",
			}
		)
		.insert()
		.name
	)


KINDS = {
	"Frappe's own": lambda: "Standard",
	"hand-written": lambda: make_format("Petition", custom_format=1, html=OWN),
	"builder": lambda: make_format(
		"Petition",
		print_format_builder=1,
		format_data=json.dumps(
			[
				{
					"fieldname": "print_heading_template",
					"fieldtype": "Custom HTML",
					"options": "<h2>{{ doc.petitioner_name }}</h2>",
				},
				{"fieldname": "petitioner_name", "print_hide": 0},
				{"fieldname": "content", "print_hide": 0},
				{"fieldname": "_custom_html", "fieldtype": "HTML", "options": "<em>{{ doc.content }}</em>"},
			]
		),
	),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_wrote_is_text_in_every_kind_of_format(petition, letter_head, kind):
	html = printview.get_html_and_style(
		"Petition", petition.name, print_format=KINDS[kind](), letterhead=letter_head, no_letterhead=0
	)["html"]
	assert tags(html) == []
	assert "&lt;script&gt;x" in html
	# what the format itself draws is drawn, and lines stay lines
	assert (
		"&lt;b&gt;" not in html
		and "&lt;em&gt;" not in html
		and "&lt;div" not in html
		and "&lt;span" not in html
	)
	assert "第一行<br>" in html
	assert re.search(r"<div class=.head.>&#?\w+;&lt;script", html) and re.search(
		r"<i>&#?\w+;&lt;script", html
	)


def test_the_newer_builder_and_its_page(petition, letter_head):
	name = make_format(
		"Petition",
		print_format_builder_beta=1,
		format_data=json.dumps(
			{
				"header": "<h3>{{ doc.petitioner_name }}</h3>",
				"sections": [
					{
						"label": "内容",
						"columns": [
							{
								"fields": [
									{"fieldname": "petitioner_name", "fieldtype": "Data", "label": "姓名"},
									{"fieldname": "content", "fieldtype": "Long Text", "label": "内容"},
									{
										"fieldtype": "HTML",
										"custom": 1,
										"label": "HTML",
										"html": "<em>{{ doc.content }}</em>",
									},
								]
							}
						],
					}
				],
			}
		),
	)
	html = weasyprint.get_html("Petition", petition.name, name, letter_head)
	assert tags(html) == [] and "&lt;script&gt;x" in html
	assert "第一行<br>" in html and "<em>第一行" in html and "<link " in html
	assert "&lt;em" not in html and "&lt;div" not in html and "&lt;h3" not in html and "&lt;link" not in html


@pytest.mark.parametrize("kind", KINDS)
def test_an_attachment_of_a_mail_and_a_pdf_show_the_text(petition, kind):
	name = KINDS[kind]()
	frappe.db.set_single_value("Print Settings", "send_print_as_pdf", 0)
	html = frappe.attach_print("Petition", petition.name, print_format=name)["fcontent"].decode()
	assert tags(html) == [] and "&lt;script&gt;x" in html
	frappe.db.set_single_value("Print Settings", "send_print_as_pdf", 1)
	pdf = frappe.attach_print("Petition", petition.name, print_format=name)["fcontent"]
	text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
	assert "<script>x" in text.replace("\n", "")


def test_a_mailed_report_shows_texts_as_texts(site):
	household = builders.make_household(name=f"表{builders.digits()}")
	frappe.db.set_value(
		"Recipient Household", household.name, {"head_name": MEAN, "address": MEAN}, update_modified=False
	)
	report = frappe.get_doc(
		{
			"doctype": "Report",
			"report_name": f"户表{builders.digits()}",
			"ref_doctype": "Recipient Household",
			"report_type": "Report Builder",
			"is_standard": "No",
			"json": json.dumps(
				{
					"fields": [
						["name", "Recipient Household"],
						["head_name", "Recipient Household"],
						["address", "Recipient Household"],
					],
					"filters": [["Recipient Household", "name", "=", household.name]],
				}
			),
		}
	).insert()
	mail = frappe.get_doc(
		{
			"doctype": "Auto Email Report",
			"report": report.name,
			"user": "Administrator",
			"email_to": "a@example.invalid",
			"frequency": "Daily",
			"format": "HTML",
		}
	).insert()
	html = mail.get_report_content()
	assert tags(html) == [] and html.count("&lt;script&gt;x") == 2


def test_records_of_others_print_as_frappe_prints_them(site):
	todo = frappe.get_doc({"doctype": "ToDo", "description": "<b>粗</b>"}).insert()
	html = printview.get_html_and_style("ToDo", todo.name, print_format="Standard")["html"]
	assert "<b>粗</b>" in html
