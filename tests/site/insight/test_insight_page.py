"""A page of the desk opens for every role that it is for."""

import frappe
import pytest
from frappe.desk import desktop

from socaid_app.permissions.scope import COUNTY_ROLES
from socaid_app.setup.seeds import MODULE_PROFILE, OUR_MODULES
from tests import builders


def pages_by_role() -> dict[str, list[str]]:
	found: dict[str, list[str]] = {}
	for page in frappe.get_all("Workspace", {"module": ["in", OUR_MODULES], "public": 1}, pluck="name"):
		for row in frappe.get_doc("Workspace", page).roles:
			found.setdefault(row.role, []).append(page)
	return found


def test_every_page_is_offered_to_each_role_that_it_names(site, as_user):
	"""Frappe hides a page whose module has no DocType of the reader's; the address then ends in an error.

	The administrator of the app sees no case, hence not the pages of those who decide them either.
	"""
	missing = []
	for role, pages in pages_by_role().items():
		if role == "Socaid Administrator":
			continue
		user = builders.make_user(role, None if role in COUNTY_ROLES else builders.TOWNSHIP_A)
		frappe.db.set_value("User", user, "module_profile", MODULE_PROFILE)
		with as_user(user):
			offered = {page["name"] for page in desktop.get_workspace_sidebar_items()["pages"]}
		missing += [(role, page) for page in pages if page not in offered]
	assert missing == []


@pytest.mark.parametrize("role", ["County Approver", "Service Manager", "Township Approver"])
def test_the_page_of_a_director_leads_to_every_report(site, as_user, role):
	user = builders.make_user(role, None if role in COUNTY_ROLES else builders.TOWNSHIP_A)
	page = {"name": "Management Insight", "title": "Management Insight", "public": 1}
	with as_user(user):
		shown = desktop.get_desktop_page(frappe.as_json(page))
		reports = [
			name
			for name in frappe.get_all("Report", {"module": "Management Insight"}, pluck="name")
			if frappe.get_doc("Report", name).is_permitted()
		]
	assert reports and {row["link_to"] for row in shown["shortcuts"]["items"]} >= set(reports)
	assert shown["charts"]["items"] and shown["number_cards"]["items"]
