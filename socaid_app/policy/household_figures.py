"""The figures of a household that every test of a scheme looks at, and the result of a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from socaid_app.policy import assets, household, income, terms
from socaid_app.policy.articles import article
from socaid_app.policy.income import yuan, yuan_beside
from socaid_app.policy.lines import Line
from socaid_app.policy.parameters import ParameterSet
from socaid_app.policy.standards import DIBAO_STANDARD, DISPOSABLE_INCOME, StandardSet


@dataclass(frozen=True)
class Result:
	"""Eligible when no line failed."""

	scheme: str
	lines: tuple[Line, ...]

	@property
	def eligible(self) -> bool:
		return not self.failing

	@property
	def failing(self) -> tuple[Line, ...]:
		return tuple(line for line in self.lines if line.outcome is False)


class Household:
	"""A case as one scheme looks at it on a day."""

	def __init__(self, case: dict, scheme: str, on: date, parameters: ParameterSet, standards: StandardSet):
		self.case, self.scheme, self.on = case, scheme, on
		# Numbers are those of the event; where people are is what is known up to this day.
		self.facts_on: date = case.get("facts_on") or on
		self.parameters, self.standards = parameters, standards
		self.area, self.division = case.get("area") or "", case.get("division") or ""
		# Only 低保 knows the single-person application; every other test looks at the whole family.
		whole = case if scheme == terms.DIBAO else {**case, "single_application": ""}
		self.counted, self.member_lines = household.counted_members(whole, on, self.facts_on)
		self.persons = len(self.counted)
		self.annual, self.income_lines = income.household_income(
			case, self.counted, scheme, on, parameters, self.facts_on
		)
		self.per_capita = income.per_capita(self.annual, self.persons)
		self.standard = standards.find(DIBAO_STANDARD, on, self.area, self.division).amount

	@property
	def ids(self) -> list[str]:
		return [member["id"] for member in self.counted]

	def as_family(self, scheme: str) -> Household:
		"""The whole family of a single applicant, as another scheme looks at it."""
		case = {**self.case, "single_application": ""}
		return Household(case, scheme, self.on, self.parameters, self.standards)

	def disposable_income(self) -> Decimal:
		return self.standards.find(DISPOSABLE_INCOME, self.on, self.area, self.division).amount

	def line(
		self, subject: str, text: str, outcome: bool | None, rule: str, amount: Decimal | None = None
	) -> Line:
		"""A finding with the article its rule rests on that day."""
		return Line(subject, text, outcome, article(rule, self.on), amount, rule)

	def property_lines(self) -> list[Line]:
		return assets.property_lines(
			self.case, self.scheme, self.ids, self.standard, self.on, self.parameters
		)

	def property_within_limits(self) -> bool:
		return all(line.outcome is not False for line in self.property_lines())

	def income_below(self, limit: Decimal, name: str, rule: str) -> Line:
		met = income.below(self.annual, self.persons, limit)
		text = (
			f"月人均{yuan_beside(self.per_capita, limit)}，{'低于' if met else '不低于'}{name}{yuan(limit)}"
		)
		return self.line("月人均收入", text, met, rule, income.money(self.per_capita))
