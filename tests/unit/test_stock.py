"""Lots of a stock: given out in the order of their last days, and what will not be used in time."""

from datetime import date

import pytest

from socaid_app.policy.stock import Lot, NotEnough, changed, issued, returned, will_expire

TODAY = date(2026, 11, 27)
OLD = Lot("甲", date(2026, 12, 6), 10)
NEW = Lot("乙", date(2027, 3, 6), 30)
GONE = Lot("过期", date(2026, 11, 26), 5)
LASTING = Lot("", None, 7)
ALL = [LASTING, NEW, GONE, OLD]


def pieces(lots) -> list[tuple[str, int]]:
	return [(lot.batch, lot.quantity) for lot in lots]


def test_first_expiring_first_out_and_nothing_that_has_expired():
	assert pieces(issued(ALL, 4, TODAY)) == [("甲", -4)]
	assert pieces(issued(ALL, 45, TODAY)) == [("甲", -10), ("乙", -30), ("", -5)]
	with pytest.raises(NotEnough) as found:
		issued(ALL, 48, TODAY)
	assert found.value.available == 47


def test_on_its_last_day_it_is_still_given_out():
	assert pieces(issued([OLD], 1, OLD.expires_on)) == [("甲", -1)]


def test_a_lot_never_goes_below_nothing():
	with pytest.raises(NotEnough):
		changed([OLD], [Lot("甲", OLD.expires_on, -11)])
	with pytest.raises(NotEnough):
		changed([OLD], [Lot("丙", None, -1)])
	assert pieces(changed([OLD], [Lot("甲", OLD.expires_on, -10), NEW])) == [("乙", 30)]


def test_what_comes_back_goes_to_the_lots_it_came_from_the_longest_lived_first():
	given = issued(ALL, 15, TODAY)
	assert pieces(given) == [("甲", -10), ("乙", -5)]
	assert pieces(returned(given, 0, 7)) == [("乙", 5), ("甲", 2)]
	assert pieces(returned(given, 7, 8)) == [("甲", 8)]
	with pytest.raises(NotEnough) as found:
		returned(given, 7, 9)
	assert found.value.available == 8


@pytest.mark.parametrize(
	("per_day", "wasted"),
	[
		(0, [("过期", 5), ("甲", 10), ("乙", 30)]),
		# ten days for the old lot, a hundred for both
		(0.5, [("过期", 5), ("甲", 5)]),
		(0.3, [("过期", 5), ("甲", 7), ("乙", 3)]),
		(1, [("过期", 5)]),
	],
)
def test_what_will_expire_before_it_is_used(per_day, wasted):
	assert pieces(will_expire(ALL, per_day, TODAY)) == wasted
