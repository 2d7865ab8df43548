"""Supplements stand in the frozen basis beside what was assessed, to the cent and for ever."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from socaid_app.policy import batch_changes, benefit_changes
from socaid_app.policy.losses import Support, losses

CENTS = some.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100)
PER = some.sampled_from([batch_changes.PER_PERSON, batch_changes.PER_HOUSEHOLD])


@some.composite
def supports(draw) -> Support:
	shares = {
		f"R{number}": share for number, share in enumerate(draw(some.lists(CENTS, min_size=1, max_size=6)))
	}
	return Support(sum(shares.values(), Decimal(0)), shares)


@given(supports(), CENTS, PER)
def test_what_is_added_is_the_sum_of_its_shares_and_takes_nothing(before, amount, per):
	after = batch_changes.added(before, amount, per, len(before.shares))
	assert sum(after.shares.values()) == after.amount > before.amount
	assert not losses(before, after)
	each = len(before.shares) if per == batch_changes.PER_PERSON else 1
	assert after.amount - before.amount == amount * each


@given(supports(), CENTS, PER)
def test_what_was_added_and_taken_off_again_leaves_everything_as_it_was(before, amount, per):
	after = batch_changes.added(before, amount, per, len(before.shares))
	assert batch_changes.added(after, -amount, per, len(before.shares)) == before


@given(CENTS, some.lists(CENTS, max_size=5))
def test_the_basis_gives_the_amount_with_every_supplement(assessed, supplements):
	basis: dict = {"result": {"amount": str(assessed)}}
	for number, supplement in enumerate(supplements):
		basis = batch_changes.with_supplement(basis, supplement, batch=f"PT-{number}", ground="Supplement")
	assert benefit_changes.amount_of(basis, assessed) == assessed + sum(supplements)
	assert batch_changes.supplement(basis) == sum(supplements, Decimal(0))
	assert not batch_changes.is_one_familys(basis)


def test_a_decision_about_one_family_is_no_supplement():
	taken = {"changes": [{"kind": "Reduce", "taken": "100.00"}]}
	assert batch_changes.is_one_familys(taken) and not batch_changes.supplement(taken)
	assert batch_changes.is_one_familys({"departure": {"amount": 20}})
	assert not batch_changes.is_one_familys({})
	both = batch_changes.with_supplement(taken, Decimal(30), batch="PT-1")
	assert batch_changes.supplement(both) == 30 and batch_changes.is_one_familys(both)
