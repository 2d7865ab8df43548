"""Who is looked after specially (重点保障): the groups by which a household's review class is proposed.

The groups are Jilin's (policy parameters say the ages); a household with somebody of a group is of the key class and is
reviewed once a year, any other every half-year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from socaid_app.policy import terms
from socaid_app.policy.cycles import GENERAL, KEY
from socaid_app.policy.identity import age_on
from socaid_app.policy.parameters import ParameterSet

ILL, DISABLED, ELDERLY, MINOR = "重病", "重度残疾", "老年人", "未成年人"
SEVERE_GRADES, MIND = ("1", "2"), ("Intellectual", "Mental")


@dataclass(frozen=True)
class Member:
	name: str
	born: date | None
	health: str = ""
	disability_type: str = ""
	disability_grade: str = ""


def is_severely_disabled(kind: str, grade: str) -> bool:
	"""Grade 1 or 2, and grade 3 of the mind (57号 Art. 8)."""
	return grade in SEVERE_GRADES or (grade == "3" and kind in MIND)


def groups_of(member: Member, parameters: ParameterSet, on: date) -> list[str]:
	"""The groups a person belongs to, in words."""
	found = []
	if member.health == terms.SERIOUS_ILLNESS:
		found.append(ILL)
	if is_severely_disabled(member.disability_type, member.disability_grade):
		found.append(DISABLED)
	if member.born and age_on(member.born, on) >= int(parameters.get("key_group_elder_age", on)):
		found.append(ELDERLY)
	if member.born and age_on(member.born, on) < int(parameters.get("key_group_child_age", on)):
		found.append(MINOR)
	return found


def grounds(members: list[Member], parameters: ParameterSet, on: date) -> list[str]:
	"""``王芳：重病、老年人`` for each member who belongs to a group."""
	named = ((member.name, groups_of(member, parameters, on)) for member in members)
	return [f"{name}：{'、'.join(found)}" for name, found in named if found]


def review_class(found: list[str]) -> str:
	return KEY if found else GENERAL
