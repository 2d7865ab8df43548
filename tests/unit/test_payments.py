"""What a month pays, to the cent: arrears, one-off aid, deductions, who may not be paid, the hash of a list."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socaid_app.policy import payments, terms
from socaid_app.policy.payments import Claim, Due, LineFacts, Person, Right, Settled, deduct, digest, due

D = Decimal
JAN, FEB, MAR, APR, MAY, JUN = (date(2026, month, 1) for month in range(1, 7))
MONTHS = st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(payments.month_of)
YUAN = st.decimals(0, 99999, places=2)


@pytest.mark.parametrize(
	("right", "month", "since", "settled", "before", "expected"),
	[
		# the usual month
		(Right(JAN, None, D("500")), MAR, JAN, FEB, None, Due(MAR, MAR, D(500), D(0))),
		# the first list ever: what came before was paid otherwise
		(Right(JAN, None, D("500")), MAR, None, None, None, Due(MAR, MAR, D(500), D(0))),
		# decided late: the months since the first list are made up
		(Right(FEB, None, D("500.10")), APR, JAN, None, None, Due(FEB, APR, D("500.10"), D("1000.20"))),
		# ended before it was ever paid
		(Right(FEB, MAR, D("500")), APR, JAN, None, None, Due(FEB, MAR, D(0), D(1000))),
		# not begun, ended, paid already
		(Right(APR, None, D("500")), MAR, JAN, None, None, None),
		(Right(JAN, FEB, D("500")), MAR, JAN, FEB, None, None),
		(Right(JAN, None, D("500")), MAR, JAN, MAR, None, None),
		# a raise decided late pays the difference for what was paid at the old amount
		(Right(MAR, None, D("600")), MAY, JAN, None, Settled(APR, D("500")), Due(MAR, MAY, D(600), D(200))),
		# a lower amount from an earlier month takes nothing off by itself
		(
			Right(MAR, None, D("400")),
			MAY,
			JAN,
			None,
			Settled(APR, D("500")),
			Due(MAR, MAY, D(400), D(0), D(200)),
		),
		# one-off aid is paid once, on the list of its month or the next there is
		(Right(MAR, MAR, D("800"), True), MAR, JAN, None, None, Due(MAR, MAR, D(800), D(0))),
		(Right(MAR, MAR, D("800"), True), MAY, JAN, None, None, Due(MAR, MAR, D(0), D(800))),
		(Right(MAR, MAR, D("800"), True), MAY, JAN, MAR, None, None),
		(Right(JAN, JAN, D("800"), True), MAR, None, None, None, None),
	],
)
def test_what_a_row_of_the_ledger_is_due(right, month, since, settled, before, expected):
	assert due(right, month, since, settled, before) == expected


@given(MONTHS, st.one_of(st.none(), MONTHS), YUAN, MONTHS, st.integers(1, 30), st.data())
def test_lists_drafted_in_any_months_pay_every_month_once(start, end, amount, since, length, data):
	"""Whatever lists are left out or late: in the end each month since the first list was paid exactly once."""
	months = [since]
	for _count in range(length):
		months.append(payments.next_month(months[-1]))
	# some months have no list; the last one has
	drafted = data.draw(st.lists(st.sampled_from(months), unique=True).map(sorted))
	right, settled, paid = Right(start, end, amount), None, D(0)
	for month in [*[month for month in drafted if month != months[-1]], months[-1]]:
		line = due(right, month, since, settled)
		if line:
			assert line.last <= month and (settled is None or line.first > settled)
			paid += line.gross
			settled = line.last
	first, last = max(start, since), min(end or months[-1], months[-1])
	assert paid == payments.money(amount) * payments.months_between(first, last)


@given(YUAN, st.lists(YUAN, max_size=4), st.decimals(0, 1, places=3))
def test_deductions_stay_under_the_limit_and_take_no_more_than_is_owed(gross, owed, limit):
	claims = [Claim(str(number), amount) for number, amount in enumerate(owed)]
	taken = deduct(gross, claims, limit)
	assert sum((one.amount for one in taken), D(0)) <= gross * limit
	for one in taken:
		assert D(0) < one.amount <= owed[int(one.reference)]
		assert one.amount == one.amount.quantize(D("0.01"))


def test_what_is_over_the_limit_stays_owed_in_the_order_of_the_claims():
	claims = [Claim("甲", D("80")), Claim("乙", D("90"))]
	assert deduct(D("333.33"), claims, D("0.3")) == [Claim("甲", D("80.00")), Claim("乙", D("19.99"))]


WELL = Person("张三")
DEAD = Person("李四", died=date(2026, 2, 28))
JAILED = Person("王五", imprisoned=((date(2026, 2, 20), None),))


@pytest.mark.parametrize(
	("facts", "reasons"),
	[
		({}, []),
		({"payee": DEAD}, [payments.DEAD]),
		# the month of the death is still due
		({"payee": DEAD, "first": FEB}, []),
		({"recipient": DEAD, "members": (DEAD,)}, [payments.DEAD]),
		# one of several: the family is paid until it was heard and a decision made
		({"members": (WELL, DEAD)}, [""]),
		({"members": (WELL, JAILED)}, [""]),
		({"members": (JAILED,)}, [payments.IMPRISONED]),
		# arrested in the month
		({"members": (JAILED,), "first": FEB}, []),
		({"on_roll": False}, [payments.STOPPED]),
		({"also_on": ("ZF-1",), "has_account": False}, [payments.TWICE, payments.NO_ACCOUNT]),
	],
)
def test_who_may_not_be_on_a_list(facts, reasons):
	facts = {
		"scheme": terms.DIBAO,
		"first": MAR,
		"payee": WELL,
		"recipient": WELL,
		"members": (WELL,),
	} | facts
	found = payments.objections(LineFacts(**facts))
	assert [one.reason for one in found] == reasons
	assert all(one.words for one in found)


def test_the_words_name_the_person_the_day_and_the_other_list():
	facts = LineFacts(terms.TEKUN, MAR, DEAD, JAILED, (JAILED,), also_on=("ZF-202603-0001",))
	words = "".join(one.words for one in payments.objections(facts))
	assert "李四已于2026年2月28日去世" in words and "ZF-202603-0001" in words and "43号第24条" in words


LINES = st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5), YUAN), max_size=4)


@given(LINES, LINES)
def test_two_lists_have_the_same_hash_only_if_they_say_the_same(one, other):
	assert (digest(["表"], one) == digest(["表"], other)) == (one == other)


def test_the_hash_knows_cents_and_days_however_they_are_written():
	assert digest([JAN], [[D("5")]]) == digest([JAN], [[D("5.00")]]) != digest([FEB], [[D("5.00")]])


@given(st.lists(YUAN))
def test_the_sum_of_a_list_is_the_sum_of_its_cents(amounts):
	assert payments.total(amounts) * 100 == sum(int(amount * 100) for amount in amounts)
