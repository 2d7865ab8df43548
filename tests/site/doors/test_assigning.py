"""A task on a record is given by those who may change it, and ended by them and by whom it concerns."""

import json
from types import SimpleNamespace

import frappe
import pytest
from frappe.desk.form import assign_to as frappes

from tests import builders

HOUSEHOLD = "Recipient Household"
ASSIGN = "frappe.desk.form.assign_to"


@pytest.fixture(scope="module")
def people(site):
	frappe.set_user("Administrator")
	found = SimpleNamespace(
		clerk=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		other=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		auditor=builders.make_user("Socaid Auditor"),
	)
	frappe.db.commit()
	return found


@pytest.fixture
def household(people):
	"""In the hands of the other officer, by the clerk."""
	name = builders.make_household(builders.VILLAGE_A).name
	with builders.acting_as(people.clerk):
		frappes.add({"doctype": HOUSEHOLD, "name": name, "assign_to": [people.other]})
	frappe.db.commit()
	return name


def assigned(name: str) -> list[str]:
	return json.loads(frappe.db.get_value(HOUSEHOLD, name, "_assign") or "[]")


def test_whoever_only_reads_takes_nothing_from_anybodys_list(people, household, client):
	http = client(people.auditor)
	asked = {"doctype": HOUSEHOLD, "ignore_permissions": 1}
	for answer in (
		http.call(f"{ASSIGN}.remove", name=household, assign_to=people.other, **asked),
		http.call(f"{ASSIGN}.remove_multiple", names=json.dumps([household]), **asked),
		http.call(f"{ASSIGN}.close", name=household, assign_to=people.other, **asked),
	):
		assert answer.status_code in (403, 417), answer.get_data(as_text=True)
	assert assigned(household) == [people.other]


def test_whoever_only_reads_gives_no_tasks(people, household, client):
	http = client(people.auditor)
	asked = {"doctype": HOUSEHOLD, "assign_to": json.dumps([people.clerk])}
	task = {"description": "查", "allocated_to": people.clerk}
	for answer in (
		http.call(f"{ASSIGN}.add", name=household, **asked),
		http.call(f"{ASSIGN}.add_multiple", name=json.dumps([household]), **asked),
		http.post("/api/resource/ToDo", reference_type=HOUSEHOLD, reference_name=household, **task),
		http.post("/api/v2/document/ToDo", reference_type=HOUSEHOLD, reference_name=household, **task),
	):
		assert answer.status_code == 403, answer.get_data(as_text=True)
	assert assigned(household) == [people.other]


def test_a_task_is_not_moved_to_a_record_that_one_may_only_read(people, household, client):
	http = client(people.auditor)
	own = http.post("/api/resource/ToDo", description="自己的事", allocated_to=people.auditor).get_json()[
		"data"
	]
	answer = http.put(f"/api/resource/ToDo/{own['name']}", reference_type=HOUSEHOLD, reference_name=household)
	assert answer.status_code == 403
	assert assigned(household) == [people.other]


def test_the_one_who_has_it_and_the_one_who_gave_it_end_it(people, household, client):
	http = client(people.other)
	assert (
		http.call(f"{ASSIGN}.close", doctype=HOUSEHOLD, name=household, assign_to=people.other).status_code
		== 200
	)
	assert assigned(household) == []
	clerk = client(people.clerk)
	give = {"doctype": HOUSEHOLD, "name": json.dumps([household]), "assign_to": json.dumps([people.other])}
	assert clerk.call(f"{ASSIGN}.add_multiple", **give).status_code == 200
	assert assigned(household) == [people.other]
	answer = clerk.call(f"{ASSIGN}.remove_multiple", doctype=HOUSEHOLD, names=json.dumps([household]))
	assert answer.status_code == 200 and assigned(household) == []
