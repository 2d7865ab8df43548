"""Who counts as a member of the household (57号 Art. 7), and who may apply alone (Art. 8)."""

from __future__ import annotations

from datetime import date

from socaid_app.policy import terms
from socaid_app.policy.identity import age_on
from socaid_app.policy.lines import Line

ARTICLE_MEMBERS = "民发〔2021〕57号第7条"
ARTICLE_SINGLE = "民发〔2021〕57号第8条、社会救助法第21条"

NOT_COUNTED = {
	terms.IMPRISONED: "在监狱服刑，不计入",
	terms.COMPULSORY_REHAB: "在强制隔离戒毒，不计入",
	terms.DECLARED_MISSING: "已宣告失踪，不计入",
	terms.CLERGY_AWAY: "宗教教职人员脱离家庭连续三年以上，不计入",
}
# 本科及以下: adult children in such schools still count, graduate students do not automatically.
DEPENDENT_SCHOOLING = ("Compulsory Education", "Senior High", "Secondary Vocational", "Undergraduate")
SELF_CODES = ("01", "02")
NOT_RELATED = "99"
NEAR_RELATIVES = ("配偶", "父母", "子女", "兄弟姐妹", "祖父母", "外祖父母", "孙子女", "外孙子女")

# Ground of a single-person application → whether the member fits it.
SINGLE_GROUNDS = {
	"Severe Disability": lambda m: str(m.get("disability_grade") or "") in ("1", "2"),
	"Intellectual Disability Grade 3": lambda m: _disability(m) == ("Intellectual", "3"),
	"Mental Disability Grade 3": lambda m: _disability(m) == ("Mental", "3"),
	"Serious Illness": lambda m: m.get("health") == terms.SERIOUS_ILLNESS,
	"Clergy": lambda m: True,
	"Special Hardship": lambda m: True,
}


def _disability(member: dict) -> tuple[str, str]:
	return member.get("disability_type") or "", str(member.get("disability_grade") or "")


def age_of(member: dict, on: date) -> int | None:
	born = member.get("birth_date")
	return age_on(born, on) if born else None


def counting(member: dict, on: date) -> tuple[bool, str]:
	"""Whether one member counts, and why; ``counted_reason`` of the case overrides the rule."""
	if member.get("counted") is not None and member.get("counted_reason"):
		return bool(member["counted"]), str(member["counted_reason"])
	residence = member.get("residence") or terms.LIVING_TOGETHER
	if residence in NOT_COUNTED:
		return False, NOT_COUNTED[residence]
	kinship = str(member.get("kinship") or "")
	age = age_of(member, on)
	if kinship in SELF_CODES:
		return True, "申请家庭的户主"
	if kinship in terms.SPOUSE_CODES:
		return True, "配偶，计入"
	if kinship in terms.CHILD_CODES:
		if age is not None and age < 18:
			return True, f"未成年子女（{age}岁），计入"
		if member.get("schooling") in DEPENDENT_SCHOOLING:
			return True, "已成年在校接受本科及以下学历教育的子女，计入"
		if member.get("independent") is False:
			return True, "已成年但不能独立生活的子女，计入"
	if kinship == NOT_RELATED:
		return False, "与申请人没有法定赡养、扶养、抚养义务关系，不计入"
	if residence == terms.LIVING_TOGETHER:
		return True, "具有法定义务关系并长期共同居住，计入"
	return False, "已成年、能独立生活且不共同居住，不计入"


def counted_members(case: dict, on: date) -> tuple[list[dict], list[Line]]:
	"""The members that count, and one line for each member listed.

	A single-person application counts the applying persons only, and adds a line on its ground.
	"""
	members = case.get("members") or []
	lines, counted = [], []
	single = case.get("single_application") or ""
	for member in members:
		inside, reason = counting(member, on)
		if single and inside and not member.get("in_need"):
			inside, reason = False, "单人申请，其他家庭成员不计入保障人口"
		if inside:
			counted.append(member)
		lines.append(
			Line("家庭成员", f"{member.get('name') or '（未填姓名）'}：{reason}", None, ARTICLE_MEMBERS)
		)
	if single:
		lines.append(single_line(case, [m for m in members if m.get("in_need")], single))
	if not counted:
		lines.append(
			Line(
				"家庭成员",
				"没有计入保障人口的成员，请补充家庭成员",
				False,
				ARTICLE_MEMBERS,
				rule="no_members",
			)
		)
	return counted, lines


def single_line(case: dict, persons: list[dict], ground: str) -> Line:
	fits = bool(persons) and all(SINGLE_GROUNDS.get(ground, lambda m: False)(person) for person in persons)
	names = "、".join(person.get("name") or "" for person in persons) or "未指明申请对象"
	text = f"{names}{'符合' if fits else '不符合'}单人申请的人员范围"
	return Line("单人申请", text, fits, ARTICLE_SINGLE, rule="single_application")
