"""A GET changes nothing: what the functions that answer to it do goes through in a transaction that cannot write."""

import inspect
import json
from types import SimpleNamespace

import frappe
import pytest

from socaid_app.permissions import access_log, doors, signatures
from tests import builders

READ_ONLY = 1792
# They begin or end a session; a print is noted in Frappe's Access Log.
NOTING = {
	"frappe.handler.logout",
	"frappe.handler.web_logout",
	"frappe.www.login.login_via_key",
	"frappe.www.login.login_via_token",
	"socaid_app.permissions.stored.download_pdf",
	"socaid_app.casework.letters.print_papers",
}


@pytest.fixture(scope="module")
def people(site):
	frappe.set_user("Administrator")
	found = SimpleNamespace(
		clerk=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		household=builders.make_household(builders.VILLAGE_A),
	)
	frappe.db.commit()
	return found


def answering() -> list[str]:
	return sorted(
		path
		for path, door in doors.listed().items()
		if "GET" in door.verbs
		and door.who not in (doors.ADMINISTRATORS, doors.REPLACED)
		and path not in NOTING
		# other versions of Frappe have other functions
		and (path in signatures.judged() or not path.startswith("frappe."))
	)


def guesses(function, household) -> list[dict]:
	"""What a stranger's page would put behind the address, by the names of the parameters."""
	records = [
		("Recipient Household", household.name),
		("Recipient", household.head),
		*(
			(kind, frappe.db.get_value(kind, {}))
			for kind in ("Assistance Application", "Archive File", "Home Visit")
		),
	]
	found = []
	for doctype, name in records:
		values = {"doctype": doctype, "dt": doctype, "ref_doctype": doctype, "reference_doctype": doctype}
		values |= {
			"parenttype": doctype,
			"parent": name,
			"filters": "[]",
			"txt": "",
			"start": 0,
			"page_len": 20,
		}
		values |= {"searchfield": "name", "fields": '["name"]', "year": 2026, "month": "2026-07"}
		wanted = inspect.signature(function).parameters
		found.append(
			{
				key: values.get(key, name)
				for key, one in wanted.items()
				if key in values or one.default is one.empty
			}
		)
	return found


@pytest.mark.parametrize("path", answering())
def test_a_function_that_answers_to_get_writes_nothing(people, path):
	function = frappe.get_attr(path)
	for values in guesses(function, people.household):
		frappe.db.rollback()
		frappe.local.form_dict = frappe._dict(values)
		frappe.db.begin(read_only=True)
		try:
			frappe.call(function, **values)
		except frappe.InReadOnlyMode:
			pytest.fail(f"{path} writes")
		except Exception as error:
			assert READ_ONLY not in getattr(error, "args", ()), f"{path} writes: {error}"
		finally:
			frappe.db.rollback()
			frappe.local.form_dict = frappe._dict()
			frappe.clear_messages()


ROUTES = (
	"/api/resource/{doctype}/{name}",
	"/api/v2/document/{doctype}/{name}",
	"/api/resource/{doctype}/{name}?run_method=add_comment&text=x",
	"/api/v2/document/{doctype}/{name}/method/add_comment?text=x",
	"/api/resource/{doctype}/{name}?run_method=delete",
	"/api/v2/document/{doctype}/{name}/method/delete",
	"/api/resource/{doctype}?data=%7B%22description%22%3A%22x%22%7D",
	"/api/v2/document/{doctype}",
	"/api/method/frappe.desk.reportview.delete_items?doctype={doctype}&items=[%22{name}%22]",
	"/api/method/frappe.model.mapper.make_mapped_doc?method=frappe.client.delete&source_name={name}",
	"/?cmd=frappe.desk.reportview.delete_items&doctype={doctype}&items=[%22{name}%22]",
	"/api/method/frappe.client.delete?doctype={doctype}&name={name}",
	"/api/v2/method/frappe.client.delete?doctype={doctype}&name={name}",
	"/api/method/run_doc_method?method=add_comment&dt={doctype}&dn={name}&text=x",
	"/api/v2/method/run_doc_method?method=add_comment&document=%7B%22doctype%22%3A%22{doctype}%22%7D",
)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_route_changes_a_record_by_get(people, client, route, method):
	frappe.set_user(people.clerk)
	task = frappe.get_doc({"doctype": "ToDo", "description": "查", "allocated_to": people.clerk}).insert()
	frappe.set_user("Administrator")
	frappe.db.commit()
	before = stored(task.name)
	client(people.clerk).request(
		method,
		route.format(doctype="ToDo", name=task.name),
		headers={"Referer": "https://elsewhere.example.invalid/"},
	)
	assert stored(task.name) == before


def stored(name: str) -> tuple:
	return (
		frappe.db.get_value("ToDo", name, ["description", "modified", "status"]),
		frappe.db.count("ToDo"),
		frappe.db.count("Comment"),
		frappe.db.count("Deleted Document"),
	)


def test_the_note_of_a_print_keeps_nothing_else_of_a_get(people):
	"""The entry is written down at once; what else a GET did is undone with it."""
	frappe.db.commit()
	count = frappe.db.count(access_log.LOG)
	frappe.local.request = SimpleNamespace(method="GET", headers={}, remote_addr="127.0.0.1", environ={})
	try:
		frappe.db.set_value("Recipient Household", people.household.name, "address", "改了")
		access_log.record("Print", "Recipient Household", people.household.name, json.dumps("试"))
		assert not frappe.flags.commit
		frappe.db.rollback()
	finally:
		frappe.local.request = None
	assert frappe.db.count(access_log.LOG) == count + 1
	assert frappe.db.get_value("Recipient Household", people.household.name, "address") != "改了"
