"""特困: no labour capacity, no source of livelihood, nobody able to support (Law Art. 16; 43号 Art. 4-9, 24)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from socaid_app.policy import household, income, kinship, terms
from socaid_app.policy.household_figures import Household, Result
from socaid_app.policy.lines import Line

DISABILITY_NAMES = {
	"Visual": "视力",
	"Hearing": "听力",
	"Speech": "言语",
	"Physical": "肢体",
	"Intellectual": "智力",
	"Mental": "精神",
	"Multiple": "多重",
}
# 43号 Art. 5(三): type → mildest grade that counts as having no labour capacity.
TEKUN_DISABILITY = {"Intellectual": 3, "Mental": 3, "Physical": 2, "Visual": 1}
# 43号 Art. 8(三): the age from which an old person with modest means is deemed unable; (二): on 低保.
OLD_SUPPORTER, OLD_SUPPORTER_ON_DIBAO = 70, 60
# Law Art. 16: whoever turns 18 in one of these schools stays until it ends.
SCHOOLS_TO_STAY = ("Compulsory Education", "Senior High", "Secondary Vocational")
SUPPORTER = "法定义务人"


def persons(h: Household) -> list[dict]:
	"""Those for whom support is asked and who can get it that day."""
	return [
		member for member in h.case.get("members") or [] if member.get("in_need") and not ended(member, h)
	]


def ended(person: dict, h: Household) -> str:
	"""Why a person's support is over whatever else is found (43号 Art. 24(一)(三)); '' otherwise."""
	if why := household.gone(person, h.facts_on):
		return why
	residence, _why = household.residence_on(person, h.facts_on)
	return {
		terms.IMPRISONED: "在监狱服刑",
		terms.DECLARED_MISSING: "已宣告失踪",
	}.get(residence, "")


def tekun(h: Household) -> Result:
	applying = persons(h)
	lines = [
		h.line("申请对象", f"{member.get('name') or ''}：{why}，不能给予供养", None, "tekun_ended")
		for member in h.case.get("members") or []
		if member.get("in_need") and (why := ended(member, h))
	]
	if not applying:
		lines.append(h.line("申请对象", "没有能够给予供养的特困申请对象", False, "tekun_person"))
	lines += [no_labour_capacity(person, h) for person in applying]
	lines.append(h.income_below(h.standard, "低保标准", "tekun_income"))
	lines += h.property_lines()
	lines += _supporters(h, applying)
	lines += [line for person in applying if (line := _other_benefit(person, h))]
	return Result(terms.TEKUN, tuple(lines))


def _other_benefit(person: dict, h: Household) -> Line | None:
	"""One basic living benefit at a time; a child that chose the orphan's allowance is not 特困 (43号 Art. 9)."""
	name, benefits = person.get("name") or "", person.get("benefits") or []
	if terms.DIBAO in benefits:
		return h.line("不重复救助", f"{name}正在享受最低生活保障，不能同时享受", False, "one_benefit")
	if terms.ORPHAN in benefits:
		text = f"{name}已选择孤儿或事实无人抚养儿童基本生活保障，不再认定为特困人员"
		return h.line("不重复救助", text, False, "orphan_or_tekun")
	return None


# --- labour capacity ----------------------------------------------------------------------------------
def no_labour_capacity(person: dict, h: Household) -> Line:
	"""43号 Art. 5: aged, a child, or disabled to the listed grade; Art. 24: a child in support stays."""
	name, subject = person.get("name") or "", "无劳动能力"
	age = household.age_of(person, h.on)
	elder = int(h.parameters.get("tekun_elder_age", h.on))
	child = int(h.parameters.get("tekun_child_age", h.on))
	if age is not None and age >= elder:
		return h.line(subject, f"{name}{age}岁，年满{elder}周岁", True, "tekun_labour")
	if age is not None and age < child:
		return h.line(subject, f"{name}{age}岁，未满{child}周岁", True, "tekun_labour")
	kind, grade = person.get("disability_type") or "", str(person.get("disability_grade") or "")
	if grade and int(grade) <= TEKUN_DISABILITY.get(kind, 0):
		return h.line(subject, f"{name}{DISABILITY_NAMES[kind]}残疾{grade}级", True, "tekun_labour")
	if terms.TEKUN in (person.get("benefits") or []) and age is not None:
		if stays := _minor_stays(person, age, h):
			return h.line(subject, f"{name}{stays}", True, "tekun_minor_stays")
	return h.line(subject, f"{name}不属于老年人、未成年人或规定等级的残疾人", False, "tekun_labour")


def _minor_stays(person: dict, age: int, h: Household) -> str:
	"""Why somebody who came into support as a child stays in it; '' when that is over."""
	until = int(h.parameters.get("tekun_child_exit_age", h.on))
	if age < until:
		return f"{age}岁，在供养的未成年人，供养至{until}周岁"
	if person.get("schooling") in SCHOOLS_TO_STAY:
		return f"年满{until}周岁，仍在义务教育或者高中阶段（含中等职业教育）就学，继续供养"
	return ""


# --- those with the duty of support --------------------------------------------------------------------
def _supporters(h: Household, applying: list[dict]) -> list[Line]:
	"""Supporters declared, and relatives in the household who owe support and were not declared as such."""
	declared = [s for s in h.case.get("supporters") or [] if not household.gone(s, h.facts_on)]
	known = {s.get("id") for s in declared} | {s.get("name") for s in declared}
	lines = [supporter_line(supporter, h, "tekun_supporter") for supporter in declared]
	for member in h.case.get("members") or []:
		if not {member.get("id"), member.get("name")} & known and owes(member, applying, h.on, h.facts_on):
			lines.append(supporter_line(_as_supporter(member, h), h, "tekun_supporter_at_home"))
	if not lines:
		lines.append(h.line(SUPPORTER, "没有法定赡养、抚养、扶养义务人", True, "tekun_no_supporter"))
	return lines


def owes(member: dict, applying: list[dict], on: date, facts_on: date) -> bool:
	"""Whether a member is a grown-up relative who owes one of the applying persons support."""
	age = household.age_of(member, on)
	if (
		member.get("in_need")
		or household.gone(member, facts_on)
		or (age is not None and age < household.ADULT)
	):
		return False
	return any(
		kinship.owes_support(member.get("kinship") or "", person.get("kinship") or "") for person in applying
	)


def _as_supporter(member: dict, h: Household) -> dict:
	"""A member of the household with what Art. 8 asks of a supporter: own income, the household's property."""
	residence, _why = household.residence_on(member, h.facts_on)
	own, _lines = income.household_income(
		{**h.case, "supporters": []}, [member], h.scheme, h.on, h.parameters, h.facts_on
	)
	return {
		"name": member.get("name"),
		"age": household.age_of(member, h.on),
		"benefits": member.get("benefits") or [],
		"disability_type": member.get("disability_type"),
		"disability_grade": member.get("disability_grade"),
		"income_monthly_per_capita": own / 12,
		"property_ok": h.property_within_limits(),
		"incapable": residence in (terms.IMPRISONED, terms.DECLARED_MISSING),
	}


def supporter_line(supporter: dict, h: Household, rule: str) -> Line:
	"""43号 Art. 8: the cases in which a person with the duty is deemed unable to support."""
	name = supporter.get("name") or "义务人"
	if reason := incapable(supporter, h):
		return h.line(SUPPORTER, f"{name}：{reason}，无履行义务能力", True, rule)
	return h.line(SUPPORTER, f"{name}：有履行义务能力", False, rule)


def incapable(supporter: dict, h: Household) -> str:
	"""Why a supporter cannot fulfil the duty; '' when able."""
	benefits, age = supporter.get("benefits") or [], supporter.get("age")
	property_ok = bool(supporter.get("property_ok"))
	if terms.TEKUN in benefits:
		return "特困人员"
	if terms.DIBAO in benefits and age is not None and age >= OLD_SUPPORTER_ON_DIBAO:
		return f"{OLD_SUPPORTER_ON_DIBAO}周岁以上的低保对象"
	modest = property_ok and _modest_income(supporter, h)
	if modest and age is not None and age >= OLD_SUPPORTER:
		return f"{OLD_SUPPORTER}周岁以上，收入和财产符合规定"
	kind, grade = supporter.get("disability_type") or "", str(supporter.get("disability_grade") or "")
	severe = grade in ("1", "2") or (grade == "3" and kind in ("Intellectual", "Mental"))
	if modest and severe:
		return "重度残疾，收入和财产符合规定"
	if supporter.get("incapable") and property_ok:
		return supporter.get("incapable_reason") or "无民事行为能力、被宣告失踪或在监狱服刑，财产符合规定"
	return ""


def _modest_income(supporter: dict, h: Household) -> bool:
	income_per_month: Decimal = income.exact(supporter.get("income_monthly_per_capita"))
	return income_per_month < h.disposable_income()
