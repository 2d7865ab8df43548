"""A household on any day: what is told backwards from today's values is what a replay forwards gives."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from socaid_app.policy import household_history as law
from socaid_app.policy import terms
from socaid_app.policy.household_history import Change, Stay

FIRST = date(2026, 1, 1)
DAYS = some.integers(0, 30).map(lambda number: FIRST + timedelta(days=number))
VALUES = some.sampled_from("甲乙丙")


@given(some.lists(some.tuples(DAYS, VALUES)), VALUES, DAYS)
def test_the_value_of_a_day_is_the_last_that_was_set_until_then(steps, first, day):
	value, changes, wanted = first, [], first
	for on, new in sorted(steps, key=lambda step: step[0]):
		changes.append(Change(on, law.HEAD, value))
		value = new
		if on <= day:
			wanted = new
	assert law.value_on(changes, law.HEAD, value, day) == wanted


@given(some.lists(some.tuples(DAYS, some.booleans())), DAYS, some.none() | DAYS, DAYS)
def test_somebody_lives_in_the_home_on_the_days_on_which_a_replay_says_so(steps, joined, left, day):
	words = {True: terms.LIVING_TOGETHER, False: terms.LIVING_APART}
	lives_in, changes = True, []
	stay = Stay("张三", joined, left)
	told = [
		step for step in sorted(steps, key=lambda step: step[0]) if joined < step[0] and stay.covers(step[0])
	]
	wanted = True
	for on, becomes in told:
		changes.append(Change(on, law.RESIDENCE, words[lives_in], "张三"))
		lives_in = becomes
		if on <= day:
			wanted = becomes
	stay = Stay("张三", joined, left, residence=words[lives_in])
	together = [piece for piece in law.together(stay, changes) if piece.covers(day)]
	assert bool(together) == (stay.covers(day) and wanted)
	for row in law.members_on([stay], changes, day):
		assert row.residence == words[wanted]


@given(DAYS, some.none() | DAYS, DAYS, some.none() | DAYS)
def test_two_stays_overlap_where_they_have_a_day_in_common(joined, left, came, went):
	one, other = Stay("张三", joined, left), Stay("张三", came, went)
	days = [FIRST + timedelta(days=number) for number in range(60)]
	common = [day for day in days if one.covers(day) and other.covers(day)]
	assert law.overlap(one, other) == (common[0] if common else None)


def test_a_stay_entered_by_mistake_has_no_day():
	stay = Stay("张三", FIRST, FIRST)
	assert stay.is_empty() and not stay.covers(FIRST) and law.together(stay, []) == []


def test_what_stood_before_an_older_line_is_not_guessed():
	changes = [Change(date(2026, 1, 5), law.HEAD, None)]
	assert law.value_on(changes, law.HEAD, "甲", date(2026, 1, 4)) is None
	assert law.value_on(changes, law.HEAD, "甲", date(2026, 1, 5)) == "甲"
