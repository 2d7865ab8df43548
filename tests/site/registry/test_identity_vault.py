"""Full numbers: kept apart, checked, shown for a purpose, and every look at them recorded."""

import frappe
import pytest

from socaid_app.permissions import access_log, break_glass, sensitive
from socaid_app.socaid_app.doctype.recipient.recipient import AlreadyRegistered, WrongIdNumber
from socaid_app.socaid_app.doctype.sensitive_access_log.sensitive_access_log import LogIsAppendOnly
from tests import builders

NUMBER = "11010519491231002X"
LOG = "Sensitive Access Log"


@pytest.fixture
def person(site):
	return builders.make_person(
		"欧阳测试", id_number="11010519491231002x", phone="13800001234", bank_account="6228480000001234567"
	)


def test_a_person_is_stored_with_masks_and_what_the_number_says(person):
	stored = frappe.get_doc("Recipient", person.name)
	assert stored.id_number == "11*************02X"
	assert stored.phone == "138****1234"
	assert stored.bank_account.endswith("4567") and stored.bank_account.startswith("***")
	assert (str(stored.birth_date), stored.sex, stored.pinyin) == ("1949-12-31", "Female", "oycs")
	assert sensitive.full_value(person.name, "id_number") == NUMBER


def test_no_table_but_the_vault_holds_the_full_number(person):
	person.phone = "13911112222"
	person.save()
	for (table,) in frappe.db.sql("show tables"):
		if table == "tabRecipient Identity":
			continue
		columns = [
			row[0]
			for row in frappe.db.sql(
				f"show columns from `{table}` where type like '%char%' or type like '%text%'"
			)
		]
		condition = " or ".join(f"`{column}` like %(number)s" for column in columns)
		if columns:
			found = frappe.db.sql(
				f"select count(*) from `{table}` where {condition}", {"number": f"%{NUMBER}%"}
			)
			assert not found[0][0], table


def test_saving_the_mask_again_changes_nothing(person):
	person.reload()
	person.address = "三组"
	person.save()
	assert sensitive.full_value(person.name, "id_number") == NUMBER
	assert sensitive.full_value(person.name, "phone") == "13800001234"


def test_a_new_number_typed_over_the_mask_replaces_the_old_one(person):
	person.reload()
	person.phone = "13911112222"
	person.save()
	assert person.phone == "139****2222"
	assert sensitive.full_value(person.name, "phone") == "13911112222"


def test_birth_date_and_sex_cannot_be_sent_they_follow_the_number(person):
	person.reload()
	person.update({"birth_date": "2001-01-01", "sex": "Male"})
	person.save()
	assert (str(person.birth_date), person.sex) == ("1949-12-31", "Female")


@pytest.mark.parametrize(
	"number", ["110105194912310021", "1101051949123100", "11010520991231002X", "abc", "110105194913310020"]
)
def test_a_wrong_number_is_refused(site, number):
	with pytest.raises(WrongIdNumber):
		frappe.get_doc(
			{"doctype": "Recipient", "full_name": "错号", "id_number": number, "division": builders.VILLAGE_A}
		).insert()


def test_a_fifteen_digit_number_becomes_one_of_eighteen(site):
	person = builders.make_person("老证", id_number="110105491231002")
	assert sensitive.full_value(person.name, "id_number") == NUMBER


def test_a_number_already_registered_is_refused_with_the_record_to_use(person):
	with pytest.raises(AlreadyRegistered, match=person.name):
		frappe.get_doc(
			{"doctype": "Recipient", "full_name": "重复", "id_number": NUMBER, "division": builders.VILLAGE_A}
		).insert()


def test_of_a_person_in_another_township_nothing_is_told_but_where_to_ask(person, as_user):
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	with as_user(clerk), pytest.raises(AlreadyRegistered) as refused:
		frappe.get_doc(
			{"doctype": "Recipient", "full_name": "重复", "id_number": NUMBER, "division": builders.VILLAGE_B}
		).insert()
	assert person.name not in str(refused.value) and "欧阳" not in str(refused.value)


def test_nobody_but_the_system_reads_the_vault(person, as_user):
	for role in (
		"Township Officer",
		"County Approver",
		"Data Officer",
		"Socaid Administrator",
		"Socaid Auditor",
	):
		with as_user(builders.make_user(role)):
			assert not frappe.has_permission("Recipient Identity", "read")
			with pytest.raises(frappe.PermissionError):
				frappe.get_list("Recipient Identity", fields=["id_number"], order_by="name")


def test_a_number_is_revealed_for_a_purpose_and_recorded(person, as_user):
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	with as_user(clerk):
		assert sensitive.reveal("Recipient", person.name, "id_number", "核对户口簿") == NUMBER
	entry = frappe.get_last_doc(LOG)
	assert (entry.user, entry.action, entry.reference_name, entry.field, entry.purpose) == (
		clerk,
		"Reveal",
		person.name,
		"id_number",
		"核对户口簿",
	)


def test_without_a_purpose_nothing_is_revealed(person):
	with pytest.raises(sensitive.PurposeRequired):
		sensitive.reveal("Recipient", person.name, "id_number", "  看 ")


@pytest.mark.parametrize("role", ["Village Assistant", "Field Investigator", "Socaid Auditor", "Archivist"])
def test_a_role_that_is_not_listed_reveals_nothing(person, as_user, role):
	division = builders.TOWNSHIP_A if role in ("Village Assistant", "Field Investigator") else None
	with as_user(builders.make_user(role, division)), pytest.raises(frappe.PermissionError):
		sensitive.reveal("Recipient", person.name, "id_number", "核对户口簿")


def test_another_townships_officer_reveals_nothing(person, as_user):
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	with as_user(clerk), pytest.raises(frappe.PermissionError):
		sensitive.reveal("Recipient", person.name, "id_number", "核对户口簿")


def test_only_the_protected_numbers_can_be_asked_for(person):
	with pytest.raises(frappe.ValidationError):
		sensitive.reveal("Recipient", person.name, "full_name", "核对户口簿")
	with pytest.raises(frappe.ValidationError):
		sensitive.reveal("User", "Administrator", "id_number", "核对户口簿")


# --- the log -------------------------------------------------------------------------------------------
def test_entries_follow_one_another_in_a_chain(person):
	for purpose in ("第一次核对", "第二次核对"):
		access_log.record("Reveal", "Recipient", person.name, purpose, field="phone")
	first, second = frappe.get_all(
		LOG, fields=["previous_hash", "chain_hash"], order_by="name desc", limit=2
	)[::-1]
	assert second.previous_hash == first.chain_hash
	assert access_log.verify_chain()["broken_at"] is None


def test_a_changed_entry_breaks_the_chain_where_it_was_changed(person):
	name = access_log.record("Reveal", "Recipient", person.name, "第一次核对").name
	access_log.record("Reveal", "Recipient", person.name, "第二次核对")
	frappe.db.set_value(LOG, name, "purpose", "别的目的", update_modified=False)
	assert access_log.verify_chain()["broken_at"] == name


def test_the_log_can_neither_be_changed_deleted_nor_written_by_hand(person):
	entry = access_log.record("Reveal", "Recipient", person.name, "第一次核对")
	entry.purpose = "别的目的"
	with pytest.raises(LogIsAppendOnly):
		entry.save()
	with pytest.raises(LogIsAppendOnly):
		frappe.delete_doc(LOG, entry.name, force=True)
	with pytest.raises(LogIsAppendOnly):
		frappe.get_doc({"doctype": LOG, "action": "Reveal", "user": "Administrator"}).insert()


def test_two_writers_at_once_do_not_fork_the_chain(site, client):
	"""Two requests through the web stack, each in its own thread and connection."""
	from concurrent.futures import ThreadPoolExecutor

	person = builders.make_person("并发", phone="13800005678")
	user = builders.make_user("County Approver")
	http = client(user)

	def look(number: int):
		data = {"doctype": "Recipient", "name": person.name, "field": "phone", "purpose": f"并发核对{number}"}
		return http._open("POST", "/api/method/socaid_app.permissions.sensitive.reveal", {"json": data})

	with ThreadPoolExecutor(4) as pool:
		answers = list(pool.map(look, range(8)))
	frappe.db.rollback()
	assert [answer.status_code for answer in answers] == [200] * 8
	assert access_log.verify_chain()["broken_at"] is None


# --- an administrator looks at a case ------------------------------------------------------------------
def test_an_administrator_sees_a_case_only_after_stating_a_reason_and_for_a_day(person, as_user):
	admin = builders.make_user("Socaid Administrator")
	with as_user(admin):
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc("Recipient", person.name).check_permission("read")
		with pytest.raises(sensitive.PurposeRequired):
			break_glass.open_case("Recipient", person.name, "看")
		break_glass.open_case("Recipient", person.name, "排查保存失败")
		frappe.get_doc("Recipient", person.name).check_permission("read")
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc("Recipient", person.name).check_permission("write")
		assert frappe.get_list("Recipient", pluck="name", order_by="name") == [person.name]
	assert frappe.get_last_doc(LOG).action == "Open Case"
	break_glass.expire_shares()
	assert frappe.db.exists("DocShare", {"share_name": person.name, "user": admin})
	frappe.db.set_value(
		"DocShare", {"share_name": person.name}, "modified", "2026-01-01", update_modified=False
	)
	break_glass.expire_shares()
	with as_user(admin), pytest.raises(frappe.PermissionError):
		frappe.get_doc("Recipient", person.name).check_permission("read")


def test_a_clerk_cannot_open_a_case_that_way(person, as_user):
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	with as_user(clerk), pytest.raises(frappe.PermissionError):
		break_glass.open_case("Recipient", person.name, "排查保存失败")


def test_the_address_in_the_log_is_not_what_the_visitor_says(site, monkeypatch):
	from werkzeug.test import EnvironBuilder
	from werkzeug.wrappers import Request

	person = builders.make_person()
	headers = {"X-Forwarded-For": "6.6.6.6, 10.1.2.3"}
	request = Request(
		EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}).get_environ()
	)
	monkeypatch.setattr(frappe.local, "request", request, raising=False)
	assert access_log.record("Reveal", "Recipient", person.name, "核对住址").ip_address == "10.1.2.3"
