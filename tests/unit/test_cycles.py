"""How often households are checked, and how a round is laid out."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socaid_app.policy import clock, cycles, terms

TODAY = date(2026, 11, 23)
DOCTYPES = Path(__file__).parents[2] / "socaid_app/field_visits/doctype"
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def months_allowed(parameters, scheme, review_class, kind=cycles.MONTHLY_CHECK, on=TODAY):
	found = cycles.limit(scheme, review_class, kind, parameters, on)
	return found and found.months


@pytest.mark.parametrize(
	("scheme", "review_class", "months"),
	[
		(terms.DIBAO, "Key", 12),
		(terms.DIBAO, "General", 6),
		(terms.DIBAO, "", 6),
		(terms.TEKUN, "", 12),
		(terms.EDGE, "General", 12),
		(terms.RIGID, "", 12),
		(terms.TEMPORARY, "", None),
	],
)
def test_the_law_limits_how_long_a_benefit_goes_without_review(parameters, scheme, review_class, months):
	assert months_allowed(parameters, scheme, review_class) == months


def test_the_limit_names_every_source_that_sets_it(parameters):
	basis = cycles.limit(terms.DIBAO, "General", cycles.STATUTORY_REVIEW, parameters, TODAY).basis
	assert "57号" in basis and "吉林省民政厅" in basis


def test_before_the_province_spoke_only_the_ministry_binds(parameters):
	found = cycles.limit(terms.DIBAO, "General", cycles.STATUTORY_REVIEW, parameters, date(2022, 1, 1))
	assert found.months == 6 and "吉林" not in found.basis


def test_every_scheme_is_visited_within_the_year_the_plan_promises(parameters):
	for scheme in terms.SCHEMES:
		assert months_allowed(parameters, scheme, "", cycles.HOME_VISIT) == 12


def test_a_callback_has_no_limit_of_law(parameters):
	assert months_allowed(parameters, terms.DIBAO, "General", cycles.PHONE_CALLBACK) is None


def test_a_service_interval_may_be_stricter_than_the_law_and_never_looser(parameters):
	allowed = cycles.limit(terms.DIBAO, "General", cycles.OVERALL_EVALUATION, parameters, TODAY)
	cycles.check_interval("综合评估", 6, allowed)
	cycles.check_interval("综合评估", 1, allowed)
	with pytest.raises(clock.ServiceLimitLooserThanLaw) as refused:
		cycles.check_interval("综合评估", 7, allowed)
	assert "7" in str(refused.value) and "6" in str(refused.value) and "57号" in str(refused.value)


def test_an_interval_is_at_least_a_month():
	with pytest.raises(ValueError):
		cycles.check_interval("每月排查", 0, None)


def test_the_next_check_is_due_on_the_corresponding_day_or_the_end_of_a_shorter_month(calendar):
	# 28 February 2026 is a make-up working day, 30 April a Thursday
	assert cycles.next_due(date(2026, 1, 31), 1, calendar) == (date(2026, 2, 28), False)
	assert cycles.next_due(date(2026, 1, 30), 3, calendar) == (date(2026, 4, 30), False)


def test_a_due_date_on_a_day_off_moves_to_the_next_working_day(calendar):
	assert cycles.next_due(date(2026, 9, 1), 1, calendar) == (date(2026, 10, 8), False)


def test_a_due_date_in_a_year_not_announced_is_provisional(calendar):
	assert cycles.next_due(date(2038, 5, 3), 12, calendar)[1] is True


@given(on=days, months=st.integers(1, 24), back=st.integers(0, 800))
def test_a_visit_counts_exactly_as_long_as_its_interval_lasts(on, months, back):
	visit = on - timedelta(days=back)
	assert (visit >= cycles.earliest_in_time(on, months)) == (clock.add_months(visit, months) >= on)


@given(start=days, collection=st.integers(1, 40), visits=st.integers(1, 60))
def test_the_stages_of_a_round_follow_each_other_without_gap_or_overlap(start, collection, visits):
	stages = cycles.default_stages(start, collection, visits)
	assert [item.stage for item in stages] == list(cycles.STAGES)
	assert stages[0].starts_on == start
	for before, later in zip(stages, stages[1:], strict=False):
		assert later.starts_on == before.due_on + timedelta(days=1)
	assert all(item.due_on >= item.starts_on for item in stages)


def test_a_monthly_round_collects_ten_days_visits_fifteen_and_ends_with_the_month():
	stages = cycles.default_stages(date(2026, 11, 1), 10, 15)
	assert [item.due_on.day for item in stages] == [10, 25, 28, 30]
	february = cycles.default_stages(date(2026, 2, 1), 10, 15)
	assert february[-1].due_on == date(2026, 3, 1)  # two stages need four days, buffer apart


def test_the_buffer_comes_after_the_last_stage():
	assert cycles.round_end([date(2026, 11, 25), date(2026, 11, 30)], 3) == date(2026, 12, 3)


@pytest.mark.parametrize(
	("done_on", "today", "status"),
	[
		(None, date(2026, 11, 12), "Not Done"),
		(None, date(2026, 11, 13), "Overdue"),
		(date(2026, 11, 12), date(2026, 11, 30), "Done"),
		(date(2026, 11, 13), date(2026, 11, 30), "Late"),
	],
)
def test_a_stage_is_late_only_after_its_day_and_its_buffer(done_on, today, status):
	assert cycles.stage_status(date(2026, 11, 10), 2, done_on, today) == status


def test_the_workload_says_how_many_days_and_teams_a_round_needs():
	load = cycles.workload(households=300, teams=2, visits_per_day=8, reserve_percent=10, days_available=11)
	assert (load.reserve, load.visits, load.per_day) == (30, 330, 16)
	assert (load.days_needed, load.teams_needed, load.enough) == (21, 4, False)


@given(
	households=st.integers(0, 100_000),
	teams=st.integers(1, 50),
	rate=st.integers(1, 20),
	reserve=st.integers(0, 50),
	available=st.integers(1, 60),
)
def test_with_the_teams_it_asks_for_a_round_is_done_in_time(households, teams, rate, reserve, available):
	load = cycles.workload(households, teams, rate, reserve, available)
	again = cycles.workload(households, max(load.teams_needed, 1), rate, reserve, available)
	assert again.enough


def test_without_a_team_nothing_is_planned():
	with pytest.raises(ValueError):
		cycles.workload(10, 0, 8, 10, 11)


@pytest.mark.parametrize(
	("doctype", "field", "words"),
	[
		("review_cycle_rule", "check_kind", cycles.CHECK_KINDS),
		("review_cycle_rule", "review_class", ("", *cycles.REVIEW_CLASSES)),
		("screening_stage", "stage", cycles.STAGES),
		("screening_stage", "status", (cycles.OPEN, cycles.DONE, cycles.LATE, cycles.OVERDUE)),
	],
)
def test_records_and_the_law_library_share_one_vocabulary(doctype, field, words):
	meta = json.loads((DOCTYPES / doctype / f"{doctype}.json").read_text(encoding="utf-8"))
	options = next(row["options"] for row in meta["fields"] if row["fieldname"] == field)
	assert tuple(options.split("\n")) == tuple(words)
