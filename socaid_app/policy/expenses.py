"""Rigid expenditure (民发〔2024〕57号 Art. 4-5): what the household itself had to pay in twelve months."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from socaid_app.policy.articles import article
from socaid_app.policy.clock import add_months
from socaid_app.policy.income import exact, money, yuan
from socaid_app.policy.lines import Line
from socaid_app.policy.parameters import ParameterSet

SUBJECT = "刚性支出"
KIND_NAMES = {
	"Living": "生活",
	"Medical": "医疗",
	"Education": "教育",
	"Disability Rehabilitation": "残疾康复",
	"Other Expense": "其他",
}
# Art. 5(二)(四): recognised by valid receipts.
BY_RECEIPT = ("Medical", "Disability Rehabilitation")


def borne_by_household(
	case: dict, rule: str, on: date, since: date | None = None
) -> tuple[Decimal, list[Line]]:
	"""Yearly amount borne by the household in yuan, and a line for each expense.

	Medical and rehabilitation costs count only with valid receipts. An expense with a day counts from ``since`` up to
	the day of application; one without a day is a sum of the year.
	"""
	basis, applied = article(rule, on), case.get("applied_on") or on
	total, lines = Decimal(0), []
	for row in case.get("expenses") or []:
		kind, paid_on = row.get("kind") or "", row.get("paid_on")
		name = KIND_NAMES.get(kind, kind or "其他")
		borne = max(exact(row.get("annual")) - exact(row.get("reimbursed")), Decimal(0))
		if kind in BY_RECEIPT and not row.get("receipted"):
			lines.append(Line(SUBJECT, f"{name}支出{yuan(borne)}没有有效票据，不计", None, basis))
		elif since and paid_on and not since <= paid_on <= applied:
			text = f"{name}支出{yuan(borne)}（{paid_on:%Y-%m-%d}）不在{since:%Y-%m-%d}至{applied:%Y-%m-%d}之间，不计"
			lines.append(Line(SUBJECT, text, None, basis))
		else:
			total += borne
			lines.append(Line(SUBJECT, f"{name}支出个人负担{yuan(borne)}", None, basis, money(borne)))
	return total, lines


def rigid_lines(case: dict, annual_income: Decimal, on: date, parameters: ParameterSet) -> list[Line]:
	"""Whether the rigid expenditure of the months before the application exceeds its share of the income."""
	months = int(parameters.get("rigid_expense_window_months", on))
	borne, lines = borne_by_household(
		case, "rigid_expense", on, add_months(case.get("applied_on") or on, -months)
	)
	return [*lines, ratio_line(borne, annual_income, months, on, parameters)]


def ratio_line(
	borne: Decimal, annual_income: Decimal, months: int, on: date, parameters: ParameterSet
) -> Line:
	"""More than the local share of the household's income, not just as much (Law Art. 22, 57号 Art. 4)."""
	record = parameters.record("rigid_expense_ratio", on)
	needed = exact(record.value)
	met = borne > needed * annual_income
	if annual_income:
		share = borne / annual_income
		text = (
			f"申请前{months}个月刚性支出{yuan(borne)}，占家庭总收入{yuan(annual_income)}的{share:.2%}，"
			f"{'超过' if met else '未超过'}{needed:.0%}"
		)
	else:
		text = "家庭无收入而有刚性支出，超过比例" if met else "没有刚性支出"
	basis = f"{article('rigid_ratio', on)}；{record.source}{record.article}"
	return Line("刚性支出比例", text, met, basis, rule="rigid_ratio")
