"""What people bring is read by its bytes: imports, characters of old systems, attachments that go to the public."""

import io

import frappe
import openpyxl
import pytest
from frappe.core.doctype.data_import.importer import Importer
from frappe.utils import today

from socaid_app import fonts
from socaid_app.casework import characters
from socaid_app.overrides import spreadsheets
from socaid_app.patches.v1_0 import characters_of_old_systems
from socaid_app.permissions import files
from socaid_app.public_disclosure import catalogue, content
from tests import builders
from tests.builders import petitions as petition_cases

FIELDS = "petitioner_name,subject,content,category,matter,channel,received_on,division,phone"


def rows(*names: str) -> str:
	lines = [FIELDS]
	for name in names:
		lines.append(
			f"{name},低保金未到账,请查,Appeal for Help,Payment,In Person,{today()},{builders.VILLAGE_A},13900001234"
		)
	return "\r\n".join(lines) + "\r\n"


def importing(data: bytes, extension: str = "csv"):
	"""A Data Import as the desk saves it; Frappe reads the file already then."""
	file = frappe.get_doc(
		{"doctype": "File", "file_name": f"{builders.digits()}.{extension}", "content": data, "is_private": 1}
	).insert()
	return frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "Petition",
			"import_type": "Insert New Records",
			"import_file": file.file_url,
		}
	).insert()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_an_import_is_read_whatever_program_wrote_it(site, encoding):
	name = f"陈桂芳{chr(0x4E00 + int(builders.digits(4)))}"
	doc = importing(rows(name).encode(encoding))
	importer = Importer("Petition", data_import=doc)
	(payload,) = importer.import_file.get_payloads_for_import()
	assert payload.doc.petitioner_name == name


@pytest.mark.parametrize("name", ["????", "123", "＊＊"])
def test_an_import_with_somebody_called_by_no_letter_is_refused_before_anything_is_stored(site, name):
	with pytest.raises(characters.NoName, match=f"(?s)3.*{name if name[0] != '?' else ''}"):
		importing(rows("陈桂芳", name).encode("gb18030"))


def test_a_workbook_is_held_to_the_same(site):
	book = openpyxl.Workbook()
	for line in rows("陈桂芳", "0000").splitlines():
		book.active.append(line.split(","))
	stream = io.BytesIO()
	book.save(stream)
	with pytest.raises(characters.NoName):
		importing(stream.getvalue(), "xlsx")


def test_what_is_no_text_is_no_import(site):
	with pytest.raises(spreadsheets.UnreadableFile, match="UTF-8"):
		importing(b"\x81\xff\x00\x00" * 9)


@pytest.mark.parametrize("name", ["12", "—", "？"])
def test_nobody_is_entered_under_no_name_by_any_channel(site, name):
	with pytest.raises(characters.NoName):
		petition_cases.make(petitioner_name=name)
	with pytest.raises(characters.NoName):
		builders.make_person(name)


def test_what_could_not_be_read_is_not_stored(site):
	with pytest.raises(characters.UnreadableWriting, match="UTF-8"):
		petition_cases.make(content="我家的低保\ufffd没有了")


# --- characters ----------------------------------------------------------------------------------------------
def test_characters_of_old_systems_are_stored_as_the_true_ones(site):
	person = builders.make_person("张\ue863")
	assert person.full_name == "张䶮"
	petition = petition_cases.make(content="找\ue863某\ue81e")
	assert petition.content == "找䶮某\u9fb4"


def test_names_that_were_stored_before_are_put_right_once(site):
	person = builders.make_person("张三")
	frappe.db.set_value("Recipient", person.name, {"full_name": "张\ue863", "pinyin": "z"})
	other = builders.make_person("李\ue000")
	for _again in range(2):
		characters_of_old_systems.execute()
		assert frappe.db.get_value("Recipient", person.name, ["full_name", "pinyin"]) == ("张䶮", "zy")
	assert frappe.db.get_value("Recipient", other.name, "full_name") == "李\ue000"


def test_the_clerk_is_told_of_a_character_that_no_font_has_and_may_enter_it(site):
	frappe.clear_messages()
	person = builders.make_person("张\ue000")
	assert person.name
	assert any("U+E000" in str(message) for message in frappe.get_message_log())
	frappe.clear_messages()
	builders.make_person("张䶮")
	assert not frappe.get_message_log()


def test_no_list_goes_to_the_public_with_a_box(site):
	row = {"person_name": "张\ue000", "member_count": 1, "category_name": "农村低保", "amount": 500}
	notice = {"kind": "Preliminary", "division": builders.VILLAGE_A, "place": "村公示栏"}
	with pytest.raises(content.ForbiddenContent, match="U\\+E000"):
		content.published(notice, [row])
	assert content.published(notice, [row | {"person_name": "张䶮"}])
	assert fonts.missing("张䶮") == []


# --- public attachments --------------------------------------------------------------------------------------
def publication(data: bytes, name: str):
	item = frappe.get_all(catalogue.ITEM, pluck="name", order_by="name", limit=1)[0]
	doc = frappe.get_doc(
		{
			"doctype": catalogue.PUBLICATION,
			"title": "低保标准调整",
			"catalogue_item": item,
			"division": builders.TOWNSHIP_A,
			"body": "<p>见附件</p>",
			"formed_on": today(),
		}
	).insert()
	doc.attachment = files.keep(data, name).file_url
	return doc


def workbook(hidden: bool, *values) -> bytes:
	book = openpyxl.Workbook()
	book.active.append(["低保标准", 470])
	sheet = book.create_sheet("名单")
	sheet.append(values)
	if hidden:
		sheet.sheet_state = "hidden"
	stream = io.BytesIO()
	book.save(stream)
	return stream.getvalue()


@pytest.mark.parametrize(
	("data", "name", "error", "says"),
	[
		(workbook(True, "王某"), "a.xlsx", catalogue.PublicationRefused, "隐藏的工作表“名单”"),
		(workbook(False, "手机", 13904371112), "a.xlsx", content.ForbiddenContent, "附件"),
		("电话13904371112".encode("utf-16"), "a.txt", content.ForbiddenContent, "附件"),
		(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "a.doc", catalogue.PublicationRefused, "另存为"),
		(b"\x00\x01\x02" * 9, "a.dat", catalogue.PublicationRefused, "不认识"),
	],
)
def test_an_attachment_is_published_only_when_it_was_read(site, data, name, error, says):
	doc = publication(data, name)
	with pytest.raises(error, match=says):
		doc.save()


def test_an_attachment_without_anything_hidden_is_taken(site):
	doc = publication(workbook(False, "城市低保标准", 650), "a.xlsx")
	doc.save()
	assert "650" in catalogue.attachment_text(doc)
