"""What if a standard were another: who, how much, by the calculation of a real raise, and nothing of it in the ledger."""

import frappe
import pytest
from frappe.utils import add_months, flt, getdate, today

from socaid_app.casework import duties
from socaid_app.means_testing import what_if, what_if_steps
from socaid_app.means_testing.report.what_if_comparison import what_if_comparison
from socaid_app.policy import terms
from socaid_app.socaid_app import life_events
from tests import builders
from tests.builders import adjustments as make
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
