"""Numbers that pass every check and belong to nobody.

ID numbers begin with 220499: county code 99 of Liaoyuan was never issued (GB/T 2260 gives 01 to districts as a
group, 02-20 to districts, 21-80 to counties and 81-98 to county-level cities), so no certificate can bear it,
and staff recognise an invented person at a glance. Date of birth, sex digit and check digit are right, so the
app's own checks apply in full. Phones begin with 142, which has the form of a mobile
number and was given to no operator for people's telephones; bank accounts with
900000, an issuer number that is not assigned.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from socaid_app.policy import terms
from socaid_app.policy.identity import make_check_digit

PREFIX = "220499"
# Three serial digits, the last odd for men and even for women.
PER_DAY = 500


class SerialsExhausted(RuntimeError):
	"""More people of one sex born on one day than there are serial numbers."""


class IdNumbers:
	"""Hands out each number once; people must be numbered in the same order to get the same numbers."""

	def __init__(self) -> None:
		self._given: Counter[tuple[date, str]] = Counter()

	def next(self, born: date, sex: str) -> str:
		count = self._given[born, sex]
		if count >= PER_DAY:
			raise SerialsExhausted(f"{born:%Y-%m-%d} {sex}")
		self._given[born, sex] += 1
		serial = count * 2 + (1 if sex == terms.MALE else 0)
		first = f"{PREFIX}{born:%Y%m%d}{serial:03d}"
		return first + make_check_digit(first)


def phone(number: int) -> str:
	return f"142{number:08d}"


def bank_account(number: int) -> str:
	return f"900000{number:013d}"


def disability_certificate(id_number: str, kind: str, grade: str) -> str:
	"""ID number, digit of the type, digit of the grade (20 characters)."""
	return f"{id_number}{terms.DISABILITY_TYPES.index(kind) + 1}{grade}"
