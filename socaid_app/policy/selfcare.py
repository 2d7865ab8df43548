"""Self-care of 特困 persons: six indicators, three grades (43号 Art. 21-22)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from socaid_app.policy import terms
from socaid_app.policy.articles import article
from socaid_app.policy.lines import Line

NAMES = dict(zip(terms.SELFCARE_ITEMS, ("吃饭", "穿衣", "上下床", "如厕", "室内行走", "洗澡"), strict=True))
GRADE_NAMES = {
	terms.SELF_RELIANT: "全自理",
	terms.HALF_CARE: "半护理",
	terms.FULL_CARE: "全护理",
	"": "未评估",
}


def care_grade(indicators: Mapping[str, bool]) -> str:
	"""All six met: self-reliant; one to three unmet: half care; four or more: full care.

	The six are assessed together (Art. 21): as long as one is missing there is no assessment and no grade.
	"""
	if missing(indicators):
		return ""
	unmet = sum(not indicators[item] for item in terms.SELFCARE_ITEMS)
	if unmet == 0:
		return terms.SELF_RELIANT
	return terms.HALF_CARE if unmet <= 3 else terms.FULL_CARE


def missing(indicators: Mapping[str, bool]) -> list[str]:
	return [item for item in terms.SELFCARE_ITEMS if indicators.get(item) is None]


def selfcare_line(indicators: Mapping[str, bool], on: date) -> Line:
	"""What was found, or that nothing was assessed yet."""
	absent = missing(indicators)
	if len(absent) == len(terms.SELFCARE_ITEMS):
		text = "尚未评估，暂不确定护理档次，不发照料护理费"
	elif absent:
		names = "、".join(NAMES[item] for item in absent)
		text = f"评估不完整，缺{names}，暂不确定护理档次，不发照料护理费"
	else:
		unmet = "、".join(NAMES[item] for item in terms.SELFCARE_ITEMS if not indicators[item])
		found = f"{unmet}不能自主完成" if unmet else "六项均能自主完成"
		text = f"{found}，评定为{GRADE_NAMES[care_grade(indicators)]}"
	return Line("生活自理能力", text, None, article("selfcare", on), rule="selfcare")
