"""Names and numbers have one form, whoever wrote them on whichever way in, and are compared in it."""

import json

import frappe
import pytest

from socaid_app.casework import collation
from socaid_app.casework.written import WrongNumber
from socaid_app.patches.v1_0 import names_and_numbers_in_one_form as patch
from socaid_app.permissions import sensitive
from socaid_app.petition_desk import phone_intake, repeats, secrecy
from socaid_app.policy import numbers
from socaid_app.socaid_app import identity_documents, registry, search
from socaid_app.socaid_app.doctype.recipient.recipient import AlreadyRegistered
from tests import builders
from tests.builders.petition_records import make_petition

NAME = "阿依古丽·买买提"
PHONE = "13988881112"


def found(text: str, doctype: str = "Recipient") -> set[str]:
	return {row["name"] for row in search.find(text) if row["doctype"] == doctype}


# --- names ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"written",
	["阿依古丽•买买提", "阿依古丽・买买提", "阿依古丽.买买提", "阿依古丽 ᛫ 买买提\u200b", "阿依古丽‧买买提"],
)
def test_a_name_is_stored_and_found_in_one_form(site, written):
	person = builders.make_person(written)
	assert person.full_name == NAME
	for text in (NAME, written, "阿依古丽•买买提", "买买提", "买买提・阿依古丽", "ayglmmt", "mmt"):
		assert person.name in found(text), text
		assert person.name in {row[0] for row in search.person_query("Recipient", text, "name", 0, 500)}, text


def test_blanks_between_han_characters_neither_hide_nor_make_a_person(site):
	person = builders.make_person("陈　桂\u200b芳")
	assert person.full_name == "陈桂芳"
	for text in ("陈桂芳", "陈　桂芳", "陈 桂 芳", "桂芳"):
		assert person.name in found(text), text


def test_households_and_cases_are_found_by_parts_of_the_name(site):
	head = builders.make_person(NAME)
	household = registry.enter_household(
		{"head": head.name, "division": head.division, "members": [{"recipient": head.name, "kinship": "01"}]}
	)
	assert household.name in found("阿依古丽•买买提", "Recipient Household")
	assert household.name in found("买买提", "Recipient Household")


def test_filters_of_lists_are_read_in_the_same_form(site, client):
	person = builders.make_person(NAME)
	petition = make_petition(petitioner_name="阿依古丽•买买提", phone="139-8888-1112")
	assert (petition.petitioner_name, petition.phone) == (NAME, PHONE)
	frappe.db.commit()
	session = client("Administrator")
	for doctype, filters, name in (
		("Recipient", [["full_name", "like", "%阿依古丽•买买提%"]], person.name),
		("Recipient", [["full_name", "=", "阿依古丽 ・ 买买提"]], person.name),
		("Petition", [["petitioner_name", "in", ["阿依古丽᛫买买提"]]], petition.name),
		("Petition", [["phone", "=", "+86 139 8888 1112"]], petition.name),
		("Petition", [["phone", "like", "%139-8888-1112%"]], petition.name),
	):
		answer = session.call(
			"frappe.desk.reportview.get",
			doctype=doctype,
			fields=json.dumps(["name"]),
			filters=json.dumps(filters),
			page_length=500,
		)
		assert [name] in answer.json["message"]["values"], filters


def test_rows_and_single_fields_of_every_doctype_are_brought_to_it(site):
	petition = make_petition(
		representatives=[{"representative_name": "陈　桂芳", "phone": "0086-139-8888-1112"}],
		accused=[{"accused_name": "阿依古丽 • 买买提　某镇民政办"}],
		category="Accusation",
		matter="Favouritism",
	)
	assert petition.representatives[0].representative_name == "陈桂芳"
	assert petition.representatives[0].phone == PHONE
	assert petition.accused[0].accused_name == "阿依古丽·买买提 某镇民政办"
	assert secrecy.is_named(petition.accused[0].accused_name, ["阿依古丽．买买提"])


def test_initials_of_every_reading_find_the_person(site):
	person, compound = builders.make_person("覃测国"), builders.make_person("单于测国")
	for text in ("qcg", "tcg"):
		assert person.name in found(text)
	for text in ("cycg", "sycg"):
		assert compound.name in found(text)


# --- texts ----------------------------------------------------------------------------------------------------
def test_four_byte_characters_tell_people_apart(site):
	one, other = builders.make_person("李𬱖"), builders.make_person("李𫖯")
	assert found("李𬱖") & {one.name, other.name} == {one.name}
	assert frappe.db.get_all(
		"Recipient", {"full_name": "李𫖯", "name": ["in", [one.name, other.name]]}, pluck="name"
	) == [other.name]
	groups = frappe.get_all(
		"Recipient",
		filters={"name": ["in", [one.name, other.name]]},
		fields=["full_name", {"COUNT": "*"}]
		if frappe.__version__ > "16"
		else ["full_name", "count(name) as n"],
		group_by="full_name",
	)
	assert len(groups) == 2


def test_petitions_of_two_people_are_not_repeats_of_each_other(site):
	same = {"subject": "低保金没有发", "content": "低保金三个月没有发放，请查一查", "matter": "Payment"}
	make_petition(**same, petitioner_name="李𬱖", phone="", address="1组")
	assert not make_petition(**same, petitioner_name="李𫖯", phone="", address="1组").is_repeat
	again = make_petition(**same, petitioner_name="李 𬱖", phone="", address="1组")
	assert again.is_repeat and len(repeats.of_the_same_person(again)) == 1


def test_records_named_by_a_text_are_different_records(site):
	for name in ("演练𬱖", "演练𫖯"):
		frappe.get_doc(
			{
				"doctype": "Backup Destination",
				"destination_name": name,
				"kind": "Local Folder",
				"repository": f"/tmp/{name}",
			}
		).db_insert()
	assert frappe.db.count("Backup Destination", {"name": "演练𬱖"}) == 1


def not_binary(wanted: dict[str, set[str]]) -> list[tuple[str, str]]:
	return [
		(table, column)
		for table, column, kind in frappe.db.sql(
			"""select table_name, column_name, collation_name from information_schema.columns
			where table_schema = database() and collation_name is not null"""
		)
		if column in wanted.get(table, ()) and kind != collation.TEXT
	]


def test_a_column_that_the_administrator_changes_or_adds_is_compared_as_text(site):
	kind, remarks, added = "Petition Escalation Rule", "rule_name", {"fieldtype": "Data"}
	try:
		page = frappe.get_doc("Customize Form")
		page.doc_type, page.hide_success = kind, True
		page.fetch_to_customize()
		next(row for row in page.fields if row.fieldname == remarks).default = "县里的预设"
		page.append("fields", added | {"label": "县级说明", "is_custom_field": 1})
		page.save_customization()
		frappe.get_doc({"doctype": "Custom Field", "dt": kind, **added, "label": "县级注释"}).insert()
		wanted = collation.text_columns(kind)
		assert {remarks, "custom_县级说明", "custom_县级注释"} <= wanted[f"tab{kind}"]
		assert not_binary(wanted) == []
	finally:
		frappe.db.delete("Custom Field", {"dt": kind})
		frappe.db.delete("Property Setter", {"doc_type": kind})
		frappe.db.commit()
		frappe.clear_cache(doctype=kind)
		frappe.db.updatedb(kind)
		collation.compare_as_text(kind)


def test_every_column_of_written_text_is_binary(site):
	wanted = collation.text_columns()
	assert not not_binary(wanted)
	assert {"full_name", "address"} <= wanted["tabRecipient"]
	assert {"petitioner_name", "phone", "content"} <= wanted["tabPetition"]
	assert "category" in wanted["tabAssistance Application"] and "name" in wanted["tabAssistance Category"]


# --- numbers --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"field, nonsense",
	[
		("phone", "没有"),
		("phone", "1.39E+10"),
		("phone", "1398888111"),
		("bank_account", "6.21700001001234E+18"),
		("bank_account", "没有"),
		("bank_account", "13988881112"),
		("disability_certificate", "二级"),
		("disability_certificate", "1.1E+19"),
		("id_number", "2.20422E+17"),
	],
)
def test_nonsense_is_refused_in_every_number_of_a_person(site, field, nonsense):
	with pytest.raises(sensitive.WrongNumber):
		builders.make_person("测试号码", **{field: nonsense})


def test_no_channel_takes_nonsense_or_another_form(site, client):
	person, petition = builders.make_person(f"测试渠道{builders.digits()}"), make_petition()
	session = client("Administrator")
	wrong = (
		session.put(f"/api/resource/Recipient/{person.name}", bank_account="6.21700001001234E+18"),
		session.request("PATCH", f"/api/v2/document/Recipient/{person.name}", json={"phone": "没有"}),
		session.call(
			"frappe.client.set_value", doctype="Recipient", name=person.name, fieldname="phone", value="无"
		),
		session.call(
			"frappe.client.set_value", doctype="Petition", name=petition.name, fieldname="phone", value="1112"
		),
		session.call(
			"frappe.client.bulk_update",
			docs=json.dumps([{"doctype": "Petition", "docname": petition.name, "phone": "没有"}]),
		),
	)
	assert [answer.status_code for answer in wrong[:4]] == [417] * 4
	assert "没有" not in str(frappe.db.get_value("Petition", petition.name, ["phone"]))
	session.put(
		f"/api/resource/Recipient/{person.name}", full_name="阿依古丽•买 买提", phone="0086-139 8888 1113"
	)
	session.request(
		"PATCH", f"/api/v2/document/Petition/{petition.name}", json={"petitioner_name": "陈　桂芳"}
	)
	assert frappe.db.get_value("Recipient", person.name, "full_name") == NAME
	assert sensitive.full_value(person.name, "phone") == "13988881113"
	assert frappe.db.get_value("Petition", petition.name, "petitioner_name") == "陈桂芳"
	assert sensitive.full_value(person.name, "bank_account") == ""


def test_an_imported_file_is_read_alike(site):
	from frappe.core.doctype.data_import.importer import Importer

	name, number = f"古丽•测试{builders.digits()}", builders.case_id_number("1980-01-02")
	nonsense = builders.case_id_number("1981-01-02")
	rows = [
		["Name", "ID Number", "Village or Community", "Phone Number", "Bank Account"],
		[
			name,
			f" {number[:6]} {number[6:]}",
			builders.VILLAGE_A,
			"+86 139-8888-1114",
			"6228 4806 7000 1812 345",
		],
		["测试导入", nonsense, builders.VILLAGE_A, "", "6.21700001001234E+18"],
	]
	upload = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "people.csv",
			"is_private": 1,
			"content": "\n".join(map(",".join, rows)),
		}
	).insert()
	task = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "Recipient",
			"import_type": "Insert New Records",
			"import_file": upload.file_url,
			"mute_emails": 1,
		}
	).insert()
	frappe.db.commit()
	Importer("Recipient", data_import=task).import_data()
	person = sensitive.find_by_id_number(number)
	assert frappe.db.get_value("Recipient", person, "full_name") == name.replace("•", "·")
	assert sensitive.full_value(person, "phone") == "13988881114"
	assert sensitive.full_value(person, "bank_account") == "6228480670001812345"
	assert not sensitive.find_by_id_number(nonsense)


def test_numbers_are_stored_in_one_form(site):
	person = builders.make_person(
		"测试号码", phone="+86 139-8888-1112", bank_account="6228 4806 7000 1812 345"
	)
	assert sensitive.full_value(person.name, "phone") == PHONE
	assert sensitive.full_value(person.name, "bank_account") == "6228480670001812345"
	assert person.phone == "139****1112" and person.bank_account.endswith("*2345")


@pytest.mark.parametrize("typed", ["139****9999", "138****", "***"])
def test_a_mask_that_was_edited_is_no_number(site, typed):
	person = builders.make_person("测试号码", phone=PHONE)
	person.reload()
	person.phone = typed
	with pytest.raises(sensitive.WrongNumber):
		person.save()


def test_noughts_that_a_spreadsheet_may_have_put_are_asked_about(site):
	account = "6217000010012340000"
	with pytest.raises(sensitive.MayBeCut, match="noughts|0"):
		builders.make_person("测试号码", bank_account=account)
	with pytest.raises(sensitive.MayBeCut):
		builders.make_person("测试号码", id_number=ending_in_noughts())
	person = builders.make_person(
		"测试号码", id_number=ending_in_noughts(), bank_account=account, number_compared=1
	)
	assert sensitive.full_value(person.name, "bank_account") == account
	person.reload()
	person.address = "一组"
	person.save()


def ending_in_noughts() -> str:
	"""A valid number with 000 at its end."""
	from socaid_app.policy.identity import make_check_digit

	for year in range(1950, 2020):
		for day in range(1, 29):
			for month in range(1, 13):
				first = f"220422{year}{month:02d}{day:02d}000"[:17]
				if make_check_digit(first) == "0" and not sensitive.find_by_id_number(f"{first}0"):
					return f"{first}0"
	raise AssertionError


@pytest.mark.parametrize(
	"doctype, field",
	[
		("Petition", "phone"),
		("Reception Record", "phone"),
		("Visit Officer", "phone"),
		("Assistance Application", "agent_phone"),
	],
)
def test_other_telephones_are_checked_alike(site, doctype, field):
	doc = frappe.new_doc(doctype)
	doc.set(field, "没有")
	with pytest.raises(WrongNumber):
		doc.run_before_save_methods()


def test_an_old_mistake_does_not_close_a_record(site):
	petition = make_petition()
	frappe.db.set_value("Petition", petition.name, "phone", "没有")
	petition.reload()
	petition.first_opinion = "已经核实"
	petition.save()
	petition.phone = "还是没有"
	with pytest.raises(WrongNumber):
		petition.save()


# --- who is calling -------------------------------------------------------------------------------------------
def household_of(phone: str):
	head = builders.make_person("测试来电", phone=phone)
	return registry.enter_household(
		{"head": head.name, "division": head.division, "members": [{"recipient": head.name, "kinship": "01"}]}
	)


def test_a_call_opens_the_file_of_the_number_and_not_of_its_mask(site):
	mine, other = household_of("13904371112"), household_of("13988991112")
	assert mine.head != other.head
	seen = {row["name"] for row in phone_intake.lookup(phone="13977771112")["households"]}
	assert not seen & {mine.name, other.name}
	# the same first three and last four digits
	third = household_of("13912341112")
	for written in ("13912341112", "+8613912341112", "0086 139-1234-1112", "１３９１２３４１１１２"):
		answer = phone_intake.lookup(phone=written)
		assert [row["name"] for row in answer["households"]] == [third.name], written
		assert answer["caller"] == "测试来电"
	assert phone_intake.lookup(phone="1112")["caller"] is None


def test_a_call_is_not_recorded_under_half_a_number(site):
	with pytest.raises(WrongNumber):
		phone_intake.save("Petition", "低保金没有发", phone="1112", caller="张三")
	with pytest.raises(WrongNumber):
		phone_intake.save("Reception Record", "问低保", phone="没有", caller="张三")


# --- corrected numbers ----------------------------------------------------------------------------------------
def test_a_corrected_number_still_finds_the_person_and_is_taken(site):
	person = builders.make_person("测试更正")
	old = sensitive.full_value(person.name, "id_number")
	new = builders.case_id_number("1971-02-03")
	person.reload()
	person.id_number = new
	person.save()
	assert sensitive.full_value(person.name, "id_number") == new
	assert sensitive.find_by_id_number(old) == sensitive.find_by_id_number(new) == person.name
	assert person.name in found(old)
	with pytest.raises(AlreadyRegistered):
		frappe.get_doc(
			{
				"doctype": "Recipient",
				"full_name": "测试重录",
				"id_number": old,
				"division": builders.VILLAGE_A,
			}
		).insert()
	assert (
		registry.enter_person({"full_name": "测试更正", "id_number": old, "division": person.division}).name
		== person.name
	)
	# back again: the number is the person's own
	person.reload()
	person.id_number = old
	person.save()
	assert sensitive.find_by_id_number(new) == person.name


def test_the_county_frees_a_former_number_that_is_somebody_elses(site, as_user):
	person, team = builders.make_person("测试更正", division=builders.CASE_VILLAGE), builders.make_team()
	old = sensitive.full_value(person.name, "id_number")
	person.reload()
	person.id_number = builders.case_id_number("1972-02-03")
	person.save()
	with as_user(team.clerk), pytest.raises(frappe.PermissionError):
		identity_documents.release_former_number(person.name, old, "原号码属于另一人")
	with as_user(team.county_reviewer):
		with pytest.raises(sensitive.PurposeRequired):
			identity_documents.release_former_number(person.name, old, "")
		identity_documents.release_former_number(person.name, old, "原号码属于另一人")
		with pytest.raises(identity_documents.DocumentIncomplete):
			identity_documents.release_former_number(person.name, old, "原号码属于另一人")
	assert builders.make_person("真正主人", id_number=old).name != person.name


# --- what was there before ------------------------------------------------------------------------------------
def test_what_was_entered_before_is_brought_to_one_form_once(site):
	person, petition = builders.make_person("测试旧数据", phone=PHONE), make_petition()
	nonsense = builders.make_person("测试旧号码")
	frappe.db.set_value(
		"Recipient", person.name, {"full_name": "阿依古丽•买 买提", "pinyin": "x", "phone": "+86*********12"}
	)
	frappe.db.set_value(sensitive.VAULT, person.name, "phone", "+86 13988881112")
	frappe.db.set_value(sensitive.VAULT, nonsense.name, "bank_account", "6.217E+18")
	frappe.db.set_value("Recipient", nonsense.name, "bank_account", "*****E+18")
	frappe.db.set_value("Petition", petition.name, {"petitioner_name": "陈　桂芳", "phone": "没有"})
	for _time in range(2):
		patch.execute()
		row = frappe.db.get_value("Recipient", person.name, ["full_name", "pinyin", "phone"], as_dict=True)
		assert row == {"full_name": NAME, "pinyin": "ayglmmt mmt", "phone": "139****1112"}
		assert sensitive.full_value(person.name, "phone") == PHONE
		assert frappe.db.get_value("Petition", petition.name, "petitioner_name") == "陈桂芳"
		assert frappe.db.get_value("Petition", petition.name, "phone") == "没有"
		assert frappe.db.get_value("Recipient", nonsense.name, "bank_account") == numbers.NOT_A_NUMBER
	# what is no number does not stand in the way of anything else
	nonsense.reload()
	nonsense.address = "一组"
	nonsense.save()
	assert sensitive.full_value(nonsense.name, "bank_account") == "6.217E+18"


# --- what the box at the head of every page finds -------------------------------------------------------------
def test_the_end_of_a_telephone_number_finds_its_owner_in_ones_own_township_and_is_logged(site, as_user):
	tail = f"{builders.digits(9)}"
	tail = "".join(str(int(letter, 16) % 10) for letter in tail)[:7]
	person = builders.make_person("尾号甲", phone=f"1380{tail}")
	clerk, other = (
		builders.make_user("Township Officer", place) for place in (builders.TOWNSHIP_A, builders.TOWNSHIP_B)
	)
	with as_user(clerk):
		assert person.name in found(tail) and person.name in found(tail[-4:])
	assert frappe.db.exists("Sensitive Access Log", {"user": clerk, "action": "Search", "field": "phone"})
	with as_user(other):
		assert person.name not in found(tail)


def test_petitions_and_files_are_found_by_their_number(site):
	petition = make_petition()
	frappe.db.set_value("Petition", petition.name, "petition_number", "XF-9999-000777")
	assert petition.name in found("9999-000777", "Petition")
	frappe.db.set_value("Petition", petition.name, "restricted", 1)
	with builders.acting_as(builders.make_user("Petition Handler")):
		assert petition.name not in found("9999-000777", "Petition")


@pytest.mark.parametrize("kind", ["Recipient", "Recipient Household"])
def test_filters_of_a_link_field_come_in_every_shape_that_a_request_has(site, kind):
	home = builders.make_household(members=1, name="链接户")
	ask = search.person_query if kind == "Recipient" else search.household_query
	name = home.head if kind == "Recipient" else home.name
	for filters in ({"name": name}, [[kind, "name", "=", name]], [["name", "=", name]]):
		for shape in (filters, json.dumps(filters)):
			assert [row[0] for row in ask(kind, "", "name", 0, 10, shape)] == [name]
	with pytest.raises(frappe.ValidationError):
		ask(kind, "", "name", 0, 10, "7")
