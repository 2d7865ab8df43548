"""Two years of benefits of a family: what it got from when, why it changed, why it ended.

Amounts come from the law library: the standard in force, the difference to it, the care allowance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random

from socaid_app.policy import benefit, household, selfcare, terms
from socaid_app.policy.articles import RIGID_IN_FORCE
from socaid_app.policy.clock import add_months
from socaid_app.policy.income import money
from socaid_app.policy.parameters import ParameterSet
from socaid_app.policy.standards import CARE, DIBAO_STANDARD, DISPOSABLE_INCOME, TEKUN_BASIC, StandardSet
from socaid_app.policy.workdays import WorkCalendar
from socaid_demo import economy
from socaid_demo.families import Family, Person

COUNTY = "220422000000"
MONTHS = 24
MONTHLY = (terms.DIBAO, terms.TEKUN)
DAY = timedelta(days=1)


class Rules:
	"""The tables a population is computed by, with the standards of a day looked up once."""

	def __init__(self, parameters: ParameterSet, standards: StandardSet, calendar: WorkCalendar):
		self.parameters, self.standards, self.calendar = parameters, standards, calendar
		self._standards = standards.fresh()
		self.standard = lru_cache(maxsize=None)(self._standard)

	def _standard(self, kind: str, on: date, area: str):
		return self._standards.find(kind, on, area, COUNTY)

	def changes(self, scheme: str, after: date, until: date) -> list[date]:
		"""The days in (after, until] on which a standard of the scheme comes into force."""
		kinds = (DIBAO_STANDARD,) if scheme == terms.DIBAO else (TEKUN_BASIC, CARE)
		days = {record.effective_from for record in self.standards.records if record.kind in kinds}
		return sorted(day for day in days if after < day <= until)

	def workday(self, day: date, back: bool = True) -> date:
		while not self.calendar.is_workday(day):
			day += -DAY if back else DAY
		return day

	def workdays_after(self, day: date, count: int) -> date:
		return self.calendar.add_workdays(day, count)[0]


@dataclass
class Segment:
	"""One entitlement. ``persons`` are all members then, ``counted`` those it covers; money in yuan."""

	scheme: str
	start: date
	decided_on: date
	on: date
	persons: list[Person]
	counted: list[Person]
	incomes: list[dict]
	amount: Decimal
	shares: list[Decimal]
	end: date | None = None
	end_reason: str = ""
	care_grade: str = ""
	care_amount: Decimal = Decimal(0)
	requested: Decimal = Decimal(0)


@dataclass
class Change:
	"""A change of circumstances that the history tells: ``kind`` as in Circumstance Change."""

	kind: str
	on: date
	person: Person | None
	before: str
	after: str
	pending: bool = False


@dataclass
class History:
	segments: list[Segment] = field(default_factory=list)
	changes: list[Change] = field(default_factory=list)
	closed_on: date | None = None


def counted_persons(family: Family, on: date) -> list[Person]:
	"""As :func:`socaid_app.policy.household.counting` decides on the persons present that day."""
	return [person for person in family.present(on) if household.counting(member_facts(person), on)[0]]


def member_facts(person: Person) -> dict:
	"""The fields of a case's member that decide whether the person counts."""
	return {
		"birth_date": person.born,
		"kinship": person.kinship,
		"residence": person.residence,
		"schooling": person.schooling,
		"independent": True,
	}


def counted_income(rows: list[dict]) -> int:
	return sum(max(row["annual"] - row["deduction"], 0) for row in rows if row["item"] != "Basic Pension")


def grade_of(family: Family) -> str:
	return selfcare.care_grade({item: item not in family.unable for item in terms.SELFCARE_ITEMS})


def build(rng: Random, family: Family, scheme: str, today: date, rules: Rules) -> History:
	"""The history of a family that receives ``scheme``; nothing in it lies after ``today``."""
	month = today.replace(day=1)
	family.properties = economy.properties(rng, family, len(family.persons), scheme != terms.RIGID)
	if scheme in MONTHLY:
		return _monthly(rng, family, scheme, month, today, rules)
	if scheme in (terms.EDGE, terms.RIGID):
		return _recognised(rng, family, scheme, month, rules)
	if scheme == terms.TEMPORARY:
		return _one_off(rng, family, month, today, rules)
	return History()


def _first_month(rng: Random, month: date, latest: int) -> date:
	"""Half of the families were on the roll when the ledger was opened."""
	back = MONTHS if rng.random() < 0.55 else rng.randrange(latest, MONTHS)
	return add_months(month, -back)


def decided_before(rng: Random, start: date, rules: Rules) -> date:
	return rules.workday(add_months(start, -1) + timedelta(days=rng.randrange(6, 24)))


# --- 低保 and 特困 ----------------------------------------------------------------------------------
def _monthly(rng: Random, family: Family, scheme: str, month: date, today: date, rules: Rules) -> History:
	start = _first_month(rng, month, 1)
	history = History()
	end = None
	if rng.random() < 0.09 and start < add_months(month, -6):
		end = add_months(start, rng.randrange(4, _months(start, month)))
	last = end or month
	points: dict[date, str] = {day.replace(day=1): "standard" for day in rules.changes(scheme, start, last)}
	room = _months(start, last)
	if scheme == terms.DIBAO and room >= 7:
		if rng.random() < 0.25:
			points[add_months(start, rng.randrange(6, room))] = "income"
		if rng.random() < 0.07 and len(family.persons) > 1:
			_death(rng, family, add_months(start, rng.randrange(5, room)), history, points)
	level = rng.uniform(0.3, 0.86)
	incomes: list[dict] = []
	for number, begin in enumerate([start, *sorted(points)]):
		reason = points.get(begin, "") if number else "new"
		if reason == "income":
			moved = _move(rng, level)
			history.changes.append(_income_change(family, begin, level, moved))
			level = moved
		if reason != "standard":
			counted = counted_persons(family, begin)
			standard = rules.standard(DIBAO_STANDARD, begin, family.area).amount
			share = level if scheme == terms.DIBAO else level * 0.6
			incomes = economy.incomes(
				rng, family, counted, int(standard * 12 * len(counted) * Decimal(str(round(share, 3)))), begin
			)
		if history.segments:
			earlier = history.segments[-1]
			earlier.end, earlier.end_reason = add_months(begin, -1), REASONS[reason]
		history.segments.append(
			segment(family, scheme, begin, decided_before(rng, begin, rules), incomes, rules)
		)
	if end:
		_end(rng, family, scheme, end, history, rules)
	elif rng.random() < 0.012:
		history.changes.append(_pending_change(rng, family, today))
	family.incomes = history.segments[-1].incomes
	family.expenses = economy.expenses(rng, family, counted_income(family.incomes), False, today)
	return history


REASONS = {
	"standard": "保障标准调整，按新标准重新核定",
	"income": "家庭收入变化，重新核定",
	"member": "家庭成员变化，重新核定",
}


def _months(start: date, end: date) -> int:
	return (end.year - start.year) * 12 + end.month - start.month


def _move(rng: Random, level: float) -> float:
	moved = level + rng.choice((-1, 1)) * rng.uniform(0.08, 0.25)
	return moved if 0.1 < moved < 0.93 else level - (moved - level)


def _income_change(family: Family, begin: date, level: float, moved: float) -> Change:
	word = "增加" if moved > level else "减少"
	return Change(
		"Income Change",
		add_months(begin, -1) + timedelta(days=4),
		family.head,
		"按原申报收入核定",
		f"家庭收入{word}，重新核定保障金额",
	)


def _pending_change(rng: Random, family: Family, today: date) -> Change:
	kind, text = rng.choice(
		(
			("Employment Change", "家庭成员外出务工，待核实收入"),
			("Health Change", "家庭成员住院治疗，待核实支出"),
			("Income Change", "土地流转费发放，待核实金额"),
		)
	)
	return Change(kind, today - timedelta(days=rng.randrange(2, 20)), family.head, "", text, pending=True)


def _death(rng: Random, family: Family, begin: date, history: History, points: dict[date, str]) -> None:
	"""The oldest member but the head dies in the month before ``begin``; the amount changes from then on."""
	others = [person for person in family.persons[1:] if person.residence == terms.LIVING_TOGETHER]
	person = min(others, key=lambda one: one.born, default=None)
	if not person or person.age(begin) < 60:
		return
	on = add_months(begin, -1) + timedelta(days=rng.randrange(1, 27))
	person.left_on, person.leave_reason = on, "Death"
	if family.head.marital == "Married" and person.kinship in ("11", "12"):
		family.head.marital = "Widowed"
	points[begin] = "member"
	history.changes.append(Change("Death", on, person, "", f"{person.full_name}于{on:%Y-%m-%d}死亡"))


def _end(rng: Random, family: Family, scheme: str, end: date, history: History, rules: Rules) -> None:
	segment_ = history.segments[-1]
	segment_.end = end
	if len(family.present(end)) == 1 and (scheme == terms.TEKUN or rng.random() < 0.5):
		on = end + timedelta(days=rng.randrange(1, 26))
		person = family.head
		person.left_on, person.leave_reason = on, "Death"
		segment_.end_reason = "保障对象死亡"
		history.changes.append(Change("Death", on, person, "", f"{person.full_name}于{on:%Y-%m-%d}死亡"))
		history.closed_on = on
	elif scheme == terms.TEKUN:
		segment_.end_reason = "本人自愿退出供养"
	else:
		segment_.end_reason = rng.choice(
			("家庭收入超过保障标准", "家庭成员稳定就业，收入超过保障标准", "本人自愿退出")
		)


def segment(
	family: Family,
	scheme: str,
	start: date,
	decided_on: date,
	incomes: list[dict],
	rules: Rules,
	on: date | None = None,
) -> Segment:
	"""The entitlement of ``scheme`` from ``start``, by the rules of ``on`` (default: the first day it is paid)."""
	on = on or start
	counted = counted_persons(family, on)
	grade, care = "", Decimal(0)
	if scheme == terms.DIBAO:
		standard = rules.standard(DIBAO_STANDARD, on, family.area).amount
		amount = benefit.difference(standard, Decimal(counted_income(incomes)), len(counted))
	elif scheme == terms.TEKUN:
		counted = counted[:1]
		grade = grade_of(family)
		care = benefit.care_allowance(rules.standard(CARE, on, family.area), grade)
		amount = money(rules.standard(TEKUN_BASIC, on, family.area).amount + care)
	else:
		amount = Decimal(0)
	return Segment(
		scheme,
		start,
		decided_on,
		on,
		family.present(on),
		counted,
		incomes,
		amount,
		_shares(amount, len(counted)),
		care_grade=grade,
		care_amount=care,
	)


def _shares(amount: Decimal, persons: int) -> list[Decimal]:
	return list(benefit.shares(amount, range(persons)).values())


# --- recognitions and one-off aid ---------------------------------------------------------------------
def _recognised(rng: Random, family: Family, scheme: str, month: date, rules: Rules) -> History:
	"""低保边缘 and 刚性支出困难: recognised for twelve months at a time, most of them again and again."""
	history, begin = History(), _first_month(rng, month, 0)
	if scheme == terms.RIGID:
		begin = max(begin, RIGID_IN_FORCE)
	# One income for all the years: the bills of a rigid-expenditure family are measured against it.
	incomes = (edge_incomes if scheme == terms.EDGE else rigid_incomes)(rng, family, begin, rules)
	while True:
		found = segment(family, scheme, begin, decided_before(rng, begin, rules), incomes, rules)
		key = "edge_validity_months" if scheme == terms.EDGE else "rigid_validity_months"
		found.end = add_months(begin, int(rules.parameters.get(key, begin)) - 1)
		found.end_reason = "认定有效期届满" if found.end < month else ""
		history.segments.append(found)
		begin = add_months(found.end, 1)
		if begin > month or rng.random() < 0.12:
			break
	family.incomes = history.segments[-1].incomes
	family.expenses = economy.expenses(
		rng, family, counted_income(family.incomes), scheme == terms.RIGID, history.segments[-1].on
	)
	return history


def edge_incomes(rng: Random, family: Family, on: date, rules: Rules) -> list[dict]:
	"""Between the 低保 standard and one and a half times of it."""
	standard = rules.standard(DIBAO_STANDARD, on, family.area).amount
	return _incomes_at(rng, family, on, float(standard) * rng.uniform(1.06, 1.42))


def rigid_incomes(rng: Random, family: Family, on: date, rules: Rules) -> list[dict]:
	"""Above the 低保边缘 line, below the disposable income of the year before."""
	low = float(rules.standard(DIBAO_STANDARD, on, family.area).amount) * 1.55
	high = float(rules.standard(DISPOSABLE_INCOME, on, family.area).amount) * 0.95
	return _incomes_at(rng, family, on, rng.uniform(low, high))


def _incomes_at(rng: Random, family: Family, on: date, monthly_per_capita: float) -> list[dict]:
	counted = counted_persons(family, on)
	return economy.incomes(rng, family, counted, int(monthly_per_capita * 12 * len(counted)), on)


def _one_off(rng: Random, family: Family, month: date, today: date, rules: Rules) -> History:
	begin = add_months(month, -rng.randrange(0, MONTHS))
	incomes = edge_incomes(rng, family, begin, rules)
	decided_on = rules.workday(min(begin + timedelta(days=rng.randrange(3, 25)), today))
	found = segment(family, terms.TEMPORARY, begin, decided_on, incomes, rules)
	found.requested = requested_aid(rng, family, begin, rules)
	found.amount, found.end = found.requested, begin
	found.shares = _shares(found.amount, len(found.counted))
	if begin < month:
		found.end_reason = "一次性救助已发放"
	family.incomes = incomes
	family.expenses = economy.expenses(rng, family, counted_income(incomes), False, begin)
	return History([found])


def requested_aid(rng: Random, family: Family, on: date, rules: Rules) -> Decimal:
	"""Round hundreds, within one month's standard for the smallest family."""
	standard = rules.standard(DIBAO_STANDARD, on, family.area).amount
	return Decimal(rng.randrange(3, max(4, int(standard * len(counted_persons(family, on))) // 100))) * 100
