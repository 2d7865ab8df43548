"""Whose consent a check needs: whoever's income the decision looks at, and nobody else."""

import pytest

from socaid_app.policy import consent, terms
from socaid_app.policy.names import comparable_name


def case(**changes) -> dict:
	members = [
		{"id": "head", "name": "户主", "birth_date": "1961-03-05", "kinship": "02", "in_need": True},
		{"id": "wife", "name": "妻子", "birth_date": "1963-07-09", "kinship": "12"},
		{
			"id": "son",
			"name": "儿子",
			"birth_date": "1988-07-09",
			"kinship": "20",
			"independent": True,
			"residence": terms.LIVING_APART,
		},
	]
	return {
		"scheme": terms.DIBAO,
		"category": "农村低保",
		"area": terms.RURAL,
		"applied_on": "2026-09-01",
		"members": members,
		**changes,
	}


@pytest.mark.parametrize(
	"changes, asked",
	[
		({}, ["head", "wife"]),
		({"single_application": terms.SEVERE_DISABILITY}, ["head", "wife"]),
		({"single_application": terms.SPECIAL_HARDSHIP}, ["head", "wife"]),
		# Clergy and jobless adults are judged by what they have themselves.
		({"single_application": terms.CLERGY}, ["head"]),
		({"single_application": terms.JOBLESS_SEVERE_DISABILITY}, ["head"]),
		({"scheme": terms.TEMPORARY}, ["head", "wife"]),
		# 特困 asks whether the grown-up son is able to support (43号 Art. 8, 10).
		({"scheme": terms.TEKUN}, ["head", "wife", "son"]),
	],
)
def test_everybody_whose_income_is_looked_at_is_asked(changes, asked):
	assert consent.asked_members(case(**changes)) == asked


def test_the_dead_and_the_missing_are_not_asked():
	members = case()["members"]
	members[1]["deceased_on"] = "2026-08-01"
	members[2]["residence"] = terms.DECLARED_MISSING
	assert consent.asked_members(case(scheme=terms.TEKUN, members=members)) == ["head"]


@pytest.mark.parametrize(
	"scheme, consented, incapable, deceased, asked",
	[
		(terms.DIBAO, False, False, False, False),
		(terms.DIBAO, True, False, False, True),
		(terms.TEKUN, False, False, False, True),
		(terms.TEKUN, False, True, False, False),
		(terms.TEKUN, True, False, True, False),
	],
)
def test_supporters_outside_the_household_sign_where_they_are_checked(
	scheme, consented, incapable, deceased, asked
):
	assert consent.asks_supporter(scheme, consented, incapable, deceased) == asked


@pytest.mark.parametrize(
	"one, other, same",
	[
		("阿依古丽·买买提", "阿依古丽•买买提", True),
		("陈　桂芳", "陈桂芳", True),
		("李\u200b明", "李明", True),
		("ＷＡＮＧ", "wang", True),
		("李𬱖", "李𫖯", False),
		("李明", "李明华", False),
	],
)
def test_names_are_compared_by_their_letters(one, other, same):
	assert (comparable_name(one) == comparable_name(other)) is same
