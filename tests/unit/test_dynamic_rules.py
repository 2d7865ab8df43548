"""Key groups, monitoring and care: rules without a site."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socaid_app.policy import care, conversion, key_groups, monitoring

DAY = date(2026, 11, 26)


@pytest.mark.parametrize(
	("values", "groups"),
	[
		({"born": date(1956, 11, 26)}, ["老年人"]),
		({"born": date(1956, 11, 27)}, []),
		({"born": date(2008, 11, 27)}, ["未成年人"]),
		({"born": date(2008, 11, 26)}, []),
		({"born": date(1980, 1, 1), "health": "Serious Illness"}, ["重病"]),
		({"born": date(1980, 1, 1), "disability_type": "Mental", "disability_grade": "3"}, ["重度残疾"]),
		({"born": date(1980, 1, 1), "disability_type": "Physical", "disability_grade": "3"}, []),
		({"born": None}, []),
	],
)
def test_who_belongs_to_a_key_group(parameters, values, groups):
	assert key_groups.groups_of(key_groups.Member("测试", **values), parameters, DAY) == groups


def test_a_household_with_somebody_of_a_group_is_of_the_key_class(parameters):
	found = key_groups.grounds(
		[
			key_groups.Member("甲", date(1940, 1, 1), "Serious Illness"),
			key_groups.Member("乙", date(1980, 1, 1)),
		],
		parameters,
		DAY,
	)
	assert found == ["甲：重病、老年人"] and key_groups.review_class(found) == "Key"
	assert key_groups.review_class([]) == "General"


def test_only_what_has_become_of_a_person_is_new():
	ill = {"health": "Serious Illness", "employment": "Not Working"}
	assert monitoring.new_facts(ill, ill) == []
	assert [f.kind for f in monitoring.new_facts({"employment": "Casual Work"}, ill)] == [
		"New Severe Illness",
		"Job Lost",
	]
	grown = monitoring.new_facts(
		{"disability_type": "Mental", "disability_grade": "4"},
		{"disability_type": "Mental", "disability_grade": "3"},
	)
	assert [f.kind for f in grown] == ["New Severe Disability"]


def test_expenses_have_to_exceed_the_ratio():
	assert not monitoring.high_expenses(Decimal(600), Decimal(1000), Decimal("0.6"))
	assert monitoring.high_expenses(Decimal("600.01"), Decimal(1000), Decimal("0.6"))
	assert monitoring.high_expenses(Decimal(1), Decimal(0), Decimal("0.6"))
	assert not monitoring.high_expenses(Decimal(0), Decimal(0), Decimal("0.6"))


@given(st.lists(st.sampled_from(care.MARKS), min_size=1, max_size=9))
def test_a_score_lies_between_nothing_and_all_and_grows_with_what_is_done(marks):
	assert 0 <= care.score(marks) <= 100
	assert care.score([care.WELL] * len(marks)) == 100
	better = [care.WELL, *marks[1:]]
	assert care.score(better) >= care.score(marks)


def test_the_duties_of_a_carer_follow_the_grade():
	assert "每天照料饮食" in care.usual_duties("Full Care")
	assert "每天照料饮食" not in care.usual_duties("Self-reliant")
	assert care.usual_duties("") == care.usual_duties("Self-reliant")


@pytest.mark.parametrize(
	("values", "kinds"),
	[
		({"health": "Serious Illness", "family": {"Edge"}}, ["Apply Singly"]),
		({"health": "Serious Illness", "family": {"Edge", "Dibao"}, "holds": {"Dibao"}}, []),
		({"health": "Serious Illness", "family": {"Rigid"}}, []),
		({"disability_type": "Mental", "disability_grade": "3", "family": {"Edge"}}, ["Apply Singly"]),
		({"disability_type": "Physical", "disability_grade": "3", "family": {"Edge"}}, []),
		({"born": date(2009, 1, 31), "holds": {"Tekun"}}, ["Minor Comes of Age"]),
		({"born": date(2009, 4, 1), "holds": {"Tekun"}}, []),
		({"born": date(2007, 11, 25), "holds": {"Tekun"}}, []),
		({"born": date(1966, 12, 1), "holds": {"Dibao"}, "lives_alone": True}, ["Extreme Hardship"]),
		({"born": date(1966, 12, 1), "holds": {"Dibao"}}, []),
		({"born": date(1990, 1, 1), "holds": {"Dibao"}, "lives_alone": True}, []),
	],
)
def test_who_is_a_candidate_for_another_category(parameters, values, kinds):
	values = {name: frozenset(value) if isinstance(value, set) else value for name, value in values.items()}
	found = conversion.candidates(conversion.Person("测试", **values), date(2027, 2, 26), parameters, DAY)
	assert [one.kind for one in found] == kinds
