"""Benefit standards: amount by kind, area, place and date."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from socaid_app.policy.parameters import ParameterError, ParameterSet
from socaid_app.policy.terms import UNCONFIRMED

SHIPPED = Path(__file__).parent.parent / "setup" / "assistance_standards.csv"
DIBAO_STANDARD, TEKUN_BASIC, CARE = "Dibao", "Tekun Basic", "Care"
MINIMUM_WAGE, DISPOSABLE_INCOME = "Minimum Wage", "Disposable Income"
KINDS = (DIBAO_STANDARD, TEKUN_BASIC, CARE, MINIMUM_WAGE, DISPOSABLE_INCOME)
NAMES = {
	DIBAO_STANDARD: "低保标准",
	TEKUN_BASIC: "特困基本生活标准",
	CARE: "照料护理标准",
	MINIMUM_WAGE: "最低工资",
	DISPOSABLE_INCOME: "上年度人均可支配收入",
}


class NoStandardInForce(LookupError):
	pass


@dataclass(frozen=True)
class Standard:
	"""Amounts in yuan a month. ``division`` is a 12-digit code or '' for everywhere."""

	kind: str
	area: str = ""
	division: str = ""
	amount: Decimal = Decimal(0)
	care_full: Decimal = Decimal(0)
	care_half: Decimal = Decimal(0)
	care_self: Decimal = Decimal(0)
	document: str = ""
	effective_from: date = date.min
	effective_to: date | None = None
	confidence: str = "Verified"
	note: str = ""
	confirmed: bool = False

	@property
	def to_be_confirmed(self) -> bool:
		return self.confidence in UNCONFIRMED and not self.confirmed

	def covers(self, division: str) -> bool:
		return not self.division or (division or "").startswith(self.division.rstrip("0"))

	def in_force(self, on: date) -> bool:
		return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


class StandardSet:
	"""All standards of a site. ``used`` collects what a calculation consulted."""

	def __init__(self, records: Iterable[Standard]):
		self.records = tuple(records)
		self.used: list[Standard] = []
		self._found: dict[tuple, Standard] = {}

	def fresh(self) -> StandardSet:
		"""The same standards, of which nothing has been consulted."""
		other = StandardSet(self.records)
		# what is in force where is the same for a county's families; it is looked for once
		other._found = self._found
		return other

	def find(self, kind: str, on: date, area: str = "", division: str = "") -> Standard:
		"""The standard in force: the nearest place first, then the latest. Raises NoStandardInForce."""
		asked = (kind, on, area, division)
		if asked not in self._found:
			self._found[asked] = self._in_force(*asked)
		found = self._found[asked]
		if found not in self.used:
			self.used.append(found)
		return found

	def _in_force(self, kind: str, on: date, area: str, division: str) -> Standard:
		fitting = [
			record
			for record in self.records
			if record.kind == kind
			and record.in_force(on)
			and record.area in ("", area)
			and record.covers(division)
		]
		if not fitting:
			raise NoStandardInForce(
				f"没有在{on:%Y-%m-%d}有效的{NAMES.get(kind, kind)}，请在“救助标准”中补录并提交。"
			)
		return max(fitting, key=lambda record: (len(record.division.rstrip("0")), record.effective_from))


def without(records: Iterable[Standard], new: Standard) -> list[Standard]:
	"""``records`` as if ``new`` had not been issued: what ended on the eve of its first day goes on."""

	def same_series(record: Standard) -> bool:
		return (record.kind, record.area, record.division) == (new.kind, new.area, new.division)

	eve = new.effective_from - timedelta(days=1)
	return [
		replace(record, effective_to=None) if same_series(record) and record.effective_to == eve else record
		for record in records
		if not (same_series(record) and record.effective_from == new.effective_from)
	]


CARE_RATIOS = {"care_full": "care_ratio_full", "care_half": "care_ratio_half", "care_self": "care_ratio_self"}


def derived(entered: Standard, parameters: ParameterSet, standards: StandardSet) -> dict[str, Decimal]:
	"""What a 特困 standard comes to by the province's ratios, from the figures of the year before (Law Art. 17).

	Field → whole yuan, rounded half up; empty for other kinds and where the figures of that year are missing.
	"""
	on, year_before = entered.effective_from, date(entered.effective_from.year - 1, 12, 31)
	try:
		if entered.kind == TEKUN_BASIC:
			base = standards.find(DIBAO_STANDARD, year_before, entered.area, entered.division)
			return {"amount": _whole(base.amount, parameters, "tekun_base_ratio", on)}
		if entered.kind == CARE:
			wage = standards.find(MINIMUM_WAGE, year_before, entered.area, entered.division)
			return {field: _whole(wage.amount, parameters, key, on) for field, key in CARE_RATIOS.items()}
	except (NoStandardInForce, ParameterError):
		return {}
	return {}


def _whole(base: Decimal, parameters: ParameterSet, key: str, on: date) -> Decimal:
	return (base * Decimal(str(parameters.get(key, on)))).quantize(Decimal(1), ROUND_HALF_UP)


def read_rows(path: Path | str | None = None) -> list[dict[str, str]]:
	with open(path or SHIPPED, encoding="utf-8", newline="") as file:
		return list(csv.DictReader(file))


def load_standards(path: Path | str | None = None) -> StandardSet:
	"""The shipped table (``setup/assistance_standards.csv``)."""
	return StandardSet(standard_from_row(row) for row in read_rows(path))


def standard_from_row(row: dict) -> Standard:
	def money(key: str) -> Decimal:
		return Decimal(str(row.get(key) or 0))

	def day(key: str) -> date | None:
		value = row.get(key)
		return value if isinstance(value, date) or not value else date.fromisoformat(str(value))

	return Standard(
		kind=row["kind"],
		area=row.get("area") or "",
		division=row.get("division") or "",
		amount=money("amount"),
		care_full=money("care_full"),
		care_half=money("care_half"),
		care_self=money("care_self"),
		document=row.get("document") or "",
		effective_from=day("effective_from") or date.min,
		effective_to=day("effective_to") or None,
		confidence=row.get("confidence") or "Verified",
		note=row.get("note") or "",
		confirmed=bool(row.get("confirmed")),
	)
