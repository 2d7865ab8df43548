"""临时救助 (Law Art. 29; 民发〔2018〕23号; the 2026 opinion): what is asked, and how much may be granted."""

from __future__ import annotations

from decimal import Decimal

from socaid_app.policy import expenses, income, terms
from socaid_app.policy.household_figures import Household, Result
from socaid_app.policy.income import yuan
from socaid_app.policy.lines import Line


def temporary(h: Household) -> Result:
	"""Cause and amount of every application; of 支出型 income, property and the expense as well (23号 二(一))."""
	need = h.case.get("need") or {}
	cause = bool(need.get("cause"))
	lines = [h.line("困难情形", "已写明致困原因" if cause else "没有写明致困原因", cause, "temp_cause")]
	lines += _amount_lines(h, income.exact(need.get("requested")))
	lines += _same_cause(h, need.get("granted_this_year") or 0)
	if h.case.get("route") == terms.EXPENDITURE:
		lines.append(h.income_below(h.disposable_income(), "上年度人均可支配收入", "temp_income"))
		lines += h.property_lines()
		borne, items = expenses.borne_by_household(h.case, "temp_expense", h.on)
		text = f"个人负担的必要支出{yuan(borne)}"
		lines += [*items, h.line("必要支出", text, borne > 0, "temp_expense", income.money(borne))]
	lines += [line for line in h.member_lines if line.outcome is False]
	return Result(terms.TEMPORARY, tuple(lines))


def _amount_lines(h: Household, requested: Decimal) -> list[Line]:
	if not requested:
		return [h.line("救助金额", "没有填写救助金额", False, "temp_request")]
	if deliberated := _deliberated(h):
		text = f"申请{yuan(requested)}，一事一议同意{yuan(deliberated)}以内"
		return [h.line("救助金额", text, True, "temp_deliberated", income.money(requested))]
	limit = cap(h)
	met = requested <= limit
	text = f"申请{yuan(requested)}，{'不超过' if met else '超过'}上限{yuan(limit)}"
	rule = "temp_cap_quick" if _quick(h) else "temp_cap"
	return [h.line("救助金额", text, met, rule, income.money(requested))]


def _same_cause(h: Household, granted: int) -> list[Line]:
	"""How often the same cause is helped in a calendar year; more is for case-by-case deliberation (一事一议)."""
	if not granted:
		return []
	if _deliberated(h):
		text = f"同一事由本年度已救助{granted}次，经一事一议"
		return [h.line("救助次数", text, True, "temp_deliberated")]
	limit = int(h.parameters.get("temp_same_cause_limit", h.on))
	met = granted < limit
	text = f"同一事由本年度已救助{granted}次，{'未到' if met else '已达'}{limit}次"
	return [h.line("救助次数", text, met, "temp_same_cause")]


def cap(h: Household) -> Decimal:
	"""Most that may be granted: what a meeting has carried, otherwise multiples of the monthly 低保 standard a head."""
	if deliberated := _deliberated(h):
		return deliberated
	key = "quick_relief_cap" if _quick(h) else "temp_township_approve_cap"
	return h.standard * income.exact(h.parameters.get(key, h.on)) * max(h.persons, 1)


def _deliberated(h: Household) -> Decimal:
	"""What the county's meeting has carried for this case (一事一议); 0 without one."""
	return income.money((h.case.get("need") or {}).get("deliberated") or 0)


def _quick(h: Household) -> bool:
	return h.case.get("route") == terms.QUICK_RELIEF
