"""What if a standard were another: who, how much, by the calculation of a real raise, and nothing of it in the ledger."""

import frappe
import pytest
from frappe.utils import add_months, flt, getdate, today

from socaid_app.casework import duties
from socaid_app.means_testing import rule_records, what_if, what_if_rules, what_if_steps
from socaid_app.means_testing.report.what_if_comparison import what_if_comparison
from socaid_app.policy import terms
from socaid_app.socaid_app import life_events
from tests import builders
from tests.builders import adjustments as make
from tests.builders import comparisons
from tests.builders import visits as families

COUNTY = "220422000000"
THIS, NEXT = make.THIS, make.NEXT


@pytest.fixture
def reviewer(site):
	email = "whatif.reviewer@example.invalid"
	if not frappe.db.exists("User", email):
		builders.make_user("County Reviewer", email=email)
		frappe.db.commit()
	return email


@pytest.fixture
def family(site):
	"""A couple with 低保 by assessment."""
	team = builders.make_team(builders.TOWNSHIP_A)
	household, benefit = families.make_family()
	frappe.db.set_value("Entitlement", benefit.name, "start_month", add_months(THIS, -3))
	return frappe._dict(household=household, benefit=benefit.reload(), team=team)


def standard(kind: str = "Dibao", area: str = "Rural") -> str:
	return frappe.db.get_value(
		"Assistance Standard",
		{"kind": kind, "area": area, "docstatus": 1, "effective_to": ["is", "not set"]},
		"name",
	)


def scenario(user: str, *changes: dict, **values):
	with builders.acting_as(user):
		return frappe.get_doc(
			{
				"doctype": what_if.SCENARIO,
				"subject": "测试测算",
				"month": NEXT,
				"division": builders.TOWNSHIP_A,
				"changes": list(changes) or [new_amount(600)],
				**values,
			}
		).insert()


def new_amount(amount: float) -> dict:
	return {"what": "Assistance Standard", "standard": standard(), "amount": amount}


def computed(user: str, *changes: dict, **values):
	doc = scenario(user, *changes, **values)
	with builders.acting_as(user):
		what_if_steps.compute(doc.name)
	while what_if.compute_chunk(doc.name):
		pass
	return frappe.get_doc(what_if.SCENARIO, doc.name)


def result(doc, benefit):
	return frappe.get_doc(what_if.RESULT, f"{doc.name}-{benefit.name}")


# --- who and how much ---------------------------------------------------------------------------------------------
def test_a_higher_standard_gives_each_family_what_the_real_raise_gives(family, reviewer):
	doc = computed(reviewer, new_amount(600))
	found = result(doc, family.benefit)
	assert found.outcome == "Gets More" and found.difference == flt(found.after - found.before, 2)
	# the same standard, entered for real
	frappe.get_doc(
		{
			"doctype": "Assistance Standard",
			"kind": "Dibao",
			"area": "Rural",
			"division": COUNTY,
			"amount": 600,
			"effective_from": NEXT,
			"document": "测试文号",
		}
	).insert().submit()
	raised = make.draft(
		family.benefit, "Raise", family.team.clerk, ground="New Standard", effective_month=NEXT
	)
	assert raised.amount_after == found.after


def test_a_lower_threshold_takes_and_is_told_as_lost(family, reviewer):
	doc = computed(reviewer, new_amount(1))
	assert result(doc, family.benefit).outcome == "Loses Support"
	assert result(doc, family.benefit).after == 0 and doc.lost >= 1 and doc.difference < 0


def test_what_befell_a_member_since_counts_as_in_a_real_adjustment(family, reviewer):
	wife = family.household.members[1].recipient
	before = result(computed(reviewer, new_amount(600)), family.benefit)
	life_events.record(wife, terms.DEATH, today())
	frappe.db.set_value("Entitlement", family.benefit.name, "end_month", None)
	after = result(computed(reviewer, new_amount(600)), family.benefit)
	assert (before.members, after.members) == (2, 1)


def test_a_recognised_family_that_would_qualify_gains(family, reviewer):
	table = {"scheme": "Edge", "payment": "Recognition", "amount": 0}
	category = frappe.db.get_value("Assistance Category", {"scheme": "Edge", "disabled": 0}, "name")
	frappe.db.set_value("Entitlement", family.benefit.name, table | {"category": category})
	basis = frappe.parse_json(family.benefit.basis_snapshot)
	basis["case"]["income"] = [
		{"member": family.household.head, "kind": "Wage", "item": "Wages", "annual": 13000, "deduction": 0}
	]
	frappe.db.set_value("Entitlement", family.benefit.name, "basis_snapshot", frappe.as_json(basis))
	found = result(computed(reviewer, new_amount(700)), family.benefit)
	assert (found.outcome, found.before) == ("Gains Support", 0) and found.after > 0
	assert found.scheme == "Dibao" and found.paid_now == 0


def test_a_benefit_without_its_calculation_is_counted_and_not_guessed(reviewer):
	household = builders.make_household()
	benefit = builders.grant_benefit(household)
	doc = computed(reviewer)
	found = result(doc, benefit)
	assert found.outcome == "Could Not Be Computed" and found.why_not and doc.not_computed >= 1


def test_the_sums_are_those_of_the_families(family, reviewer):
	doc = computed(reviewer)
	rows = frappe.get_all(
		what_if.RESULT, filters={"scenario": doc.name}, fields=["outcome", "before", "after"]
	)
	assert doc.families == len(rows) == sum(doc.get(field) for field in what_if.COUNTED)
	assert doc.cost_after == flt(sum(row.after for row in rows), 2)
	assert doc.difference_year == flt(doc.difference * 12, 2)
	places = what_if.by_place(doc.name)
	assert sum(row.families for row in places) == doc.families
	assert flt(sum(row.difference for row in places), 2) == doc.difference


def test_nothing_is_written_but_the_results(family, reviewer):
	tables = (
		"Entitlement",
		"Benefit Adjustment",
		"Assistance Standard",
		"Policy Parameter",
		"Household Reassessment",
	)
	before = {table: frappe.db.sql(f"checksum table `tab{table}`")[0][1] for table in tables}
	computed(reviewer, new_amount(900))
	assert {table: frappe.db.sql(f"checksum table `tab{table}`")[0][1] for table in tables} == before


def test_a_threshold_is_weighed_like_a_standard(family, reviewer):
	parameter = frappe.db.get_value("Policy Parameter", {"parameter_key": "edge_income_multiple"}, "name")
	doc = computed(reviewer, {"what": "Policy Parameter", "parameter": parameter, "value": "2"})
	assert doc.changes[0].today and doc.status == "Computed"
	before, after = what_if.rules_of(doc)
	key, on = "edge_income_multiple", getdate(doc.month)
	assert (float(before.parameters.get(key, on)), float(after.parameters.get(key, on))) == (1.5, 2)


@pytest.mark.parametrize(
	"change",
	[
		lambda: new_amount(0),
		lambda: {
			"what": "Policy Parameter",
			"parameter": frappe.db.get_value(
				"Policy Parameter", {"parameter_key": "edge_income_multiple"}, "name"
			),
			"value": "viel",
		},
		lambda: {
			"what": "Assistance Standard",
			"standard": frappe.db.get_value(
				"Assistance Standard", {"kind": "Dibao", "effective_to": ["is", "set"]}, "name"
			),
			"amount": 500,
		},
	],
	ids=["no amount", "no number", "not in force"],
)
def test_what_cannot_be_is_refused_in_words(reviewer, change):
	with pytest.raises(what_if.ScenarioInvalid):
		scenario(reviewer, change())


# --- the job ------------------------------------------------------------------------------------------------------
def test_a_job_that_was_killed_goes_on_to_the_same_result(family, reviewer, monkeypatch):
	builders.grant_benefit(builders.make_household())
	whole = computed(reviewer)
	monkeypatch.setattr(what_if, "CHUNK", 1)
	doc = scenario(reviewer)
	with builders.acting_as(reviewer):
		what_if_steps.compute(doc.name)
	what_if.compute_chunk(doc.name)
	assert frappe.db.get_value(what_if.SCENARIO, doc.name, "status") == "Computing"
	while what_if.compute_chunk(doc.name):
		pass
	again = frappe.get_doc(what_if.SCENARIO, doc.name)
	fields = ("families", *what_if.COUNTED, "cost_before", "cost_after", "difference", "paid_now")
	assert [again.get(field) for field in fields] == [whole.get(field) for field in fields]


def test_as_many_queries_for_many_families_as_for_few(family, reviewer, count_queries):
	def queries() -> int:
		doc = scenario(reviewer)
		with builders.acting_as(reviewer):
			what_if_steps.compute(doc.name)
		with count_queries() as sent:
			what_if.compute_chunk(doc.name)
		return len(sent)

	few = queries()
	for _number in range(4):
		families.make_family()
	assert queries() <= few + 1


# --- the proposal -------------------------------------------------------------------------------------------------
def test_the_chosen_one_becomes_the_standard_and_says_which(family, reviewer):
	doc = computed(reviewer)
	with builders.acting_as(reviewer), pytest.raises(what_if.ScenarioInvalid):
		what_if_steps.choose(doc.name)
	with builders.acting_as(reviewer):
		doc.reason = "物价上涨，与省定标准同步"
		doc.save()
		what_if_steps.choose(doc.name)
		what_if_steps.note_what_it_became(doc.name, became_standard=standard())
	doc.reload()
	assert (doc.status, doc.chosen_by, doc.became_standard) == ("In Force", reviewer, standard())


def test_what_was_computed_is_not_changed_afterwards(family, reviewer):
	doc = computed(reviewer)
	with builders.acting_as(reviewer), pytest.raises(what_if.ScenarioInvalid):
		doc.changes[0].amount = 999
		doc.save()


def test_scenarios_stand_side_by_side(family, reviewer):
	docs = [computed(reviewer, new_amount(amount), subject=f"测算{amount}") for amount in (550, 650)]
	with builders.acting_as(reviewer):
		_columns, rows = what_if_comparison.execute({"scenarios": frappe.as_json([doc.name for doc in docs])})
	totals = rows[-2:]
	assert [row["scenario"] for row in totals] == ["测算550", "测算650"]
	assert [row["difference"] for row in totals] == [doc.difference for doc in docs]
	assert totals[1]["difference"] > totals[0]["difference"] > 0
	# those of one place and category are neighbours
	assert [row["scenario"] for row in rows[:2]] == ["测算550", "测算650"]


# --- who may see it -----------------------------------------------------------------------------------------------
def test_names_are_shown_only_to_who_may_see_benefits(family, reviewer, monkeypatch):
	doc = computed(reviewer)
	wanted = {"scenarios": frappe.as_json([doc.name]), "detail": 1}
	with builders.acting_as(reviewer):
		columns, rows = what_if_comparison.execute(wanted)
		assert any(row.get("recipient_name") for row in rows)
	monkeypatch.setattr(what_if_comparison, "shows_names", lambda: False)
	columns, rows = what_if_comparison.execute(wanted)
	assert "recipient_name" not in {one["fieldname"] for one in columns}
	assert not any("recipient_name" in row for row in rows)
	named = {df.fieldname for df in frappe.get_meta(what_if.RESULT).fields if "name" in df.fieldname}
	assert not named


def test_another_township_sees_neither_families_nor_sums(family, reviewer):
	doc = computed(reviewer, division=COUNTY)
	outsider = builders.make_user("Township Approver", builders.TOWNSHIP_B)
	with builders.acting_as(outsider):
		assert family.benefit.name not in frappe.get_list(what_if.RESULT, pluck="entitlement")
		assert not frappe.get_list(what_if.SCENARIO, filters={"name": doc.name})
		_columns, rows = what_if_comparison.execute({"scenarios": frappe.as_json([doc.name])})
		assert not rows


def test_who_has_not_the_duty_computes_nothing(family, reviewer):
	doc = scenario(reviewer)
	officer = builders.make_user("Township Approver", builders.TOWNSHIP_A)
	with builders.acting_as(officer), pytest.raises((frappe.PermissionError, duties.NotYourDuty)):
		what_if_steps.compute(doc.name)


# --- rules of comparison ------------------------------------------------------------------------------------------
CONDITION = "price > 50000元 and person.paid"


@pytest.fixture
def vehicles(officer, colleague):
	"""A couple with two cars that cost 90,000 and 1,000 yuan, by the only reply of last month."""
	builders.make_team(builders.TOWNSHIP_A)
	household, benefit = comparisons.family()
	frappe.db.set_value("Entitlement", benefit.name, "start_month", add_months(THIS, -3))
	frappe.db.set_value(comparisons.REQUEST, {"status": "Reply Read"}, "status", "Request Withdrawn")
	request = comparisons.sent(officer, colleague, household=household.name)
	head, wife = (row.recipient for row in household.members)
	lines = (comparisons.vehicle(head, "吉D1", "90000"), comparisons.vehicle(wife, "吉D2", "1000"))
	comparisons.answer(request, officer, *lines)
	return frappe._dict(household=household, benefit=benefit.reload(), request=request)


def new_rule(condition: str = CONDITION) -> dict:
	named = {"rule_title": "贵重机动车", "source": "vehicles", "unit": "Each Row", "fact": "plate"}
	return {"what": "Comparison Rule", "condition": condition, **named}


def found(doc) -> list[tuple]:
	rows = frappe.get_all(
		what_if_rules.FINDING,
		filters={"scenario": doc.name},
		fields=["rule", "outcome", "household"],
		order_by="rule, outcome",
	)
	return [tuple(row.values()) for row in rows]


def figures(doc) -> tuple:
	return tuple(doc.get(field) for field in what_if_rules.FIGURES)


def test_a_new_rule_says_whom_last_months_replies_would_find_and_stops_nobody(vehicles, reviewer):
	tables = ("Entitlement", "Comparison Finding", "Benefit Adjustment", "Comparison Rule")
	before = [frappe.db.sql(f"checksum table `tab{table}`")[0][1] for table in tables]
	doc = computed(reviewer, new_rule())
	assert found(doc) == [("weighed_1", "Newly Found", vehicles.household.name)]
	assert figures(doc) == (0, 1, 1, 0, vehicles.benefit.amount)
	assert (doc.families, doc.replies_read, doc.changes[0].sentence != "") == (0, 1, True)
	assert (doc.changes[0].about, doc.changes[0].wanted) == ("贵重机动车", doc.changes[0].sentence)
	assert [frappe.db.sql(f"checksum table `tab{table}`")[0][1] for table in tables] == before


def test_a_changed_rule_is_held_against_the_one_of_today(vehicles, reviewer):
	stricter = {"what": "Comparison Rule", "rule": "vehicle", "condition": CONDITION}
	doc = computed(reviewer, stricter)
	assert [row[:2] for row in found(doc)] == [
		("vehicle", "Found Either Way"),
		("vehicle", "No Longer Found"),
	]
	# the household is found either way, by one car instead of two
	assert figures(doc) == (2, 1, 0, 0, 0)
	with pytest.raises(what_if.ScenarioInvalid):
		scenario(reviewer, stricter | {"condition": "preis > 1"})


def test_a_threshold_asks_the_rules_that_use_it_as_well(vehicles, reviewer):
	allowed = frappe.db.get_value("Policy Parameter", {"parameter_key": "property_vehicle_allowed"}, "name")
	doc = computed(reviewer, {"what": "Policy Parameter", "parameter": allowed, "value": "1"})
	assert figures(doc) == (2, 0, 0, 1, 0)
	assert doc.families >= 1, "the benefits are assessed as well"
	rows = {row.rule: row for row in what_if_rules.by_rule(doc.name)}
	assert rows["vehicle"].no_longer_found == 1 and rows["vehicle"].findings_before == 2


def test_replies_that_were_read_when_the_job_was_killed_are_not_counted_twice(
	vehicles, reviewer, officer, colleague
):
	again = comparisons.sent(officer, colleague, household=vehicles.household.name)
	head = vehicles.household.members[0].recipient
	comparisons.answer(again, officer, comparisons.vehicle(head, "吉D1", "90000"))
	doc = scenario(reviewer, new_rule())
	with builders.acting_as(reviewer):
		what_if_steps.compute(doc.name)
	assert what_if.compute_chunk(doc.name), "one reply is one chunk"
	assert frappe.db.get_value(what_if.SCENARIO, doc.name, "status") == "Computing"
	what_if.run(doc.name)
	doc.reload()
	assert (doc.replies_read, figures(doc)[:3]) == (2, (0, 1, 1))


def test_scenarios_of_rules_stand_side_by_side_and_name_nobody_outside_the_township(vehicles, reviewer):
	docs = [
		computed(
			reviewer, new_rule(f"price > {price}元 and person.paid"), subject=f"规则{price}", division=COUNTY
		)
		for price in (500, 50000)
	]
	asked = {"scenarios": frappe.as_json([doc.name for doc in docs]), "rules": 1}
	with builders.acting_as(reviewer):
		_columns, rows = what_if_comparison.execute(asked)
		assert [(row["scenario"], row["findings_after"]) for row in rows[-2:]] == [
			("规则500", 2),
			("规则50000", 1),
		]
		_columns, rows = what_if_comparison.execute(asked | {"detail": 1})
		assert {row["household"] for row in rows} == {vehicles.household.name}
	with builders.acting_as(builders.make_user("Township Approver", builders.TOWNSHIP_B)):
		assert not what_if_comparison.execute(asked | {"detail": 1})[1]
		assert not frappe.get_list(what_if_rules.FINDING)


def test_the_chosen_version_of_a_rule_waits_beside_it_for_a_second_person(vehicles, reviewer, colleague):
	rows = ({"what": "Comparison Rule", "rule": "vehicle", "condition": CONDITION}, new_rule())
	doc = computed(reviewer, *rows, reason="只核实价值较高的车辆")
	of_today = frappe.db.get_value("Comparison Rule", "vehicle", "condition")
	with builders.acting_as(reviewer):
		what_if_steps.choose(doc.name)
		what_if_steps.propose_rule(doc.name)
		rule = frappe.get_doc("Comparison Rule", "vehicle")
		assert (rule.condition, rule.proposed_condition, rule.status) == (of_today, CONDITION, "Switched On")
		with pytest.raises(frappe.PermissionError):
			rule_records.take_over("vehicle")
		with pytest.raises(what_if.ScenarioInvalid):
			what_if_steps.note_what_it_became(doc.name, became_rule="vehicle")
	[new] = frappe.get_all("Comparison Rule", {"note": doc.name}, ["name", "status", "condition"])
	assert (new.status, new.condition) == ("Switched Off", CONDITION)
	with builders.acting_as(reviewer), pytest.raises(frappe.PermissionError):
		rule_records.switch_on(new.name)
	with builders.acting_as(colleague):
		rule_records.take_over("vehicle")
	rule.reload()
	assert (rule.condition, rule.proposed_condition, rule.content_changed_by) == (CONDITION, None, reviewer)
	with builders.acting_as(reviewer):
		what_if_steps.note_what_it_became(doc.name, became_rule="vehicle")
	assert frappe.db.get_value(what_if.SCENARIO, doc.name, "status") == "In Force"
