"""Stock in lots: what is given out first, what will not be used before it expires. Quantities are whole pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date


class NotEnough(Exception):
	"""More is asked than there is; ``available`` pieces."""

	def __init__(self, available: int) -> None:
		super().__init__(available)
		self.available = available


@dataclass(frozen=True)
class Lot:
	"""Pieces of one batch that expire on one day; None: they do not expire."""

	batch: str
	expires_on: date | None
	quantity: int

	@property
	def key(self) -> tuple[str, date | None]:
		return self.batch, self.expires_on


def in_order(lots: Iterable[Lot]) -> list[Lot]:
	"""First what expires first, last what does not expire."""
	return sorted(lots, key=lambda lot: (lot.expires_on or date.max, lot.batch))


def changed(lots: Iterable[Lot], changes: Iterable[Lot]) -> list[Lot]:
	"""The lots after signed changes; empty ones are gone. Raises NotEnough."""
	after = {lot.key: lot for lot in lots}
	for change in changes:
		before = after.get(change.key, replace(change, quantity=0))
		if before.quantity + change.quantity < 0:
			raise NotEnough(before.quantity)
		after[change.key] = replace(before, quantity=before.quantity + change.quantity)
	return in_order(lot for lot in after.values() if lot.quantity)


def issued(lots: Iterable[Lot], quantity: int, on: date) -> list[Lot]:
	"""What is given out, as negative lots: first what expires first; what has expired is not. Raises NotEnough."""
	usable = [lot for lot in in_order(lots) if lot.expires_on is None or lot.expires_on >= on]
	if quantity > (available := sum(lot.quantity for lot in usable)):
		raise NotEnough(available)
	return _taken(usable, quantity)


def returned(given: Iterable[Lot], already: int, quantity: int) -> list[Lot]:
	"""What comes back of an issue (``given``: its negative lots), the longest-lived first; ``already``: pieces that came
	back before. Raises NotEnough."""
	out = [replace(lot, quantity=-lot.quantity) for lot in reversed(list(given))]
	if quantity > (left := sum(lot.quantity for lot in out) - already):
		raise NotEnough(left)
	earlier = {lot.key: -lot.quantity for lot in _taken(out, already)}
	still_out = [replace(lot, quantity=lot.quantity - earlier.get(lot.key, 0)) for lot in out]
	return [replace(lot, quantity=-lot.quantity) for lot in _taken(still_out, quantity)]


def _taken(lots: Iterable[Lot], quantity: int) -> list[Lot]:
	taken = []
	for lot in lots:
		pieces = min(lot.quantity, quantity)
		if pieces:
			taken.append(replace(lot, quantity=-pieces))
		quantity -= pieces
	return taken


def will_expire(lots: Iterable[Lot], per_day: float, on: date) -> list[Lot]:
	"""Of each lot what will not be used by its last day when ``per_day`` pieces are used, the first expiring first; what
	has expired is not used at all."""
	wasted, used_up_to = [], 0.0
	for lot in in_order(lots):
		if lot.expires_on is None:
			continue
		can_use = (
			max(0.0, per_day * ((lot.expires_on - on).days + 1) - used_up_to) if lot.expires_on >= on else 0.0
		)
		used = min(lot.quantity, int(can_use))
		used_up_to += used
		if used < lot.quantity:
			wasted.append(replace(lot, quantity=lot.quantity - used))
	return wasted
