"""A masked number that is edited is refused or stored; it is never dropped with the word "saved"."""

import frappe
import pytest

from socaid_app.permissions import masks, sensitive
from tests import builders

NUMBERS = {
	"phone": "13800001234",
	"bank_account": "6228480000001234567",
	"disability_certificate": "22042219700506731243",
}


@pytest.fixture
def person(site):
	return frappe.get_doc("Recipient", builders.make_person("沈遮码", **NUMBERS).name)


def changed(mask: str) -> str:
	"""The mask with its last digit changed."""
	return mask[:-1] + str((int(mask[-1]) + 1) % 10)


@pytest.mark.parametrize("field", masks.ENTERED["Recipient"])
def test_a_partly_edited_mask_is_refused_and_says_how_to_enter_a_number(person, field):
	before = sensitive.full_value(person.name, field)
	person.set(
		field, (person.get(field)[:-1] + "0") if person.get(field)[-1] == "X" else changed(person.get(field))
	)
	with pytest.raises(masks.MaskEdited, match="all of its digits|全部数字"):
		person.save()
	assert sensitive.full_value(person.name, field) == before


@pytest.mark.parametrize("star", ["＊", "•", "×", "x"])
def test_other_stars_are_stars(person, star):
	person.phone = person.phone.replace("*", star)
	with pytest.raises(masks.MaskEdited):
		person.save()


def test_the_mask_as_it_is_means_unchanged_and_a_whole_number_replaces_it(person):
	person.address = "三组"
	person.save()
	person.phone = "13911112222"
	person.save()
	assert sensitive.full_value(person.name, "phone") == "13911112222"
	assert sensitive.full_value(person.name, "bank_account") == NUMBERS["bank_account"]


def test_a_mask_in_a_new_record_is_refused(person):
	with pytest.raises(masks.MaskEdited):
		frappe.get_doc(
			{
				"doctype": "Recipient",
				"full_name": "沈又来",
				"division": person.division,
				"id_number": person.id_number,
			}
		).insert()


def test_rest_and_the_list_refuse_it_too(client, person):
	http = client("Administrator")
	for answer in (
		http.put(f"/api/resource/Recipient/{person.name}", phone=changed(person.phone)),
		http.call(
			"frappe.client.set_value",
			doctype="Recipient",
			name=person.name,
			fieldname="phone",
			value="138****9999",
		),
	):
		assert answer.status_code == 417
	frappe.db.rollback()
	assert frappe.db.get_value("Recipient", person.name, "phone") == person.phone
	assert sensitive.full_value(person.name, "phone") == NUMBERS["phone"]


def test_a_petition_refuses_it(site):
	petition = frappe.get_doc(
		{
			"doctype": "Petition",
			"channel": "Visit",
			"real_name": 1,
			"petitioner_name": "沈信访",
			"id_number": "22************7318",
			"content": "请核实低保金。",
			"division": builders.VILLAGE_A,
		}
	)
	with pytest.raises(masks.MaskEdited):
		petition.insert()


@pytest.mark.parametrize("number", ["22************7319", "220422197005067318"])
def test_a_number_typed_into_the_row_of_a_member_is_refused(site, number):
	household = builders.make_household()
	household.reload()
	household.members[0].id_number = number
	with pytest.raises(masks.MaskEdited, match="1"):
		household.save()
	household.reload()
	household.save()
