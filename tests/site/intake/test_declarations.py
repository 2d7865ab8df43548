"""What nobody filled in is not declared; relations fit the persons; a village field takes villages."""

import json

import frappe
import pytest

from socaid_app.assistance_intake.application_case import DeclarationInvalid
from socaid_app.patches.v1_0 import what_was_declared
from socaid_app.socaid_app import division_levels, kin, registry
from tests import builders


@pytest.fixture(scope="module")
def team(site):
	frappe.set_user("Administrator")
	return builders.make_team()


def untouched(team, scheme="Dibao", **values):
	return builders.make_application(
		team, scheme, incomes=[], no_income=0, no_property=0, no_expenses=0, **values
	)


def printed(case) -> str:
	frappe.local.lang = "zh"
	return frappe.get_print(case.doctype, case.name, print_format="Application Form", doc=case)


# --- declared, none, or nothing ---------------------------------------------------------------------------------
def test_an_untouched_table_is_not_judged_as_none(team):
	case = untouched(team)
	assert not case.eligible and not case.proposed_amount
	assert "未申报" in json.loads(case.assessment)["lines"][0]["text"]
	html = printed(case)
	assert "申报无收入" not in html and "申报无应登记财产" not in html and html.count("未申报") == 2


def test_acceptance_asks_for_what_is_not_declared(team):
	case = untouched(team)
	with pytest.raises(frappe.ValidationError, match="没有申报"):
		builders.act(case, "Accept", team.officer)


def test_none_is_an_answer_that_is_ticked(team):
	case = untouched(team)
	with builders.acting_as(team.clerk):
		case = frappe.get_doc(case.doctype, case.name)
		case.no_income = case.no_property = 1
		case.save()
	assert case.eligible == "Eligible" and case.annual_income == 0
	assert builders.advance_to(case, "Accepted", team).workflow_state == "Accepted"


@pytest.mark.parametrize(
	("table", "none", "row"),
	[
		("incomes", "no_income", {"kind": "Business", "item": "Farming", "annual": 10}),
		("properties", "no_property", {"kind": "Home", "value": 10}),
		("expenses", "no_expenses", {"kind": "Medical", "annual": 10}),
	],
)
def test_rows_and_none_contradict_each_other(team, table, none, row):
	case = untouched(team)
	if table == "incomes":
		row |= {"recipient": case.applicant}
	case.append(table, row)
	case.set(none, 1)
	with pytest.raises(DeclarationInvalid):
		case.save()


def test_expenses_are_asked_for_where_they_decide(team):
	case = builders.make_application(team, "Rigid", no_expenses=0)
	with pytest.raises(frappe.ValidationError, match="没有申报"):
		builders.act(case, "Accept", team.officer)


def test_in_an_emergency_nothing_is_asked_first(team):
	case = untouched(team, "Temporary", category="临时-急难（小额快救）")
	assert builders.act(case, "Accept", team.officer).workflow_state == "Accepted"


def test_accepted_cases_keep_what_they_signed_and_drafts_are_asked(team):
	decided, draft = untouched(team), untouched(team)
	frappe.db.set_value(decided.doctype, decided.name, "workflow_state", "Confirmed")
	what_was_declared.execute()
	what_was_declared.execute()
	answers = ["no_income", "no_property", "no_expenses"]
	assert frappe.db.get_value(decided.doctype, decided.name, answers) == (1, 1, 0)
	assert frappe.db.get_value(draft.doctype, draft.name, answers) == (0, 0, 0)


# --- relations --------------------------------------------------------------------------------------------------
def family(kinship: str, born: str, male: bool):
	head = builders.make_person("佟户主", born="1960-04-05", male=True)
	other = builders.make_person("佟家人", born=born, male=male)
	members = [{"recipient": head.name, "kinship": "02"}, {"recipient": other.name, "kinship": kinship}]
	return registry.enter_household({"head": head.name, "division": builders.VILLAGE_A, "members": members})


@pytest.mark.parametrize(
	("kinship", "born", "male"),
	[("12", "1961-01-01", True), ("20", "1959-01-01", True), ("51", "1971-01-01", True)],
)
def test_an_impossible_relation_is_refused_in_a_household(site, kinship, born, male):
	with pytest.raises(kin.WrongKinship):
		family(kinship, born, male)


def test_an_impossible_relation_is_refused_in_an_application(team):
	case = builders.make_application(team)
	case.members[1].kinship = "11"
	with pytest.raises(kin.WrongKinship):
		case.save()


def test_an_odd_relation_is_asked_about(site):
	frappe.clear_messages()
	family("20", "1970-01-01", True)
	assert any("9岁" in str(message) for message in frappe.message_log)


def test_what_is_on_file_stays_savable(site):
	household = family("20", "1990-01-01", True)
	frappe.db.set_value("Household Member", household.members[1].name, "kinship", "30")
	household = frappe.get_doc(household.doctype, household.name)
	household.address = "五组"
	household.save()


# --- villages ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("place", [builders.TOWNSHIP_A, "220422000000"])
def test_a_village_field_takes_villages(site, client, place):
	with pytest.raises(division_levels.WrongLevel):
		builders.make_person("村外人", place)
	household = builders.make_household()
	answer = client("Administrator").put(
		f"/api/resource/Recipient Household/{household.name}", division=place
	)
	assert answer.status_code == 417


def test_the_form_offers_villages(site):
	for doctype in (
		"Recipient",
		"Recipient Household",
		"Assistance Application",
		"Entitlement",
		"Service Record",
	):
		assert '"Village"' in frappe.get_meta(doctype).get_field("division").link_filters
