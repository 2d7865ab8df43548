"""The Socaid Administrator, who changes what the desk lets be changed without code."""

import frappe
import pytest

from tests import builders


@pytest.fixture(scope="module")
def user(site):
	frappe.set_user("Administrator")
	found = builders.make_user("Socaid Administrator")
	frappe.db.commit()
	return found


@pytest.fixture
def admin(user, client):
	return client(user)
