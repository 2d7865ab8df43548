"""Rigid expenditure (民发〔2024〕57号 Art. 4-5): what the household itself had to pay in twelve months."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from socaid_app.policy.income import money, yuan
from socaid_app.policy.lines import Line
from socaid_app.policy.parameters import ParameterSet

ARTICLE = "民发〔2024〕57号第4条、第5条"
KIND_NAMES = {
	"Living": "生活",
	"Medical": "医疗",
	"Education": "教育",
	"Disability Rehabilitation": "残疾康复",
	"Other Expense": "其他",
}


def rigid_expenses(case: dict) -> tuple[Decimal, list[Line]]:
	"""Yearly amount borne by the household in yuan; medical costs count only with valid receipts."""
	total, lines = Decimal(0), []
	for row in case.get("expenses") or []:
		name = KIND_NAMES.get(row.get("kind") or "", row.get("kind") or "支出")
		borne = max(money(row.get("annual")) - money(row.get("reimbursed")), Decimal(0))
		if row.get("kind") == "Medical" and not row.get("receipted"):
			lines.append(Line("刚性支出", f"{name}支出{yuan(borne)}没有有效票据，不计", None, ARTICLE))
			continue
		total += borne
		lines.append(Line("刚性支出", f"{name}支出个人负担{yuan(borne)}", None, ARTICLE, borne))
	return total, lines


def ratio_line(expenses: Decimal, annual_income: Decimal, on: date, parameters: ParameterSet) -> Line:
	"""Whether rigid expenditure reaches the local share of the household's yearly income."""
	record = parameters.record("rigid_expense_ratio", on)
	needed = Decimal(str(record.value))
	if annual_income:
		share = expenses / annual_income
		text = f"刚性支出占家庭总收入{share:.1%}，{'达到' if share >= needed else '未达到'}{needed:.0%}"
		met = share >= needed
	else:
		met = expenses > 0
		text = "家庭无收入而有刚性支出，达到比例" if met else "没有刚性支出"
	return Line("刚性支出比例", text, met, f"{ARTICLE}；{record.source}", rule="rigid_ratio")
