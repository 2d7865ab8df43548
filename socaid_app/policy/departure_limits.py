"""A departure from the assessed amount: how far the deciding officers may go, and never past the law.

Amounts follow from the assessment (社会救助法第18条、第50条; 57号 Art. 23). Where the deciding officers grant another
one, they say why, within the share of the assessed amount that the county has set.
"""

from __future__ import annotations

from decimal import Decimal

from socaid_app.policy import terms
from socaid_app.policy.breach import Breach
from socaid_app.policy.income import money, yuan

ARTICLE = "社会救助法第18条、第50条，民发〔2021〕57号第23条"
# What these get is fixed by the standard, or is no money at all.
WITHOUT = (terms.TEKUN, terms.EDGE, terms.RIGID)


def ceiling(scheme: str, assessed: Decimal, standard: Decimal, persons: int) -> Decimal:
	"""The most that may be granted: for 低保 the full standard of everybody counted, else what was assessed.

	One-off aid is assessed at what was asked for, within its cap; nobody is granted more than that.
	"""
	return money(standard * persons) if scheme == terms.DIBAO else assessed


def breaches(
	scheme: str,
	assessed: Decimal,
	departure: Decimal,
	standard: Decimal,
	persons: int,
	ratio: Decimal,
	reason: str,
) -> list[Breach]:
	"""What forbids granting ``assessed + departure`` yuan; empty without a departure."""
	if not departure:
		return []
	if scheme in WITHOUT or not assessed:
		return [
			Breach(
				"departure_none",
				"本类别的金额由标准确定，或者没有核算金额，不能调整",
				ARTICLE,
				"请清空“调整金额”。",
			)
		]
	found = []
	if not reason.strip():
		found.append(
			Breach("departure_reason", "调整金额没有写明理由", ARTICLE, "请在“调整理由”中写明事实和理由。")
		)
	limit = money(assessed * ratio)
	if abs(departure) > limit:
		found.append(
			Breach(
				"departure_limit",
				f"调整{yuan(departure)}超过核算金额{yuan(assessed)}的{(ratio * 100).normalize():f}%（{yuan(limit)}）",
				"服务方案1.1.1-34，政策参数“核定金额调整上限”",
				"请在上限内调整，或退回调查后重新核算。",
			)
		)
	most = ceiling(scheme, assessed, standard, persons)
	if assessed + departure > most:
		found.append(
			Breach(
				"departure_ceiling",
				f"调整后{yuan(assessed + departure)}超过本类别最高{yuan(most)}",
				ARTICLE,
				"请降低调整金额。",
			)
		)
	return found
