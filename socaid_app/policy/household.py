"""Who counts as a member of the household (57号 Art. 7), and who may apply alone (Art. 8).

Facts with a date are asked on the day of the event: whoever is dead, adopted away, in prison, in the army or living
in an institution that day is not taken for somebody who lives at home.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from socaid_app.policy import kinship, terms
from socaid_app.policy.articles import article
from socaid_app.policy.identity import age_on
from socaid_app.policy.lines import Line

SUBJECT = "家庭成员"
NOT_COUNTED = {
	terms.IMPRISONED: "在监狱服刑，不计入",
	terms.COMPULSORY_REHAB: "在强制隔离戒毒，不计入",
	terms.DECLARED_MISSING: "已宣告失踪，不计入",
	terms.CLERGY_AWAY: "宗教教职人员脱离家庭连续三年以上，不计入",
}
# 本科及以下: adult children in such schools still count, graduate students do not automatically.
DEPENDENT_SCHOOLING = ("Compulsory Education", "Senior High", "Secondary Vocational", "Undergraduate")
# Periods of a member that decide where the person lives: what it is, first day, day on which it is over.
AWAY: dict[str, tuple[str, str]] = {
	terms.IMPRISONED: ("imprisoned_from", "imprisoned_to"),
	terms.COMPULSORY_REHAB: ("rehabilitation_from", "rehabilitation_to"),
	terms.DECLARED_MISSING: ("missing_from", "missing_to"),
}
DRAFTED = ("drafted_from", "drafted_to")
APART: dict[tuple[str, str], str] = {
	("moved_away_on", ""): "已迁出",
	DRAFTED: "正在服兵役",
	("institution_from", "institution_to"): "长期在机构居住",
}
ADULT = 18


# --- a person on a day --------------------------------------------------------------------------------
def age_of(member: dict, on: date) -> int | None:
	born = member.get("birth_date")
	return age_on(born, on) if born else None


def gone(member: dict, on: date) -> str:
	"""Why a person is no member of any household of ours on a day: dead, not born yet, adopted away; '' otherwise."""
	died, born, adopted = (member.get(key) for key in ("deceased_on", "birth_date", "adopted_away_on"))
	if died and died <= on:
		return f"已于{died:%Y-%m-%d}死亡"
	if born and born > on:
		return "当日尚未出生"
	if adopted and adopted <= on:
		return f"已于{adopted:%Y-%m-%d}被他人收养"
	return ""


def residence_on(member: dict, on: date) -> tuple[str, str]:
	"""Where a person lives on a day, and what says so; dated facts go before the residence stated."""
	for residence, (first, over) in AWAY.items():
		if _during(member, first, over, on):
			return residence, ""
	for (first, over), why in APART.items():
		if _during(member, first, over, on):
			return terms.LIVING_APART, why
	stated = member.get("residence") or terms.LIVING_TOGETHER
	if stated in AWAY and any(member.get(key) for key in AWAY[stated]):
		# The dates say that it has not begun yet, or is over.
		return terms.LIVING_TOGETHER, ""
	return stated, ""


def _during(member: dict, first: str, over: str, on: date) -> bool:
	"""The first day is in; on the day on which it is over the person is back."""
	begins, ends = member.get(first), member.get(over) if over else None
	return bool(begins or ends) and (not begins or begins <= on) and (not ends or on < ends)


def drafted(member: dict, on: date) -> bool:
	return _during(member, *DRAFTED, on)


def counting(member: dict, on: date, facts_on: date | None = None) -> tuple[bool, str]:
	"""Whether one member counts, and why; ``counted_reason`` of the case overrides the rule, but not a death.

	Ages are those of ``on``, the day of the event; ``facts_on`` is the day up to which the person's whereabouts
	are known (default the same).
	"""
	day = facts_on or on
	if why := gone(member, day):
		return False, f"{why}，不计入"
	if member.get("counted") is not None and member.get("counted_reason"):
		return bool(member["counted"]), str(member["counted_reason"])
	residence, why = residence_on(member, day)
	if residence in NOT_COUNTED:
		return False, NOT_COUNTED[residence]
	code = member.get("kinship") or ""
	relation, age = kinship.relation(code), age_of(member, on)
	if relation == kinship.SELF:
		return True, "申请家庭的户主"
	if relation == kinship.SPOUSE:
		return True, "配偶，计入"
	if relation == kinship.CHILD:
		if age is not None and age < ADULT:
			return True, f"未成年子女（{age}岁），计入"
		if not drafted(member, day):
			if member.get("schooling") in DEPENDENT_SCHOOLING:
				return True, "已成年在校接受本科及以下学历教育的子女，计入"
			if member.get("independent") is False:
				return True, "已成年但不能独立生活的子女，计入"
	if relation in (kinship.UNRELATED, kinship.COLLATERAL):
		return False, "与申请家庭没有法定赡养、扶养、抚养义务关系，不计入"
	if residence == terms.LIVING_TOGETHER:
		return True, "具有法定义务关系并长期共同居住，计入"
	return False, f"{why or '已成年、能独立生活且不共同居住'}，不计入"


# --- the household ------------------------------------------------------------------------------------
def counted_members(case: dict, on: date, facts_on: date | None = None) -> tuple[list[dict], list[Line]]:
	"""The members that count, and one line for each member listed.

	A single-person application counts the applying person only, and adds a line on its ground.
	"""
	members, day = case.get("members") or [], facts_on or on
	lines, counted = [], []
	single = case.get("single_application") or ""
	for member in members:
		inside, reason = counting(member, on, day)
		if single:
			inside, reason = _counting_alone(member, single, inside, reason, day)
		if inside:
			counted.append(member)
		unstated = inside and kinship.relation(member.get("kinship") or "") == kinship.UNSTATED
		if unstated:
			reason = "与户主关系只写了“其他”，看不出有没有法定义务，请改为具体关系"
		lines.append(
			Line(
				SUBJECT,
				f"{member.get('name') or '（未填姓名）'}：{reason}",
				False if unstated else None,
				article("members", on),
				rule="kinship_unstated" if unstated else "",
			)
		)
	if single:
		lines.append(single_line(members, single, on, day))
	if not counted:
		lines.append(
			Line(
				SUBJECT,
				"没有计入保障人口的成员，请补充家庭成员",
				False,
				article("no_members", on),
				rule="no_members",
			)
		)
	return counted, lines


def _counting_alone(member: dict, ground: str, inside: bool, reason: str, day: date) -> tuple[bool, str]:
	if not member.get("in_need"):
		return False, reason if not inside else "单人申请，其他家庭成员不计入保障人口"
	if ground == terms.CLERGY and not gone(member, day) and residence_on(member, day)[0] == terms.CLERGY_AWAY:
		return True, "宗教教职人员单独申请，计入"
	return inside, reason


# --- who may apply alone ------------------------------------------------------------------------------
def _grade(member: dict) -> str:
	return str(member.get("disability_grade") or "")


def _disability(member: dict) -> tuple[str, str]:
	return member.get("disability_type") or "", _grade(member)


def _jobless_adult(member: dict, on: date) -> bool:
	age = age_of(member, on)
	return age is not None and age >= ADULT and member.get("employment") == "Not Working"


# Ground of a single-person application → whether a member fits it on the day of the event.
FITS: dict[str, Callable[[dict, date, date], bool]] = {
	terms.SEVERE_DISABILITY: lambda m, on, day: _grade(m) in ("1", "2"),
	terms.INTELLECTUAL_GRADE_3: lambda m, on, day: _disability(m) == ("Intellectual", "3"),
	terms.MENTAL_GRADE_3: lambda m, on, day: _disability(m) == ("Mental", "3"),
	terms.SERIOUSLY_ILL: lambda m, on, day: m.get("health") == terms.SERIOUS_ILLNESS,
	terms.CLERGY: lambda m, on, day: residence_on(m, day)[0] == terms.CLERGY_AWAY,
	terms.SPECIAL_HARDSHIP: lambda m, on, day: True,
	terms.JOBLESS_SEVERE_DISABILITY: lambda m, on, day: _grade(m) in ("1", "2") and _jobless_adult(m, on),
}
# Grounds that the law opens within families of 低保边缘 only (57号 Art. 8(一)(二), Law Art. 21); the clergy of
# Art. 8(三) and the jobless adults of the 2022 notice apply without that test.
WITHIN_EDGE_FAMILY = frozenset(terms.SINGLE_GROUNDS) - {terms.CLERGY, terms.JOBLESS_SEVERE_DISABILITY}
SINGLE_RULES = {terms.CLERGY: "single_clergy", terms.JOBLESS_SEVERE_DISABILITY: "single_jobless"}


def single_rule(ground: str) -> str:
	return SINGLE_RULES.get(ground, "single_application")


def single_line(members: list[dict], ground: str, on: date, facts_on: date) -> Line:
	"""Each of the groups applies alone: one person, who fits the ground."""
	persons = [member for member in members if member.get("in_need") and not gone(member, facts_on)]
	names = "、".join(person.get("name") or "" for person in persons)
	if len(persons) != 1:
		fits = False
		text = f"单人申请应指明一名申请对象，现有{names}" if persons else "未指明申请对象"
	else:
		fits = FITS[ground](persons[0], on, facts_on)
		text = f"{names}{'符合' if fits else '不符合'}单人申请的人员范围"
	rule = single_rule(ground)
	return Line("单人申请", text, fits, article(rule, on), rule=rule)
