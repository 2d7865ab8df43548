"""Saved filters of a list: one's own are kept, those of all are an administrator's."""

import frappe
import pytest

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
