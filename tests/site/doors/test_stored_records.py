"""A record is what is stored under its name: a copy that calls itself new opens, changes and prints nothing."""

import json
from types import SimpleNamespace

import frappe
import pytest

from tests import builders
from tests.builders.petitions import make, user

HOUSEHOLD, PERSON = "Recipient Household", "Recipient"
METHODS = ("rename", "add_comment", "add_tag", "submit", "cancel", "delete", "save", "insert", "db_set")


@pytest.fixture(scope="module")
def county(site):
	frappe.set_user("Administrator")
	clerk = user("copyist", "Township Officer", builders.TOWNSHIP_A)
	own = builders.make_household(builders.VILLAGE_A, name="本乡户")
	other = builders.make_household(builders.VILLAGE_B, name="外乡户")
	accusation = make(
		subject="密告事由",
		category="Accusation",
		matter="Favouritism",
		accused=[{"accused_name": "某某，某镇民政办，主任"}],
	)
	file = frappe.get_doc({"doctype": "File", "file_name": "他人.txt", "content": "诊断", "is_private": 1})
	file.update({"attached_to_doctype": HOUSEHOLD, "attached_to_name": other.name})
	file.insert()
	frappe.db.commit()
	return SimpleNamespace(clerk=clerk, own=own, other=other, accusation=accusation, file=file)


def foreign(county) -> list[tuple[str, str]]:
	return [
		(HOUSEHOLD, county.other.name),
		(PERSON, county.other.head),
		("Petition", county.accusation.name),
		("File", county.file.name),
	]


def copy_of(doctype: str, name: str, clerk: str, **values) -> dict:
	return {
		"doctype": doctype,
		"name": name,
		"__islocal": 1,
		"__unsaved": 1,
		"owner": clerk,
		"docstatus": 0,
		"division": builders.VILLAGE_A,
		**values,
	}


def trace(doctype: str, name: str) -> tuple:
	"""All that could be changed about a record by a method of it."""
	return (
		frappe.db.get_value(doctype, name, "*"),
		frappe.db.count("Comment", {"reference_doctype": doctype, "reference_name": name}),
		frappe.db.count("Tag Link", {"document_type": doctype, "document_name": name}),
	)


@pytest.mark.parametrize("method", METHODS)
def test_methods_do_not_reach_a_record_by_a_copy_of_it(county, client, method):
	http = client(county.clerk)
	arguments = {"name": "改名", "comment_type": "Comment", "text": "x", "tag": "x", "fieldname": "owner"}
	for doctype, name in foreign(county):
		before = trace(doctype, name)
		sent = json.dumps(copy_of(doctype, name, county.clerk))
		for path, data in (
			("/api/method/run_doc_method", {"method": method, "docs": sent, "args": json.dumps(arguments)}),
			("/api/method/runserverobj", {"method": method, "docs": sent, "args": json.dumps(arguments)}),
			("/api/method/frappe.handler.run_doc_method", {"method": method, "docs": sent}),
			("/api/method/run_doc_method", {"method": method, "dt": doctype, "dn": name}),
			("/api/v2/method/run_doc_method", {"method": method, "document": sent, "kwargs": arguments}),
			(f"/api/resource/{doctype}/{name}", {"run_method": method, **arguments}),
			(f"/api/v2/document/{doctype}/{name}/method/{method}", arguments),
		):
			answer = http.post(path, **data)
			assert answer.status_code in (403, 404, 417), (
				path,
				doctype,
				answer.get_data(as_text=True)[-400:],
			)
			assert "密告" not in answer.get_data(as_text=True)
		assert trace(doctype, name) == before


@pytest.mark.parametrize(
	"function, data",
	[
		("frappe.desk.form.save.savedocs", lambda doc: {"doc": json.dumps(doc), "action": "Save"}),
		("frappe.client.save", lambda doc: {"doc": json.dumps(doc)}),
		("frappe.client.insert", lambda doc: {"doc": json.dumps(doc)}),
		("frappe.client.insert_many", lambda doc: {"docs": json.dumps([doc])}),
		("frappe.client.submit", lambda doc: {"doc": json.dumps(doc)}),
		("frappe.model.workflow.apply_workflow", lambda doc: {"doc": json.dumps(doc), "action": "Accept"}),
		("frappe.model.workflow.get_transitions", lambda doc: {"doc": json.dumps(doc)}),
		("frappe.client.bulk_update", lambda doc: {"docs": json.dumps([{**doc, "docname": doc["name"]}])}),
		("frappe.www.printview.get_html_and_style", lambda doc: {"doc": json.dumps(doc)}),
		("frappe.www.printview.get_rendered_raw_commands", lambda doc: {"doc": json.dumps(doc)}),
	],
)
def test_a_copy_under_a_foreign_name_is_judged_by_what_is_stored(county, client, function, data):
	http = client(county.clerk)
	for doctype, name in foreign(county):
		before = trace(doctype, name)
		answer = http.call(function, **data(copy_of(doctype, name, county.clerk)))
		text = answer.get_data(as_text=True)
		# what is stored is not told apart from what is not
		refused = answer.status_code >= 400 or answer.get_json().get("message") in ([], None)
		refused = refused or "failed_docs" in text
		assert refused and answer.status_code < 500, (doctype, text[-600:])
		assert "密告" not in text and "外乡户" not in text
		assert trace(doctype, name) == before


def test_prints_are_of_stored_records(county, client):
	"""An application that nobody stored, and names somebody else's person, prints no number."""
	full = frappe.db.get_value("Recipient Identity", county.other.head, "id_number")
	for doctype, link in (("Assistance Application", "applicant"), ("Check Authorization", "recipient")):
		for name in (f"new-{frappe.scrub(doctype)}-1", None):
			sent = {"doctype": doctype, "name": name, "__islocal": 1, link: county.other.head}
			answer = client(county.clerk).call(
				"frappe.www.printview.get_html_and_style", doc=json.dumps(sent)
			)
			assert answer.status_code == 417 and full not in answer.get_data(as_text=True)
	page = client(county.clerk).get(
		"/printview", doctype="Recipient", name=county.own.head, doc=json.dumps({"doctype": "Recipient"})
	)
	assert page.status_code == 200


def test_the_desk_prints_with_the_document_it_shows(county, client):
	"""The print page sends the whole form."""
	shown = frappe.get_doc(HOUSEHOLD, county.own.name).as_dict(convert_dates_to_str=True)
	answer = client(county.clerk).call(
		"frappe.www.printview.get_html_and_style", doc=frappe.as_json(shown), no_letterhead=1
	)
	assert answer.status_code == 200 and county.own.name in answer.get_data(as_text=True)


def test_whose_record_it_is_is_stored(county, client):
	"""Somebody else's note does not become one's own by saying so."""
	stranger = user("stranger", "Township Officer", builders.TOWNSHIP_B)
	frappe.set_user(stranger)
	report = frappe.get_doc({"doctype": "Dashboard Settings", "user": stranger})
	assert report
	frappe.set_user("Administrator")
	setting = frappe.get_doc("Notification Settings", stranger)
	answer = client(county.clerk).put(
		f"/api/resource/Notification Settings/{setting.name}", owner=county.clerk, enabled=0
	)
	assert answer.status_code == 403
	assert frappe.db.get_value("Notification Settings", stranger, "enabled") == 1


def test_ones_own_records_go_on(county, client):
	http = client(county.clerk)
	form = frappe.get_doc(HOUSEHOLD, county.own.name).as_dict(convert_dates_to_str=True)
	assert (
		http.call("frappe.desk.form.save.savedocs", doc=frappe.as_json(form), action="Save").status_code
		== 200
	)
	assert (
		http.call(
			"frappe.desk.form.utils.add_comment",
			reference_doctype=HOUSEHOLD,
			reference_name=county.own.name,
			content="已电话联系",
			comment_email=county.clerk,
			comment_by="本人",
		).status_code
		== 200
	)


# --- what a print takes from other records ------------------------------------------------------------------------
def test_a_print_takes_nothing_from_a_person_one_may_not_read(county, as_user):
	from socaid_app import printing

	case = frappe._dict(doctype="Assistance Application", name="x")
	full = frappe.db.get_value("Recipient Identity", county.own.head, "id_number")
	with as_user(county.clerk):
		assert printing.person(county.other.head) == {}
		assert printing.full_number(county.other.head, "id_number", case) == ""
		assert printing.person(county.own.head).name == county.own.head
		assert printing.full_number(county.own.head, "id_number", case) == full


def test_a_number_is_printed_in_full_only_where_the_document_needs_it(county, as_user):
	"""Whatever a print format of the county's own asks for."""
	from socaid_app import printing

	logged = frappe.db.count("Sensitive Access Log", {"action": "Print"})
	with as_user(county.clerk):
		for document in ("Home Visit", "Recipient Household", "Publicity Notice"):
			shown = printing.full_number(
				county.own.head, "id_number", frappe._dict(doctype=document, name="x")
			)
			assert "*" in shown
		assert "*" in printing.full_number(
			county.own.head, "phone", frappe._dict(doctype="Check Authorization", name="x")
		) or not frappe.db.get_value("Recipient", county.own.head, "phone")
	assert frappe.db.count("Sensitive Access Log", {"action": "Print"}) == logged


def test_a_letter_prints_no_petition_one_may_not_read(county, as_user):
	from socaid_app.petition_desk import letter_words

	with as_user(county.clerk), pytest.raises((frappe.PermissionError, frappe.DoesNotExistError)):
		letter_words.petition_of(frappe._dict(petition=county.accusation.name))


@pytest.mark.parametrize("method", ["save", "delete", "db_set", "add_tag", "unlock"])
def test_a_method_that_is_no_door_is_refused_and_no_fault(client, method):
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	household = builders.make_household()
	sent = {"dt": household.doctype, "dn": household.name, "method": method}
	answer = client(clerk).post("/api/method/run_doc_method", **sent)
	assert answer.status_code == 403, answer.text[-300:]
