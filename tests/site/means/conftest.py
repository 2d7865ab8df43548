"""Who compares data: a township's staff, a data officer and the colleague who approves."""

import frappe
import pytest
from frappe.utils import add_months

from tests import builders
from tests.builders import adjustments as make
from tests.builders import visits as families


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


@pytest.fixture
def officer(site):
	return builders.make_user("Data Officer")


@pytest.fixture
def colleague(site):
	return builders.make_user("County Reviewer")


@pytest.fixture
def three(team):
	"""Three couples with 低保, of which the last earns so much that it gets little."""
	made = [families.make_family(annual=annual) for annual in (0, 3600, 8400)]
	for _household, benefit in made:
		frappe.db.set_value("Entitlement", benefit.name, "start_month", add_months(make.THIS, -3))
	return [(household, benefit.reload()) for household, benefit in made]
