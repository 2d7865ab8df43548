"""Who may belong to another category now: candidates that somebody looks at. Nothing converts by itself.

Apart from what the registry says, every candidacy rests on things it cannot know – supporters, the income of the whole
family, whether a school was left. The words say what is still to be verified.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from socaid_app.policy import terms
from socaid_app.policy.clock import add_months
from socaid_app.policy.identity import age_on
from socaid_app.policy.key_groups import is_severely_disabled
from socaid_app.policy.parameters import ParameterSet

SINGLE, COMES_OF_AGE, TO_TEKUN, GRACE_ENDS, VISIT_SAYS = (
	"Apply Singly",
	"Minor Comes of Age",
	"Extreme Hardship",
	"Grace Period Ends",
	"Found on a Visit",
)
KINDS = (SINGLE, COMES_OF_AGE, TO_TEKUN, GRACE_ENDS, VISIT_SAYS)
STILL_AT_SCHOOL = ("Compulsory Education", "Senior High", "Secondary Vocational")
# How long after the birthday a minor is still shown.
SHOWN_MONTHS = 12


@dataclass(frozen=True)
class Person:
	name: str
	born: date | None = None
	health: str = ""
	disability_type: str = ""
	disability_grade: str = ""
	schooling: str = ""
	# Schemes in which the person has a share, and those of the household.
	holds: frozenset = field(default_factory=frozenset)
	family: frozenset = field(default_factory=frozenset)
	lives_alone: bool = False


@dataclass(frozen=True)
class Candidate:
	"""``ground``: of an application of one person alone, as the form has it."""

	kind: str
	words: str
	ground: str = ""


def candidates(person: Person, until: date, parameters: ParameterSet, on: date) -> list[Candidate]:
	"""What a person may be a candidate for by a day."""
	found = (
		_single(person),
		_comes_of_age(person, until, parameters, on),
		_to_tekun(person, until, parameters, on),
	)
	return [one for one in found if one]


def single_ground(person: Person) -> str:
	"""The group of 57号 Art. 8 a person belongs to, as far as the registry knows."""
	if person.disability_grade in ("1", "2"):
		return terms.SEVERE_DISABILITY
	if person.disability_grade == "3" and person.disability_type == "Intellectual":
		return terms.INTELLECTUAL_GRADE_3
	if person.disability_grade == "3" and person.disability_type == "Mental":
		return terms.MENTAL_GRADE_3
	return terms.SERIOUSLY_ILL if person.health == terms.SERIOUS_ILLNESS else ""


def _single(person: Person) -> Candidate | None:
	"""Members of 低保边缘 families who belong to one of the groups and have no basic living benefit."""
	ground = single_ground(person)
	if not ground or terms.EDGE not in person.family or person.holds & {terms.DIBAO, terms.TEKUN}:
		return None
	words = "低保边缘家庭中的重病患者" if ground == terms.SERIOUSLY_ILL else "低保边缘家庭中的重度残疾人"
	return Candidate(SINGLE, f"{words}，可以单人申请低保（57号第8条）；须核实全家不符合低保条件", ground)


def _comes_of_age(person: Person, until: date, parameters: ParameterSet, on: date) -> Candidate | None:
	"""Support of a minor in extreme hardship ends at the age, later where school goes on (43号 Art. 24; Law Art. 16)."""
	if terms.TEKUN not in person.holds or not person.born or is_disabled(person):
		return None
	years = int(parameters.get("tekun_child_exit_age", on))
	birthday = add_months(person.born, 12 * years)
	if not add_months(on, -SHOWN_MONTHS) <= birthday <= until:
		return None
	when = f"{birthday.year}年{birthday.month}月{birthday.day}日满{years}周岁"
	if person.schooling in STILL_AT_SCHOOL:
		return Candidate(COMES_OF_AGE, f"{when}，在校就读，可以继续供养至学业结束；须核实学籍")
	return Candidate(COMES_OF_AGE, f"{when}，不再符合未成年人条件；须核实是否在校、有无劳动能力")


def is_disabled(person: Person) -> bool:
	return is_severely_disabled(person.disability_type, person.disability_grade)


def _to_tekun(person: Person, until: date, parameters: ParameterSet, on: date) -> Candidate | None:
	"""One who lives alone in 低保, and is or becomes old, or is severely disabled; supporters have to be verified."""
	if terms.DIBAO not in person.holds or not person.lives_alone:
		return None
	age = int(parameters.get("tekun_elder_age", on))
	if person.born and age_on(person.born, until) >= age:
		words = f"独居，年满{age}周岁" if age_on(person.born, on) >= age else f"独居，将满{age}周岁"
	elif is_disabled(person):
		words = "独居，重度残疾"
	else:
		return None
	return Candidate(TO_TEKUN, f"{words}，可能符合特困条件；须核实赡养、抚养、扶养义务人")
