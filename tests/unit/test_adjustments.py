"""Changing support that was granted: what each kind needs, from when, and what it may not take."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socaid_app.policy import benefit_changes, hearing_rules, losses, terms
from socaid_app.policy.benefit_changes import CONVERT, RAISE, REDUCE, REFUND, RESUME, STOP, SUSPEND, Proposal
from socaid_app.policy.losses import NOTHING, Change, Support
from socaid_app.policy.parameters import load_parameters

ON, NEXT = date(2026, 11, 20), date(2026, 12, 1)
D = Decimal


def support(*shares, end=None, care=None):
	parts = {name: D(share) for name, share in zip("abcde", shares, strict=False)}
	return Support(sum(parts.values(), D(0)), parts, care or {}, end)


BEFORE = support(250, 250)


def proposal(kind, after=NOTHING, **values):
	said = {"reason": "务工收入增加", "basis": "社会救助法第48条", "remedies": "可以申请行政复议"}
	facts = {
		"ground": benefit_changes.MEANS,
		"scheme": terms.DIBAO,
		"on": ON,
		"month": NEXT,
		"before": BEFORE,
		**said,
	}
	return Proposal(kind=kind, after=after, **{**facts, **values})


def rules(kind, after=NOTHING, **values):
	found = benefit_changes.breaches(proposal(kind, after, **values), load_parameters())
	assert all(breach.article and breach.remedy for breach in found)
	return {breach.rule for breach in found}


# --- what each kind needs -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	("kind", "scheme", "takes", "hearing", "publicity"),
	[
		(RAISE, terms.DIBAO, False, False, False),
		(REDUCE, terms.DIBAO, True, True, False),
		(STOP, terms.DIBAO, True, True, False),
		(STOP, terms.TEKUN, True, True, True),
		(SUSPEND, terms.TEKUN, True, True, False),
		(RESUME, terms.DIBAO, False, False, False),
		(REFUND, terms.DIBAO, False, True, False),
		(CONVERT, terms.DIBAO, False, False, False),
		(CONVERT, terms.DIBAO, True, True, False),
		(CONVERT, terms.TEKUN, False, False, True),
		# a raise for the others that drops somebody takes something
		(RAISE, terms.DIBAO, True, True, False),
	],
)
def test_what_a_change_needs(kind, scheme, takes, hearing, publicity):
	needed = benefit_changes.needs(kind, scheme, takes)
	assert (needed.hearing, needed.reasons, needed.publicity, needed.notice) == (
		hearing,
		hearing,
		publicity,
		True,
	)


@pytest.mark.parametrize(
	("kind", "scheme", "first"),
	[
		(RAISE, terms.DIBAO, NEXT),
		(REDUCE, terms.DIBAO, NEXT),
		(STOP, terms.DIBAO, NEXT),
		(STOP, terms.TEKUN, NEXT),
	],
)
def test_a_change_begins_with_the_month_after_the_decision(kind, scheme, first):
	assert benefit_changes.first_month(kind, scheme, ON, load_parameters()) == first
	after = support(300, 300) if kind == RAISE else support(100, 100) if kind == REDUCE else NOTHING
	assert rules(kind, after, scheme=scheme) == set()
	assert rules(kind, after, scheme=scheme, month=date(2026, 11, 1)) == {"adjust_month"}
	assert rules(kind, after, scheme=scheme, month=date(2028, 1, 1)) == {"adjust_month"}


@pytest.mark.parametrize(
	("kind", "after", "wrong"),
	[
		(RAISE, support(200, 250), True),
		(RAISE, BEFORE, True),
		(RAISE, support(250, 260), False),
		(REDUCE, support(250, 260), True),
		(REDUCE, NOTHING, True),
		(REDUCE, support(250, 200), False),
		(STOP, support(100, 100), True),
		(SUSPEND, NOTHING, False),
		(RESUME, BEFORE, True),
	],
)
def test_a_change_is_what_it_is_called(kind, after, wrong):
	assert ("adjust_direction" in rules(kind, after)) == wrong


def test_only_what_was_suspended_is_resumed():
	assert rules(RESUME, BEFORE, before=NOTHING, suspended=True) == set()


@pytest.mark.parametrize("missing", ["reason", "basis", "remedies"])
def test_whoever_loses_something_is_told_why_by_which_rule_and_what_to_do(missing):
	found = rules(STOP, **{missing: " "})
	assert len(found) == 1
	assert rules(RAISE, support(300, 300), **{missing: ""}) == set()


# --- grace period -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	("months", "ground", "scheme", "found"),
	[
		(6, benefit_changes.EMPLOYMENT, terms.DIBAO, set()),
		(7, benefit_changes.EMPLOYMENT, terms.DIBAO, {"grace_months"}),
		(3, benefit_changes.MEANS, terms.DIBAO, {"grace_ground"}),
		(3, benefit_changes.EMPLOYMENT, terms.TEKUN, {"grace_ground"}),
	],
)
def test_grace_is_for_income_from_work_and_six_months_at_most(months, ground, scheme, found):
	assert rules(STOP, grace_months=months, ground=ground, scheme=scheme) == found


def test_in_the_grace_period_a_share_of_the_amount_goes_on_until_its_last_month():
	last = benefit_changes.grace_end(NEXT, 6)
	left = benefit_changes.in_grace(support("333.33", "333.34"), D("0.5"), last)
	assert last == date(2027, 5, 1)
	assert (left.amount, left.end) == (D("333.34"), last) and sum(left.shares.values()) == left.amount


# --- refused jobs -------------------------------------------------------------------------------------------------
def test_refused_jobs_touch_the_persons_own_share_alone():
	refused = {"ground": benefit_changes.REFUSED_JOBS, "refuser": "a", "refusals": 3}
	assert rules(REDUCE, benefit_changes.without_share(BEFORE, "a"), **refused) == set()
	assert rules(REDUCE, support(100, 250), **refused) == set()
	assert rules(REDUCE, support(250, 100), **refused) == {"jobs_others"}
	assert rules(STOP, NOTHING, **refused) == {"jobs_others"}
	assert rules(REDUCE, support(100, 250), **refused | {"refusals": 2}) == {"jobs_times"}
	assert "jobs_person" in rules(REDUCE, support(100, 250), **refused | {"refuser": "x"})


def test_a_refund_names_the_amount_and_a_conversion_the_category():
	assert rules(REFUND, BEFORE) == {"refund_amount"}
	assert rules(CONVERT, support(400, 400)) == {"convert_to"}
	assert rules(CONVERT, support(400, 400), becomes=terms.TEKUN) == set()


# --- what is taken ------------------------------------------------------------------------------------------------
def kinds(before, after, without=frozenset()):
	return {loss.what for loss in losses.losses(before, after, without)}


@pytest.mark.parametrize(
	("after", "what"),
	[
		(BEFORE, set()),
		(support(300, 300), set()),
		(support(250, 200), {"amount", "share"}),
		# the same money, but somebody has nothing any more
		(Support(D(500), {"a": D(500)}), {"share"}),
		(support(300, 200), {"share"}),
		# a child was born: divided anew, more in all
		(support(200, 200, 200), set()),
		# and a newcomer does not hide that somebody's share is gone
		(Support(D(600), {"a": D(300), "c": D(300)}), {"share"}),
		(support(250, 250, end=date(2026, 12, 1)), {"term"}),
		# equal shares in whole cents
		(Support(D(500), {"a": D("249.99"), "b": D("250.01")}), set()),
	],
)
def test_less_is_less_whatever_it_is_called(after, what):
	assert kinds(BEFORE, after) == what


def test_a_lower_grade_of_care_is_less_even_for_the_same_money():
	full, half = support(900, care={"a": "Full Care"}), support(900, care={"a": "Half Care"})
	assert kinds(full, half) == {"care"} and kinds(half, full) == set()


@given(
	st.lists(st.integers(1, 90_000), min_size=1, max_size=5),
	st.lists(st.integers(0, 90_000), min_size=1, max_size=5),
)
def test_nobody_gets_less_where_nothing_is_lost(before, after):
	old = support(*(D(cents) / 100 for cents in before))
	new = support(*(D(cents) / 100 for cents in after))
	if not losses.losses(old, new):
		assert new.amount >= old.amount - losses.CENT
		assert all(new.shares.get(person) for person in old.shares)


# --- unheard ------------------------------------------------------------------------------------------------------
def change(after=NOTHING, before=BEFORE, **values):
	return Change(before=before, after=after, month=values.pop("month", NEXT), **values)


UNHEARD = [
	("a stop", change(), True),
	("a lower amount", change(support(250, 100)), True),
	("everybody has died", change(died={"a": ON, "b": ON}), False),
	(
		"one has died and the other keeps the share",
		change(Support(D(250), {"b": D(250)}), died={"a": ON}),
		False,
	),
	("one has died and the other loses some", change(Support(D(200), {"b": D(200)}), died={"a": ON}), True),
	("a death after the month", change(died={"a": date(2026, 12, 5), "b": ON}), True),
	("a term that was decided", change(before=support(9, end=date(2026, 11, 1))), False),
	("an earlier end than was decided", change(before=support(9, end=date(2027, 5, 1))), True),
	("one-off aid", change(one_off=True), False),
	("a move", change(BEFORE), False),
	("an entry brought to the decision", change(support(200, 200), begun=False, decided=D(400)), False),
	("an entry that was paid", change(support(200, 200), decided=D(400)), True),
	("an entry to another amount", change(support(100, 100), begun=False, decided=D(400)), True),
	("a decision nobody was told", change(begun=False, told=False), False),
	("a decision that was told", change(begun=False), True),
]


@pytest.mark.parametrize(("what", "made", "asks"), UNHEARD, ids=[row[0] for row in UNHEARD])
def test_who_has_to_be_heard_before_something_is_taken(what, made, asks):
	assert bool(losses.unheard(made)) == asks


def test_each_exception_names_its_article():
	assert all(article and function.__doc__ for function, article in losses.EXCEPTIONS)


# --- the hearing --------------------------------------------------------------------------------------------------
def heard(**values):
	said = {
		"held_on": ON,
		"how": hearing_rules.AT_HOME,
		"hearers": ("x", "y"),
		"heard": "户主",
		"told": "务工收入增加，拟减发",
		"said": "无意见",
		"signed": True,
	}
	found = hearing_rules.breaches(hearing_rules.Statement(**{**said, **values}), ON)
	return {breach.rule for breach in found}


@pytest.mark.parametrize(
	("values", "found"),
	[
		({}, set()),
		({"held_on": date(2026, 11, 21)}, {"hearing_day"}),
		({"told": ""}, {"hearing_facts"}),
		({"hearers": ("x", "x")}, {"hearing_two"}),
		({"hearers": ("x",), "how": hearing_rules.AT_OFFICE}, set()),
		({"said": " "}, {"hearing_said"}),
		({"signed": False}, {"hearing_signed"}),
		({"signed": False, "refused": True}, {"hearing_witness"}),
		({"signed": False, "refused": True, "witness": "王某"}, set()),
		({"signed": False, "how": hearing_rules.BY_PHONE}, {"hearing_proof"}),
		({"signed": False, "how": hearing_rules.BY_PHONE, "proof": True}, set()),
		({"answered": False, "said": "", "heard": ""}, {"hearing_invitation"}),
		({"answered": False, "said": "", "heard": "", "invited_on": ON, "proof": True}, set()),
	],
)
def test_what_the_record_of_a_hearing_says(values, found):
	assert heard(**values) == found


@pytest.mark.parametrize(
	("heard_on", "about", "first", "after", "found"),
	[
		(None, None, None, NOTHING, {"adjust_hearing"}),
		(ON, NOTHING, NEXT, NOTHING, set()),
		(ON, support(100, 100), NEXT, support(100, 100), set()),
		# less was taken in the end than the family was told
		(ON, support(100, 100), NEXT, support(200, 200), set()),
		(ON, support(200, 200), NEXT, support(100, 100), {"adjust_hearing_other"}),
		(ON, NOTHING, date(2027, 1, 1), NOTHING, {"adjust_hearing_other"}),
		(date(2026, 11, 21), NOTHING, NEXT, NOTHING, {"adjust_hearing_after"}),
	],
)
def test_a_hearing_stands_before_the_change_it_was_about(heard_on, about, first, after, found):
	assert {
		breach.rule for breach in hearing_rules.coverage(heard_on, about, first, after, NEXT, ON)
	} == found


def test_an_amount_replays_from_what_was_frozen():
	basis = {"departure": {"amount": -20}, "changes": [{"taken": "100.00"}, {"taken": "50"}]}
	assert benefit_changes.amount_of(basis, D(500)) == D("330.00")
	assert benefit_changes.amount_of({}, D(500)) == D(500)
