"""Self-care of 特困 persons: six indicators, three grades (43号 Art. 21-22)."""

from __future__ import annotations

from collections.abc import Mapping

from socaid_app.policy import terms
from socaid_app.policy.lines import Line

ARTICLE = "民发〔2021〕43号第21条、第22条"
NAMES = dict(zip(terms.SELFCARE_ITEMS, ("吃饭", "穿衣", "上下床", "如厕", "室内行走", "洗澡"), strict=True))
GRADE_NAMES = {terms.SELF_RELIANT: "全自理", terms.HALF_CARE: "半护理", terms.FULL_CARE: "全护理"}


def care_grade(indicators: Mapping[str, bool]) -> str:
	"""All six met: self-reliant; one to three unmet: half care; four or more: full care.

	An indicator that is not given counts as met, so that nobody is graded on an empty form.
	"""
	unmet = sum(not indicators.get(item, True) for item in terms.SELFCARE_ITEMS)
	if unmet == 0:
		return terms.SELF_RELIANT
	return terms.HALF_CARE if unmet <= 3 else terms.FULL_CARE


def selfcare_line(indicators: Mapping[str, bool]) -> Line:
	unmet = [NAMES[item] for item in terms.SELFCARE_ITEMS if not indicators.get(item, True)]
	grade = GRADE_NAMES[care_grade(indicators)]
	text = f"{'、'.join(unmet)}不能自主完成，评定为{grade}" if unmet else f"六项均能自主完成，评定为{grade}"
	return Line("生活自理能力", text, None, ARTICLE)
