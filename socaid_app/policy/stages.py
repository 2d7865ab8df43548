"""临时救助 decided once and paid in stages (一次审批、分阶段救助; 民发〔2018〕23号 二(三)): what a plan must say.

The first stage is paid with the decision, each further one after the situation was looked at; together they are what was
granted, neither more nor less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from socaid_app.policy import clock, terms
from socaid_app.policy.breach import Breach
from socaid_app.policy.income import money, yuan

ARTICLE = "民发〔2018〕23号二（三）"
AWAITED, CHECKED, RELEASED, STOPPED = "Stage Awaited", "Stage Checked", "Stage Released", "Stage Stopped"
IN_NEED, ENDED = "Still in Need", "Need Has Ended"


@dataclass(frozen=True)
class Stage:
	amount: Decimal
	due_on: date | None = None
	condition: str = ""


def breaches(
	stages: Sequence[Stage],
	scheme: str,
	route: str,
	granted: Decimal,
	paid_first: Decimal,
	on: date,
	months: int,
) -> list[Breach]:
	"""What is wrong with a plan of a case of the day ``on``; nothing where none is made."""
	if not stages:
		return []
	found = []
	if scheme != terms.TEMPORARY or route != terms.STANDARD:
		return [_breach("stages_scheme", "分阶段救助只用于一般急难型临时救助", "请删除“分阶段救助”各行。")]
	if len(stages) < 2:
		found.append(_breach("stages_two", "分阶段救助至少两次", "请补充下一次，或删除后一次发放。"))
	if any(stage.amount <= 0 for stage in stages):
		found.append(_breach("stages_amount", "每次金额应大于0元", "请填写每次的金额。"))
	total = sum((stage.amount for stage in stages), Decimal(0))
	if money(total) != money(granted):
		found.append(
			_breach(
				"stages_total",
				f"各次合计{yuan(total)}，与核定金额{yuan(granted)}不一致",
				"请调整各次金额，使合计等于核定金额。",
			)
		)
	if paid_first > stages[0].amount:
		found.append(
			_breach(
				"stages_first",
				f"先行救助{yuan(paid_first)}，超过第一次的{yuan(stages[0].amount)}",
				"请把已先行救助的金额列入第一次。",
			)
		)
	return found + _dates(stages[1:], on, months)


def _dates(later: Sequence[Stage], on: date, months: int) -> list[Breach]:
	found = []
	if any(not (stage.due_on and stage.condition.strip()) for stage in later):
		found.append(
			_breach("stages_condition", "第二次起没有写明核查期限或发放条件", "请逐次填写期限和条件。")
		)
	days = [stage.due_on for stage in later if stage.due_on]
	last = clock.add_months(on, months)
	if any(day > last for day in days):
		found.append(
			_breach("stages_last", f"分阶段救助最长{months}个月，至{last:%Y-%m-%d}", "请把期限提前。")
		)
	if days != sorted(set(days)) or any(day <= on for day in days):
		found.append(_breach("stages_order", "各次期限应晚于受理并依次推后", "请改正各次的期限。"))
	return found


def _breach(rule: str, message: str, remedy: str) -> Breach:
	return Breach(rule, message, ARTICLE, remedy)
