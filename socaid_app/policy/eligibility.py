"""低保, 低保边缘 and 刚性支出困难: what a household meets or misses, test by test."""

from __future__ import annotations

from decimal import Decimal

from socaid_app.policy import articles, expenses, household, income, terms
from socaid_app.policy.household_figures import Household, Result
from socaid_app.policy.income import yuan, yuan_beside
from socaid_app.policy.lines import Line

SCHEME_NAMES = {
	terms.DIBAO: "最低生活保障",
	terms.TEKUN: "特困人员救助供养",
	terms.EDGE: "低保边缘家庭",
	terms.RIGID: "刚性支出困难家庭",
	terms.TEMPORARY: "临时救助",
	terms.OTHER_SCHEME: "其他困难",
}


def dibao(h: Household) -> Result:
	"""Law Art. 18: income below the standard and property within the local limits."""
	ground = h.case.get("single_application") or ""
	lines = [h.income_below(h.standard, "低保标准", "dibao_income")]
	if ground in household.WITHIN_EDGE_FAMILY:
		lines += _edge_family(h)
	else:
		lines += h.property_lines()
	lines += [
		h.line(
			"不重复救助",
			f"{member.get('name') or ''}正在享受{SCHEME_NAMES[terms.TEKUN]}，不能同时享受",
			False,
			"one_benefit",
		)
		for member in h.counted
		if terms.TEKUN in (member.get("benefits") or [])
	]
	lines += [line for line in h.member_lines if line.outcome is False]
	return Result(terms.DIBAO, tuple(lines))


def _edge_family(h: Household) -> list[Line]:
	"""The applicant's family as a whole is one of 低保边缘, neither above that line nor below the 低保 one."""
	family = h.as_family(terms.EDGE)
	limit = edge_limit(family)
	met = income.below(family.annual, family.persons, limit)
	text = f"全家月人均{yuan_beside(family.per_capita, limit)}，{'低于' if met else '不低于'}低保边缘线{yuan(limit)}"
	lines = [h.line("单人申请", text, met, "single_application", income.money(family.per_capita))]
	lines += family.property_lines()
	if entitled_to_dibao(family):
		text = "全家符合低保条件，应以家庭为单位申请低保，不能只纳入一人"
		lines.append(h.line("单人申请", text, False, "single_whole_family"))
	return lines


def entitled_to_dibao(family: Household) -> bool:
	"""Whether income and property of the whole family are those of 低保."""
	return (
		family.persons > 0
		and income.below(family.annual, family.persons, family.standard)
		and family.property_within_limits()
	)


def edge_limit(h: Household) -> Decimal:
	return h.standard * income.exact(h.parameters.get("edge_income_multiple", h.on))


def edge(h: Household) -> Result:
	"""57号 Art. 8, Law Art. 21: not entitled to 低保, income below the uplifted standard, property within limits."""
	lines = [h.income_below(edge_limit(h), "低保边缘线", "edge_income"), *h.property_lines()]
	if entitled_to_dibao(h):
		text = f"月人均收入低于低保标准{yuan(h.standard)}且财产符合规定，应申请低保"
		lines.append(h.line("其他救助", text, False, "edge_not_dibao"))
	lines += [line for line in h.member_lines if line.outcome is False]
	return Result(terms.EDGE, tuple(lines))


def rigid(h: Household, others: list[Result]) -> Result:
	"""民发〔2024〕57号 Art. 4: none of the other schemes, modest income, heavy unavoidable costs."""
	if h.on < articles.RIGID_IN_FORCE:
		text = f"刚性支出困难家庭自{articles.RIGID_IN_FORCE:%Y-%m-%d}起认定"
		return Result(terms.RIGID, (h.line("施行日期", text, False, "rigid_in_force"),))
	lines = []
	better = [SCHEME_NAMES[result.scheme] for result in others if result.eligible]
	if better:
		text = f"符合{'、'.join(better)}条件，应按该类别救助"
		lines.append(h.line("其他救助", text, False, "rigid_not_in"))
	lines.append(h.income_below(h.disposable_income(), "上年度人均可支配收入", "rigid_income"))
	lines += expenses.rigid_lines(h.case, h.annual, h.on, h.parameters)
	lines += h.property_lines()
	lines += [line for line in h.member_lines if line.outcome is False]
	return Result(terms.RIGID, tuple(lines))
