"""Amounts: what a household or person gets, and each member's share of it. Yuan, two decimals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from socaid_app.policy import terms
from socaid_app.policy.income import CENT, money
from socaid_app.policy.standards import Standard


def difference(standard: Decimal, annual_income: Decimal, persons: int) -> Decimal:
	"""低保 by difference: (standard − income per head) × persons a month (57号 Art. 23).

	Computed from the yearly income, so that the rounding of the income per head is not multiplied.
	"""
	return max(money(standard * persons - annual_income / 12), Decimal(0))


def parse_bands(text: str) -> list[tuple[Decimal, Decimal]]:
	"""``"0.3:1;0.6:0.7;1:0.4"`` → [(income up to this share of the standard, paid share of the standard)].

	Raises ValueError when the shares do not rise or what is paid does not fall.
	"""
	bands = [tuple(Decimal(part) for part in entry.split(":")) for entry in text.split(";") if entry.strip()]
	if not bands or any(len(band) != 2 for band in bands):
		raise ValueError("分档表格式应为“收入占比:发放占比”，用分号分隔。")
	if any(a[0] >= b[0] or a[1] < b[1] for a, b in zip(bands, bands[1:], strict=False)):
		raise ValueError("分档表的收入占比应逐档升高，发放占比应逐档降低。")
	return bands


def band(
	standard: Decimal, per_capita: Decimal, persons: int, bands: Sequence[tuple[Decimal, Decimal]]
) -> Decimal:
	"""低保 by band: the first band whose income limit is not exceeded decides what each person gets."""
	if per_capita >= standard:
		return Decimal(0)
	ratio = per_capita / standard if standard else Decimal(1)
	for limit, paid in bands:
		if ratio <= limit:
			return money(standard * paid) * persons
	return Decimal(0)


def shares(amount: Decimal, ids: Sequence[str]) -> dict[str, Decimal]:
	"""Equal shares in whole cents that add up to ``amount`` exactly; the first members carry the odd cents."""
	if not ids:
		return {}
	base = (amount / len(ids)).quantize(CENT, ROUND_FLOOR)
	odd = int((amount - base * len(ids)) / CENT)
	return {member: base + (CENT if position < odd else 0) for position, member in enumerate(ids)}


def divided(amount: Decimal, assessed: dict[str, Decimal], persons: Sequence[str]) -> dict[str, Decimal]:
	"""The shares as they were assessed; an amount that departs from the assessed one is divided anew."""
	if sum(assessed.values()) == amount:
		return assessed
	return shares(amount, list(assessed or persons))


def care_allowance(standard: Standard, grade: str) -> Decimal:
	"""The care standard of a grade (43号 Art. 20, 22; 10 / 20 / 30 % of last year's minimum wage in Jilin)."""
	return money(
		{
			terms.SELF_RELIANT: standard.care_self,
			terms.HALF_CARE: standard.care_half,
			terms.FULL_CARE: standard.care_full,
		}[grade]
	)
