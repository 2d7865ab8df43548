"""Samples that can be drawn again and error rates that say how sure they are."""

import math
import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socaid_app.policy.periods import period_of
from socaid_app.policy.sampling import SamplingError, draw, fingerprint, wilson

POPULATIONS = st.dictionaries(
	st.text("abc123", min_size=1), st.sampled_from(["甲乡", "乙乡", "丙乡"]), max_size=60
)
PERCENTS = st.integers(0, 100)
SEEDS = st.integers(0, 2**31 - 1)


@given(POPULATIONS, PERCENTS, st.integers(0, 5), SEEDS)
def test_every_stratum_gives_its_share_and_at_least_the_minimum_or_all_it_has(
	population, percent, least, seed
):
	sample = draw(population, percent, least, seed)
	assert set(sample.strata) == set(population.values())
	for stratum, (size, drawn) in sample.strata.items():
		assert size == sum(1 for value in population.values() if value == stratum)
		assert drawn == sum(1 for name in sample.names if population[name] == stratum)
		assert min(least, size) <= drawn <= size
		assert drawn == min(size, max(least, math.ceil(size * percent / 100)))


@given(POPULATIONS, PERCENTS, SEEDS)
def test_a_sample_is_drawn_from_the_population_without_repetition(population, percent, seed):
	names = draw(population, percent, 1, seed).names
	assert set(names) <= set(population) and len(names) == len(set(names))


@given(POPULATIONS, PERCENTS, SEEDS, st.randoms(use_true_random=False))
def test_the_same_population_in_any_order_gives_the_same_sample(population, percent, seed, shuffler):
	items = list(population.items())
	shuffler.shuffle(items)
	assert draw(dict(items), percent, 1, seed) == draw(population, percent, 1, seed)


def test_the_sample_of_a_seed_never_changes():
	"""A spot check of years ago must still come out the same."""
	population = {f"ZF-{number:04d}": "甲乡" if number % 2 else "乙乡" for number in range(40)}
	sample = draw(population, 10, 1, 20261123)
	assert sample.names == ("ZF-0005", "ZF-0010", "ZF-0013", "ZF-0020")
	assert sample.strata == {"甲乡": (20, 2), "乙乡": (20, 2)}
	assert draw(population, "10.0", 1, 20261123).fingerprint == sample.fingerprint


def test_no_stratum_and_no_unit_is_preferred():
	population = {f"{number:03d}": "甲" for number in range(100)}
	counts = dict.fromkeys(population, 0)
	for seed in range(2000):
		for name in draw(population, 10, 0, seed).names:
			counts[name] += 1
	# 200 expected each, standard deviation 13.4
	assert all(130 < count < 270 for count in counts.values())


@given(POPULATIONS.filter(bool), SEEDS)
def test_the_fingerprint_changes_with_population_settings_and_result(population, seed):
	sample = draw(population, 10, 1, seed)
	others = [
		fingerprint(population | {"new": "甲乡"}, 10, 1, seed, sample.names),
		fingerprint(population, 11, 1, seed, sample.names),
		fingerprint(population, 10, 2, seed, sample.names),
		fingerprint(population, 10, 1, seed + 1, sample.names),
		fingerprint(population, 10, 1, seed, [*sample.names, "more"]),
	]
	assert sample.fingerprint not in others and len(set(others)) == len(others)


@pytest.mark.parametrize(("percent", "least"), [(-1, 1), (101, 1), (10, -1)])
def test_impossible_settings_are_refused(percent, least):
	with pytest.raises(SamplingError):
		draw({"a": "甲"}, percent, least, 1)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_contains_the_rate_and_lies_between_none_and_all(case):
	errors, checked = case
	rate = wilson(errors, checked)
	assert rate.value == errors / checked
	assert 0 <= rate.low <= rate.value <= rate.high <= 1


@given(st.integers(0, 50))
def test_more_checks_with_the_same_rate_narrow_the_interval(errors):
	small, large = wilson(errors, 50), wilson(errors * 20, 1000)
	assert large.high - large.low < small.high - small.low


@pytest.mark.parametrize(
	("errors", "checked", "low", "high"),
	# Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3
	[(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_agrees_with_published_values(errors, checked, low, high):
	rate = wilson(errors, checked)
	assert (rate.low, rate.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_without_checks_nothing_is_known():
	rate = wilson(0, 0)
	assert (rate.value, rate.low, rate.high) == (0, 0, 1)
	with pytest.raises(SamplingError):
		wilson(2, 1)


def test_the_interval_covers_the_true_rate_about_nineteen_times_of_twenty():
	numbers = random.Random(7)
	covered = 0
	for _trial in range(2000):
		errors = sum(numbers.random() < 0.08 for _unit in range(120))
		rate = wilson(errors, 120)
		covered += rate.low <= 0.08 <= rate.high
	assert 0.93 < covered / 2000 < 0.97


# --- rounds ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	("months", "label", "start", "end"),
	[
		(1, "2026-11", date(2026, 11, 1), date(2026, 11, 30)),
		(3, "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
		(6, "2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
		(12, "2026", date(2026, 1, 1), date(2026, 12, 31)),
		(2, "2026-11/2", date(2026, 11, 1), date(2026, 12, 31)),
	],
)
def test_a_round_is_the_calendar_month_quarter_or_half_year(months, label, start, end):
	period = period_of(date(2026, 11, 23), months)
	assert (period.label, period.start, period.end) == (label, start, end)


@given(st.dates(date(2001, 1, 1), date(2060, 1, 1)), st.integers(1, 24))
def test_rounds_follow_each_other_without_gap(on, months):
	period = period_of(on, months)
	assert period.start <= on <= period.end
	following = period_of(period.end + timedelta(days=1), months)
	assert following.start == period.end + timedelta(days=1) and following.label != period.label


def test_a_round_has_at_least_one_month():
	with pytest.raises(ValueError):
		period_of(date(2026, 11, 23), 0)
