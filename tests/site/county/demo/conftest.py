"""One demo county for all tests of this folder: to load it takes half a minute, however many households it has.

It lies in a transaction that is rolled back when the last test is done; each test returns to its savepoint, and none
commits. The folder's files run in one process, one after the other (``TOGETHER`` of tests/site/conftest.py).
"""

import frappe
import pytest

from tests import builders
from tests.site.conftest import forget

HOUSEHOLDS = 300


@pytest.fixture(scope="package")
def county(site):
	frappe.set_user("Administrator")
	with builders.demo_county(HOUSEHOLDS) as loaded:
		yield loaded


@pytest.fixture(autouse=True)
def transaction(county):
	frappe.set_user("Administrator")
	frappe.db.savepoint("before_test")
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback(save_point="before_test")
	forget()
