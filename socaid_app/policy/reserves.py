"""The reserve fund of a township (临时救助备用金; 民发〔2018〕23号 三(三)): what is in it, and what is settled of a month.

All amounts are Decimal yuan with two decimals; money that goes out is negative. The fund pays small emergency aid and help
that comes first, at once; what it holds is never less than nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from socaid_app.policy import terms
from socaid_app.policy.breach import Breach
from socaid_app.policy.income import money, yuan

ARTICLE = "民发〔2018〕23号三（三）"
NOTHING = Decimal("0.00")
# Reserve Entry.kind
ALLOTTED, PAID, GIVEN_BACK, RETURNED = (
	"Allotted",
	"Paid to a Family",
	"Given Back by a Family",
	"Returned to the County",
)
OUTGOING = (PAID, RETURNED)


@dataclass(frozen=True)
class Sums:
	"""What came and went, each as a positive amount."""

	allotted: Decimal = NOTHING
	paid: Decimal = NOTHING
	given_back: Decimal = NOTHING
	returned: Decimal = NOTHING

	@property
	def balance(self) -> Decimal:
		return self.allotted + self.given_back - self.paid - self.returned


def sums(entries: Iterable[tuple[str, Decimal]]) -> Sums:
	"""Of (kind, signed amount) rows."""
	found = dict.fromkeys((ALLOTTED, PAID, GIVEN_BACK, RETURNED), NOTHING)
	for kind, amount in entries:
		found[kind] += abs(money(amount))
	return Sums(found[ALLOTTED], found[PAID], found[GIVEN_BACK], found[RETURNED])


def signed(kind: str, amount: Decimal) -> Decimal:
	return -money(amount) if kind in OUTGOING else money(amount)


def may_pay(scheme: str, route: str, first: bool) -> bool:
	"""小额快救, and help that comes first; whatever else is granted goes by the payment list."""
	return scheme == terms.TEMPORARY and (route == terms.QUICK_RELIEF or first)


def breaches(balance: Decimal, amount: Decimal) -> list[Breach]:
	"""What forbids taking ``amount`` out."""
	if 0 < amount <= balance:
		return []
	return [
		Breach(
			"reserve_balance",
			f"备用金余额{yuan(balance)}，不能支出{yuan(amount)}",
			ARTICLE,
			"请向县级申请补充备用金，或改由资金发放清单发放。",
		)
	]
