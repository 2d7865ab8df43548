"""What has to come back (追回): how much was paid too much, in which instalments it is paid, what may be deducted.

All amounts are Decimal yuan with two decimals; a month is its first day. What an entitlement was overpaid is what lists
have paid for a month beyond what the ledger says today was due for it; it is shown, and collected only as far as it
was decided or the family agrees (社会救助法第48条、第73条).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from socaid_app.policy import clock
from socaid_app.policy.income import CENT, money

NOTHING = Decimal("0.00")
CLAIM = re.compile(r"(\S+) (\d+(?:\.\d+)?)")


# --- how much -----------------------------------------------------------------------------------------------------
def overpaid(paid: Mapping[date, Decimal], due: Mapping[date, Decimal]) -> dict[date, Decimal]:
	"""By month, what was paid beyond what was due; a month that was paid too little does not make up for another."""
	return {
		month: amount - due.get(month, NOTHING)
		for month, amount in sorted(paid.items())
		if amount > due.get(month, NOTHING)
	}


# --- instalments --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Instalment:
	due_on: date
	amount: Decimal


def plan(amount: Decimal, count: int, first: date) -> list[Instalment]:
	"""``count`` equal instalments, a month apart from ``first``; the last one takes the cents that are left.

	Raises ValueError where there is less than a cent for each.
	"""
	each = (money(amount) / count).quantize(CENT, ROUND_DOWN) if count > 0 else NOTHING
	if each <= 0:
		raise ValueError("期数不对：每期至少一分钱")
	last = money(amount) - each * (count - 1)
	return [
		Instalment(clock.add_months(first, number), last if number == count - 1 else each)
		for number in range(count)
	]


def next_due(instalments: Sequence[Instalment], covered: Decimal) -> Instalment | None:
	"""The first instalment that is not wholly covered, with what it still lacks; None when all are."""
	left = money(covered)
	for one in sorted(instalments, key=lambda one: one.due_on):
		if left < one.amount:
			return Instalment(one.due_on, one.amount - max(left, NOTHING))
		left -= one.amount
	return None


# --- ageing -------------------------------------------------------------------------------------------------------
AGES = ((0, "Not Due"), (30, "Up to 30 Days"), (90, "31 to 90 Days"), (180, "91 to 180 Days"))
OLDEST = "More than 180 Days"


def age(due_on: date | None, on: date) -> str:
	"""How long the next instalment has been overdue."""
	days = (on - due_on).days if due_on else 0
	return next((name for most, name in AGES if days <= most), OLDEST)


# --- deductions ---------------------------------------------------------------------------------------------------
def claim(wanted: Decimal, free: Decimal, monthly: Decimal, floor: Decimal) -> Decimal:
	"""What is asked of a payment: at most what is still free to be claimed, and ``floor`` yuan stay with the family.

	The share of a payment that may be taken at all is a limit of the payment list (policy/payments.py).
	"""
	return max(min(money(wanted), money(free), money(monthly) - money(floor)), NOTHING)


def taken(text: str | None) -> dict[str, Decimal]:
	"""What was taken off a payment, by recovery, out of the words that its line keeps."""
	found: dict[str, Decimal] = {}
	for reference, amount in CLAIM.findall((text or "").replace("；", " ")):
		found[reference] = found.get(reference, NOTHING) + money(amount)
	return found


# --- the balance --------------------------------------------------------------------------------------------------
DEMANDED, RECEIVED, WAIVED, CANCELLED = "Demanded", "Received", "Waived", "Booked Off"


@dataclass(frozen=True)
class Account:
	"""The sums of the bookings of a recovery; what is demanded counts up, everything else down."""

	demanded: Decimal = NOTHING
	received: Decimal = NOTHING
	waived: Decimal = NOTHING
	cancelled: Decimal = NOTHING

	@property
	def balance(self) -> Decimal:
		return self.demanded - self.received - self.waived - self.cancelled


def account(entries: Iterable[tuple[str, Decimal]]) -> Account:
	"""From (part, signed amount) of each booking."""
	sums = dict.fromkeys((DEMANDED, RECEIVED, WAIVED, CANCELLED), NOTHING)
	for part, amount in entries:
		sums[part] += money(amount)
	return Account(sums[DEMANDED], -sums[RECEIVED], -sums[WAIVED], -sums[CANCELLED])
