"""Every clock of the petition regulation, with the holidays it meets."""

from dataclasses import replace
from datetime import date

import pytest

from socaid_app.policy import petitions as law
from socaid_app.policy.petitions import (
	APPEAL,
	HANDLED,
	RECHECK,
	REVIEW,
	Hearing,
	PetitionFacts,
	ReviewFacts,
)

D = date
APPEAL_UNDER_WAY = PetitionFacts(
	APPEAL, D(2026, 9, 1), status=law.UNDER_WAY, route=HANDLED, accepted_on=D(2026, 9, 8)
)
ANSWERED = replace(
	APPEAL_UNDER_WAY, status=law.ANSWERED, answered_on=D(2026, 10, 20), delivered_on=D(2026, 10, 22)
)


# --- notice: fifteen calendar days, for everything -----------------------------------------------------------
@pytest.mark.parametrize(
	"received, due",
	[
		(D(2026, 3, 2), D(2026, 3, 17)),  # a Tuesday
		(D(2026, 3, 6), D(2026, 3, 23)),  # the 21st is a Saturday
		(
			D(2026, 2, 2),
			D(2026, 2, 24),
		),  # the 17th is New Year's Day by the lunar calendar: first day of work
		(D(2026, 1, 30), D(2026, 2, 14)),  # a Saturday worked in exchange for the Spring Festival
		(D(2026, 9, 16), D(2026, 10, 8)),  # the 1st begins the National Day holiday
		(D(2025, 9, 18), D(2025, 10, 9)),  # National Day and Mid-Autumn in one
		(D(2024, 2, 14), D(2024, 2, 29)),  # the leap day
		(D(2025, 2, 14), D(2025, 3, 3)),  # no leap day: the 1st of March is a Saturday
		(D(2025, 12, 20), D(2026, 1, 4)),  # a Sunday worked in exchange for New Year
	],
)
def test_everybody_is_told_in_writing_within_fifteen_days(parameters, calendar, received, due):
	found = law.notice_deadline(received, parameters, calendar)
	assert (found.due, found.provisional) == (due, False)
	assert "第23条" in found.article


@pytest.mark.parametrize("category", [law.SUGGESTION, law.ACCUSATION, APPEAL])
@pytest.mark.parametrize("channel", ["In Person", "Through the Web", "Passed on to Us"])
def test_the_notice_is_due_in_every_category_and_channel(parameters, calendar, category, channel):
	facts = PetitionFacts(category, D(2026, 3, 2), channel=channel)
	assert law.governing(law.clocks(facts, parameters, calendar)).key == law.NOTICE


def test_a_year_not_announced_gives_a_provisional_date(parameters, calendar):
	assert law.notice_deadline(D(2031, 5, 5), parameters, calendar).provisional
	assert law.notice_deadline(D(2030, 12, 28), parameters, calendar).provisional
	assert law.return_deadline(D(2031, 5, 5), parameters, calendar).provisional


def test_an_answer_within_fifteen_days_is_the_notice(parameters, calendar):
	facts = replace(ANSWERED, accepted_on=None, answered_on=D(2026, 9, 3))
	(notice,) = law.clocks(facts, parameters, calendar)
	assert notice.done_on == D(2026, 9, 3)


def test_whom_nobody_can_reach_is_not_told_but_the_decision_is_due(parameters, calendar):
	facts = PetitionFacts(law.SUGGESTION, D(2026, 9, 1), reachable=False)
	assert law.governing(law.clocks(facts, parameters, calendar)).key == law.NOTICE
	taken_up = replace(facts, status=law.UNDER_WAY, accepted_on=D(2026, 9, 4))
	assert law.governing(law.clocks(taken_up, parameters, calendar)) is None


def test_a_refusal_that_was_not_delivered_keeps_its_clock(parameters, calendar):
	facts = PetitionFacts(APPEAL, D(2026, 9, 1), status=law.NOT_TAKEN_UP)
	assert law.governing(law.clocks(facts, parameters, calendar)).due == D(2026, 9, 16)
	told = replace(facts, notified_on=D(2026, 9, 10))
	assert law.governing(law.clocks(told, parameters, calendar)) is None


# --- return: five working days -------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"received, due",
	[
		(D(2026, 3, 2), D(2026, 3, 9)),
		(D(2026, 2, 12), D(2026, 2, 26)),  # 13, 14 (worked), 24, 25, 26: the festival lies between
		(D(2026, 9, 29), D(2026, 10, 12)),  # 30, then 8, 9, 10 (worked), 12
		(D(2025, 9, 26), D(2025, 10, 10)),  # 28 (worked), 29, 30, 9, 10
	],
)
def test_what_is_outside_our_competence_goes_back_within_five_working_days(
	parameters, calendar, received, due
):
	found = law.return_deadline(received, parameters, calendar)
	assert found.due == due and "第23条" in found.article


def test_the_return_governs_nothing_and_is_shown_only_to_whom_something_was_sent(parameters, calendar):
	sent = PetitionFacts(APPEAL, D(2026, 3, 2), channel="Assigned to Us")
	clocks = law.clocks(sent, parameters, calendar)
	assert [item.deadline.key for item in clocks] == [law.NOTICE, law.RETURN]
	assert law.governing(clocks).key == law.NOTICE
	walked_in = replace(sent, channel="In Person")
	assert [item.deadline.key for item in law.clocks(walked_in, parameters, calendar)] == [law.NOTICE]


@pytest.mark.parametrize(
	"channel, asked_on, rule",
	[
		("Passed on to Us", D(2026, 3, 9), None),
		("Passed on to Us", D(2026, 3, 10), "too_late"),
		("In Person", D(2026, 3, 3), "no_sender"),
		("Through the Web", D(2026, 3, 3), "no_sender"),
	],
)
def test_only_what_was_sent_goes_back_and_only_in_time(parameters, calendar, channel, asked_on, rule):
	facts = PetitionFacts(APPEAL, D(2026, 3, 2), channel=channel)
	breaches = law.return_breaches(facts, asked_on, parameters, calendar)
	assert [breach.rule for breach in breaches] == ([rule] if rule else [])


# --- decision: sixty days, for one route only ------------------------------------------------------------------
@pytest.mark.parametrize(
	"accepted, extension, due",
	[
		(D(2026, 3, 3), 0, D(2026, 5, 6)),  # the 2nd of May is a holiday, the 6th the first day of work
		(D(2026, 3, 2), 0, D(2026, 5, 6)),  # the 1st of May
		(D(2026, 1, 5), 0, D(2026, 3, 6)),  # the Spring Festival inside does not lengthen calendar days
		(D(2026, 8, 3), 0, D(2026, 10, 8)),  # the 2nd of October
		(D(2026, 8, 11), 0, D(2026, 10, 10)),  # a Saturday worked in exchange
		(D(2026, 8, 3), 30, D(2026, 11, 2)),  # ninety days, the 1st of November is a Sunday
		(D(2026, 7, 3), 30, D(2026, 10, 8)),  # ninety days end on National Day
		(D(2026, 3, 3), 10, D(2026, 5, 12)),
		(D(2023, 12, 31), 0, D(2024, 2, 29)),  # the leap day
		(D(2025, 12, 31), 0, D(2026, 3, 2)),  # the 1st of March is a Sunday
	],
)
def test_an_appeal_is_decided_within_sixty_days_and_the_extension(
	parameters, calendar, accepted, extension, due
):
	found = law.decide_deadline(accepted, APPEAL, HANDLED, parameters, calendar, extension)
	assert (found.due, found.length, found.unit) == (due, 60 + extension, "calendar days")
	assert "第34条" in found.article


@pytest.mark.parametrize(
	"category, route",
	[(category, route) for category in (law.SUGGESTION, law.ACCUSATION) for route in ("", *law.ROUTES)]
	+ [(APPEAL, route) for route in ("", *law.ROUTES) if route != HANDLED],
)
def test_nothing_else_ever_runs_on_the_sixty_days(parameters, calendar, category, route):
	assert law.decide_deadline(D(2026, 3, 2), category, route, parameters, calendar) is None
	facts = replace(APPEAL_UNDER_WAY, category=category, route=route, extension_days=30)
	assert law.DECIDE not in [item.deadline.key for item in law.clocks(facts, parameters, calendar)]
	breaches = law.extension_breaches(facts, D(2026, 9, 20), 30, "复杂", parameters, calendar)
	assert [breach.rule for breach in breaches] == ["not_on_clock"]


@pytest.mark.parametrize(
	"asked_on, days, reason, already, rules",
	[
		(D(2026, 10, 1), 30, "情况复杂", 0, []),
		(D(2026, 10, 1), 1, "情况复杂", 0, []),
		(D(2026, 11, 9), 30, "情况复杂", 0, []),  # the 7th is a Saturday: the 9th is still in time
		(D(2026, 11, 10), 30, "情况复杂", 0, ["too_late"]),
		(D(2026, 10, 1), 31, "情况复杂", 0, ["too_long"]),
		(D(2026, 10, 1), 0, "情况复杂", 0, ["too_long"]),
		(D(2026, 10, 1), -5, "情况复杂", 0, ["too_long"]),
		(D(2026, 10, 1), 10, " ", 0, ["no_reason"]),
		(D(2026, 10, 1), 10, "又复杂", 15, ["extended"]),
		(D(2026, 12, 1), 40, "", 30, ["extended", "too_long", "too_late", "no_reason"]),
	],
)
def test_an_extension_is_asked_for_once_in_time_with_a_reason_and_for_thirty_days_at_most(
	parameters, calendar, asked_on, days, reason, already, rules
):
	facts = replace(APPEAL_UNDER_WAY, extension_days=already)
	breaches = law.extension_breaches(facts, asked_on, days, reason, parameters, calendar)
	assert [breach.rule for breach in breaches] == rules
	assert all("第34条" in breach.article for breach in breaches)


def test_notice_and_decision_run_side_by_side_and_the_nearer_governs(parameters, calendar):
	clocks = law.clocks(APPEAL_UNDER_WAY, parameters, calendar)
	assert [item.deadline.key for item in clocks] == [law.NOTICE, law.DECIDE]
	assert law.governing(clocks).due == D(2026, 9, 16)
	told = replace(APPEAL_UNDER_WAY, notified_on=D(2026, 9, 9))
	assert law.governing(law.clocks(told, parameters, calendar)).due == D(2026, 11, 9)
	extended = replace(told, extension_days=30)
	assert law.governing(law.clocks(extended, parameters, calendar)).due == D(2026, 12, 7)
	assert law.governing(law.clocks(replace(told, answered_on=D(2026, 10, 1)), parameters, calendar)) is None


def test_a_matter_assigned_to_others_waits_for_the_earliest_report(parameters, calendar):
	facts = replace(
		APPEAL_UNDER_WAY,
		status=law.PASSED_ON,
		accepted_on=None,
		notified_on=D(2026, 9, 9),
		reports_due=(D(2026, 10, 20), D(2026, 10, 12)),
	)
	governing = law.governing(law.clocks(facts, parameters, calendar))
	assert (governing.key, governing.due) == (law.REPORT_BACK, D(2026, 10, 12))


@pytest.mark.parametrize("status", [law.JOINED, law.SENT_BACK])
def test_what_was_joined_or_sent_back_has_no_clock_of_its_own(parameters, calendar, status):
	assert law.clocks(replace(APPEAL_UNDER_WAY, status=status), parameters, calendar) == []


# --- review and recheck ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("stage, article", [(REVIEW, "第35条"), (RECHECK, "第36条")])
@pytest.mark.parametrize(
	"start, due",
	[
		(D(2026, 3, 2), D(2026, 4, 1)),
		(D(2026, 1, 21), D(2026, 2, 24)),  # the 20th lies in the Spring Festival
		(D(2026, 9, 3), D(2026, 10, 8)),  # the 3rd of October
		(D(2026, 8, 11), D(2026, 9, 10)),
		(D(2026, 8, 21), D(2026, 9, 20)),  # a Sunday worked in exchange
		(D(2024, 1, 30), D(2024, 2, 29)),  # the leap day
	],
)
def test_thirty_days_to_ask_and_thirty_to_answer(parameters, calendar, stage, article, start, due):
	asked = law.request_deadline(stage, start, parameters, calendar)
	answered = law.reply_deadline(ReviewFacts(stage, start), parameters, calendar)
	assert asked.due == answered.due == due
	assert article in asked.article and article in answered.article


@pytest.mark.parametrize(
	"hearings, days, due",
	[
		((), 0, D(2026, 4, 1)),
		((Hearing(D(2026, 3, 9), D(2026, 3, 12), D(2026, 3, 13)),), 5, D(2026, 4, 7)),  # 6th: Tomb Sweeping
		((Hearing(D(2026, 3, 10)),), 1, D(2026, 4, 2)),  # announced, not held yet
		((Hearing(None, D(2026, 3, 10)),), 1, D(2026, 4, 2)),
		# two that overlap count each day once
		(
			(Hearing(D(2026, 3, 9), None, D(2026, 3, 11)), Hearing(D(2026, 3, 11), None, D(2026, 3, 12))),
			4,
			D(2026, 4, 7),
		),
		# begun before the recheck was asked for
		((Hearing(D(2026, 2, 25), None, D(2026, 3, 4)),), 2, D(2026, 4, 3)),
		# begun after the period ran out
		((Hearing(D(2026, 4, 10), None, D(2026, 4, 12)),), 0, D(2026, 4, 1)),
		# the second is in time because of the first
		(
			(Hearing(D(2026, 3, 20), None, D(2026, 3, 29)), Hearing(D(2026, 4, 8), None, D(2026, 4, 9))),
			12,
			D(2026, 4, 13),
		),
		((Hearing(None),), 0, D(2026, 4, 1)),
	],
)
def test_the_days_of_hearings_do_not_count_towards_a_recheck(parameters, calendar, hearings, days, due):
	review = ReviewFacts(RECHECK, D(2026, 3, 2), hearings)
	assert law.hearing_days(review, parameters, calendar) == days
	assert law.reply_deadline(review, parameters, calendar).due == due


def test_a_review_is_not_lengthened_by_hearings(parameters, calendar):
	review = ReviewFacts(REVIEW, D(2026, 3, 2), (Hearing(D(2026, 3, 9), None, D(2026, 3, 13)),))
	assert law.reply_deadline(review, parameters, calendar).due == D(2026, 4, 1)


@pytest.mark.parametrize(
	"requested_on, changes, rule",
	[
		(D(2026, 10, 22), {}, None),
		(D(2026, 11, 23), {}, None),  # the 21st is a Saturday
		(D(2026, 11, 24), {}, "too_late"),
		(D(2026, 10, 21), {}, "too_early"),
		(D(2027, 6, 1), {"delivered_on": None}, None),  # what was not delivered starts no period
		(D(2026, 10, 23), {"answered_on": None, "delivered_on": None}, "no_opinion"),
		(D(2026, 10, 23), {"final": True}, "final"),
		(D(2026, 10, 23), {"route": law.DUTY}, "no_review"),
		(D(2026, 10, 23), {"category": law.SUGGESTION}, "no_review"),
		(D(2026, 10, 23), {"category": law.ACCUSATION}, "no_review"),
	],
)
def test_a_review_is_asked_for_within_thirty_days_of_delivery(
	parameters, calendar, requested_on, changes, rule
):
	facts = replace(ANSWERED, **changes)
	breaches = law.review_breaches(REVIEW, requested_on, facts, None, parameters, calendar)
	assert [breach.rule for breach in breaches] == ([rule] if rule else [])
	assert all("第35条" in breach.article for breach in breaches)


@pytest.mark.parametrize(
	"requested_on, earlier, rule",
	[
		(D(2027, 1, 4), ReviewFacts(REVIEW, D(2026, 11, 2), (), D(2026, 12, 1), D(2026, 12, 4)), None),
		(D(2027, 1, 11), ReviewFacts(REVIEW, D(2026, 11, 2), (), D(2026, 12, 1), D(2026, 12, 4)), "too_late"),
		(D(2026, 12, 2), ReviewFacts(REVIEW, D(2026, 11, 2)), "no_review_opinion"),
		(D(2026, 12, 2), None, "no_review_opinion"),
	],
)
def test_a_recheck_follows_an_answered_review_within_thirty_days(
	parameters, calendar, requested_on, earlier, rule
):
	breaches = law.review_breaches(RECHECK, requested_on, ANSWERED, earlier, parameters, calendar)
	assert [breach.rule for breach in breaches] == ([rule] if rule else [])
	assert all("第36条" in breach.article for breach in breaches)


def test_an_open_review_governs(parameters, calendar):
	facts = replace(
		ANSWERED, status=law.IN_REVIEW, notified_on=D(2026, 9, 9), review=ReviewFacts(REVIEW, D(2026, 11, 2))
	)
	assert law.governing(law.clocks(facts, parameters, calendar)).due == D(2026, 12, 2)


# --- the same matter -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"one, other, same",
	[
		("低保金三个月没有发放", "三个月低保金没到账", True),
		("低保金三个月没有发放", "邻居冒领特困供养金", False),
		("", "低保金", False),
		("低保", "低保", True),
		("ＤＢ金额少发200元", "db金额少发200元", True),
	],
)
def test_texts_on_the_same_matter_share_their_words(one, other, same):
	assert law.same_matter(one, other) is law.same_matter(other, one) is same


# --- what is owed before the end --------------------------------------------------------------------------------
def broken(breaches) -> list[str]:
	return [breach.rule for breach in breaches]


def test_nothing_is_closed_while_an_answer_is_owed():
	other = replace(APPEAL_UNDER_WAY, route=law.DUTY)
	assert broken(law.unanswered_breaches(APPEAL_UNDER_WAY, False)) == ["no_opinion"]
	assert broken(law.unanswered_breaches(other, False)) == []
	assert broken(law.unanswered_breaches(other, True)) == ["real_name_report"]
	assert "37" in str(law.report_breaches(True)[0]) and law.report_breaches(False) == []


def test_what_a_recheck_has_ended_stays_ended_and_petitioners_are_answered_one_by_one():
	assert "XF-1" in str(law.ended_breaches("XF-1")[0]) and law.ended_breaches(None) == []
	assert broken(law.joining_breaches(False)) == ["other_person"] and law.joining_breaches(True) == []
