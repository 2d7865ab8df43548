"""Saved filters of a list: one's own are kept and seen by nobody else, those of all are an administrator's."""

import json

import frappe
import pytest

from socaid_app.setup import seeds
from tests import builders

URL = "/api/resource/List Filter"


@pytest.fixture(scope="module")
def people(site):
	frappe.set_user("Administrator")
	found = {
		role: builders.make_user(role)
		for role in ("County Reviewer", "County Approver", "Socaid Administrator")
	}
	frappe.db.commit()
	return found


def filter_of(user: str, name: str = "我的筛选") -> dict:
	return {
		"filter_name": f"{name}{builders.digits()}",
		"reference_doctype": "Assistance Application",
		"for_user": user,
		"filters": "[]",
	}


def test_everybody_keeps_their_own_and_nobody_takes_those_of_all(people, client):
	reviewer, approver = client(people["County Reviewer"]), client(people["County Approver"])
	own = reviewer.post(URL, **filter_of(people["County Reviewer"]))
	assert own.status_code == 200, own.text
	own = own.json["data"]["name"]
	shared = client(people["Socaid Administrator"]).post(URL, **filter_of("", "共用"))
	assert shared.status_code == 200, shared.text
	shared = shared.json["data"]["name"]
	refused = (
		approver.delete(f"{URL}/{own}"),
		approver.put(f"{URL}/{own}", for_user=people["County Approver"]),
		approver.delete(f"{URL}/{shared}"),
		approver.put(f"{URL}/{shared}", for_user=people["County Approver"]),
		approver.put(f"{URL}/{shared}", filter_name="别的"),
		approver.post(URL, **filter_of("")),
		approver.post(URL, **filter_of(people["County Reviewer"])),
		reviewer.put(f"{URL}/{own}", for_user=""),
		reviewer.post(URL, **filter_of(people["County Reviewer"], "<img src=x onerror=alert(1)>")),
	)
	assert [answer.status_code for answer in refused] == [403] * len(refused)
	assert reviewer.put(f"{URL}/{own}", filter_name="改名").status_code == 200
	assert reviewer.delete(f"{URL}/{own}").status_code in (200, 202)
	assert client(people["Socaid Administrator"]).delete(f"{URL}/{shared}").status_code in (200, 202)


def test_what_somebody_looks_for_is_seen_by_nobody_else(people, client):
	owner = client(people["County Reviewer"])
	own = owner.post(URL, **filter_of(people["County Reviewer"], "不予告人")).json["data"]
	shared = client(people["Socaid Administrator"]).post(URL, **filter_of("", "共用")).json["data"]
	ask = {"doctype": "List Filter", "filters": json.dumps({"filter_name": own["filter_name"]})}
	for role in ("County Approver", "Socaid Administrator"):
		other = client(people[role])
		assert other.get(f"{URL}/{own['name']}").status_code == 403
		assert other.get(f"{URL}/{shared['name']}").status_code == 200
		seen = [
			other.get(URL, filters=ask["filters"], fields='["filters"]'),
			other.get("/api/method/frappe.client.get_list", **ask),
			other.get("/api/method/frappe.client.get_value", **ask, fieldname="filters"),
			other.get("/api/method/frappe.client.get_count", **ask),
			other.get(
				"/api/method/frappe.desk.reportview.get", **ask, fields='["`tabList Filter`.`filters`"]'
			),
			other.get("/api/method/frappe.desk.search.search_link", doctype="List Filter", txt=own["name"]),
			other.get("/api/method/frappe.client.get", doctype="List Filter", name=own["name"]),
			other.get("/api/method/frappe.desk.form.load.getdoc", doctype="List Filter", name=own["name"]),
		]
		assert not [answer.status_code for answer in seen if "不予告人" in answer.text]
		assert [answer.status_code for answer in seen[:4]] == [200] * 4
		assert seen[3].json["message"] == 0
		with builders.acting_as(people[role]):
			assert own["name"] not in frappe.get_list("List Filter", pluck="name", limit=0)
			assert shared["name"] in frappe.get_list("List Filter", pluck="name", limit=0)
	with builders.acting_as(people["County Reviewer"]):
		assert own["name"] in frappe.get_list("List Filter", pluck="name", limit=0)


def shared() -> dict[tuple[str, str], str]:
	rows = frappe.get_all(
		"List Filter",
		{"for_user": ["is", "not set"]},
		["reference_doctype", "filter_name", "filters", "name"],
		order_by="name",
	)
	return {(row.reference_doctype, row.filter_name): row for row in rows}


def test_the_shipped_filters_find_rows_as_the_list_does(people):
	"""Each is one that the list can ask, of fields and values that there are."""
	before = shared()
	with open(seeds.HERE / "list_filters.json", encoding="utf-8") as file:
		shipped = {(row["doctype"], row["name"]) for row in json.load(file)}
	assert shipped <= set(before)
	for doctype, name in shipped:
		filters = json.loads(before[doctype, name].filters)
		for _doctype, field, _operator, value in filters:
			df = frappe.get_meta(doctype).get_field(field)
			values = value if isinstance(value, list) else [value]
			if df.fieldtype == "Select" and _operator in ("=", "!=", "in"):
				assert set(values) <= set(df.options.split("\n")), (doctype, name)
			if df.options == "Workflow State":
				assert all(frappe.db.exists("Workflow State", one) for one in values), (doctype, name)
		frappe.get_list(doctype, filters=filters, limit=1)


def test_what_an_administrator_takes_away_stays_away(people):
	doctype, name = "Petition", "办理中"
	frappe.delete_doc("List Filter", shared()[doctype, name].name)
	changed = shared()["Petition", "本周到期"].name
	frappe.db.set_value("List Filter", changed, "filters", "[]")
	seeds.seed_list_filters()
	assert (doctype, name) not in shared()
	assert shared()["Petition", "本周到期"].filters == "[]"
	frappe.db.rollback()
