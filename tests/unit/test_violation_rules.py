"""What the law and the county's figures say of fines, ballots and conclusions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socaid_app.policy import violations as law
from socaid_app.policy.parameters import load_parameters

FIGURES = load_parameters()
NOW = date(2026, 11, 26)
SOUND = law.Finding(
	conclusion=law.RETURN,
	on=NOW,
	conduct_ended=date(2026, 10, 31),
	obtained=Decimal(1000),
	returned=Decimal(1000),
	facts="隐瞒收入",
	reason="查证属实",
	basis="社会救助法第73条",
	remedies="可以复议",
	evidence=1,
	stated_on=NOW,
	proposed=law.RETURN,
	agreed=True,
)


def rules(finding):
	return {breach.rule for breach in law.breaches(finding, FIGURES)}


def test_a_complete_case_may_be_concluded():
	assert rules(SOUND) == set()


@pytest.mark.parametrize(
	("ended", "limits"),
	[
		(date(2026, 6, 30), (1000, 3000)),
		(date(2026, 7, 1), (0, 2000)),
	],
)
def test_a_fine_is_judged_by_the_law_of_the_day_on_which_the_conduct_ended(ended, limits):
	assert law.fine_limits(ended, Decimal(1000), FIGURES) == limits


@pytest.mark.parametrize(
	("fine", "ended", "refused"),
	[
		("2000", date(2026, 10, 31), False),
		("2000.01", date(2026, 10, 31), True),
		("0", date(2026, 10, 31), True),
		("999.99", date(2026, 6, 30), True),
		("3000", date(2026, 6, 30), False),
		("3000.01", date(2026, 6, 30), True),
		("100", None, True),
	],
)
def test_a_fine_lies_within_the_limits_to_the_cent(fine, ended, refused):
	finding = replace(
		SOUND,
		conclusion=law.RETURN_AND_FINE,
		proposed=law.RETURN_AND_FINE,
		fine=Decimal(fine),
		conduct_ended=ended,
	)
	assert bool(rules(finding) & {"violation_fine", "violation_day"}) is refused


@pytest.mark.parametrize(
	("changed", "rule"),
	[
		({"stated_on": None}, "violation_statement"),
		({"stated_on": date(2026, 11, 27)}, "violation_statement"),
		({"evidence": 0}, "violation_facts"),
		({"reason": " "}, "violation_reasons"),
		({"basis": ""}, "violation_reasons"),
		({"remedies": ""}, "violation_reasons"),
		({"returned": Decimal("1000.01")}, "violation_return"),
		({"returned": Decimal(0)}, "violation_return"),
		({"fine": Decimal(1)}, "violation_fine"),
		({"conclusion": law.EDUCATION, "proposed": law.EDUCATION}, "violation_return"),
		({"agreed": False}, "violation_departure"),
		({"proposed": law.EDUCATION}, "violation_departure"),
	],
)
def test_what_is_missing_is_named(changed, rule):
	assert rules(replace(SOUND, **changed)) == {rule}


def test_who_departs_from_the_deliberation_says_why():
	assert rules(replace(SOUND, agreed=False, departure="评议依据的金额有误")) == set()


@pytest.mark.parametrize(
	("entitled", "present", "enough"),
	[(3, 3, True), (3, 2, False), (6, 4, True), (6, 3, False), (9, 6, True)],
)
def test_enough_members_are_there(entitled, present, enough):
	there = law.Attendance(entitled, present)
	assert (law.attendance_breaches(there, NOW, FIGURES) == []) is enough


def test_a_meeting_has_a_chair_who_does_not_stand_aside():
	found = law.attendance_breaches(law.Attendance(5, 5, chaired=False), NOW, FIGURES)
	assert [breach.rule for breach in found] == ["deliberation_chair"]


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_proposal_is_carried_by_more_than_half_of_the_voters(agree, disagree, abstain):
	voters = agree + disagree + abstain
	assert law.carried(agree, voters) == (agree > disagree + abstain)
