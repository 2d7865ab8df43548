"""People without a resident ID: entered with another document or none and why; what needs the number says so."""

import frappe
import pytest

from socaid_app.permissions import sensitive
from socaid_app.socaid_app import identity_documents, registry, search
from socaid_app.socaid_app.doctype.recipient.recipient import AlreadyRegistered, WrongIdNumber
from tests import builders


def enter(**values):
	return frappe.get_doc(
		{"doctype": "Recipient", "full_name": "测试外籍", "division": builders.VILLAGE_A, **values}
	).insert()


def passport(number: str | None = None, country: str = "Viet Nam", **values):
	return enter(
		document_kind="Foreign Passport",
		nationality=country if frappe.db.exists("Country", country) else "Vietnam",
		document_number=number or f"C{builders.digits(7)}",
		sex="Female",
		birth_date="1990-02-03",
		**values,
	)


def test_a_foreign_spouse_is_entered_with_her_passport(site):
	person = passport("c 123 4567")
	stored = frappe.get_doc("Recipient", person.name)
	assert stored.document_number == "****4567" and not stored.id_number
	assert sensitive.full_value(person.name, "document_number") == "C1234567"
	assert (str(stored.birth_date), stored.sex, stored.age) == ("1990-02-03", "Female", stored.age)
	assert {row["name"] for row in search.find("C1234567")} >= {person.name}
	stored.address = "二组"
	stored.save()
	assert sensitive.full_value(person.name, "document_number") == "C1234567"
	# the same document is the same person, the same number of another country is not
	with pytest.raises(AlreadyRegistered):
		passport("C1234567")
	assert passport("C1234567", country="Myanmar").name != person.name


@pytest.mark.parametrize(
	"values",
	[
		{"document_kind": "Foreign Passport", "document_number": "C7654321"},
		{"document_kind": "Foreign Passport", "nationality": "Myanmar"},
		{"document_kind": "Other Document"},
		{"document_kind": "None"},
		{"document_kind": "None", "no_document_reason": "Identity Unknown"},
		{"document_kind": "None", "no_document_reason": "Other Reason", "no_document_note": " "},
	],
)
def test_what_is_missing_is_asked_for_on_every_channel(site, values):
	with pytest.raises((identity_documents.DocumentIncomplete, frappe.MandatoryError)):
		enter(**values)


@pytest.mark.parametrize("nonsense", ["没有", "1", "护照丢失", "0000000", "1.2E+08*"])
def test_nonsense_is_no_number_of_a_document(site, nonsense):
	with pytest.raises(sensitive.WrongNumber):
		enter(document_kind="Other Document", document_number=nonsense)


def test_a_child_without_registration_and_somebody_unknown_are_entered(site):
	child = enter(
		document_kind="None", no_document_reason="Birth Not Registered", sex="Male", birth_date="2026-02-01"
	)
	unknown = enter(
		full_name="无名氏",
		document_kind="None",
		no_document_reason="Identity Unknown",
		no_document_note="11月3日在汽车站发现，约六十岁，不能说话",
	)
	assert child.age is not None and unknown.birth_date is None
	# without a number two of them are two
	assert (
		enter(
			document_kind="None",
			no_document_reason="Birth Not Registered",
			birth_date="2026-02-01",
			sex="Male",
		).name
		!= child.name
	)


def test_whoever_gets_a_resident_id_later_is_the_same_person(site):
	child = enter(document_kind="None", no_document_reason="Birth Not Registered", sex="Male")
	number = builders.case_id_number("2026-02-01", male=False)
	child.reload()
	child.update({"document_kind": "Resident ID", "id_number": number})
	child.save()
	child.reload()
	assert (str(child.birth_date), child.sex) == ("2026-02-01", "Female")
	assert not child.no_document_reason and sensitive.find_by_id_number(number) == child.name


def test_a_resident_still_needs_the_number(site):
	for values in ({}, {"document_kind": "Resident ID"}, {"document_kind": ""}):
		with pytest.raises((WrongIdNumber, frappe.MandatoryError)):
			enter(**values)


def test_a_passport_in_place_of_the_number_takes_it_out(site):
	person = builders.make_person("测试换证")
	number = sensitive.full_value(person.name, "id_number")
	person.reload()
	person.update(
		{"document_kind": "Foreign Passport", "nationality": "Myanmar", "document_number": "D7654321"}
	)
	person.save()
	assert not person.id_number and not sensitive.full_value(person.name, "id_number")
	# and stays taken
	assert sensitive.find_by_id_number(number) == person.name


def test_help_by_place_of_registration_says_that_it_needs_the_number(site):
	person = passport(division=builders.CASE_VILLAGE)
	team = builders.make_team()
	values = {
		"applicant": person.name,
		"incomes": [],
		"members": [{"recipient": person.name, "kinship": "02"}],
	}
	with pytest.raises(identity_documents.ResidentIdNeeded):
		builders.make_application(team, **values)


def test_help_in_an_emergency_does_not(site):
	person = passport(division=builders.CASE_VILLAGE)
	application = builders.make_application(
		scheme="Temporary",
		applicant=person.name,
		incomes=[],
		members=[{"recipient": person.name, "kinship": "02"}],
	)
	assert application.members[0].sex == "Female"


def test_she_lives_in_a_household_and_counts(site):
	head = builders.make_person("测试户主", division=builders.CASE_VILLAGE)
	wife = passport(division=builders.CASE_VILLAGE)
	household = registry.enter_household(
		{
			"head": head.name,
			"division": builders.CASE_VILLAGE,
			"members": [
				{"recipient": head.name, "kinship": "01"},
				{"recipient": wife.name, "kinship": "12"},
			],
		}
	)
	assert household.member_count == 2


def test_a_comparison_of_data_says_whom_it_cannot_find(site):
	person = passport(division=builders.CASE_VILLAGE)
	head = builders.make_case_person("测试申请", "1961-03-05")
	application = builders.make_application(
		applicant=head.name,
		members=[{"recipient": head.name, "kinship": "02"}, {"recipient": person.name, "kinship": "12"}],
		incomes=[],
	)
	frappe.local.message_log = []
	builders.give_consents(application, builders.make_team().clerk)
	said = [str(message) for message in frappe.local.message_log]
	assert any("测试外籍" in message for message in said) and not any(
		"测试申请" in message for message in said
	)
