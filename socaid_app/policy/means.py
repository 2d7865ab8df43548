"""The whole assessment of a case: who counts, what counts, what is met, how much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from socaid_app.policy import benefit, eligibility, selfcare, tekun, temporary, terms
from socaid_app.policy.cases import check_case
from socaid_app.policy.household_figures import Household, Result
from socaid_app.policy.income import money, yuan
from socaid_app.policy.lines import Line
from socaid_app.policy.parameters import Parameter, ParameterSet
from socaid_app.policy.standards import CARE, TEKUN_BASIC, StandardSet

# Raised whenever a change of the rules could change an amount; stored with every decision.
RULE_VERSION = "2026.11"


@dataclass(frozen=True)
class Assessment:
	"""The outcome of :func:`assess`. Money in yuan, ``amount`` a month (one-off for 临时救助)."""

	on: date
	scheme: str
	category: str
	counted: tuple[str, ...]
	member_count: int
	annual_income: Decimal
	monthly_per_capita: Decimal
	standard: Decimal
	lines: tuple[Line, ...]
	eligible: bool
	amount: Decimal
	shares: dict[str, Decimal]
	care_grade: str = ""
	care_amount: Decimal = Decimal(0)
	categories: dict[str, dict] = field(default_factory=dict)
	unconfirmed: tuple[str, ...] = ()
	rule_version: str = RULE_VERSION

	def to_dict(self) -> dict:
		"""JSON-safe: dates as ISO text, money as decimal text."""
		return {
			"on": self.on.isoformat(),
			"scheme": self.scheme,
			"category": self.category,
			"counted": list(self.counted),
			"member_count": self.member_count,
			"annual_income": str(self.annual_income),
			"monthly_per_capita": str(self.monthly_per_capita),
			"standard": str(self.standard),
			"lines": [line.to_dict() for line in self.lines],
			"eligible": self.eligible,
			"amount": str(self.amount),
			"shares": {member: str(share) for member, share in self.shares.items()},
			"care_grade": self.care_grade,
			"care_amount": str(self.care_amount),
			"categories": self.categories,
			"unconfirmed": list(self.unconfirmed),
			"rule_version": self.rule_version,
		}

	@classmethod
	def from_dict(cls, values: dict) -> Assessment:
		"""The outcome that :meth:`to_dict` wrote down."""
		amounts = ("annual_income", "monthly_per_capita", "standard", "amount", "care_amount")
		return cls(
			**{
				**values,
				**{name: Decimal(values[name]) for name in amounts},
				"on": date.fromisoformat(values["on"]),
				"counted": tuple(values["counted"]),
				"unconfirmed": tuple(values["unconfirmed"]),
				"lines": tuple(Line.from_dict(line) for line in values["lines"]),
				"shares": {member: Decimal(share) for member, share in values["shares"].items()},
			}
		)


def assess(
	case: dict,
	parameters: ParameterSet,
	standards: StandardSet,
	on: date | None = None,
	calendar=None,
	others: bool = True,
) -> Assessment:
	"""Assess ``case`` (see :mod:`cases` for its shape) by the rules in force on ``on``.

	``on`` defaults to the day of acceptance, then of application. ``calendar`` is accepted so that callers
	can hand over one set of rules to every function; amounts do not depend on it. ``others``: whether the other
	schemes are looked at as well, which tells a person what else there is and is half of the work.
	Raises CaseError for input that cannot be read, NoParameterInForce / NoStandardInForce for gaps in the tables.
	"""
	return assess_noting(case, parameters.fresh(), standards.fresh(), on, others)


def assess_noting(
	case: dict,
	parameters: ParameterSet,
	standards: StandardSet,
	on: date | None = None,
	others: bool = True,
) -> Assessment:
	"""As :func:`assess`, leaving in ``parameters.used`` and ``standards.used`` what it rested on."""
	return assess_checked(check_case(case), parameters, standards, on, others)


def assess_checked(
	case: dict,
	parameters: ParameterSet,
	standards: StandardSet,
	on: date | None = None,
	others: bool = True,
) -> Assessment:
	"""As :func:`assess_noting`, of a case that :func:`cases.check_case` has given back: whoever compares several rules has
	it checked once.
	"""
	on = on or case["accepted_on"] or case["applied_on"]
	scheme = case["scheme"]
	households: dict[str, Household] = {}

	def household(of: str) -> Household:
		if of not in households:
			households[of] = Household(case, of, on, parameters, standards)
		return households[of]

	h = household(scheme)
	result = RULES.get(scheme, _other)(household)
	amount, shares, grade, care, notes = AMOUNTS.get(scheme, _no_amount)(h, result)
	lines = [*h.member_lines, *h.income_lines]
	lines += [line for line in result.lines if line not in lines]
	if scheme == terms.TEKUN:
		lines.append(selfcare.selfcare_line(case["selfcare"], on))
	lines += notes
	# Snapshot what this scheme used before the other schemes are looked at for information.
	unconfirmed = _unconfirmed(parameters, standards)
	return Assessment(
		on=on,
		scheme=scheme,
		category=case["category"],
		counted=tuple(h.ids),
		member_count=_persons(h),
		annual_income=money(h.annual),
		monthly_per_capita=money(h.per_capita),
		standard=money(_standard_shown(h)),
		lines=tuple(lines),
		eligible=result.eligible,
		amount=amount,
		shares=shares,
		care_grade=grade,
		care_amount=care,
		categories={name: _brief(outcome) for name, outcome in overview(household).items()} if others else {},
		unconfirmed=unconfirmed,
	)


def overview(household: Callable[[str], Household]) -> dict[str, Result]:
	"""Every scheme with a means test, so that nobody is turned away from one without being told of the other."""
	found = {
		terms.DIBAO: eligibility.dibao(household(terms.DIBAO)),
		terms.TEKUN: tekun.tekun(household(terms.TEKUN)),
		terms.EDGE: eligibility.edge(household(terms.EDGE)),
	}
	found[terms.RIGID] = eligibility.rigid(household(terms.RIGID), list(found.values()))
	return found


def _brief(result: Result) -> dict:
	return {"eligible": result.eligible, "failing": [line.to_dict() for line in result.failing]}


def _rigid(household: Callable[[str], Household]) -> Result:
	return overview(household)[terms.RIGID]


def _other(household: Callable[[str], Household]) -> Result:
	h = household(terms.OTHER_SCHEME)
	line = h.line("其他困难", "没有统一的认定标准，由县级一事一议", None, "other")
	return Result(terms.OTHER_SCHEME, (line, *(found for found in h.member_lines if found.outcome is False)))


RULES: dict[str, Callable[[Callable[[str], Household]], Result]] = {
	terms.DIBAO: lambda household: eligibility.dibao(household(terms.DIBAO)),
	terms.TEKUN: lambda household: tekun.tekun(household(terms.TEKUN)),
	terms.EDGE: lambda household: eligibility.edge(household(terms.EDGE)),
	terms.RIGID: _rigid,
	terms.TEMPORARY: lambda household: temporary.temporary(household(terms.TEMPORARY)),
}

Amount = tuple[Decimal, dict[str, Decimal], str, Decimal, list[Line]]


def _no_amount(h: Household, result: Result) -> Amount:
	return Decimal(0), {}, "", Decimal(0), []


def _dibao_amount(h: Household, result: Result) -> Amount:
	if not result.eligible:
		return _no_amount(h, result)
	if h.case["calculation_mode"] == terms.BAND:
		bands = benefit.parse_bands(str(h.parameters.get("dibao_bands", h.on)))
		amount = benefit.band(h.standard, h.per_capita, h.persons, bands)
		text = f"按分档计发，{h.persons}人共{yuan(amount)}"
	else:
		amount = benefit.difference(h.standard, h.annual, h.persons)
		text = f"低保标准{yuan(h.standard)}×{h.persons}人－家庭月收入{yuan(h.annual / 12)}＝{yuan(amount)}"
	note = h.line("月保障金额", text, None, "dibao_amount", amount)
	return amount, benefit.shares(amount, h.ids), "", Decimal(0), [note]


def _tekun_amount(h: Household, result: Result) -> Amount:
	"""Basic living for each person; care only by an assessed grade (43号 Art. 20)."""
	grade = selfcare.care_grade(h.case["selfcare"])
	if not result.eligible:
		return Decimal(0), {}, grade, Decimal(0), []
	persons = [member["id"] for member in tekun.persons(h)]
	basic = h.standards.find(TEKUN_BASIC, h.on, h.area, h.division).amount
	care = Decimal(0)
	if grade:
		care = benefit.care_allowance(h.standards.find(CARE, h.on, h.area, h.division), grade)
	each = money(basic + care)
	text = (
		f"每人基本生活标准{yuan(basic)}＋照料护理（{selfcare.GRADE_NAMES[grade]}）{yuan(care)}＝{yuan(each)}，"
		f"{len(persons)}人共{yuan(each * len(persons))}"
	)
	note = h.line("月供养金额", text, None, "tekun_amount", each * len(persons))
	return each * len(persons), dict.fromkeys(persons, each), grade, care, [note]


def _temporary_amount(h: Household, result: Result) -> Amount:
	"""What is asked for, within the cap; zero when a test failed."""
	if not result.eligible:
		return _no_amount(h, result)
	amount = min(money(h.case["need"].get("requested")), money(temporary.cap(h)))
	note = h.line("一次性救助金额", f"拟救助{yuan(amount)}", None, "temp_amount", amount)
	return amount, benefit.shares(amount, h.ids), "", Decimal(0), [note]


AMOUNTS: dict[str, Callable[[Household, Result], Amount]] = {
	terms.DIBAO: _dibao_amount,
	terms.TEKUN: _tekun_amount,
	terms.TEMPORARY: _temporary_amount,
}


def _persons(h: Household) -> int:
	return len(tekun.persons(h)) if h.scheme == terms.TEKUN else h.persons


def _standard_shown(h: Household) -> Decimal:
	if h.scheme == terms.TEKUN:
		return h.standards.find(TEKUN_BASIC, h.on, h.area, h.division).amount
	return eligibility.edge_limit(h) if h.scheme == terms.EDGE else h.standard


def _unconfirmed(parameters: ParameterSet, standards: StandardSet) -> tuple[str, ...]:
	"""What this result rests on that nobody has confirmed yet (待核实), in words."""
	names = {
		"Dibao": "低保标准",
		"Tekun Basic": "特困基本生活标准",
		"Care": "照料护理标准",
		"Disposable Income": "人均可支配收入",
	}
	found = [_parameter_label(record) for record in parameters.used.values() if record.to_be_confirmed]
	found += [
		f"{names.get(s.kind, s.kind)}{s.amount or s.care_full}元（{s.document}）"
		for s in standards.used
		if s.to_be_confirmed
	]
	return tuple(dict.fromkeys(found))


def _parameter_label(record: Parameter) -> str:
	return f"{record.label or record.key}：{record.value}"
