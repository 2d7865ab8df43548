"""Who counts on the day of the event: the living, those at home, those the law binds to each other."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socaid_app.policy import kinship, terms
from socaid_app.policy.household import counting
from socaid_app.policy.means import assess
from socaid_app.policy.parameters import load_parameters
from socaid_app.policy.standards import load_standards

PARAMETERS, STANDARDS = load_parameters(), load_standards()
ON = date(2026, 9, 8)


def couple(**wife) -> dict:
	"""Farming 3,000 a year with costs of 600, rural standard 470."""
	return {
		"scheme": "Dibao",
		"area": "Rural",
		"division": "220422201203",
		"applied_on": "2026-09-07",
		"accepted_on": "2026-09-08",
		"members": [
			{"id": "husband", "name": "丈夫", "birth_date": "1960-01-01", "kinship": "02", "in_need": True},
			{"id": "wife", "name": "妻子", "birth_date": "1961-01-01", "kinship": "12", **wife},
		],
		"income": [{"member": "husband", "item": "Farming", "annual": 3000, "deduction": 600}],
	}


def run(case, **changes):
	return assess({**case, **changes}, PARAMETERS, STANDARDS)


def failing(result) -> list[str]:
	return [line.rule for line in result.lines if line.outcome is False]


# --- dead ------------------------------------------------------------------------------------------------
def test_a_wife_who_died_before_the_day_is_not_counted():
	assert run(couple()).amount == Decimal("740.00")
	result = run(couple(deceased_on="2026-08-15"))
	assert (result.member_count, result.amount, result.shares) == (
		1,
		Decimal("270.00"),
		{"husband": Decimal("270.00")},
	)


@pytest.mark.parametrize(
	"died, counted", [("2026-09-07", False), ("2026-09-08", False), ("2026-09-09", True)]
)
def test_whoever_dies_on_the_day_is_dead_that_day(died, counted):
	assert ("wife" in run(couple(deceased_on=died)).counted) is counted


def test_a_death_after_acceptance_counts_when_the_facts_of_a_later_day_are_known():
	case = couple(deceased_on="2026-09-20")
	assert run(case).amount == Decimal("740.00")
	later = run(case, facts_on="2026-10-01")
	assert (later.on, later.amount) == (ON, Decimal("270.00"))


def test_nobody_can_declare_a_dead_person_counted():
	case = couple(deceased_on="2026-08-15", counted=True, counted_reason="省规定的其他人员")
	assert run(case).counted == ("husband",)


def test_a_dead_person_gets_no_support_of_特困():
	person = {"id": "p", "name": "老人", "birth_date": "1950-01-01", "kinship": "02", "in_need": True}
	case = couple() | {"scheme": "Tekun", "members": [person], "income": []}
	assert run(case).amount == 611
	case["members"] = [person | {"deceased_on": "2026-09-01"}]
	result = run(case)
	assert (result.eligible, result.amount, result.member_count) == (False, 0, 0)
	assert "tekun_person" in failing(result)


def test_of_two_in_support_the_living_one_keeps_it():
	both = [
		{"id": "a", "name": "甲", "birth_date": "1950-01-01", "kinship": "02", "in_need": True},
		{"id": "b", "name": "乙", "birth_date": "1951-01-01", "kinship": "12", "in_need": True},
	]
	case = couple() | {"scheme": "Tekun", "members": both, "income": []}
	assert run(case).amount == 2 * 611
	case["members"][1]["deceased_on"] = "2026-09-01"
	assert run(case).shares == {"a": Decimal("611.00")}


def test_a_dead_supporter_neither_pays_nor_stands_in_the_way():
	supporter = {"name": "长子", "pays_monthly": 100, "deceased_on": "2026-08-01"}
	assert run(couple(), supporters=[supporter]).annual_income == 2400
	person = {"id": "p", "name": "老人", "birth_date": "1950-01-01", "kinship": "02", "in_need": True}
	case = couple() | {"scheme": "Tekun", "members": [person], "income": [], "supporters": [supporter]}
	assert run(case).eligible


def test_one_off_aid_is_not_divided_with_the_dead():
	case = couple(deceased_on="2026-08-15") | {
		"scheme": "Temporary",
		"need": {"cause": "Illness", "requested": 900},
	}
	assert run(case).shares == {"husband": Decimal("900.00")}


# --- elsewhere on the day --------------------------------------------------------------------------------
def son(**values) -> dict:
	return {"id": "son", "name": "儿子", "birth_date": date(2000, 1, 1), "kinship": "21", **values}


@pytest.mark.parametrize(
	"values, counted",
	[
		({"imprisoned_from": date(2026, 9, 8)}, False),
		({"imprisoned_from": date(2026, 9, 9)}, True),
		({"imprisoned_from": date(2020, 1, 1), "imprisoned_to": date(2026, 9, 9)}, False),
		({"imprisoned_from": date(2020, 1, 1), "imprisoned_to": date(2026, 9, 8)}, True),
		({"residence": "Imprisoned", "imprisoned_to": date(2026, 9, 1)}, True),
		({"residence": "Imprisoned", "imprisoned_to": date(2027, 9, 1)}, False),
		({"residence": "Imprisoned"}, False),
		({"rehabilitation_from": date(2026, 1, 1)}, False),
		({"rehabilitation_from": date(2026, 1, 1), "rehabilitation_to": date(2026, 9, 1)}, True),
		({"missing_from": date(2026, 1, 1)}, False),
		({"moved_away_on": date(2026, 9, 8)}, False),
		({"moved_away_on": date(2026, 9, 9)}, True),
		({"adopted_away_on": date(2026, 9, 8)}, False),
		({"adopted_away_on": date(2026, 9, 9)}, True),
		({"drafted_from": date(2026, 9, 1)}, False),
		({"drafted_from": date(2024, 9, 1), "drafted_to": date(2026, 9, 1)}, True),
		({"drafted_from": date(2026, 9, 1), "schooling": "Undergraduate"}, False),
		({"institution_from": date(2026, 1, 1)}, False),
		({"institution_from": date(2026, 1, 1), "institution_to": date(2026, 9, 1)}, True),
		# 57号 Art. 7(一)-(三): these belong to the family wherever they live
		({"institution_from": date(2026, 1, 1), "independent": False}, True),
		({"institution_from": date(2026, 1, 1), "birth_date": date(2015, 1, 1)}, True),
		({"moved_away_on": date(2026, 1, 1), "kinship": "12"}, True),
		({"moved_away_on": date(2026, 1, 1), "schooling": "Undergraduate"}, True),
		# but not from prison, and not after an adoption (民法典 Art. 1111)
		({"imprisoned_from": date(2026, 1, 1), "kinship": "12"}, False),
		({"adopted_away_on": date(2026, 1, 1), "birth_date": date(2015, 1, 1)}, False),
	],
)
def test_where_a_person_is_on_the_day_decides(values, counted):
	assert counting(son(**values), ON)[0] is counted


def test_support_of_特困_is_not_given_in_prison():
	person = {"id": "p", "name": "老人", "birth_date": "1950-01-01", "kinship": "02", "in_need": True}
	case = couple() | {
		"scheme": "Tekun",
		"income": [],
		"members": [person | {"imprisoned_from": "2026-05-01"}],
	}
	assert "tekun_person" in failing(run(case))
	case["members"] = [person | {"institution_from": "2026-05-01"}]
	assert run(case).eligible


# --- kinship ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", sorted(kinship.RELATION))
def test_every_code_of_gb_t_4761_is_counted_by_the_duty_behind_it(code):
	unbound = {"72", "74", "76", "78", "99"} | {str(n) for n in range(81, 98)}
	assert counting(son(kinship=code), ON)[0] is (code not in unbound)


def test_every_code_the_forms_offer_is_known_to_the_law():
	offered = Path(__file__).parents[2] / "socaid_app" / "fixtures" / "kinship_code.json"
	assert {row["name"] for row in json.loads(offered.read_text(encoding="utf-8"))} == kinship.RELATION.keys()


def test_a_nephew_at_home_is_not_counted():
	case = couple()
	case["members"].append({"id": "nephew", "name": "侄子", "birth_date": "2010-01-01", "kinship": "93"})
	assert run(case).amount == Decimal("740.00")


def test_a_relation_nobody_stated_is_asked_for_instead_of_guessed():
	case = couple()
	case["members"].append({"id": "x", "name": "亲属", "birth_date": "1980-01-01", "kinship": "80"})
	result = run(case)
	assert not result.eligible and "kinship_unstated" in failing(result)


# --- who applies alone -----------------------------------------------------------------------------------
def alone(ground, family_income="18000", **values) -> dict:
	"""A person of a family of three whose income of 500 a head lies between 470 and 705."""
	case = couple()
	case["members"][0]["in_need"] = False
	case["members"].append(
		{"id": "x", "name": "本人", "birth_date": "1990-01-01", "kinship": "21", "in_need": True, **values}
	)
	case["income"] = [{"member": "husband", "item": "Wages", "annual": family_income}]
	return case | {"single_application": ground}


GROUNDS = [
	("Severe Disability", {"disability_type": "Hearing", "disability_grade": "2"}, {"disability_grade": "3"}),
	(
		"Intellectual Disability Grade 3",
		{"disability_type": "Intellectual", "disability_grade": "3"},
		{"disability_type": "Physical"},
	),
	(
		"Mental Disability Grade 3",
		{"disability_type": "Mental", "disability_grade": "3"},
		{"disability_grade": "4"},
	),
	("Serious Illness", {"health": "Serious Illness"}, {"health": "Chronic Illness"}),
	("Special Hardship", {}, None),
	("Clergy", {"residence": "Clergy Away 3 Years"}, {"residence": "Living Apart"}),
	(
		"Jobless Severe Disability",
		{"disability_type": "Physical", "disability_grade": "1", "employment": "Not Working"},
		{"employment": "Casual Work"},
	),
]


def test_every_ground_is_tried():
	assert {ground for ground, _fits, _misses in GROUNDS} == set(terms.SINGLE_GROUNDS)


@pytest.mark.parametrize("ground, fits, misses", GROUNDS, ids=[row[0] for row in GROUNDS])
def test_each_group_applies_alone_by_its_own_ground(ground, fits, misses):
	result = run(alone(ground, **fits))
	assert (result.eligible, result.counted, result.amount) == (True, ("x",), Decimal("470.00"))
	if misses is not None:
		assert not run(alone(ground, **fits | misses)).eligible


@pytest.mark.parametrize("ground, fits, misses", GROUNDS, ids=[row[0] for row in GROUNDS])
@pytest.mark.parametrize("family_income, place", [("25380", "above"), ("16919", "below")])
def test_the_family_test_is_for_the_groups_of_低保边缘_only(ground, fits, misses, family_income, place):
	result = run(alone(ground, family_income, **fits))
	if ground in ("Clergy", "Jobless Severe Disability"):
		assert result.amount == Decimal("470.00")
	else:
		rule = "single_application" if place == "above" else "single_whole_family"
		assert not result.eligible and rule in failing(result)


def test_the_property_of_the_family_is_measured_by_the_family():
	case = alone("Serious Illness", health="Serious Illness")
	assert run(case, property=[{"kind": "Deposit", "value": 20000}]).eligible
	assert not run(case, property=[{"kind": "Deposit", "value": 25381}]).eligible


def test_two_persons_do_not_apply_alone_together():
	case = alone("Serious Illness", health="Serious Illness")
	case["members"][1] |= {"in_need": True, "health": "Serious Illness"}
	assert "single_application" in failing(run(case))


def test_a_dead_person_does_not_apply_alone():
	case = alone("Serious Illness", health="Serious Illness", deceased_on="2026-08-01")
	result = run(case)
	assert (result.eligible, result.amount, result.counted) == (False, 0, ())


# --- invariants ------------------------------------------------------------------------------------------
PEOPLE = st.fixed_dictionaries(
	{
		"birth_date": st.dates(date(1930, 1, 1), date(2026, 1, 1)).map(str),
		"kinship": st.sampled_from(sorted(kinship.RELATION)),
		"residence": st.sampled_from(terms.RESIDENCES),
		"in_need": st.booleans(),
		"benefits": st.lists(st.sampled_from(terms.BENEFITS), max_size=1),
	}
)


@st.composite
def families(draw):
	scheme = draw(st.sampled_from(terms.SCHEMES))
	people = draw(st.lists(PEOPLE, min_size=1, max_size=5))
	members = [{"id": f"m{n}", "name": f"成员{n}", **person} for n, person in enumerate(people)]
	incomes = [
		{"member": member["id"], "item": "Wages", "annual": draw(st.integers(0, 20000))} for member in members
	]
	return couple() | {
		"scheme": scheme,
		"route": draw(st.sampled_from(terms.ROUTES)) if scheme == "Temporary" else "Standard",
		"members": members,
		"income": incomes,
		"need": {"cause": "Illness", "requested": 300},
	}


def outcome(result) -> tuple:
	return (
		result.eligible,
		result.amount,
		frozenset(result.counted),
		result.annual_income,
		result.monthly_per_capita,
		result.member_count,
		{scheme: found["eligible"] for scheme, found in result.categories.items()},
	)


@settings(max_examples=70, deadline=None)
@given(families(), PEOPLE, st.integers(0, 9000))
def test_a_dead_member_changes_nothing(case, person, income):
	before = outcome(run(case))
	dead = {"id": "dead", "name": "亡者", **person, "birth_date": "1950-01-01", "deceased_on": "2026-09-01"}
	case["members"] = [dead, *case["members"]]
	case["income"] = [*case["income"], {"member": "dead", "item": "Maintenance", "annual": income}]
	case["property"] = [{"member": "dead", "kind": "Vehicle"}]
	assert outcome(run(case)) == before


@settings(max_examples=70, deadline=None)
@given(families(), st.randoms())
def test_the_order_of_members_does_not_matter(case, random):
	before = outcome(run(case))
	random.shuffle(case["members"])
	random.shuffle(case["income"])
	assert outcome(run(case)) == before


@settings(max_examples=70, deadline=None)
@given(families(), st.integers(0, 4), st.integers(0, 20000))
def test_more_income_never_gives_more_money(case, position, more):
	before = run(case)
	case["income"].append(
		{
			"member": case["members"][position % len(case["members"])]["id"],
			"item": "Other Income",
			"annual": more,
		}
	)
	assert run(case).amount <= before.amount
