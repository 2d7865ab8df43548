"""What a change of support takes from whom, and where the law lets it be taken unheard.

Nothing is reduced or stopped before the persons concerned were heard (社会救助法第48条). A reduction is judged by what
is left, not by what it is called: a lower entitlement that follows the old one, a share that is gone, a lower grade of
care and an earlier end are all of them less. The few ways in which support becomes less without a hearing are the
functions in :data:`EXCEPTIONS`, each with its article.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from socaid_app.policy import clock, terms
from socaid_app.policy.income import yuan

# Equal shares in whole cents differ by one.
CENT = Decimal("0.01")
AMOUNT, SHARE, CARE, TERM = "amount", "share", "care", "term"
CARE_NAMES = {
	terms.SELF_RELIANT: "具备（全自理）",
	terms.HALF_CARE: "部分丧失（半护理）",
	terms.FULL_CARE: "完全丧失（全护理）",
}


@dataclass(frozen=True)
class Support:
	"""What is paid in a month: ``shares`` person → yuan, ``care`` person → grade, ``end`` the last month if decided."""

	amount: Decimal
	shares: Mapping[str, Decimal] = field(default_factory=dict)
	care: Mapping[str, str] = field(default_factory=dict)
	end: date | None = None


NOTHING = Support(Decimal(0))


@dataclass(frozen=True)
class Loss:
	"""What is less than before; ``person`` is '' where it concerns all of them."""

	what: str
	person: str
	before: str
	after: str

	def __str__(self) -> str:
		name = {AMOUNT: "月金额", SHARE: "份额", CARE: "护理档次", TERM: "截止月份"}[self.what]
		return f"{self.person}{name}由{self.before}变为{self.after}"


@dataclass(frozen=True)
class Change:
	"""From ``month`` on there is ``after`` instead of ``before``.

	``died``: persons with the day of their death. ``decided``: the amount that the decision on file grants.
	``begun``: a month of it has been paid; ``told``: its decision was delivered to the household.
	"""

	before: Support
	after: Support
	month: date
	one_off: bool = False
	died: Mapping[str, date] = field(default_factory=dict)
	decided: Decimal | None = None
	begun: bool = True
	told: bool = True


def losses(before: Support, after: Support, without: frozenset[str] = frozenset()) -> list[Loss]:
	"""What ``after`` gives less than ``before``, to all but the persons ``without``.

	Where somebody new is counted, what the others get together is divided anew; nobody's share may vanish by that.
	"""
	kept = {person: share for person, share in before.shares.items() if person not in without}
	due = before.amount - sum(
		(before.shares[person] for person in before.shares.keys() & without), Decimal(0)
	)
	found = []
	if due - after.amount > CENT:
		found.append(Loss(AMOUNT, "", yuan(due), yuan(after.amount)))
	divided_anew = bool(after.shares.keys() - before.shares.keys())
	for person, share in kept.items():
		left = after.shares.get(person, Decimal(0))
		vanished = share > 0 and not left
		if vanished or (not divided_anew and share - left > CENT) or person not in after.shares:
			found.append(Loss(SHARE, person, yuan(share), yuan(left)))
		elif _lower_care(before.care.get(person), after.care.get(person)):
			found.append(
				Loss(
					CARE,
					person,
					CARE_NAMES[before.care[person]],
					CARE_NAMES.get(after.care.get(person), "无"),
				)
			)
	goes_on = kept or (before.amount and not before.shares)
	if goes_on and after.end and (not before.end or after.end < before.end):
		found.append(Loss(TERM, "", f"{before.end:%Y-%m}" if before.end else "长期", f"{after.end:%Y-%m}"))
	return found


def _lower_care(before: str | None, after: str | None) -> bool:
	grades = ("", *terms.CARE_GRADES)
	return grades.index(after or "") < grades.index(before or "")


# --- what may be taken unheard ----------------------------------------------------------------------------------
def dead(change: Change) -> frozenset[str]:
	"""Whose right ended with the person: from the month after the death (社会救助法第46条；民法典第13条)."""
	return frozenset(person for person, day in change.died.items() if change.month >= clock.next_month(day))


def death_of_all(change: Change) -> bool:
	"""Nobody is left to be heard: everybody who had a share has died before the month."""
	return bool(change.before.shares) and change.before.shares.keys() <= dead(change)


def term_from_the_start(change: Change) -> bool:
	"""Support granted until a month ends with it: that was the decision, and it takes nothing anew."""
	return bool(change.before.end) and change.month > change.before.end


def one_off(change: Change) -> bool:
	"""Aid paid once is not support that goes on (社会救助法第29条)."""
	return change.one_off


def move_without_loss(change: Change) -> bool:
	"""The same support under another number or in another place (社会救助法第37条)."""
	return not losses(change.before, change.after, dead(change))


def correction_of_the_entry(change: Change) -> bool:
	"""The ledger is brought to what the decision said, before a month of it was paid (民发〔2021〕57号第23条)."""
	return not change.begun and change.decided is not None and change.after.amount == change.decided


def not_yet_told(change: Change) -> bool:
	"""A decision that was neither delivered nor carried out is taken back before it binds (行政诉讼法第46条)."""
	return not change.begun and not change.told


EXCEPTIONS: tuple[tuple[Callable[[Change], bool], str], ...] = (
	(death_of_all, "社会救助法第46条，民法典第13条"),
	(term_from_the_start, "社会救助法第48条"),
	(one_off, "社会救助法第29条"),
	(move_without_loss, "社会救助法第37条"),
	(correction_of_the_entry, "民发〔2021〕57号第23条"),
	(not_yet_told, "社会救助法第45条"),
)


def unheard(change: Change) -> list[Loss]:
	"""What may not be taken without a hearing; empty where nothing is taken or an exception holds."""
	if any(holds(change) for holds, _article in EXCEPTIONS):
		return []
	return losses(change.before, change.after, dead(change))
