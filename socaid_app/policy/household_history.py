"""A household on any day, told from what is recorded of it: who lived there, under which head, in which place.

A *stay* is a person in a household from one day to another; a *change* is a value that became another one on a day. The
value of a day is the one that stood before the first change after it, and today's where none came after. On the day
somebody leaves he or she is no member any more; on the day something becomes otherwise it is otherwise already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from socaid_app.policy import terms

HEAD, PLACE, ADDRESS, STATE = "head", "division", "address", "status"
KINSHIP, RESIDENCE = "kinship", "residence"
OPEN, CLOSED = "Active", "Closed"


@dataclass(frozen=True)
class Change:
	"""On ``on`` the value of ``fact`` became another: ``before`` is what stood until then, None where nobody knows."""

	on: date
	fact: str
	before: str | None
	about: str = ""


@dataclass(frozen=True)
class Stay:
	"""A person in a household; ``left`` is the first day without, and the values are the last ones of the stay."""

	person: str
	joined: date
	left: date | None
	kinship: str = ""
	residence: str = terms.LIVING_TOGETHER
	home: str = ""

	def covers(self, day: date) -> bool:
		return self.joined <= day and (self.left is None or day < self.left)

	def is_empty(self) -> bool:
		"""Entered by mistake, or gone on the day of coming: a stay of no day at all."""
		return self.left is not None and self.left <= self.joined


def value_on(
	changes: Iterable[Change], fact: str, today: str | None, day: date, about: str = ""
) -> str | None:
	"""``changes`` in the order in which they were entered; ``today``: the value that stands now."""
	later = [
		change for change in changes if change.fact == fact and change.about == about and change.on > day
	]
	# of several on one day the first entered knows what stood before that day
	return min(later, key=lambda change: change.on).before if later else today


def pieces(stay: Stay, changes: Iterable[Change], fact: str = RESIDENCE) -> Iterator[Stay]:
	"""The stay cut where its ``fact`` became another, each piece with the value that held, the latest first."""
	own = [
		change
		for change in changes
		if change.fact == fact
		and change.about == stay.person
		and stay.joined < change.on
		and stay.covers(change.on)
	]
	rest = stay
	# sorted() is stable: changes of one day stay in their order, and the first of them is met last
	for change in sorted(own, key=lambda change: change.on)[::-1]:
		if change.on < (rest.left or date.max):
			yield replace(rest, joined=change.on)
		rest = replace(rest, left=change.on, **{fact: change.before or ""})
	yield rest


def together(stay: Stay, changes: Iterable[Change]) -> list[Stay]:
	"""The parts of a stay in which the person lived in the home."""
	return [
		piece
		for piece in pieces(stay, changes)
		if piece.residence == terms.LIVING_TOGETHER and not piece.is_empty()
	]


def overlap(one: Stay, other: Stay) -> date | None:
	"""The first day that two stays have in common."""
	first = max(one.joined, other.joined)
	return first if one.covers(first) and other.covers(first) else None


def members_on(stays: Iterable[Stay], changes: Iterable[Change], day: date) -> list[Stay]:
	"""Who was a member on a day, as he or she was listed then."""
	changes = list(changes)
	found = []
	for stay in stays:
		if stay.covers(day):
			within = [change for change in changes if stay.joined < change.on and stay.covers(change.on)]
			kinship = value_on(within, KINSHIP, stay.kinship, day, stay.person)
			residence = value_on(within, RESIDENCE, stay.residence, day, stay.person)
			found.append(replace(stay, kinship=kinship or "", residence=residence or ""))
	return found
