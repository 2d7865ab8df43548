"""A township sees its own records, whichever way it asks; nobody finds anything out by guessing."""

import json

import frappe
import pytest

from socaid_app.permissions.scope import DivisionOutOfScope, LinkOutOfScope, NeverDeleted, scope_of
from socaid_app.policy import terms
from socaid_app.socaid_app import registry, search
from tests import builders

SCOPED = ("Recipient", "Recipient Household", "Entitlement")
TOWNSHIP_ROLES = ("Township Officer", "Township Approver")
COUNTY_ROLES = ("County Reviewer", "County Approver", "Data Officer", "Socaid Auditor")


@pytest.fixture
def two_townships(site):
	"""A household in each of two townships."""
	ours = builders.make_household(builders.VILLAGE_A, name="我乡")
	theirs = builders.make_household(builders.VILLAGE_B, name="邻乡")
	builders.grant_benefit(ours)
	builders.grant_benefit(theirs)
	return ours, theirs


def names(doctype: str) -> list[str]:
	return frappe.get_list(doctype, pluck="name", order_by="name", limit_page_length=0)


@pytest.mark.parametrize("role", TOWNSHIP_ROLES)
@pytest.mark.parametrize("doctype", SCOPED)
def test_a_township_lists_its_own_records_only(two_townships, as_user, role, doctype):
	with as_user(builders.make_user(role, builders.TOWNSHIP_A)):
		divisions = frappe.get_list(doctype, pluck="township", order_by="name", limit_page_length=0)
	assert set(divisions) == {builders.TOWNSHIP_A}


@pytest.mark.parametrize("role", COUNTY_ROLES)
def test_the_county_lists_all_townships(two_townships, as_user, role):
	with as_user(builders.make_user(role)):
		townships = frappe.get_list(
			"Recipient Household", pluck="township", order_by="name", limit_page_length=0
		)
	assert {builders.TOWNSHIP_A, builders.TOWNSHIP_B} <= set(townships)


def test_a_village_assistant_sees_the_own_village_only(two_townships, as_user):
	builders.make_household(builders.OTHER_VILLAGE_A, name="邻村")
	with as_user(builders.make_user("Village Assistant", builders.VILLAGE_A)):
		villages = frappe.get_list(
			"Recipient Household", pluck="division", order_by="name", limit_page_length=0
		)
	assert set(villages) == {builders.VILLAGE_A}


@pytest.mark.parametrize("role", ["Township Officer", "Village Assistant", "Field Investigator"])
def test_a_user_without_a_division_sees_nothing(two_townships, as_user, role):
	with as_user(builders.make_user(role)):
		assert names("Recipient") == names("Recipient Household") == []
		assert not scope_of().everything


def test_a_county_role_bound_to_a_division_is_bound(two_townships, as_user):
	with as_user(builders.make_user("County Reviewer", builders.TOWNSHIP_A)):
		assert two_townships[1].name not in names("Recipient Household")


@pytest.mark.parametrize("ptype", ["read", "write", "print", "email", "share", "delete", "export"])
def test_list_and_document_agree_on_a_strangers_record(two_townships, as_user, ptype):
	_ours, theirs = two_townships
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		assert not frappe.has_permission("Recipient Household", ptype, doc=theirs.name)


def test_a_township_cannot_enter_a_record_elsewhere(site, as_user):
	with (
		as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)),
		pytest.raises(frappe.PermissionError),
	):
		builders.make_person("越界", builders.VILLAGE_B)


def test_a_record_is_not_moved_by_editing_its_division(two_townships, as_user):
	ours, theirs = two_townships
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		stranger = frappe.get_doc("Recipient", theirs.head)
		stranger.division = builders.VILLAGE_A
		with pytest.raises(frappe.PermissionError):
			stranger.save()
		own = frappe.get_doc("Recipient", ours.head)
		own.division = builders.VILLAGE_B
		with pytest.raises(DivisionOutOfScope):
			own.save()


def test_linking_to_a_strangers_record_is_refused_so_it_tells_nothing(two_townships, as_user):
	ours, theirs = two_townships
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		household = frappe.get_doc("Recipient Household", ours.name)
		household.append("members", {"recipient": theirs.head, "kinship": "97"})
		with pytest.raises(LinkOutOfScope) as refused:
			household.save()
	assert "邻乡" not in str(refused.value)


def test_records_are_never_deleted_not_even_drafts_by_the_administrator(two_townships):
	ours, _theirs = two_townships
	for doctype, name in (("Recipient Household", ours.name), ("Recipient", ours.head)):
		with pytest.raises(NeverDeleted):
			frappe.delete_doc(doctype, name, force=True)


# --- the search of this app ------------------------------------------------------------------------------
def test_the_search_finds_by_name_initials_number_and_id_within_the_township(two_townships, as_user):
	ours, theirs = two_townships
	number = frappe.db.get_value("Recipient Identity", ours.head, "id_number")
	strange = frappe.db.get_value("Recipient Identity", theirs.head, "id_number")
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		for text in ("我乡甲", "wxj", number, number.lower(), ours.name):
			assert ours.name in {row["name"] for row in search.find(text)}, text
		kinds = {row["doctype"] for row in search.find(number)}
		assert kinds == {"Recipient", "Recipient Household", "Entitlement"}
		for text in ("邻乡甲", "lxj", strange, theirs.name):
			assert theirs.name not in {row["name"] for row in search.find(text)}, text
			assert theirs.head not in {row["name"] for row in search.find(text)}, text


def test_a_part_of_an_id_number_finds_nobody(two_townships):
	number = frappe.db.get_value("Recipient Identity", two_townships[0].head, "id_number")
	assert search.find(number[:17]) == search.find(number[:14]) == []


def test_searching_by_id_number_is_recorded(two_townships, as_user):
	number = frappe.db.get_value("Recipient Identity", two_townships[0].head, "id_number")
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		search.find(number)
		entry = frappe.get_last_doc("Sensitive Access Log")
		assert (entry.action, entry.user, entry.field) == ("Search", frappe.session.user, "id_number")


def test_link_fields_find_by_name_initials_and_full_id_number(two_townships, as_user):
	from frappe.desk.search import search_widget

	ours, theirs = two_townships
	number = frappe.db.get_value("Recipient Identity", ours.head, "id_number")
	strange = frappe.db.get_value("Recipient Identity", theirs.head, "id_number")
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		for text in ("我乡甲", "wxj", number):
			assert ours.head in {row[0] for row in search_widget("Recipient", text)}, text
			assert ours.name in {row[0] for row in search_widget("Recipient Household", text)}, text
		for text in ("邻乡甲", "lxj", strange):
			assert not search_widget("Recipient", text), text
			assert not search_widget("Recipient Household", text), text
		chosen = search_widget("Recipient", "我乡", filters={"name": ["in", [ours.head]], "status": "Active"})
		assert [row[0] for row in chosen] == [ours.head]


# --- through the web stack -------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def online(site):
	"""Two households and a township officer, committed, since requests have connections of their own."""
	frappe.set_user("Administrator")
	ours = builders.make_household(builders.VILLAGE_A, name="网我")
	theirs = builders.make_household(builders.VILLAGE_B, name="网邻")
	builders.grant_benefit(ours)
	builders.grant_benefit(theirs)
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	frappe.db.commit()
	return ours, theirs, clerk


@pytest.fixture
def http(online, client):
	return client(online[2])


def answer(response):
	body = response.get_json()
	return body.get("data", body.get("message"))


def test_rest_lists_and_reads_the_own_township_only(online, http):
	ours, theirs, _clerk = online
	rows = answer(
		http.get("/api/resource/Recipient Household", fields=["name", "township"], limit_page_length=0)
	)
	assert {row["township"] for row in rows} == {builders.TOWNSHIP_A}
	assert http.get(f"/api/resource/Recipient Household/{ours.name}").status_code == 200
	assert http.get(f"/api/resource/Recipient Household/{theirs.name}").status_code == 403
	assert http.get(f"/api/resource/Recipient/{theirs.head}").status_code == 403
	assert http.put(f"/api/resource/Recipient/{theirs.head}", division=builders.VILLAGE_A).status_code == 403
	assert http.delete(f"/api/resource/Recipient/{ours.head}").status_code >= 400
	assert http.get("/api/resource/Recipient Identity").status_code == 403
	assert http.get(f"/api/resource/Recipient Identity/{ours.head}").status_code == 403


def test_the_read_functions_of_frappe_tell_nothing_about_a_stranger(online, http):
	_ours, theirs, _clerk = online
	head = theirs.head
	assert http.call("frappe.client.get", doctype="Recipient", name=head).status_code == 403
	value = http.call(
		"frappe.client.get_value", doctype="Recipient", fieldname="full_name", filters={"name": head}
	)
	assert not answer(value)
	rows = http.call(
		"frappe.client.get_list", doctype="Recipient", filters={"name": head}, fields=["full_name"]
	)
	assert answer(rows) == []
	link = http.call(
		"frappe.client.validate_link", doctype="Recipient", docname=head, fields=["full_name", "id_number"]
	)
	assert "full_name" not in answer(link)
	title = http.call("frappe.desk.search.get_link_title", doctype="Recipient", docname=head)
	assert answer(title) == head
	assert http.call("frappe.desk.form.load.getdoc", doctype="Recipient", name=head).status_code == 403
	printed = http.get("/printview", doctype="Recipient", name=head)
	assert "网邻" not in printed.get_data(as_text=True)
	assert "网邻" not in http.call("frappe.utils.global_search.search", text="网邻甲").get_data(as_text=True)


def test_the_rows_of_a_strangers_child_tables_are_not_listed(online, http):
	ours, theirs, _clerk = online
	rows = answer(
		http.call(
			"frappe.client.get_list",
			doctype="Household Member",
			parent="Recipient Household",
			fields=["parent", "member_name", "id_number"],
			limit_page_length=0,
		)
	)
	parents = {row["parent"] for row in rows}
	assert ours.name in parents and theirs.name not in parents
	assert all("*" in row["id_number"] for row in rows)


def test_counting_tells_nothing_about_others_or_about_full_numbers(online, http):
	ours, theirs, _clerk = online
	count = http.call("frappe.client.get_count", doctype="Recipient", filters={"name": theirs.head})
	assert answer(count) == 0
	both = {"name": ["in", [ours.head, theirs.head]]}
	assert answer(http.call("frappe.client.get_count", doctype="Recipient", filters=both)) == 1
	vault = {"id_number": ["like", "220422%"]}
	assert (
		http.call("frappe.client.get_count", doctype="Recipient Identity", filters=vault).status_code == 403
	)
	for function in ("get_count", "get"):
		data = {
			"doctype": "Recipient Identity",
			"filters": [["Recipient Identity", "id_number", "like", "2%"]],
		}
		assert http.call(f"frappe.desk.reportview.{function}", **data).status_code == 403


def test_the_report_builder_shows_masks_and_cannot_filter_on_full_numbers(online, http):
	ours, _theirs, _clerk = online
	number = frappe.db.get_value("Recipient Identity", ours.head, "id_number")

	def report(filters):
		fields = ["`tabRecipient`.`name`", "`tabRecipient`.`id_number`"]
		response = http.call(
			"frappe.desk.reportview.get", doctype="Recipient", fields=fields, filters=filters
		)
		return answer(response)

	found = report([["Recipient", "name", "=", ours.head]])
	assert found["values"] == [[ours.head, f"{number[:2]}*************{number[-3:]}"]]
	for text in (number, f"{number[:8]}%", f"%{number[6:14]}%"):
		assert not report([["Recipient", "id_number", "like", text]])
	for fields in (["`tabRecipient Identity`.`id_number`"], ["recipient_identity.id_number"]):
		response = http.call("frappe.desk.reportview.get", doctype="Recipient", fields=fields)
		assert number not in response.get_data(as_text=True)


def test_an_export_holds_masks_and_leaves_a_trace(online, client):
	ours, _theirs, _clerk = online
	reviewer = builders.make_user("County Reviewer")
	number = frappe.db.get_value("Recipient Identity", ours.head, "id_number")
	response = client(reviewer).post(
		"/api/method/frappe.desk.reportview.export_query",
		doctype="Recipient",
		file_format_type="CSV",
		title="Recipient",
		fields=json.dumps(
			["`tabRecipient`.`name`", "`tabRecipient`.`full_name`", "`tabRecipient`.`id_number`"]
		),
		filters=json.dumps([["Recipient", "name", "=", ours.head]]),
	)
	text = response.get_data(as_text=True)
	assert response.status_code == 200 and ours.head in text and number not in text and "*" in text
	entry = frappe.get_last_doc("Sensitive Access Log")
	assert (entry.action, entry.user, entry.reference_doctype) == ("Export", reviewer, "Recipient")


def test_a_township_officer_has_no_export(online, http):
	response = http.post(
		"/api/method/frappe.desk.reportview.export_query",
		doctype="Recipient",
		file_format_type="CSV",
		title="Recipient",
		fields=json.dumps(["`tabRecipient`.`name`"]),
	)
	assert response.status_code == 403


def test_household_actions_on_a_stranger_are_refused(online, http):
	ours, theirs, _clerk = online
	for method, data in (
		("registry.summary", {}),
		("registry.household_as_of", {"day": "2026-01-01"}),
		("household_page.overview", {}),
		("registry.close", {"reason": "测试"}),
		("household_actions.add_member", {"recipient": ours.head, "kinship": "20"}),
		("household_actions.remove_member", {"recipient": theirs.head}),
		("household_actions.change_head", {"recipient": theirs.head}),
		("household_actions.split", {"recipients": [theirs.head], "head": theirs.head}),
		("household_actions.transfer", {"division": builders.VILLAGE_A, "reason": "测试"}),
		("household_actions.merge", {"into": ours.name, "reason": "测试"}),
		("household_actions.correct_entry", {"facts": [{"fact": "Area Type"}], "reason": "测试"}),
	):
		response = http.call(f"socaid_app.socaid_app.{method}", household=theirs.name, **data)
		assert response.status_code == 403, method
	assert (
		http.call(
			"socaid_app.socaid_app.life_events.report",
			recipient=theirs.head,
			event=terms.DEATH,
			happened_on="2026-01-01",
		).status_code
		== 403
	)
	assert registry.households_of(theirs.head) == [theirs.name]


def test_the_county_transfers_a_household_and_the_new_township_sees_it(two_townships, as_user):
	ours, _theirs = two_townships
	with (
		as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)),
		pytest.raises(DivisionOutOfScope),
	):
		registry.transfer(ours.name, builders.VILLAGE_B, "迁居")
	with as_user(builders.make_user("County Reviewer")):
		registry.transfer(ours.name, builders.VILLAGE_B, "迁居")
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_B)):
		assert ours.name in names("Recipient Household") and ours.head in names("Recipient")


def test_a_list_page_of_fifty_rows_costs_few_queries(two_townships, as_user, count_queries):
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		names("Recipient Household")
		with count_queries() as queries:
			frappe.get_list(
				"Recipient Household", fields=["*"], order_by="modified desc", limit_page_length=50
			)
	assert len(queries) <= 12
