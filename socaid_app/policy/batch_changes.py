"""One decision that changes many benefits: a standard that was raised, a supplement that begins or ends.

A supplement is added to what was assessed and stands in the frozen basis beside it, so that the amount is computed
from the basis for ever and a later standard does not lose it (:func:`benefit_changes.amount_of`). What a decision
about one family took from it, as after refused jobs, is nothing that a decision about many may touch.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from socaid_app.policy import benefit
from socaid_app.policy.income import money
from socaid_app.policy.losses import Support

STANDARD, SUPPLEMENT, SUPPLEMENT_ENDS = "New Standard", "Supplement", "Supplement Ends"
CHANGES = (STANDARD, SUPPLEMENT, SUPPLEMENT_ENDS)
PER_PERSON, PER_HOUSEHOLD = "Person", "Household"
# What marks a supplement among the changes of a basis.
MARK = "supplement"


def supplements(basis: Mapping) -> list[dict]:
	"""What was added by decisions about many, and taken off again."""
	return [change for change in basis.get("changes", ()) if change.get(MARK)]


def supplement(basis: Mapping) -> Decimal:
	"""How much of the amount of a basis is supplement now, in yuan a month."""
	return -sum((money(change["taken"]) for change in supplements(basis)), Decimal(0))


def is_one_familys(basis: Mapping) -> bool:
	"""Whether a decision about this family alone stands in its basis: another amount, or something taken."""
	own = len(basis.get("changes", ())) > len(supplements(basis))
	return own or bool(money((basis.get("departure") or {}).get("amount") or 0))


def added(before: Support, amount: Decimal, per: str, persons: int) -> Support:
	"""``amount`` yuan more a month for each person, or for the household; less where it is negative."""
	people = list(before.shares)
	more = amount * (len(people) or persons) if per == PER_PERSON else amount
	sign = -1 if more < 0 else 1
	parts = benefit.shares(abs(more), people)
	shares = {person: share + sign * parts[person] for person, share in before.shares.items()}
	return Support(before.amount + more, shares, before.care, before.end)


def with_supplement(basis: Mapping, change: Decimal, **about: str) -> dict:
	"""The basis with ``change`` yuan a month more (or less); ``about`` names the decision."""
	entry = {**about, "taken": str(-change), MARK: True}
	return {**basis, "changes": [*basis.get("changes", ()), entry]}
