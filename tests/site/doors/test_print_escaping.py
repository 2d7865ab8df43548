"""What people write is printed as text: in every print format, on labels, and in the pages of the archive."""

import json
import re
from pathlib import Path

import frappe
import pytest
from frappe.utils import now_datetime, today
from frappe.www.printview import get_rendered_template

from socaid_app import printing
from socaid_app.assistance_archives import rendering
from socaid_app.overrides import pdf
from tests import builders
from tests.builders import archives as archive_builders
from tests.builders import fieldwork
from tests.builders import notices as public_builders
from tests.builders import petitions as petition_cases

# A JSON text, quotes included: Frappe's filter of what is saved lets it pass.
EVIL = '"<script>x</script><img src=http://127.0.0.1/x>"'
TEXTS = ("Data", "Small Text", "Text", "Long Text", "Text Editor", "Signature", "Attach", "Attach Image")
NUMBERS = ("Int", "Float", "Currency", "Percent", "Rating", "Duration")
# Texts that only the system writes, as JSON.
WRITTEN = ("assessment", "published_content", "basis_snapshot")


def formats() -> list[str]:
	found = Path(frappe.get_app_path("socaid_app")).glob("*/print_format/*/*.json")
	return sorted(json.loads(path.read_text())["name"] for path in found)


def fill(doc, check: int, linked: dict[str, str]) -> None:
	"""Every text of a document and its rows is evil; numbers and dates are there."""
	for field in doc.meta.fields:
		if field.fieldname in WRITTEN:
			continue
		if field.fieldtype in TEXTS:
			doc.set(field.fieldname, EVIL)
		elif field.fieldtype in NUMBERS:
			doc.set(field.fieldname, 1)
		elif field.fieldtype == "Date":
			doc.set(field.fieldname, today())
		elif field.fieldtype == "Datetime":
			doc.set(field.fieldname, now_datetime())
		elif field.fieldtype == "Check":
			doc.set(field.fieldname, check)
		elif field.fieldtype == "Select" and not doc.get(field.fieldname):
			doc.set(field.fieldname, next(iter(filter(None, (field.options or "").split("\n"))), None))
		elif field.fieldtype == "Table":
			doc.set(field.fieldname, [])
			fill(doc.append(field.fieldname, {}), check, linked)
		elif field.fieldtype == "Link":
			doc.set(field.fieldname, linked.get(field.options))
		elif field.fieldtype == "Time":
			doc.set(field.fieldname, "08:00:00")


def refer(doc, print_format: str, linked: dict[str, str]) -> None:
	"""A delivery is about a petition or a case, as its print format is."""
	if doc.doctype == "Document Delivery":
		kind = "Petition" if print_format.startswith("Petition") else "Assistance Application"
		doc.update({"reference_doctype": kind, "reference_name": linked[kind]})


def store_evil(doctype: str, name: str) -> str:
	"""The record has evil texts as well, past all checks."""
	doc = frappe.get_doc(doctype, name)
	for field in doc.meta.fields:
		if field.fieldtype in ("Data", "Small Text", "Text", "Long Text") and field.fieldname not in WRITTEN:
			if not field.unique:
				frappe.db.set_value(doctype, name, field.fieldname, EVIL, update_modified=False)
	return name


@pytest.fixture
def linked(site):
	"""DocType → the record that every link to it names; its texts are evil too."""
	box = archive_builders.make_box().name
	frappe.db.set_value("Archive Location", box, "location_name", EVIL)
	return {
		"Petition": store_evil("Petition", petition_cases.make().name),
		"Assistance Application": fieldwork.store(
			"Assistance Application", division=builders.VILLAGE_A, applicant_name=EVIL
		),
		"Archive Location": box,
		"Backup Destination": fieldwork.store("Backup Destination", kind="Local Directory", repository=EVIL),
		"Recipient Household": fieldwork.store_household(EVIL, address=EVIL),
		"Home Visit": fieldwork.store_visit(),
		"Visit Officer": fieldwork.make_officer(EVIL),
	}


@pytest.fixture
def notice(site):
	"""A notice whose frozen text is evil, past the checks of what may be published."""
	found = public_builders.hang(people=("公示甲",))
	text = found.published_content.replace("公示甲", json.dumps(EVIL)[1:-1])
	frappe.db.set_value(found.doctype, found.name, "published_content", text)
	return frappe.get_doc(found.doctype, found.name)


@pytest.mark.parametrize("check", (0, 1))
def test_every_print_format_prints_texts_as_texts(site, linked, notice, check):
	bad, silent = [], []
	for name in formats():
		print_format = frappe.get_doc("Print Format", name)
		if print_format.doc_type == notice.doctype:
			doc, doc.withdrawal_reason = notice, EVIL
		else:
			doc = frappe.new_doc(print_format.doc_type)
			fill(doc, check, linked)
			refer(doc, name, linked)
			doc.name = linked.get(doc.doctype, EVIL)
		html = get_rendered_template(doc, print_format=print_format)
		if re.search(r"<script>x|<img src=http", html):
			bad.append(name)
		if "&lt;script&gt;x" not in html:
			silent.append(name)
		assert "&lt;td" not in html and "&lt;br" not in html and "&lt;style" not in html, name
		assert "&amp;lt;" not in html, name
	assert (bad, silent) == ([], [])


def test_formats_of_others_are_left_to_frappe(site):
	theirs = frappe.get_doc({"doctype": "Print Format", "module": "Core", "standard": "Yes"})
	assert printing.format_template(frappe.get_jenv(), theirs) is None


@pytest.mark.parametrize("template", ["box", "file"])
def test_labels_print_titles_as_texts(site, template):
	row = frappe._dict(name="N", title=EVIL, location_name=EVIL, place=EVIL, file_number=EVIL)
	html = printing.render(f"templates/print/archive_{template}_labels.html", labels=[row])
	assert "<script>" not in html and "&lt;script&gt;" in html and "data:image/png" in html


# --- the archive ------------------------------------------------------------------------------------------
def test_a_record_without_a_form_is_archived_as_text(site):
	html = rendering.html_of(
		frappe._dict(
			source_doctype="Petition",
			source_name=store_evil("Petition", petition_cases.make().name),
			source_key="Petition::",
			document_kind="信访件",
		)
	)
	assert "<script>" not in html and "&lt;script&gt;" in html


@pytest.mark.parametrize(
	"html",
	[
		'<img src="http://127.0.0.1/x">',
		'<img src="/private/files/x.jpg">',
		'<img src="file:///etc/passwd">',
		'<img SRC="/assets/../private/files/x.jpg">',
		'<iframe src="/x"></iframe>',
		'<object data="/x"></object>',
		'<svg><image xlink:href="http://127.0.0.1/x"/></svg>',
		'<link rel="stylesheet" href="http://127.0.0.1/x">',
		'<p style="background: url(http://127.0.0.1/x)">文字</p>',
		"<script>x</script>",
	],
)
def test_the_renderer_fetches_nothing(site, html):
	cleaned = str(pdf.enclosed(f"<p>前</p>{html}<p>后</p>"))
	assert not re.search(r"127\.0\.0\.1|private|passwd|/x|script", cleaned, re.IGNORECASE)
	assert "前" in cleaned and "后" in cleaned


def test_pictures_that_are_data_and_own_styles_stay(site):
	html = '<style>.a { color: red }</style><img src="data:image/png;base64,AA=="/><td>1 &lt; 2&nbsp;</td>'
	cleaned = str(pdf.enclosed(html))
	assert (
		"data:image/png;base64,AA==" in cleaned and ".a { color: red }" in cleaned and "1 &lt; 2" in cleaned
	)


def test_no_text_in_a_record_moves_its_pages(site):
	first, second = rendering.print_together(
		["<p>SHEET-BETWEEN-RECORDS-0</p><div style='page-break-before: always'>a-1</div>", "<p>二</p>"]
	)
	assert (len(first), len(second)) == (2, 1)


def test_the_photo_of_a_board_is_the_notices_own(site):
	notice, other = (public_builders.hang() for _ in range(2))
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "board.png",
			"content": b"\x89PNG" + frappe.generate_hash().encode(),
			"is_private": 1,
			"attached_to_doctype": "Publicity Notice",
			"attached_to_name": notice.name,
		}
	).insert()
	for doc in (notice, other):
		doc.photo = file.file_url
	assert printing.picture(notice, "photo").startswith("data:image/png;base64,")
	assert printing.picture(other, "photo") == ""
