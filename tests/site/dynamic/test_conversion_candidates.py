"""Candidates for another category are named with what to verify and the record to begin; nothing converts by itself."""

import json

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate, today

from socaid_app.dynamic_management.report.conversion_candidates.conversion_candidates import execute
from tests import builders
from tests.builders import adjustments as make
from tests.builders import visits as families


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


def rows_of(household, **filters):
	_columns, rows, *_rest = execute({"township": builders.TOWNSHIP_A, **filters})
	return [row for row in rows if row["household"] == household.name]


def recipient(household, row=0, **values):
	frappe.db.set_value("Recipient", household.members[row].recipient, values)


def test_the_severely_ill_of_a_low_income_family_may_apply_alone(team):
	household = builders.make_household(builders.VILLAGE_A, 2)
	builders.grant_benefit(household, category="低保边缘", amount=0)
	assert not rows_of(household)
	recipient(household, 1, health="Serious Illness")
	(row,) = rows_of(household)
	assert (row["candidacy"], row["opens"]) == ("Apply Singly", "Assistance Application")
	begun = json.loads(row["values"])
	assert begun["single_application"] == "Serious Illness"
	assert begun["applicant"] == household.members[1].recipient


def test_a_minor_in_tekun_who_comes_of_age_is_shown_ahead_with_the_school(team):
	household = builders.make_household(builders.VILLAGE_A, 1)
	builders.grant_benefit(household, category="特困-分散", amount=800)
	born = add_months(getdate(add_days(today(), 40)), -12 * 18)
	recipient(household, birth_date=born, schooling="Senior High")
	(row,) = rows_of(household)
	assert row["candidacy"] == "Minor Comes of Age" and "在校" in row["words"]
	assert not rows_of(household, months=1)
	recipient(household, schooling="Not in School")
	assert "不再符合" in rows_of(household)[0]["words"]


def test_who_lives_alone_in_dibao_and_is_old_may_be_tekun(team):
	alone, couple = (
		builders.make_household(builders.VILLAGE_A, 1),
		builders.make_household(builders.VILLAGE_A, 2),
	)
	for household in (alone, couple):
		benefit = builders.grant_benefit(household)
		recipient(household, birth_date=add_months(getdate(today()), -12 * 61))
	(row,) = rows_of(alone)
	begun = json.loads(row["values"])
	assert row["opens"] == "Benefit Adjustment" and begun["kind"] == "Convert"
	assert begun["entitlement"] != benefit.name and "义务人" in row["words"]
	assert not rows_of(couple)


def test_a_family_whose_grace_period_ends_is_led_on(team):
	household, benefit = families.make_family()
	frappe.db.set_value("Entitlement", benefit.name, "start_month", add_months(make.THIS, -6))
	make.adjusted(benefit, "Stop", team, ground="Employment Income", grace_months=2, grace_percent=50)
	(row,) = [row for row in rows_of(household, months=4) if row["candidacy"] == "Grace Period Ends"]
	assert row["opens"] == "Assistance Application"


def test_candidates_of_other_townships_are_not_shown(team, as_user):
	household = builders.make_household(builders.VILLAGE_A, 1)
	builders.grant_benefit(household, category="低保边缘", amount=0)
	recipient(household, health="Serious Illness")
	stranger = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	with as_user(stranger):
		assert not rows_of(household)
	with as_user(team.clerk):
		assert rows_of(household)


def test_a_list_of_candidates_changes_nothing(team):
	household = builders.make_household(builders.VILLAGE_A, 1)
	benefit = builders.grant_benefit(household, category="低保边缘", amount=0)
	recipient(household, health="Serious Illness")
	before = benefit.reload().as_dict()
	rows_of(household)
	assert benefit.reload().as_dict() == before
	assert not frappe.db.exists("Assistance Application", {"household": household.name})
