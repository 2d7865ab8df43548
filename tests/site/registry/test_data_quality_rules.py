"""Data Quality Rules: what they find by night, whose it is, and how it ends."""

import frappe
import pytest
from frappe.utils import add_days, cint, getdate, today

from socaid_app.casework import duties, rectification
from socaid_app.socaid_app import quality_rules
from socaid_app.socaid_app.report.data_quality import data_quality
from socaid_app.socaid_app.report.rectification_ledger import rectification_ledger
from tests import builders

RULE, ISSUE = quality_rules.RULE, quality_rules.ISSUE
HOUSEHOLD, PERSON = "Recipient Household", "Recipient"


@pytest.fixture
def clerk(site):
	return builders.make_user("Township Officer", builders.TOWNSHIP_A)


@pytest.fixture
def keeper(site):
	return builders.make_user("Data Officer")


@pytest.fixture
def family(clerk):
	"""A household in benefit, entered by the clerk, with nothing wrong."""
	with builders.acting_as(clerk):
		household = builders.make_household()
	benefit = builders.grant_benefit(household)
	frappe.db.set_value(
		HOUSEHOLD, household.name, {"address": "一组12号", "last_visited_on": today(), "owner": clerk}
	)
	for row in household.members:
		frappe.db.set_value(
			PERSON, row.recipient, {"phone": "138****0000", "bank_account": "62****1", "owner": clerk}
		)
	return frappe._dict(household=household.reload(), benefit=benefit, head=household.head, clerk=clerk)


def run(name: str) -> int:
	return quality_rules.run(frappe.get_doc(RULE, name))


def issue_about(name: str, record: str) -> frappe._dict | None:
	rows = frappe.get_all(
		ISSUE,
		filters={"source_doctype": RULE, "source_name": name, "reference_name": record},
		fields=["*"],
		order_by="name",
	)
	assert len(rows) < 2, "the same fact is one issue"
	return rows[0] if rows else None


def vault(person: str, number: str) -> None:
	frappe.db.set_value("Recipient Identity", person, "id_number", number)


# --- what is found ------------------------------------------------------------------------------------------------
# rule, what makes it true of the family, the record it is about
FAULTS = {
	"id_number_missing": (
		lambda f: frappe.db.set_value(
			PERSON, f.head, {"id_number": None, "document_kind": "Resident ID", "no_document_reason": None}
		),
		lambda f: f.head,
	),
	"birth_date_number": (
		lambda f: frappe.db.set_value(PERSON, f.head, "birth_date", "1969-01-01"),
		lambda f: f.head,
	),
	"older_than_110": (
		lambda f: frappe.db.set_value(PERSON, f.head, "birth_date", "1900-01-01"),
		lambda f: f.head,
	),
	"disability_certificate_missing": (
		lambda f: frappe.db.set_value(
			PERSON, f.head, {"disability_grade": "2", "disability_certificate": None}
		),
		lambda f: f.head,
	),
	"head_not_member": (
		lambda f: frappe.db.set_value(
			"Household Member",
			{"parent": f.household.name, "recipient": f.head},
			"left_on",
			add_days(today(), -1),
		),
		lambda f: f.household.name,
	),
	"nobody_to_call": (
		lambda f: [frappe.db.set_value(PERSON, row.recipient, "phone", None) for row in f.household.members],
		lambda f: f.household.name,
	),
	"no_account": (
		lambda f: frappe.db.set_value(PERSON, f.head, "bank_account", ""),
		lambda f: f.household.name,
	),
	"address_empty": (
		lambda f: frappe.db.set_value(HOUSEHOLD, f.household.name, "address", ""),
		lambda f: f.household.name,
	),
	"no_visit_for_a_year": (
		lambda f: frappe.db.set_value(
			HOUSEHOLD, f.household.name, "last_visited_on", add_days(today(), -366)
		),
		lambda f: f.household.name,
	),
	"never_visited": (
		lambda f: frappe.db.set_value(
			HOUSEHOLD, f.household.name, {"last_visited_on": None, "creation": add_days(today(), -91)}
		),
		lambda f: f.household.name,
	),
	"no_update_for_a_year": (
		lambda f: frappe.db.set_value(
			HOUSEHOLD, f.household.name, "modified", add_days(today(), -366), update_modified=False
		),
		lambda f: f.household.name,
	),
	"closed_but_paid": (
		lambda f: frappe.db.set_value(
			HOUSEHOLD, f.household.name, {"status": "Closed", "current_amount": 100}
		),
		lambda f: f.household.name,
	),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_shipped_rule_finds_its_fault_and_not_what_is_sound(family, name):
	fault, about = FAULTS[name]
	run(name)
	assert not issue_about(name, about(family))
	fault(family)
	assert run(name) >= 1
	found = issue_about(name, about(family))
	rule = frappe.get_doc(RULE, name)
	assert (found.status, found.severity, found.guidance) == ("Open", rule.severity, rule.words)
	assert found.subject.startswith(rule.title) and found.township == builders.TOWNSHIP_A
	assert getdate(found.due_on) == getdate(add_days(today(), rule.days))
	assert found.household == (family.household.name if found.reference_doctype == HOUSEHOLD else None)


def test_a_benefit_without_authorisation_is_found_until_everybody_has_signed(family):
	name = "benefit_without_authorisation"
	frappe.db.set_value("Entitlement", family.benefit.name, "start_month", getdate(today()).replace(day=1))
	run(name)
	assert issue_about(name, family.benefit.name).status == "Open"
	for row in frappe.get_all(
		"Entitlement Share", filters={"parent": family.benefit.name}, pluck="recipient", order_by="idx"
	):
		paper = frappe.get_doc(
			{
				"doctype": "Check Authorization",
				"recipient": row,
				"status": "In Force",
				"signed_on": today(),
				"valid_until": add_days(today(), 300),
			}
		)
		paper.name = f"HQ-TEST-{frappe.generate_hash(length=8)}"
		paper.db_insert()
	run(name)
	assert issue_about(name, family.benefit.name).status == "Rechecked"


def test_every_shipped_rule_runs_and_says_what_to_do(site):
	rules = frappe.get_all(RULE, fields=["name", "words", "status", "ran_on"], order_by="name")
	assert len(rules) >= 12 and all(rule.words for rule in rules)
	assert set(quality_rules.nightly()) == {rule.name for rule in rules if rule.status == "Rule On"}


# --- whose it is --------------------------------------------------------------------------------------------------
def broken_address(family) -> frappe._dict:
	FAULTS["address_empty"][0](family)
	run("address_empty")
	return issue_about("address_empty", family.household.name)


def test_it_is_the_entry_clerks_task_and_another_townships_nobodys(family):
	found = broken_address(family)
	assert found.responsible == family.clerk
	task = frappe.get_last_doc("ToDo", {"reference_type": ISSUE, "reference_name": found.name})
	assert (task.allocated_to, task.status) == (family.clerk, "Open")
	stranger = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	with builders.acting_as(stranger):
		assert found.name not in frappe.get_list(ISSUE, pluck="name")
		_columns, rows, *_more = rectification_ledger.execute({"rule": "address_empty"})
		assert found.name not in {row.name for row in rows}


def test_what_was_entered_by_somebody_who_has_left_is_the_townships(family):
	frappe.db.set_value("User", family.clerk, "enabled", 0)
	other = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	found = broken_address(family)
	assert found.responsible != family.clerk
	assert "Township Officer" in frappe.get_roles(found.responsible) and other


# --- how it ends --------------------------------------------------------------------------------------------------
def test_the_same_fact_again_is_the_same_issue(family):
	found = broken_address(family)
	assert run("address_empty") == 0
	assert issue_about("address_empty", family.household.name).name == found.name


def test_what_is_not_there_any_more_has_rechecked_itself(family):
	found = broken_address(family)
	frappe.db.set_value(HOUSEHOLD, family.household.name, "address", "二组3号")
	run("address_empty")
	issue = frappe.get_doc(ISSUE, found.name)
	assert issue.status == "Rechecked" and getdate(issue.rechecked_on) == getdate(today())
	assert issue.rechecked_by != family.clerk and "不存在" in issue.recheck_note and issue.result
	assert not frappe.get_all("ToDo", filters={"reference_name": found.name, "status": "Open"})
	# and it can be saved like any other
	issue.accountability = "无"
	issue.save()


def rectified(found, family) -> None:
	with builders.acting_as(family.clerk):
		rectification.rectify(found.name, "已补录", "已完成")


def test_what_was_said_to_be_put_right_and_is_not_is_open_again(family):
	found = broken_address(family)
	rectified(found, family)
	run("address_empty")
	issue = frappe.get_doc(ISSUE, found.name)
	assert (issue.status, issue.times_reopened, issue.measure) == ("Open", 1, "已补录")
	assert "仍然存在" in issue.recheck_note
	assert frappe.db.count("ToDo", {"reference_name": found.name, "status": "Open"}) >= 1


def test_what_comes_back_after_it_was_rechecked_is_the_same_issue(family):
	found = broken_address(family)
	frappe.db.set_value(HOUSEHOLD, family.household.name, "address", "二组3号")
	run("address_empty")
	broken = broken_address(family)
	assert (broken.name, broken.status, broken.times_reopened) == (found.name, "Open", 1)


def test_a_person_rechecks_and_not_whoever_mended_it(family):
	found = broken_address(family)
	frappe.db.set_value(HOUSEHOLD, family.household.name, "address", "二组3号")
	rectified(found, family)
	with builders.acting_as(family.clerk), pytest.raises(rectification.RecheckByAnother):
		rectification.recheck(found.name)
	reviewer = builders.make_user("County Reviewer")
	with builders.acting_as(reviewer):
		rectification.recheck(found.name)
	assert frappe.db.get_value(ISSUE, found.name, "rechecked_by") == reviewer


def test_what_was_closed_as_it_is_stays_closed(family):
	found = broken_address(family)
	frappe.db.set_value(ISSUE, found.name, "status", "Closed")
	run("address_empty")
	assert issue_about("address_empty", family.household.name).status == "Closed"


# --- the rule as a record -------------------------------------------------------------------------------------------
def new_rule(keeper, **values):
	with builders.acting_as(keeper):
		return frappe.get_doc(
			{
				"doctype": RULE,
				"title": "没有民族",
				"kind": "Missing",
				"document_type": PERSON,
				"words": "请补录民族。",
				"days": 10,
				"conditions": frappe.as_json(
					[[PERSON, "ethnicity", "is", "not set"], [PERSON, "status", "=", "Active"]]
				),
				**values,
			}
		).insert()


def test_a_rule_is_tried_before_it_is_switched_on_and_finds_what_it_said(family, keeper):
	frappe.db.set_value(PERSON, family.head, "ethnicity", None)
	rule = new_rule(keeper)
	with builders.acting_as(keeper):
		with pytest.raises(quality_rules.RuleInvalid, match="试运行"):
			quality_rules.switch_on(rule.name)
		quality_rules.try_rule(rule.name)
	rule.reload()
	assert rule.tried_hits >= 1 and rule.tried_places and not issue_about(rule.name, family.head)
	with builders.acting_as(keeper):
		quality_rules.switch_on(rule.name)
	assert run(rule.name) == rule.tried_hits
	assert issue_about(rule.name, family.head)


def test_what_it_looks_for_is_changed_only_while_it_is_off_and_then_tried_anew(keeper):
	rule = new_rule(keeper)
	with builders.acting_as(keeper):
		quality_rules.try_rule(rule.name)
		quality_rules.switch_on(rule.name)
		rule.reload()
		rule.update({"days": 20, "words": "请核对户口簿后补录民族。"})
		rule.save()
		rule.conditions = frappe.as_json([[PERSON, "sex", "is", "not set"]])
		with pytest.raises(quality_rules.RuleInvalid):
			rule.save()
		quality_rules.switch_off(rule.name)
		rule.reload()
		rule.conditions = frappe.as_json([[PERSON, "sex", "is", "not set"]])
		rule.save()
		assert (rule.reload().days, rule.tried_on) == (20, None)
		with pytest.raises(quality_rules.RuleInvalid, match="试运行"):
			quality_rules.switch_on(rule.name)


def test_a_rule_switched_off_asks_for_nothing_any_more(family, keeper):
	found = broken_address(family)
	with builders.acting_as(keeper):
		quality_rules.switch_off("address_empty")
	issue = frappe.get_doc(ISSUE, found.name)
	assert issue.status == "Closed" and "停用" in issue.recheck_note
	assert "address_empty" not in quality_rules.nightly()


@pytest.mark.parametrize(
	"values",
	[
		{"conditions": '[["Recipient", "ethnicity) or 1=1 --", "is", "not set"]]'},
		{"conditions": '[["User", "name", "is", "set"]]'},
		{"conditions": '[["Recipient", "ethnicity", "regexp", "x"]]'},
		{"conditions": "delete from tabUser"},
		{"conditions": "[]"},
		{"document_type": "User", "conditions": '[["User", "phone", "is", "not set"]]'},
		{"document_type": "Petition", "conditions": '[["Petition", "status", "is", "set"]]'},
		{"check_key": "Head Not a Member"},
		{"date_field": "full_name", "older_than_days": 3},
		{"date_field": "birth_date", "older_than_days": 0},
		{"days": 0},
	],
)
def test_what_no_rule_can_say_is_refused(keeper, values):
	with pytest.raises(quality_rules.RuleInvalid):
		new_rule(keeper, **values)


def test_a_rule_is_switched_by_its_step_alone_and_by_whose_duty_it_is(keeper, clerk):
	rule = new_rule(keeper, status="Rule On")
	assert rule.reload().status == "Rule Being Tried"
	with builders.acting_as(keeper):
		rule.status = "Rule On"
		rule.save()
		assert rule.reload().status == "Rule Being Tried"
		with pytest.raises(frappe.PermissionError):
			frappe.delete_doc(RULE, rule.name)
	with pytest.raises(quality_rules.RuleInvalid):
		frappe.delete_doc(RULE, rule.name)
	with builders.acting_as(clerk), pytest.raises((frappe.PermissionError, duties.NotYourDuty)):
		quality_rules.switch_off("address_empty")


def test_one_rule_that_cannot_be_read_does_not_silence_the_others(family):
	frappe.db.set_value(RULE, "birth_date_number", "conditions", '[["Recipient", "gone", "=", "x"]]')
	FAULTS["address_empty"][0](family)
	done = quality_rules.nightly()
	assert "birth_date_number" not in done and done["address_empty"] >= 1


def test_as_many_statements_for_many_records_as_for_few(family, count_queries):
	def statements() -> int:
		with count_queries() as sent:
			run("address_empty")
		return len(sent)

	FAULTS["address_empty"][0](family)
	few = statements()
	for _number in range(6):
		household = builders.make_household()
		frappe.db.set_value(
			HOUSEHOLD,
			household.name,
			{"address": None, "current_benefit": "农村低保", "owner": family.clerk},
		)
	assert statements() <= few + 2


# --- statistics and ledger ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	("by", "key"), [("Responsible", "responsible"), ("Township", "township"), ("Rule", "source_name")]
)
def test_statistics_count_what_the_reader_may_list(family, by, key):
	found = broken_address(family)
	frappe.db.set_value(ISSUE, found.name, {"due_on": add_days(today(), -1)})
	with builders.acting_as(family.clerk):
		rows = {row.key: row for row in data_quality.execute({"by": by})[1]}
		row = rows[found[key]]
		mine = frappe.get_list(
			ISSUE,
			filters={key: found[key], "source_doctype": RULE} if by == "Rule" else {key: found[key]},
			fields=["status"],
			limit=0,
		)
	assert row.found == len(mine) and row.open == sum(one.status == "Open" for one in mine)
	assert row.overdue >= 1 and row.label and cint(row.put_right) == row.found - row.open - row.rectified
	with builders.acting_as(builders.make_user("Township Officer", builders.TOWNSHIP_B)):
		others = {row.key: row for row in data_quality.execute({"by": by})[1]}
	assert by == "Rule" or found[key] not in others


def test_the_ledger_says_what_was_done_and_what_came_of_it(family):
	found = broken_address(family)
	rectified(found, family)
	with builders.acting_as(family.clerk):
		rows = rectification_ledger.execute({"rule": "address_empty", "month": today()})[1]
	(row,) = (row for row in rows if row.name == found.name)
	assert (row.measure, row.result) == ("已补录", "已完成") and row.found_on
