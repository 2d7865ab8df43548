"""Numbers of the law with the dates they are in force, resolved by the date of the event.

A case of last year is judged by last year's numbers, whatever has been entered since.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from socaid_app.policy.terms import UNCONFIRMED

SHIPPED = Path(__file__).parent.parent / "setup" / "policy_parameters.csv"


class ParameterError(ValueError):
	pass


class UnknownParameter(ParameterError):
	pass


class NoParameterInForce(ParameterError):
	pass


@dataclass(frozen=True)
class Parameter:
	"""One record. ``category`` is a scheme of :mod:`terms` or '' for all; ``area`` Urban/Rural or ''."""

	key: str
	value: int | Decimal | bool | str
	unit: str = ""
	category: str = ""
	area: str = ""
	source: str = ""
	article: str = ""
	confidence: str = "Verified"
	effective_from: date = date.min
	effective_to: date | None = None
	note: str = ""
	label: str = ""
	confirmed: bool = False

	@property
	def to_be_confirmed(self) -> bool:
		return self.confidence in UNCONFIRMED and not self.confirmed

	def in_force(self, on: date) -> bool:
		return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

	def applies_to(self, category: str, area: str) -> bool:
		return self.category in ("", category) and self.area in ("", area)


class ParameterSet:
	"""The records of a site or of the shipped table. ``used`` collects what a calculation consulted."""

	def __init__(self, records: Iterable[Parameter]):
		self._by_key: dict[str, list[Parameter]] = {}
		for record in records:
			self._by_key.setdefault(record.key, []).append(record)
		self.used: dict[tuple[str, str, str], Parameter] = {}

	def __iter__(self):
		return (record for records in self._by_key.values() for record in records)

	def __contains__(self, key: str) -> bool:
		return key in self._by_key

	def fresh(self) -> ParameterSet:
		"""The same records with an empty ``used``, for one calculation."""
		copy = ParameterSet(())
		copy._by_key = self._by_key
		return copy

	def record(self, key: str, on: date, category: str = "", area: str = "") -> Parameter:
		"""The record in force on ``on``: the most specific first, then the latest.

		Raises UnknownParameter for a key nobody entered, NoParameterInForce when none covers the date.
		"""
		if key not in self._by_key:
			raise UnknownParameter(f"没有政策参数“{key}”，请在“政策参数”中补录。")
		fitting = [r for r in self._by_key[key] if r.in_force(on) and r.applies_to(category, area)]
		if not fitting:
			raise NoParameterInForce(f"政策参数“{key}”在{on:%Y-%m-%d}没有有效取值，请在“政策参数”中补录。")
		found = max(fitting, key=lambda r: (bool(r.category) + bool(r.area), r.effective_from))
		self.used[(key, found.category, found.area)] = found
		return found

	def get(self, key: str, on: date, category: str = "", area: str = ""):
		"""The value in force, typed by the record (int, Decimal, bool or str)."""
		return self.record(key, on, category, area).value


def typed_value(text: str, value_type: str) -> int | Decimal | bool | str:
	"""``text`` as the type a record declares; raises ParameterError when it does not fit."""
	text = str(text).strip()
	try:
		match value_type:
			case "Int":
				return int(text)
			case "Float":
				return Decimal(text)
			case "Check":
				if text.lower() in ("1", "true", "yes"):
					return True
				if text.lower() in ("0", "false", "no", ""):
					return False
				raise ValueError(text)
	except (ValueError, InvalidOperation):
		kinds = {"Int": "整数", "Float": "数字", "Check": "1（是）或0（否）"}
		raise ParameterError(f"取值“{text}”不是{kinds[value_type]}。") from None
	return text


def read_rows(path: Path | str | None = None) -> list[dict[str, str]]:
	"""The rows of the shipped table as text, for seeding."""
	with open(path or SHIPPED, encoding="utf-8", newline="") as file:
		return list(csv.DictReader(file))


def load_parameters(path: Path | str | None = None) -> ParameterSet:
	"""The shipped table (``setup/policy_parameters.csv``), or another file of the same columns."""
	return ParameterSet(parameter_from_row(row) for row in read_rows(path))


def parameter_from_row(row: dict) -> Parameter:
	return Parameter(
		key=row["key"],
		value=typed_value(row["value"], row.get("value_type") or "Data"),
		unit=row.get("unit") or "",
		category=row.get("category") or "",
		area=row.get("area") or "",
		source=row.get("source") or "",
		article=row.get("article") or "",
		confidence=row.get("confidence") or "Verified",
		effective_from=_day(row.get("effective_from")) or date.min,
		effective_to=_day(row.get("effective_to")),
		note=row.get("note") or "",
		label=row.get("label") or "",
		confirmed=bool(row.get("confirmed")),
	)


def _day(value: str | date | None) -> date | None:
	if not value:
		return None
	return value if isinstance(value, date) else date.fromisoformat(str(value))
