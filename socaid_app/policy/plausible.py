"""Whether what is said of two persons can be true: the relation to the head against sex and dates of birth.

The code of the relation (GB/T 4761-2008) says sex and generation. What nature or law rules out is impossible; what is
rare is odd, and for a person to compare with the papers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from socaid_app.policy.identity import age_on

MALE, FEMALE = "Male", "Female"
_SEX = {
	MALE: "11 20 21 22 23 24 25 26 27 28 29 41 43 46 47 51 53 55 57 61 63 66 71 73 76 78 81 83 85 87 89 93 95",
	FEMALE: "12 30 31 32 33 34 35 36 37 38 39 42 44 45 48 52 54 56 58 62 64 67 72 74 75 77 82 84 86 88 90 94 96",
}
SEX_OF: dict[str, str] = {code: sex for sex, codes in _SEX.items() for code in codes.split()}
SPOUSES = frozenset({"10", "11", "12"})
# By blood, or adopted, which asks for an older parent as well (民法典 Art. 1098): certainly younger than the head.
YOUNGER = frozenset(
	[
		"20",
		"21",
		"22",
		"23",
		"24",
		"25",
		"26",
		"29",
		"30",
		"31",
		"32",
		"33",
		"34",
		"35",
		"36",
		"39",
		"40",
		"41",
		"42",
		"43",
		"44",
		"47",
		"48",
		"49",
		"73",
		"77",
	]
)
OLDER = frozenset(["50", "51", "52", "59", "60", "61", "62", "63", "64", "66", "67", "69", "71", "75"])
# By marriage or by law: mostly so.
MOSTLY_YOUNGER = frozenset(["27", "28", "37", "38", "45", "46", "93", "94", "95", "96"])
MOSTLY_OLDER = frozenset(["53", "54", "55", "56", "57", "58", "65", "68", "81", "83", "85", "88", "90"])
CHILDREN = frozenset(
	["20", "21", "22", "23", "24", "25", "26", "29", "30", "31", "32", "33", "34", "35", "36", "39"]
)
PARENTS = frozenset({"50", "51", "52"})
YOUNGEST_PARENT, OLDEST_PARENT = 15, 60
# 民法典 Art. 1047.
MARRIAGEABLE = {MALE: 22, FEMALE: 20}


@dataclass(frozen=True)
class Doubt:
	impossible: bool
	text: str


def doubts(
	code: str, name: str, sex: str, born: date | None, head_sex: str, head_born: date | None, on: date
) -> list[Doubt]:
	"""What does not fit when ``name`` is the ``code`` of the head; nothing where sex or date is not known."""
	found = []
	if sex and SEX_OF.get(code, sex) != sex:
		found.append(Doubt(True, f"{name}的性别与所填关系不符"))
	elif code in SPOUSES and sex and sex == head_sex:
		found.append(Doubt(True, f"{name}填为配偶，但与户主性别相同（民法典第1046条）"))
	if code in SPOUSES and sex and born and age_on(born, on) < MARRIAGEABLE[sex]:
		found.append(Doubt(False, f"{name}填为配偶，但未到法定婚龄（民法典第1047条）"))
	if born and head_born:
		found += _ages(code, name, born, head_born)
	return found


def _ages(code: str, name: str, born: date, head_born: date) -> list[Doubt]:
	if code in YOUNGER and born < head_born or code in OLDER and born > head_born:
		relation = "应小于" if code in YOUNGER else "应大于"
		return [Doubt(True, f"{name}（{born}出生）按所填关系年龄{relation}户主（{head_born}出生）")]
	if code in MOSTLY_YOUNGER and born < head_born or code in MOSTLY_OLDER and born > head_born:
		return [Doubt(False, f"{name}（{born}出生）与户主（{head_born}出生）的年龄次序少见")]
	if code in CHILDREN | PARENTS:
		parent, child = (head_born, born) if code in CHILDREN else (born, head_born)
		gap = age_on(parent, child)
		if not YOUNGEST_PARENT <= gap <= OLDEST_PARENT:
			return [Doubt(False, f"{name}与户主相差{gap}岁，父母子女间少见")]
	return []
