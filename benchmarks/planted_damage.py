"""Rows of a source about the planted county, damaged in known ways, and rows about people who are not in it.

Every kind of damage has the name under which its precision and recall are reported. A row never has the right
number, else it would not come to the linkage at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from opencc import OpenCC
from pypinyin import Style, pinyin

from benchmarks import planted, planted_names
from benchmarks.planted import County, Person
from socaid_app.comparison import readings
from socaid_app.policy.identity import make_check_digit

# What reading by machine and by tired eyes confuses.
CONFUSED = {"0": "8", "8": "03", "1": "7", "7": "1", "5": "6", "6": "5", "3": "8"}


@dataclass(slots=True)
class Row:
	"""A row of a source; ``person`` is the truth, None for somebody who is not in the county."""

	row_no: int
	id_number: str
	name: str
	sex: str
	born_on: str
	division: str
	kind: str
	person: str | None


# --- numbers ------------------------------------------------------------------------------------------------
def ocr(dice: Random, number: str) -> str:
	"""One digit, or two, for a similar one."""
	signs = list(number)
	places = [place for place, sign in enumerate(signs) if sign in CONFUSED]
	for place in dice.sample(places, min(len(places), 1 if dice.random() < 0.7 else 2)):
		signs[place] = dice.choice(CONFUSED[signs[place]])
	return "".join(signs)


def swapped(dice: Random, text: str) -> str:
	"""Two neighbours changed places."""
	places = [place for place in range(len(text) - 1) if text[place] != text[place + 1]]
	if not places:
		return text
	place = dice.choice(places)
	return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def mistyped(dice: Random, number: str) -> str:
	place = dice.randrange(17)
	return number[:place] + dice.choice("0123456789".replace(number[place], "")) + number[place + 1 :]


def lost(dice: Random, number: str) -> str:
	place = dice.randrange(18)
	return number[:place] + number[place + 1 :]


def spreadsheet(dice: Random, number: str) -> str:
	"""A spreadsheet keeps fifteen digits of a number."""
	return number[:15] + "000"


def masked(dice: Random, number: str) -> str:
	return number[:6] + "********" + number[14:]


def other_year(dice: Random, number: str) -> str:
	"""The year copied wrongly into the number as well; the check digit gives it away."""
	year = _other_year(dice, int(number[6:10]))
	return f"{number[:6]}{year}{number[10:]}"


def reissued(dice: Random, number: str) -> str:
	"""Another number that is right by itself: a second registration, or one corrected long ago."""
	serial = (int(number[14:17]) + 2 * dice.randint(1, 400)) % 1000
	first = f"{number[:14]}{serial:03d}"
	return first + make_check_digit(first)


# --- names --------------------------------------------------------------------------------------------------
@cache
def _written_otherwise() -> dict[str, str]:
	"""Standard character → the characters written for it."""
	found: dict[str, str] = defaultdict(str)
	for sign, standard in readings.FOLDED.items():
		found[standard] += chr(sign)
	for pair in ("升昇陞", "峰峯", "群羣", "真眞", "咏詠", "游遊", "闲閒", "璇璿", "修脩"):
		found[pair[0]] += pair[1:]
	return found


@cache
def _traditional() -> OpenCC:
	return OpenCC("s2t")


@cache
def _by_sound() -> dict[str, str]:
	"""Reading → the characters of daily use that are read so (the first level of GB/T 2312)."""
	found: dict[str, str] = defaultdict(str)
	for high in range(0xB0, 0xD8):
		for low in range(0xA1, 0xFF):
			try:
				sign = bytes((high, low)).decode("gb2312")
			except UnicodeDecodeError:
				continue
			found[_usual(sign)] += sign
	return found


@cache
def _all_readings(sign: str) -> tuple[str, ...]:
	return tuple(dict.fromkeys(pinyin(sign, style=Style.NORMAL, heteronym=True)[0]))


def _usual(sign: str) -> str:
	return _all_readings(sign)[0]


def variant(dice: Random, name: str) -> str:
	"""A character in its other form, where one has any; else the whole name in traditional characters."""
	places = [place for place, sign in enumerate(name) if sign in _written_otherwise()]
	if not places:
		return traditional(dice, name)
	place = dice.choice(places)
	return name[:place] + dice.choice(_written_otherwise()[name[place]]) + name[place + 1 :]


def traditional(dice: Random, name: str) -> str:
	return _traditional().convert(name)


def homophone(dice: Random, name: str) -> str:
	"""A character of the given name as it sounds."""
	place = dice.randrange(1, len(name)) if len(name) > 1 else 0
	same = _by_sound().get(_usual(name[place]), "").replace(name[place], "")
	return name[:place] + dice.choice(same) + name[place + 1 :] if same else name


def by_ear(dice: Random, name: str) -> str:
	"""A surname of several readings as somebody heard it (单 → 善), or the name in pinyin by one of them."""
	first, rest = name[:1], name[1:]
	reading = dice.choice(_all_readings(first))
	if dice.random() < 0.5 and (same := _by_sound().get(reading, "").replace(first, "")):
		return dice.choice(same) + rest
	spelled = "".join(_usual(sign) for sign in rest if sign != "·")
	return f"{reading} {spelled}".upper().replace("LV", "LYU").replace("NV", "NYU")


def misread(dice: Random, name: str) -> str:
	"""One character of the given name is quite another."""
	place = dice.randrange(1, len(name)) if len(name) > 1 else 0
	return name[:place] + dice.choice("明文红平华生金春海小") + name[place + 1 :]


def shortened(dice: Random, name: str) -> str:
	"""Of a name with a dot only what stands before it, or another dot."""
	return name.partition("·")[0] if dice.random() < 0.5 else name.replace("·", dice.choice("•.・"))


# --- dates --------------------------------------------------------------------------------------------------
def _other_year(dice: Random, year: int) -> int:
	return year + dice.choice((-10, -3, -2, -1, 1, 2, 3, 10))


def wrong_year(dice: Random, born: str) -> str:
	return f"{_other_year(dice, int(born[:4]))}{born[4:]}"


def wrong_day(dice: Random, born: str) -> str:
	"""One digit of the month and day is another, and the day still exists."""
	while True:
		place = dice.choice((5, 6, 8, 9))
		found = born[:place] + dice.choice("0123456789".replace(born[place], "")) + born[place + 1 :]
		try:
			return date.fromisoformat(found).isoformat()
		except ValueError:
			continue


def no_year(dice: Random, born: str) -> str:
	return born[5:]


def only_year(dice: Random, born: str) -> str:
	return born[:4]


def nothing(dice: Random, text: str) -> str:
	return ""


Damage = Callable[[Random, str], str]


@dataclass(frozen=True)
class Kind:
	"""A kind of damage; ``applies`` says whose rows can have it, ``weight`` how many of the rows do."""

	label: str
	number: Damage = nothing
	name: tuple[Damage, ...] = ()
	born: Damage | None = None
	weight: int = 10
	applies: Callable[[Person], bool] = lambda person: True
	division: bool = True
	# What the row still says is about several people: reported, not part of the bar.
	bare: bool = False


def _polyphonic(person: Person) -> bool:
	return person.name[:1] in planted_names.POLYPHONIC or len(_all_readings(person.name[:1])) > 1


def _several(person: Person) -> bool:
	return len(person.name) > 2 and "·" not in person.name


def _undotted(person: Person) -> bool:
	return "·" not in person.name


def _dotted(person: Person) -> bool:
	return "·" in person.name


KINDS = (
	Kind("号码一两位看错（0/8、1/7、5/6、3/8）", ocr, weight=14),
	Kind("号码相邻两位颠倒", swapped, weight=10),
	Kind("号码错一位", mistyped, weight=6),
	Kind("号码少一位", lost, weight=4),
	Kind("号码被表格软件抹去后三位", spreadsheet, weight=6),
	Kind("号码中间八位打星号", masked, weight=6),
	Kind("号码和出生日期年份都错", other_year, born=wrong_year, weight=4),
	Kind("号码看错，姓名也写成异体字、繁体字", ocr, (variant,), weight=6),
	Kind("号码颠倒，姓名也写成同音字", swapped, (homophone,), weight=6),
	Kind("号码看错，姓名错一字", ocr, (misread,), weight=3, applies=_several),
	Kind("没有号码", weight=10),
	Kind("没有号码，姓名写成异体字、繁体字", name=(variant,), weight=6),
	Kind("没有号码，姓名写成同音字", name=(homophone,), weight=6, applies=_undotted),
	Kind("没有号码，多音姓写成另一读音或拼音", name=(by_ear,), weight=6, applies=_polyphonic),
	Kind("没有号码，姓名前后两字颠倒", name=(swapped,), weight=5, applies=_several),
	Kind("没有号码，少数民族姓名写法不同", name=(shortened,), weight=2, applies=_dotted),
	Kind("没有号码，出生年份错", born=wrong_year, weight=6),
	Kind("没有号码，出生日期缺年份", born=no_year, weight=4),
	Kind("没有号码，出生月日错一位", born=wrong_day, weight=4),
	Kind("没有号码，没有住址", division=False, weight=4),
	Kind("另一个有效号码（换号、重复户口）", reissued, weight=3),
	Kind("没有号码，姓名错一字", name=(misread,), weight=3, applies=_several, bare=True),
	Kind("没有号码，姓名同音字且年份错", name=(homophone,), born=wrong_year, weight=3, applies=_undotted, bare=True),
	Kind("没有号码，只有出生年份", born=only_year, weight=3, bare=True),
	Kind("没有号码，没有出生日期", born=nothing, weight=3, bare=True),
)  # fmt: skip
NAMESAKE = "陷阱：同村同名同年生的另一人"
TWIN = "陷阱：不在册的双胞胎"
FAMILY = "陷阱：同村名字只差一字的父子兄弟"
STRANGER = "不在册的人，号码有效"
STRANGER_DAMAGED = "不在册的人，号码缺失或损坏"
NOBODY = (NAMESAKE, TWIN, FAMILY, STRANGER, STRANGER_DAMAGED)


def rows(
	county: County, seed: int, share: float = 0.3, strangers: float = 1.0, traps: float = 0.02
) -> list[Row]:
	"""Damaged rows about a share of the persons, as many strangers times ``strangers``, and traps."""
	dice = Random(f"{seed} rows")
	weights = [kind.weight for kind in KINDS]
	found: list[Row] = []
	dotted = next(kind for kind in KINDS if kind.applies is _dotted)
	for person in county.persons:
		if dice.random() >= share:
			continue
		kind = dice.choices(KINDS, weights)[0]
		if _dotted(person) and dice.random() < 0.5:
			kind = dotted
		while not kind.applies(person):
			kind = dice.choices(KINDS, weights)[0]
		found.append(_damaged(dice, kind, person, county))
	about = len(found)
	for _number in range(int(about * strangers)):
		found.append(_stranger(dice, county))
	for person in county.persons:
		luck = dice.random()
		if luck < traps * share:
			found.append(_namesake(dice, county, person))
		elif luck < 2 * traps * share:
			found.append(_relative(dice, county, person))
		elif luck < (2 * traps + TWIN_SHARE) * share and not person.twin and _several(person):
			found.append(_unlisted_twin(dice, county, person))
	dice.shuffle(found)
	for number, row in enumerate(found, 1):
		row.row_no = number
	return found


# People on the roster whose twin is not: a third of all twins.
TWIN_SHARE = 0.004
WRONG_SEX = 0.005


def _damaged(dice: Random, kind: Kind, person: Person, county: County) -> Row:
	number = kind.number(dice, person.id_number)
	if number in county.numbers:
		# an exact match would take it for somebody else's: not a case of the linkage
		number = mistyped(dice, person.id_number)
	name = person.name
	for damage in kind.name:
		name = damage(dice, name)
	born = person.born_on.isoformat()
	if kind.born:
		born = kind.born(dice, born)
	elif number and dice.random() < 0.4:
		# a source that has the number often has no date beside it
		born = ""
	sex = person.sex if dice.random() > WRONG_SEX else "MF"[person.sex == "M"]
	return Row(0, number, name, sex, born, _place(dice, kind, person, county), kind.label, person.person)


def _place(dice: Random, kind: Kind, person: Person, county: County) -> str:
	"""The village as registered; some moved, some sources know the township alone."""
	if not kind.division:
		return ""
	luck = dice.random()
	if luck < 0.01:
		return dice.choice(planted.ELSEWHERE) + "101201"
	if luck < 0.06:
		return dice.choice(county.divisions)
	return person.division[:9] + "000" if luck < 0.2 else person.division


def _outsider(dice: Random, county: County, name: str, sex: str, born: date, division: str, kind: str) -> Row:
	"""Somebody not on the roster, whose number is missing or damaged as other numbers are."""
	number = county.number(born, sex)
	damage = dice.choice((nothing, nothing, nothing, ocr, swapped, spreadsheet, masked))
	return Row(0, damage(dice, number), name, sex, born.isoformat(), division, kind, None)


def _stranger(dice: Random, county: County) -> Row:
	sex = dice.choice("MF")
	born = date(2026, 10, 1) - timedelta(days=int(dice.triangular(0, 33000, 17000)))
	name = planted_names.surname(dice) + planted_names.given(dice, sex, born.year)
	place = dice.choice(county.divisions)
	if dice.random() < 0.7:
		number = county.number(born, sex)
		return Row(0, number, name, sex, born.isoformat(), place, STRANGER, None)
	return _outsider(dice, county, name, sex, born, place, STRANGER_DAMAGED)


def _namesake(dice: Random, county: County, person: Person) -> Row:
	day = date(person.born_on.year, 1, 1) + timedelta(days=dice.randrange(365))
	return _outsider(dice, county, person.name, person.sex, day, person.division, NAMESAKE)


def _relative(dice: Random, county: County, person: Person) -> Row:
	"""Father and son, brothers, sisters: a character in common and another year."""
	years = dice.choice((-28, -25, -24, -3, -2, 2, 3, 24, 26))
	born = min(person.born_on + timedelta(days=years * 365 + dice.randrange(365)), date(2026, 10, 1))
	surname = readings.surname(person.name)
	kept = person.name.removeprefix(surname)[:1]
	name = surname + planted_names.given(dice, person.sex, born.year, kept)
	return _outsider(dice, county, name, person.sex, born, person.division, FAMILY)


def _unlisted_twin(dice: Random, county: County, person: Person) -> Row:
	surname = readings.surname(person.name)
	kept = person.name.removeprefix(surname)[:1]
	name = person.name
	while name == person.name:
		name = surname + planted_names.given(dice, person.sex, person.born_on.year, kept)
	return _outsider(dice, county, name, person.sex, person.born_on, person.division, TWIN)


# --- registered twice ----------------------------------------------------------------------------------------
TWICE_NO_NUMBER, TWICE_OTHER, TWICE_FORMER, TWICE_YEAR = (
	"第二次登记没有号码",
	"第二次登记用另一个有效号码",
	"第二次登记用曾用号码",
	"第二次登记改了出生年份",
)
# Name and day of the year are all that still agrees.
TWICE_YEAR_MOVED = "第二次登记改了出生年份和村，号码也不同"


@dataclass(frozen=True)
class Twice:
	"""Two keys of the registry that are one person."""

	person: str
	other: str
	kind: str


def registered_twice(county: County, seed: int, share: float = 0.01) -> tuple[list[Person], list[Twice]]:
	"""Second registrations of some persons, and which is whose; the person who moved is found in another village."""
	dice = Random(f"{seed} twice")
	added: list[Person] = []
	truth: list[Twice] = []
	for person in county.persons:
		if dice.random() >= share:
			continue
		kind = dice.choices((TWICE_NO_NUMBER, TWICE_OTHER, TWICE_FORMER, TWICE_YEAR), (30, 45, 15, 10))[0]
		if kind == TWICE_FORMER and not person.former_numbers:
			person.former_numbers = [county.number(person.born_on, person.sex)]
		born = person.born_on
		if kind == TWICE_YEAR:
			born = date(_other_year(dice, born.year), born.month, min(born.day, 28))
		number = {
			TWICE_NO_NUMBER: None,
			TWICE_FORMER: person.former_numbers and person.former_numbers[0],
		}.get(kind, county.number(born, person.sex))
		name = person.name
		luck = dice.random()
		if luck < 0.2:
			name = variant(dice, name)
		elif luck < 0.35 and _undotted(person):
			name = homophone(dice, name)
		division = dice.choice(county.divisions) if dice.random() < 0.3 else person.division
		if kind == TWICE_YEAR and division != person.division:
			kind = TWICE_YEAR_MOVED
		key = f"Q{len(added):07d}"
		added.append(Person(key, number, name, person.sex, born, division, f"G{len(added):06d}"))
		truth.append(Twice(person.person, key, kind))
	return added, truth
