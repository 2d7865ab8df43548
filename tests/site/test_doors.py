"""Every function that a request can reach is listed with who may call it; what is not answers administrators alone."""

import importlib
import json
import pkgutil
import re
from types import SimpleNamespace

import frappe
import pytest

import socaid_app
from socaid_app.permissions import doors
from tests import builders


@pytest.fixture(scope="module")
def people(site):
	frappe.set_user("Administrator")
	found = SimpleNamespace(
		clerk=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		manager=builders.make_user("System Manager"),
		own=builders.make_household(builders.VILLAGE_A),
		other=builders.make_household(builders.VILLAGE_B),
	)
	frappe.db.commit()
	return found


def modules(package):
	"""All modules of a package that serve requests; tests and patches serve none."""
	for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
		if re.search(
			r"\.tests?(\.|$)|\.test_|\.patches\.|\.commands|\.testing|boilerplate|\.sentry", module.name
		):
			continue
		try:
			yield importlib.import_module(module.name)
		except ImportError:
			# what needs a library that is not installed answers nobody
			continue


def reachable() -> dict[str, object]:
	for package in (frappe, socaid_app):
		for _module in modules(package):
			pass
	return {
		path: function
		for function in list(frappe.whitelisted)
		if (path := doors.path_of(function)).split(".")[0] in ("frappe", "socaid_app")
		and path != NEWCOMER
		and not re.search(r"\.tests?\.|\.test_\w+\.|<locals>", path)
	}


def test_every_function_is_listed_and_every_listed_one_exists(site):
	found = set(reachable())
	assert found - set(doors.listed()) == set()
	gone = {path for path in set(doors.listed()) - found if doors.listed()[path].who != doors.ADMINISTRATORS}
	assert gone == set()


def test_the_inventory_is_no_wider_than_the_functions(site):
	"""A guest's door stands in a function that Frappe lets guests call; our verbs are those of the function."""
	for path, function in reachable().items():
		door = doors.listed()[path]
		if door.who == doors.GUEST:
			assert function in frappe.guest_methods, path
		allowed = set(frappe.allowed_http_methods_for_whitelisted_func[function])
		if door.who not in (doors.REPLACED, doors.ADMINISTRATORS):
			assert door.verbs - {"HEAD"} <= allowed, path
			assert door.judged, path


def test_what_is_replaced_is_answered_by_what_the_inventory_names(site):
	hooks = frappe.get_hooks("override_whitelisted_methods")
	for path, door in doors.listed().items():
		if door.who == doors.REPLACED:
			assert hooks[path][-1] == door.judged, path
	named = {path for path, ours in hooks.items() if ours[-1].startswith("socaid_app.")}
	assert {path for path, door in doors.listed().items() if door.who == doors.REPLACED} >= {
		path for path in named if path in doors.listed()
	}


def test_what_changes_something_does_not_answer_to_get(site):
	"""By what functions are called and by what they say they do."""
	changing = re.compile(
		r"^(set|add|remove|delete|update|save|create|insert|submit|cancel|make|toggle|mark|move)_?"
	)
	for path, door in doors.listed().items():
		if changing.match(path.rsplit(".", 1)[1]) and door.who not in (doors.ADMINISTRATORS, doors.REPLACED):
			assert "GET" not in door.verbs, path


# --- who is answered ----------------------------------------------------------------------------------------------
@frappe.whitelist()
def newcomer() -> str:
	return "answered"


# Frappe takes functions of installed apps.
newcomer.__module__ = "socaid_app"
socaid_app.newcomer = newcomer
NEWCOMER = "socaid_app.newcomer"


def test_a_function_that_nobody_judged_answers_administrators(people, client):
	assert client(people.manager).call(NEWCOMER).get_json()["message"] == "answered"
	for path in (f"/api/method/{NEWCOMER}", f"/api/v2/method/{NEWCOMER}"):
		assert client(people.clerk).post(path).status_code == 403
		assert client(people.clerk).get(path).status_code == 403
		assert client("Guest").post(path).status_code == 403


def test_a_site_opens_a_function_in_its_configuration(people, client):
	frappe.installer.update_site_config("socaid_doors", {NEWCOMER: "staff"})
	try:
		assert client(people.clerk).call(NEWCOMER).status_code == 200
		assert client("Guest").call(NEWCOMER).status_code == 403
	finally:
		frappe.installer.update_site_config("socaid_doors", "None")
		frappe.local.conf.pop("socaid_doors", None)


def test_what_is_named_inside_a_request_has_to_be_made_for_that(people, client):
	for function, arguments in {
		"frappe.desk.search.search_widget": {"doctype": "ToDo", "txt": "", "query": "frappe.client.get_list"},
		"frappe.desk.search.search_link": {"doctype": "ToDo", "txt": "", "query": "frappe.client.get_count"},
		"frappe.desk.treeview.get_all_nodes": {
			"doctype": "ToDo",
			"label": "x",
			"parent": "x",
			"tree_method": "frappe.client.get_list",
		},
		"frappe.model.mapper.make_mapped_doc": {"method": "frappe.client.get_list", "source_name": "x"},
		"frappe.model.mapper.map_docs": {
			"method": "frappe.client.delete",
			"source_names": '["x"]',
			"target_doc": "{}",
		},
	}.items():
		answer = client(people.clerk).post(f"/api/method/{function}", **arguments)
		assert answer.status_code in (403, 404) or answer.get_json().get("message") in ([], None), function


def test_an_upload_calls_no_function(people, client):
	answer = client(people.clerk).request(
		"POST",
		"/api/method/upload_file",
		data={"method": "frappe.desk.reportview.export_query", "doctype": "Recipient"},
	)
	assert answer.status_code in (403, 417)


def test_functions_with_templates_answer_administrators(people, client):
	"""A template of the request reads every table."""
	answer = client(people.clerk).call(
		"frappe.automation.doctype.auto_repeat.auto_repeat.generate_message_preview",
		reference_dt="Recipient",
		reference_doc=people.own.head,
		message="{{ frappe.db.get_value('Recipient Identity', {}, 'id_number') }}",
	)
	assert answer.status_code == 403


def test_a_request_gives_itself_no_powers(people, client):
	answer = client(people.clerk).call(
		"frappe.desk.form.assign_to.add",
		doctype="Recipient Household",
		name=people.other.name,
		assign_to=json.dumps([people.clerk]),
		ignore_permissions=1,
	)
	assert answer.status_code == 403
	assert not frappe.db.exists("ToDo", {"reference_name": people.other.name})


@pytest.mark.parametrize(
	"function, arguments",
	[
		("frappe.desk.reportview.delete_items", {"doctype": "ToDo", "items": "[]"}),
		("frappe.desk.like.toggle_like", {"doctype": "ToDo", "name": "x", "add": "Yes"}),
		("frappe.model.mapper.make_mapped_doc", {"method": "x", "source_name": "x"}),
		("frappe.client.set_value", {"doctype": "ToDo", "name": "x", "fieldname": "x", "value": "1"}),
		("frappe.desk.form.save.savedocs", {"doc": "{}", "action": "Save"}),
		("frappe.share.add", {"doctype": "ToDo", "name": "x"}),
		("frappe.model.workflow.apply_workflow", {"doc": "{}", "action": "x"}),
	],
)
def test_get_changes_nothing(people, client, function, arguments):
	answer = client(people.clerk).get(f"/api/method/{function}", **arguments)
	assert answer.status_code == 403
	assert "not whitelisted" in answer.get_data(as_text=True) or "PermissionError" in answer.get_data(
		as_text=True
	)


# --- what was judged and replaced -----------------------------------------------------------------------------------
def test_tags_are_set_by_those_who_may_change_the_record(people, client):
	http = client(people.clerk)
	tagging = {"tag": "标记", "dt": "Recipient Household"}
	assert (
		http.call("frappe.desk.doctype.tag.tag.add_tag", dn=people.other.name, **tagging).status_code == 403
	)
	docs = json.dumps([people.own.name, people.other.name])
	assert (
		http.call(
			"frappe.desk.doctype.tag.tag.add_tags", tags='["标记"]', dt="Recipient Household", docs=docs
		).status_code
		== 403
	)
	assert not frappe.db.get_value("Recipient Household", people.own.name, "_user_tags")
	assert http.call("frappe.desk.doctype.tag.tag.add_tag", dn=people.own.name, **tagging).status_code == 200
	assert "标记" in frappe.db.get_value("Recipient Household", people.own.name, "_user_tags")
	hostile = "Recipient` set full_name='x' where 1=1 -- "
	answer = http.call("frappe.desk.doctype.tag.tag.add_tag", tag="x", dt=hostile, dn="x")
	assert answer.status_code in (403, 404, 417)


def test_the_records_of_a_tag_are_those_one_may_read(people, client):
	client("Administrator").call(
		"frappe.desk.doctype.tag.tag.add_tag",
		tag="重点",
		dt="Recipient Household",
		dn=people.other.name,
	)
	answer = client(people.clerk).call("frappe.desk.doctype.tag.tag.get_documents_for_tag", tag="#重点")
	assert people.other.name not in answer.get_data(as_text=True)


def test_what_hangs_on_a_record_is_told_of_the_stored_one(people, client):
	answer = client(people.clerk).call(
		"frappe.desk.form.load.get_docinfo",
		doc={"doctype": "Recipient Household", "name": people.other.name},
		doctype="Recipient Household",
		name=people.other.name,
	)
	assert answer.status_code == 403


def test_appointments_are_ones_own(people, client):
	frappe.get_doc(
		{
			"doctype": "Event",
			"subject": "密谈",
			"event_type": "Private",
			"starts_on": "2026-08-03 10:00:00",
			"owner": "Administrator",
		}
	).insert()
	answer = client(people.clerk).call(
		"frappe.desk.doctype.event.event.get_events",
		start="2026-08-01",
		end="2026-08-31",
		user="Administrator",
	)
	assert answer.status_code == 200 and "密谈" not in answer.get_data(as_text=True)


def test_the_inventory_names_real_parameters_of_rights(site):
	for door in doors.listed().values():
		if " " in door.who:
			right, doctype = door.who.split(" ", 1)
			assert right in ("read", "write", "create") and frappe.db.exists("DocType", doctype)
