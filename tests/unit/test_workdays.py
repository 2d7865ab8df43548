"""Working days against the State Council's announcements, typed here from the notices themselves."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socaid_app.policy.workdays import HOLIDAY, WorkCalendar, official_days, standing_holidays

SHIPPED = WorkCalendar.shipped()


def days(year, *spans):
	found = set()
	for first, last in spans:
		start, end = date(year, *first), date(year, *last)
		found |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
	return found


# 国办发明电〔2024〕12号
HOLIDAYS_2025 = days(
	2025,
	((1, 1), (1, 1)),
	((1, 28), (2, 4)),
	((4, 4), (4, 6)),
	((5, 1), (5, 5)),
	((5, 31), (6, 2)),
	((10, 1), (10, 8)),
)
WORKED_2025 = {date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)}
# 国办发明电〔2025〕7号
HOLIDAYS_2026 = days(
	2026,
	((1, 1), (1, 3)),
	((2, 15), (2, 23)),
	((4, 4), (4, 6)),
	((5, 1), (5, 5)),
	((6, 19), (6, 21)),
	((9, 25), (9, 27)),
	((10, 1), (10, 7)),
)
WORKED_2026 = {
	date(2026, 1, 4),
	date(2026, 2, 14),
	date(2026, 2, 28),
	date(2026, 5, 9),
	date(2026, 9, 20),
	date(2026, 10, 10),
}


@pytest.mark.parametrize(
	"year, off, worked", [(2025, HOLIDAYS_2025, WORKED_2025), (2026, HOLIDAYS_2026, WORKED_2026)]
)
def test_every_day_of_the_year_is_what_the_state_council_announced(year, off, worked):
	day = date(year, 1, 1)
	wrong = []
	while day.year == year:
		expected = day in worked or (day.weekday() < 5 and day not in off)
		if SHIPPED.is_workday(day) != expected:
			wrong.append(day)
		day += timedelta(days=1)
	assert wrong == []


@pytest.mark.parametrize(
	"start, count, due",
	[
		(date(2025, 9, 26), 3, date(2025, 9, 30)),  # 28 September, a Sunday, is worked
		(date(2025, 9, 30), 1, date(2025, 10, 9)),
		(date(2025, 10, 9), 2, date(2025, 10, 11)),  # a worked Saturday
		(date(2026, 2, 13), 1, date(2026, 2, 14)),
		(date(2026, 2, 14), 1, date(2026, 2, 24)),
		(date(2026, 9, 8), 20, date(2026, 10, 12)),
		(date(2026, 9, 24), 3, date(2026, 9, 30)),
	],
)
def test_a_period_in_working_days_counts_make_up_days_and_skips_holidays(start, count, due):
	assert SHIPPED.add_workdays(start, count) == (due, False)


def test_a_due_date_that_runs_into_an_unannounced_year_is_provisional():
	due, provisional = SHIPPED.add_workdays(date(2026, 12, 21), 15)
	assert due.year == 2027
	assert provisional


def test_a_due_date_inside_an_announced_year_is_not_provisional():
	assert SHIPPED.add_workdays(date(2026, 12, 1), 5) == (date(2026, 12, 8), False)


def test_loading_a_year_settles_what_was_provisional():
	new_year = list(official_days(2026))
	settled = WorkCalendar(SHIPPED.days | {date(2027, 1, 4): False}, SHIPPED.years | {2027})
	assert new_year
	assert SHIPPED.add_workdays(date(2026, 12, 30), 2) == (date(2027, 1, 4), True)
	assert settled.add_workdays(date(2026, 12, 30), 2) == (date(2027, 1, 5), False)


# 国务院令第795号 fixes these for 2027; what the yearly notice adds is not known yet.
STANDING_2027 = days(
	2027,
	((1, 1), (1, 1)),
	((2, 5), (2, 8)),
	((4, 5), (4, 5)),
	((5, 1), (5, 2)),
	((6, 9), (6, 9)),
	((9, 15), (9, 15)),
	((10, 1), (10, 3)),
)


def test_the_holidays_that_the_standing_rule_fixes_are_holidays_before_the_year_is_announced():
	day, off = date(2027, 1, 1), set()
	while day.year == 2027:
		if not SHIPPED.is_workday(day):
			off.add(day)
		elif day.weekday() >= 5:
			raise AssertionError(f"{day} cannot be known to be worked yet")
		day += timedelta(days=1)
	assert {day for day in off if day.weekday() < 5} == {day for day in STANDING_2027 if day.weekday() < 5}
	assert off >= STANDING_2027
	assert not SHIPPED.announced(2027)


def test_a_period_over_a_standing_holiday_skips_it_and_stays_provisional():
	assert SHIPPED.add_workdays(date(2027, 2, 4), 1) == (date(2027, 2, 9), True)
	assert SHIPPED.add_days(date(2027, 9, 14), 1) == (date(2027, 9, 16), True)


def test_a_year_without_announcement_or_known_moon_has_weekends_only():
	assert standing_holidays(2040) == []


def test_a_period_in_calendar_days_that_ends_on_a_holiday_moves_to_the_next_working_day():
	assert SHIPPED.add_days(date(2026, 9, 29), 3) == (date(2026, 10, 8), False)


def test_the_official_days_are_named_in_chinese():
	assert {item.name for item in official_days(2026) if item.kind == HOLIDAY} == {
		"元旦",
		"春节",
		"清明节",
		"劳动节",
		"端午节",
		"国庆节",
		"中秋节",
	}


@given(st.dates(date(2025, 1, 1), date(2026, 10, 1)), st.integers(1, 40))
def test_the_nth_working_day_has_exactly_n_working_days_behind_it(start, count):
	due, _provisional = SHIPPED.add_workdays(start, count)
	assert SHIPPED.is_workday(due)
	assert SHIPPED.workdays_between(start, due) == count
