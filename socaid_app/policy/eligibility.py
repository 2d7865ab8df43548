"""Which schemes a household or person meets or misses, test by test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from socaid_app.policy import assets, expenses, household, income, terms
from socaid_app.policy.income import yuan
from socaid_app.policy.lines import Line
from socaid_app.policy.parameters import ParameterSet
from socaid_app.policy.standards import DIBAO_STANDARD, DISPOSABLE_INCOME, StandardSet

SCHEME_NAMES = {
	terms.DIBAO: "最低生活保障",
	terms.TEKUN: "特困人员救助供养",
	terms.EDGE: "低保边缘家庭",
	terms.RIGID: "刚性支出困难家庭",
	terms.TEMPORARY: "临时救助",
	terms.OTHER_SCHEME: "其他困难",
}
NOT_COMBINABLE = {terms.DIBAO, terms.TEKUN, "Orphan"}
DISABILITY_NAMES = {
	"Visual": "视力",
	"Hearing": "听力",
	"Speech": "言语",
	"Physical": "肢体",
	"Intellectual": "智力",
	"Mental": "精神",
	"Multiple": "多重",
}
# 43号 Art. 5(三): type → severest grades that count as having no labour capacity.
TEKUN_DISABILITY = {"Intellectual": 3, "Mental": 3, "Physical": 2, "Visual": 1}


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
	"""The figures every test looks at, computed once for a scheme."""

	def __init__(self, case: dict, scheme: str, on: date, parameters: ParameterSet, standards: StandardSet):
		self.case, self.scheme, self.on = case, scheme, on
		self.parameters, self.standards = parameters, standards
		self.area, self.division = case.get("area") or "", case.get("division") or ""
		# Only 低保 knows the single-person application; every other test looks at the whole family.
		whole = case if scheme == terms.DIBAO else {**case, "single_application": ""}
		self.counted, self.member_lines = household.counted_members(whole, on)
		self.persons = len(self.counted)
		self.annual, self.income_lines = income.household_income(case, self.counted, scheme, on, parameters)
		self.per_capita = income.per_capita(self.annual, self.persons)
		self.standard = standards.find(DIBAO_STANDARD, on, self.area, self.division).amount

	def property_lines(self) -> list[Line]:
		return assets.property_lines(self.case, self.persons, self.standard, self.on, self.parameters)

	def income_below(self, limit: Decimal, name: str, article: str, rule: str) -> Line:
		met = self.per_capita < limit
		text = f"月人均{yuan(self.per_capita)}，{'低于' if met else '不低于'}{name}{yuan(limit)}"
		return Line("月人均收入", text, met, article, self.per_capita, rule)

	def combination_lines(self, scheme: str) -> list[Line]:
		"""One basic-living benefit a person at a time (43号 Art. 9 and gate 7)."""
		if scheme not in NOT_COMBINABLE:
			return []
		lines = []
		for member in self.counted:
			other = [
				name for name in member.get("benefits") or [] if name in NOT_COMBINABLE and name != scheme
			]
			if other:
				names = "、".join(SCHEME_NAMES.get(name, "孤儿或事实无人抚养儿童保障") for name in other)
				lines.append(
					Line(
						"不重复救助",
						f"{member.get('name') or ''}正在享受{names}，不能同时享受",
						False,
						"民发〔2021〕43号第9条",
						rule="one_benefit",
					)
				)
		return lines


def dibao(h: Household) -> Result:
	"""Law Art. 18; 57号 Art. 2: income below the standard and property within the local limits."""
	lines = [
		h.income_below(h.standard, "低保标准", "社会救助法第18条、民发〔2021〕57号第2条", "dibao_income"),
		*h.property_lines(),
		*h.combination_lines(terms.DIBAO),
	]
	lines += [line for line in h.member_lines if line.outcome is False]
	if h.case.get("single_application"):
		lines.append(_single_family(h))
	return Result(terms.DIBAO, tuple(lines))


def _single_family(h: Household) -> Line:
	"""The applicant's family as a whole must be below the 低保边缘 line (57号 Art. 8)."""
	family = Household({**h.case, "single_application": ""}, terms.EDGE, h.on, h.parameters, h.standards)
	limit = edge_limit(h)
	met = family.per_capita < limit
	text = f"全家月人均{yuan(family.per_capita)}，{'低于' if met else '不低于'}低保边缘线{yuan(limit)}"
	return Line("单人申请", text, met, household.ARTICLE_SINGLE, family.per_capita, "single_application")


def edge_limit(h: Household) -> Decimal:
	multiple = Decimal(str(h.parameters.get("edge_income_multiple", h.on)))
	return income.money(h.standard * multiple)


def edge(h: Household) -> Result:
	"""57号 Art. 8, Law Art. 21: not in 低保, income below the uplifted standard, property within limits."""
	lines = [
		h.income_below(edge_limit(h), "低保边缘线", "社会救助法第21条、民发〔2021〕57号第8条", "edge_income"),
		*h.property_lines(),
	]
	return Result(terms.EDGE, tuple(lines))


def rigid(h: Household, others: list[Result]) -> Result:
	"""民发〔2024〕57号 Art. 4: none of the other schemes, modest income, heavy unavoidable costs."""
	lines = []
	better = [SCHEME_NAMES[result.scheme] for result in others if result.eligible]
	if better:
		lines.append(
			Line(
				"其他救助",
				f"符合{'、'.join(better)}条件，应按该类别救助",
				False,
				"民发〔2024〕57号第4条",
				rule="rigid_not_in",
			)
		)
	cap = h.standards.find(DISPOSABLE_INCOME, h.on, h.area, h.division).amount
	lines.append(
		h.income_below(cap, "上年度人均可支配收入", "社会救助法第22条、民发〔2024〕57号第4条", "rigid_income")
	)
	borne, items = expenses.rigid_expenses(h.case)
	lines += items
	lines.append(expenses.ratio_line(borne, h.annual, h.on, h.parameters))
	lines += h.property_lines()
	return Result(terms.RIGID, tuple(lines))


def tekun(h: Household) -> Result:
	"""43号 Art. 4: no labour capacity, no source of livelihood, nobody able to support."""
	persons = [member for member in h.case.get("members") or [] if member.get("in_need")]
	lines = (
		[Line("申请对象", "没有指明特困申请对象", False, "民发〔2021〕43号第4条", rule="tekun_person")]
		if not persons
		else []
	)
	for person in persons:
		lines.append(no_labour_capacity(person, h))
	lines.append(h.income_below(h.standard, "低保标准", "民发〔2021〕43号第6条", "tekun_income"))
	lines += h.property_lines()
	lines += [supporter_line(supporter, h) for supporter in h.case.get("supporters") or []]
	if not h.case.get("supporters"):
		lines.append(Line("法定义务人", "没有法定赡养、抚养、扶养义务人", True, "民发〔2021〕43号第4条"))
	lines += h.combination_lines(terms.TEKUN)
	return Result(terms.TEKUN, tuple(lines))


def no_labour_capacity(person: dict, h: Household) -> Line:
	"""43号 Art. 5: aged, a child, or disabled to the listed grade."""
	name, article = person.get("name") or "", "民发〔2021〕43号第5条"
	age = household.age_of(person, h.on)
	elder = int(h.parameters.get("tekun_elder_age", h.on))
	child = int(h.parameters.get("tekun_child_age", h.on))
	if age is not None and age >= elder:
		return Line("无劳动能力", f"{name}{age}岁，年满{elder}周岁", True, article)
	if age is not None and age < child:
		return Line("无劳动能力", f"{name}{age}岁，未满{child}周岁", True, article)
	kind, grade = person.get("disability_type") or "", str(person.get("disability_grade") or "")
	if grade and int(grade) <= TEKUN_DISABILITY.get(kind, 0):
		return Line("无劳动能力", f"{name}{DISABILITY_NAMES[kind]}残疾{grade}级", True, article)
	return Line(
		"无劳动能力", f"{name}不属于老年人、未成年人或规定等级的残疾人", False, article, rule="tekun_labour"
	)


def supporter_line(supporter: dict, h: Household) -> Line:
	"""43号 Art. 8: the cases in which a person with the duty is deemed unable to support."""
	name, article = supporter.get("name") or "义务人", "民发〔2021〕43号第8条"
	reason = incapable(supporter, h)
	if reason:
		return Line("法定义务人", f"{name}：{reason}，无履行义务能力", True, article)
	return Line("法定义务人", f"{name}：有履行义务能力", False, article, rule="tekun_supporter")


def incapable(supporter: dict, h: Household) -> str:
	"""Why a supporter cannot fulfil the duty; '' when able."""
	benefits, age = supporter.get("benefits") or [], supporter.get("age")
	property_ok = bool(supporter.get("property_ok"))
	if terms.TEKUN in benefits:
		return "特困人员"
	if terms.DIBAO in benefits and age is not None and age >= 60:
		return "60周岁以上的低保对象"
	modest = property_ok and _modest_income(supporter, h)
	if modest and age is not None and age >= 70:
		return "70周岁以上，收入和财产符合规定"
	kind, grade = supporter.get("disability_type") or "", str(supporter.get("disability_grade") or "")
	severe = grade in ("1", "2") or (grade == "3" and kind in ("Intellectual", "Mental"))
	if modest and severe:
		return "重度残疾，收入和财产符合规定"
	if supporter.get("incapable") and property_ok:
		return supporter.get("incapable_reason") or "无民事行为能力、被宣告失踪或在监狱服刑，财产符合规定"
	return ""


def _modest_income(supporter: dict, h: Household) -> bool:
	cap = h.standards.find(DISPOSABLE_INCOME, h.on, h.area, h.division).amount
	return income.money(supporter.get("income_monthly_per_capita")) < cap


def temporary(h: Household) -> Result:
	"""Law Art. 36-37, 50; 民发〔2018〕23号; the 2026 opinion. Quick relief looks at cause and amount only."""
	need = h.case.get("need") or {}
	route = h.case.get("route") or terms.STANDARD
	article = "社会救助法第50条、2026年临时救助意见"
	lines = [
		Line(
			"困难情形",
			"已写明致困原因" if need.get("cause") else "没有写明致困原因",
			bool(need.get("cause")),
			article,
			rule="temp_cause",
		)
	]
	cap = temporary_cap(h)
	requested = income.money(need.get("requested"))
	lines.append(
		Line(
			"救助金额",
			f"申请{yuan(requested)}，{'不超过' if requested <= cap else '超过'}上限{yuan(cap)}",
			requested <= cap,
			article,
			requested,
			"temp_cap",
		)
	)
	if not requested:
		lines.append(Line("救助金额", "没有填写救助金额", False, article, rule="temp_amount"))
	if route == terms.EXPENDITURE:
		limit = h.standards.find(DISPOSABLE_INCOME, h.on, h.area, h.division).amount
		lines.append(h.income_below(limit, "上年度人均可支配收入", "民发〔2018〕23号", "temp_income"))
		borne, items = expenses.rigid_expenses(h.case)
		lines += items
		lines.append(
			Line(
				"必要支出",
				f"个人负担的必要支出{yuan(borne)}",
				borne > 0,
				"民发〔2018〕23号",
				borne,
				"temp_expense",
			)
		)
	return Result(terms.TEMPORARY, tuple(lines))


def temporary_cap(h: Household) -> Decimal:
	"""Most that may be granted: multiples of the monthly 低保 standard, per head for the general type."""
	if (h.case.get("route") or "") == terms.QUICK_RELIEF:
		multiple = Decimal(str(h.parameters.get("quick_relief_cap", h.on)))
	else:
		multiple = Decimal(str(h.parameters.get("temp_township_approve_cap", h.on)))
	return income.money(h.standard * multiple * max(h.persons, 1))
