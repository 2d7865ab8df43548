"""Retention periods: never shorter than the notice on 低保 files asks, counted from leaving or from the year's end."""

from datetime import date

import pytest

from socaid_app.policy import retention_periods
from socaid_app.policy.parameters import Parameter, ParameterSet, load_parameters
from socaid_app.policy.retention_periods import APPROVAL, DAILY, Rule

ON = date(2026, 11, 24)


def rule(archive_class=APPROVAL, category="", years=3, permanent=False, since=date(2021, 7, 1), to=None):
	return Rule(f"{category}{years}{since}", archive_class, category, permanent, years, since, to)


def test_the_shipped_minimum_is_three_years_after_leaving_and_five_for_daily_papers():
	parameters = load_parameters()
	assert retention_periods.minimum_years(APPROVAL, parameters, ON) == 3
	assert retention_periods.minimum_years(DAILY, parameters, ON) == 5


def test_the_minimum_is_that_of_the_day():
	key = retention_periods.MINIMUM[APPROVAL]
	parameters = ParameterSet(
		[
			Parameter(key, 3, effective_from=date(2021, 7, 1), effective_to=date(2026, 12, 31)),
			Parameter(key, 10, effective_from=date(2027, 1, 1)),
		]
	)
	assert retention_periods.minimum_years(APPROVAL, parameters, ON) == 3
	assert retention_periods.minimum_years(APPROVAL, parameters, date(2027, 1, 1)) == 10


def test_before_the_first_known_minimum_that_one_holds():
	assert retention_periods.minimum_years(APPROVAL, load_parameters(), date(2010, 1, 1)) == 3


@pytest.mark.parametrize("years", [3, 4, 10, 30])
def test_a_term_may_be_longer(years):
	retention_periods.assert_not_shorter(APPROVAL, False, years, 3)


@pytest.mark.parametrize("years", [2, 1, 0, -5])
def test_a_term_is_never_shorter(years):
	with pytest.raises(retention_periods.ShorterThanLaw, match="不得少于3年"):
		retention_periods.assert_not_shorter(APPROVAL, False, years, 3)


def test_permanent_is_long_enough():
	retention_periods.assert_not_shorter(DAILY, True, 0, 5)


@pytest.mark.parametrize(
	("permanent", "years", "code"),
	[(True, 0, "Y"), (False, 30, "D30"), (False, 10, "D10"), (False, 3, "D3"), (False, 5, "D5")],
)
def test_the_code_says_how_long(permanent, years, code):
	assert retention_periods.code(permanent, years) == code


def test_the_rule_of_the_category_goes_before_the_general_one():
	rules = [rule(years=3), rule(category="农村低保", years=10)]
	assert retention_periods.rule_for(rules, APPROVAL, "农村低保", ON).years == 10
	assert retention_periods.rule_for(rules, APPROVAL, "城市低保", ON).years == 3
	assert retention_periods.rule_for(rules, APPROVAL, "", ON).years == 3


def test_a_later_rule_does_not_change_an_earlier_day():
	rules = [rule(years=3, to=date(2026, 6, 30)), rule(years=10, since=date(2026, 7, 1))]
	assert retention_periods.rule_for(rules, APPROVAL, "", date(2026, 6, 30)).years == 3
	assert retention_periods.rule_for(rules, APPROVAL, "", date(2026, 7, 1)).years == 10


def test_without_a_rule_there_is_none():
	assert retention_periods.rule_for([rule()], DAILY, "", ON) is None
	assert retention_periods.rule_for([rule()], APPROVAL, "", date(2020, 1, 1)) is None


@pytest.mark.parametrize(
	("left", "years", "until"),
	[
		(date(2023, 11, 30), 3, date(2026, 11, 30)),
		(date(2024, 2, 29), 3, date(2027, 2, 28)),
		(None, 3, None),
	],
)
def test_files_of_households_are_kept_from_the_day_they_leave(left, years, until):
	begins = retention_periods.period_begins(APPROVAL, left, 2020)
	assert retention_periods.retain_until(rule(years=years), begins) == until


def test_daily_papers_are_kept_from_the_end_of_their_year():
	begins = retention_periods.period_begins(DAILY, None, 2021)
	assert begins == date(2021, 12, 31)
	assert retention_periods.retain_until(rule(DAILY, years=5), begins) == date(2026, 12, 31)
	assert retention_periods.period_begins(DAILY, None, None) is None


def test_permanent_files_never_expire():
	assert retention_periods.retain_until(rule(permanent=True, years=0), date(2000, 1, 1)) is None
	assert not retention_periods.has_expired(None, ON)


def test_a_file_expires_the_day_after_its_last_day():
	assert not retention_periods.has_expired(ON, ON)
	assert retention_periods.has_expired(date(2026, 11, 23), ON)
