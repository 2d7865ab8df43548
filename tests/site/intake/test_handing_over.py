"""A complete new case goes to a colleague: shown among what waits for them, told once, and never to whoever entered it."""

import frappe
import pytest

from socaid_app.assistance_intake import handing_over
from socaid_app.casework import my_work
from tests import builders

DOCTYPE = "Assistance Application"


@pytest.fixture
def team():
	return builders.make_team()


def bells(name: str) -> set[str]:
	return set(frappe.get_all("Notification Log", {"document_name": name}, pluck="for_user"))


def waits_for(user: str, name: str) -> list[dict]:
	with builders.acting_as(user):
		return [line for line in my_work.of_mine()["lines"] if line["name"] == name and line["mine"]]


def test_a_complete_case_waits_for_a_colleague_and_says_so_once(team):
	case = complete(team)
	assert str(case.ready_on) == frappe.utils.today()
	told = bells(case.name)
	assert team.officer in told and team.clerk not in told and team.county_reviewer not in told
	(line,) = waits_for(team.officer, case.name)
	assert line["label"] == "二次核对受理"
	assert not waits_for(team.clerk, case.name)
	with builders.acting_as(team.clerk):
		case.save()
		case.run_method("onload")
	assert frappe.db.count("Notification Log", {"document_name": case.name}) == len(told)
	assert case.get_onload("handed_to")
	case = builders.act(case, "Accept", team.officer)
	assert not case.ready_on


def complete(team):
	"""The last consent makes it complete, although the case itself is not saved."""
	case = builders.make_application(team)
	assert not case.ready_on and not bells(case.name)
	builders.give_consents(case, team.clerk)
	return frappe.get_doc(DOCTYPE, case.name)


def test_nobody_writes_the_day_by_hand(team):
	case = complete(team)
	with builders.acting_as(team.clerk):
		case.ready_on = "2020-01-01"
		case.save()
	assert str(frappe.db.get_value(DOCTYPE, case.name, "ready_on")) == frappe.utils.today()
	assert team.clerk not in handing_over.who_checks(case)
