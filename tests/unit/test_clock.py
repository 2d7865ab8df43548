from datetime import date

import pytest

from socaid_app.policy import clock, terms

ACCEPTED = date(2026, 9, 8)


def due_of(deadlines, key):
	return next(item.due for item in deadlines if item.key == key)


def deadlines(
	parameters,
	calendar,
	scheme=terms.DIBAO,
	route=terms.STANDARD,
	authority=terms.TOWNSHIP,
	extended=False,
	**events,
):
	return clock.case_deadlines(
		scheme, route, authority, {"accepted_on": ACCEPTED, **events}, parameters, calendar, extended
	)


@pytest.mark.parametrize(
	"scheme, route, authority, extended, due",
	[
		(terms.DIBAO, terms.STANDARD, terms.TOWNSHIP, False, date(2026, 10, 12)),  # 20 working days
		(terms.DIBAO, terms.STANDARD, terms.COUNTY, False, date(2026, 10, 26)),  # 30
		(terms.DIBAO, terms.STANDARD, terms.TOWNSHIP, True, date(2026, 11, 16)),  # 45
		(terms.EDGE, terms.STANDARD, terms.TOWNSHIP, False, date(2026, 10, 12)),
		(terms.RIGID, terms.STANDARD, terms.TOWNSHIP, False, date(2026, 10, 26)),
		(terms.RIGID, terms.STANDARD, terms.TOWNSHIP, True, date(2026, 11, 16)),
		(terms.TEMPORARY, terms.STANDARD, terms.TOWNSHIP, False, date(2026, 10, 12)),
		(terms.TEMPORARY, terms.QUICK_RELIEF, terms.TOWNSHIP, False, date(2026, 9, 11)),
	],
)
def test_the_whole_case_is_due_by_its_statutory_total(
	parameters, calendar, scheme, route, authority, extended, due
):
	assert due_of(deadlines(parameters, calendar, scheme, route, authority, extended), "total") == due


def test_the_survey_and_the_data_check_start_within_three_working_days(parameters, calendar):
	found = deadlines(parameters, calendar)
	assert due_of(found, "survey_start") == due_of(found, "check_start") == date(2026, 9, 11)


def test_the_survey_of_an_extremely_poor_person_and_its_review_have_fifteen_working_days_each(
	parameters, calendar
):
	found = deadlines(parameters, calendar, terms.TEKUN, reviewed_on=date(2026, 10, 9))
	assert due_of(found, "tekun_survey") == date(2026, 9, 29)
	assert due_of(found, "county_review") == date(2026, 10, 29)
	assert clock.statutory_due(found).key == "county_review"


def test_a_refusal_is_delivered_within_three_working_days(parameters, calendar):
	assert due_of(deadlines(parameters, calendar, decided_on=date(2026, 9, 29)), "notice") == date(
		2026, 10, 9
	)


def test_publicity_is_seven_days_not_counting_the_day_of_posting(parameters, calendar):
	found = clock.publicity_deadline(date(2026, 9, 14), parameters, calendar)
	assert (found.due, found.provisional) == (date(2026, 9, 21), False)


def test_a_deadline_names_its_article(parameters, calendar):
	total = next(item for item in deadlines(parameters, calendar) if item.key == "total")
	assert total.article == "2022年兜底保障通知 四（一）"


def test_a_case_of_december_has_a_provisional_due_date(parameters, calendar):
	found = clock.case_deadlines(
		terms.DIBAO, terms.STANDARD, terms.TOWNSHIP, {"accepted_on": date(2026, 12, 14)}, parameters, calendar
	)
	total = next(item for item in found if item.key == "total")
	assert total.due.year == 2027 and total.provisional
	assert not next(item for item in found if item.key == "survey_start").provisional


@pytest.mark.parametrize(
	"today, status",
	[
		(date(2026, 10, 1), "On Time"),
		(date(2026, 10, 9), "Due Soon"),
		(date(2026, 10, 12), "Due Today"),
		(date(2026, 10, 13), "Overdue"),
	],
)
def test_status_by_the_days_left(today, status):
	assert clock.status(date(2026, 10, 12), today, 3) == status


@pytest.mark.parametrize(
	"start, months, due",
	[
		(date(2026, 1, 31), 1, date(2026, 2, 28)),
		(date(2024, 1, 31), 1, date(2024, 2, 29)),
		(date(2026, 8, 31), 6, date(2027, 2, 28)),
		(date(2026, 11, 23), 12, date(2027, 11, 23)),
	],
)
def test_a_period_in_months_ends_on_the_corresponding_day_or_the_months_end(start, months, due):
	assert clock.add_months(start, months) == due


@pytest.mark.parametrize(
	("start", "months", "on", "due"),
	[
		(date(2026, 3, 1), 12, date(2026, 11, 27), date(2027, 3, 1)),
		(date(2019, 3, 1), 12, date(2026, 11, 27), date(2027, 3, 1)),
		(date(2019, 12, 1), 12, date(2026, 11, 27), date(2026, 12, 1)),
		(date(2025, 5, 27), 6, date(2026, 11, 27), date(2026, 11, 27)),
		(date(2024, 8, 31), 6, date(2026, 2, 28), date(2026, 2, 28)),
		(date(2026, 12, 1), 6, date(2026, 11, 27), date(2027, 6, 1)),
	],
)
def test_the_next_day_of_a_cycle_is_not_past(start, months, on, due):
	assert clock.next_of_cycle(start, months, on) == due


def test_benefits_start_with_the_month_after_the_decision():
	assert clock.next_month(date(2026, 12, 31)) == date(2027, 1, 1)


def test_a_service_limit_looser_than_the_law_is_refused():
	with pytest.raises(clock.ServiceLimitLooserThanLaw, match="宽于法定"):
		clock.assert_not_looser("走访", 13, 12, "月")
	clock.assert_not_looser("走访", 3, 12)


def test_no_shipped_service_limit_is_looser_than_its_statutory_one(parameters):
	from socaid_app.policy.parameters import read_rows

	on = date(2026, 11, 23)
	pairs = [(row["key"], row["statutory_key"]) for row in read_rows() if row["statutory_key"]]
	assert pairs
	for service, statutory in pairs:
		clock.assert_not_looser(service, parameters.get(service, on), parameters.get(statutory, on))


@pytest.mark.parametrize(
	"scheme, event, due, article",
	[
		("Dibao", "member_died_on", date(2026, 11, 16), "2022年兜底保障通知 一（三）"),
		("Tekun", "health_change_on", date(2026, 8, 28), "民发〔2021〕43号 第23条"),
		("Temporary", "urgency_over_on", date(2026, 8, 28), "社会救助法 第50条"),
	],
)
def test_what_happens_to_people_starts_a_clock_of_its_own(parameters, calendar, scheme, event, due, article):
	found = clock.case_deadlines(
		scheme, "Standard", "Township", {event: date(2026, 8, 14)}, parameters, calendar
	)
	assert [(item.due, item.article) for item in found] == [(due, article)]


def test_the_publicity_of_特困_rests_on_its_own_article(parameters, calendar):
	posted = {"publicity_from": date(2026, 9, 14)}
	articles = {
		scheme: clock.case_deadlines(scheme, "Standard", "Township", posted, parameters, calendar)[0].article
		for scheme in ("Dibao", "Tekun")
	}
	assert articles == {"Dibao": "民发〔2021〕57号 第19条", "Tekun": "民发〔2021〕43号第15条"}


def test_help_paid_first_meets_the_short_limit_and_then_waits_for_the_end_of_the_emergency(
	parameters, calendar
):
	def keys(**events):
		found = clock.case_deadlines(
			terms.TEMPORARY,
			terms.QUICK_RELIEF,
			terms.TOWNSHIP,
			{"accepted_on": date(2026, 9, 8), **events},
			parameters,
			calendar,
			paid_first=True,
		)
		return {item.key: item for item in found}

	assert keys()[clock.TOTAL].length == 20
	over = keys(urgency_over_on=date(2026, 9, 14))
	assert clock.TOTAL not in over
	assert (over["urgent_supplement"].start, over["urgent_supplement"].length) == (date(2026, 9, 14), 10)
