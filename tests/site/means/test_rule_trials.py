"""Before a rule is switched on it is tried on last month's replies; how often it was right is shown when it is switched off."""

import frappe
import pytest
from frappe.utils import add_months, today

from socaid_app.casework import steps
from socaid_app.means_testing import comparison_findings as findings
from socaid_app.means_testing import rule_records, rule_trials
from socaid_app.means_testing.report.finding_ageing import finding_ageing
from tests import builders
from tests.builders import comparisons as make


@pytest.fixture
def household(site):
	builders.make_team(builders.TOWNSHIP_A)
	return make.family()[0]


@pytest.fixture
def answered(household, officer):
	# replies that other tests have read are no part of last month's data here
	frappe.db.set_value(make.REQUEST, {"status": "Reply Read"}, "status", "Request Withdrawn")
	request = make.sent(officer, builders.make_user("County Reviewer"), household=household.name)
	head, wife = (row.recipient for row in household.members)
	return make.answer(
		request, officer, make.vehicle(head, "吉D1", "90000"), make.vehicle(wife, "吉D2", "1000")
	)


@pytest.fixture
def rule(officer, as_user):
	with as_user(officer):
		return frappe.get_doc(
			{
				"doctype": rule_records.DOCTYPE,
				"rule_key": "dear_vehicle",
				"title": "贵重机动车",
				"source": "vehicles",
				"unit": "Each Row",
				"condition": "price > 50000元 and person.paid",
				"fact": "plate",
				"means": "名下有贵重机动车。",
				"verify": "核实购置资金。",
				"articles": "地方规定",
				"severity": "Verify",
			}
		).insert()


def test_a_trial_says_whom_the_rule_would_hit_and_writes_nothing(answered, household, rule, officer, as_user):
	count = frappe.db.count(make.FINDING)
	with as_user(officer):
		rule_trials.try_out(rule.name)
	rule_trials.run(rule.name)
	with as_user(officer):
		trial = rule_trials.of_rule(rule.name)["trial"]
	assert (trial["replies"] >= 1, trial["hits"], trial["households"], trial["known"]) == (True, 1, 1, 0)
	[row] = trial["list"]
	assert (row["household"], row["name"]) == (household.name, household.head_name)
	assert (frappe.db.count(make.FINDING), rule.reload().status) == (count, rule_records.OFF)


def test_the_names_are_for_the_duty_alone(answered, rule, as_user):
	rule_trials.run(rule.name)
	with as_user(builders.make_user("County Reviewer")):
		trial = rule_trials.of_rule(rule.name)["trial"]
	assert (trial["hits"], trial["list"]) == (1, [])
	with as_user(builders.make_user("Archivist")), pytest.raises(frappe.PermissionError):
		rule_trials.of_rule(rule.name)


def test_a_trial_is_of_the_condition_as_it_stands_and_of_replies_since_last_month(answered, rule):
	rule_trials.run(rule.name)
	rule.condition = "price > 500元 and person.paid"
	rule.save()
	assert rule_trials.of_rule(rule.name)["trial"] is None
	answered.db_set("data_day", add_months(today(), -2))
	rule_trials.run(rule.name)
	assert rule_trials.of_rule(rule.name)["trial"]["hits"] == 0


def test_whoever_switches_a_rule_off_sees_how_often_it_was_right(answered, as_user):
	names = frappe.get_all(make.FINDING, {"request": answered.name}, pluck="name", order_by="name")
	for name, conclusion in zip(names, ("Confirmed", "Data Wrong"), strict=True):
		frappe.db.set_value(make.FINDING, name, {"status": findings.CONCLUDED, "conclusion": conclusion})
	record = rule_trials.track_record("vehicle")
	assert record["concluded"] >= 2 and 1 <= record["confirmed"] < record["concluded"]
	rule = frappe.get_doc(rule_records.DOCTYPE, "vehicle")
	with as_user(builders.make_user("Data Officer")):
		steps.tell_form(rule)
	[asked] = next(one["fields"] for one in rule.get_onload("steps")["open"] if one["key"] == "switch_off")
	assert f"属实{record['confirmed']}件" in asked["default"]


def test_findings_are_counted_by_rule_source_and_township_with_their_age(answered, household):
	name = frappe.get_all(make.FINDING, {"request": answered.name}, pluck="name", order_by="name")[0]
	frappe.db.set_value(
		make.FINDING, name, {"first_seen": add_months(today(), -6), "due_on": add_months(today(), -5)}
	)
	for group_by, key in (
		(None, "vehicle"),
		("Comparison Source", "vehicles"),
		("Township", builders.TOWNSHIP_A),
	):
		counted = {row["key"]: row for row in finding_ageing.rows(frappe._dict(group_by=group_by))}[key]
		assert counted["findings"] >= 2 and counted["longer"] >= 1 and counted["overdue"] >= 1
		assert counted["title"] not in ("", None, key)
		assert (
			counted["findings"]
			== counted["concluded"] + counted["to_month"] + counted["to_quarter"] + counted["longer"]
		)


def test_a_township_counts_its_own(answered, as_user):
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_B)):
		rows = finding_ageing.rows(frappe._dict(group_by="Township"))
	assert builders.TOWNSHIP_A not in {row["key"] for row in rows}
