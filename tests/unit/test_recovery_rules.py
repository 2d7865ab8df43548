"""What was paid too much, how it is paid back, and what may be deducted; to the cent."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socaid_app.policy import payments
from socaid_app.policy import recoveries as law

JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
AMOUNTS = st.decimals(Decimal("0.01"), Decimal(100000), places=2)


def test_a_month_paid_too_little_does_not_make_up_for_one_paid_too_much():
	paid = {JULY: Decimal(500), AUGUST: Decimal(300), SEPTEMBER: Decimal(500)}
	due = {JULY: Decimal(400), AUGUST: Decimal(500)}
	assert law.overpaid(paid, due) == {JULY: Decimal(100), SEPTEMBER: Decimal(500)}


@given(AMOUNTS, st.integers(1, 60))
def test_instalments_add_up_to_the_cent(amount, count):
	if amount < Decimal("0.01") * count:
		with pytest.raises(ValueError, match="每期"):
			law.plan(amount, count, JULY)
		return
	parts = law.plan(amount, count, JULY)
	assert sum(part.amount for part in parts) == amount and len(parts) == count
	assert max(part.amount for part in parts) - min(part.amount for part in parts) < Decimal("0.01") * count
	assert [part.due_on for part in parts] == sorted({part.due_on for part in parts})


def test_no_plan_has_no_instalments():
	with pytest.raises(ValueError, match="期数"):
		law.plan(Decimal(100), 0, JULY)


def test_a_plan_that_begins_on_the_last_day_stays_at_the_end_of_the_month():
	assert [part.due_on.day for part in law.plan(Decimal(300), 3, date(2026, 12, 31))] == [31, 31, 28]


@pytest.mark.parametrize(
	("covered", "due", "rest"),
	[
		("0", JULY, "100"),
		("99.99", JULY, "0.01"),
		("100", AUGUST, "100"),
		("250", SEPTEMBER, "50"),
		("300", None, None),
	],
)
def test_the_next_instalment_is_the_first_that_is_not_covered(covered, due, rest):
	found = law.next_due(law.plan(Decimal(300), 3, JULY), Decimal(covered))
	assert (found and found.due_on, found and found.amount) == (due, rest and Decimal(rest))


@pytest.mark.parametrize(
	("wanted", "free", "monthly", "floor", "claimed"),
	[
		("100", "500", "400", "0", "100"),
		("100", "30", "400", "0", "30"),
		("100", "500", "400", "350", "50"),
		("100", "500", "300", "350", "0"),
		("100", "-10", "400", "0", "0"),
	],
)
def test_a_claim_leaves_the_floor_and_takes_no_more_than_is_owed(wanted, free, monthly, floor, claimed):
	assert law.claim(*map(Decimal, (wanted, free, monthly, floor))) == Decimal(claimed)


@given(st.lists(st.tuples(st.integers(1, 99999), AMOUNTS), max_size=5, unique_by=lambda one: one[0]))
def test_what_a_line_says_of_deductions_is_read_back(claims):
	claims = [payments.Claim(f"ZH-2026-{number:05d}", amount) for number, amount in claims]
	text = "；".join(f"{claim.reference} {claim.amount}" for claim in claims)
	assert law.taken(text) == {claim.reference: claim.amount for claim in claims}


def test_the_balance_is_the_sum_of_the_bookings():
	sums = law.account(
		[
			(law.DEMANDED, Decimal(500)),
			(law.RECEIVED, Decimal(-200)),
			(law.RECEIVED, Decimal(50)),
			(law.WAIVED, Decimal(-350)),
		]
	)
	assert (sums.demanded, sums.received, sums.waived, sums.balance) == (500, 150, 350, 0)


@pytest.mark.parametrize(
	("days", "age"),
	[
		(-5, "Not Due"),
		(0, "Not Due"),
		(1, "Up to 30 Days"),
		(30, "Up to 30 Days"),
		(31, "31 to 90 Days"),
		(181, law.OLDEST),
	],
)
def test_the_age_counts_from_the_day_the_instalment_was_due(days, age):
	on = date(2026, 11, 26)
	assert law.age(date.fromordinal(on.toordinal() - days), on) == age
