"""A list of another body against the ledger of a month: equal, only here, only there, different – and nobody guessed.

A line and a benefit are about one person where their key is one: the identity number, or the account where the list has
no numbers. A line without a usable key is a difference of its own; that somebody has the same name is told beside it and
joins nobody. What differs is told by what a clerk checks it with (服务方案 1.1.1-18): name and number, category and
amount, the family's circumstances.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from socaid_app.moving_in import list_reading as contents
from socaid_app.policy import names, numbers
from socaid_app.policy.names import comparable_name

ONLY_HERE, ONLY_THERE, DIFFERENT, UNKNOWN, TWICE = (
	"Only in the Register",
	"Only in the List",
	"Differs",
	"Not Identified",
	"Listed Twice",
)
# What a task is called.
WORDS = {
	ONLY_HERE: "台账有、名单没有",
	ONLY_THERE: "名单有、台账没有",
	DIFFERENT: "两边不同",
	UNKNOWN: "名单中的号码无法识别",
	TWICE: "名单中重复",
}
IDENTITY, BENEFIT, FAMILY = "Name and ID Number", "Category and Amount", "Family Circumstances"
ASPECTS = {
	IDENTITY: (contents.NAME, contents.STATE),
	BENEFIT: (contents.CATEGORY, contents.AMOUNT, contents.ACCOUNT),
	FAMILY: (contents.DIVISION, contents.ADDRESS, contents.HEAD, contents.MEMBERS),
}
# By which content an account or an address is known again.
TAIL = 4
SHORTEST_ADDRESS = 3


@dataclass(frozen=True)
class Said:
	"""What one side says of a benefit. ``key`` is the same on both sides for one person; ``expected``: the list should
	have it. ``dead`` of the register is None where the death lies in the month: then the list may say either."""

	key: str
	name: str = ""
	category: str | None = None
	amount: Decimal | None = None
	account: str | None = None
	division: str | None = None
	address: str | None = None
	head: str | None = None
	members: int | None = None
	dead: bool | None = False
	row: int = 0
	reference: str = ""
	expected: bool = True


@dataclass(frozen=True)
class Differing:
	"""``contents``: what differs; ``namesakes``: lines of the same name whose key is not usable."""

	kind: str
	aspect: str
	theirs: Said | None = None
	ours: Said | None = None
	contents: tuple[str, ...] = ()
	namesakes: tuple[int, ...] = ()


@dataclass
class Matched:
	"""``equal``: pairs that say the same; ``different``: pairs that do not, each counted once."""

	differences: list[Differing] = field(default_factory=list)
	equal: list[Said] = field(default_factory=list)
	different: list[Said] = field(default_factory=list)


def compare(theirs: Sequence[Said], ours: Sequence[Said], said: Iterable[str]) -> Matched:
	"""``said``: the contents that the list has columns of; nothing else is compared."""
	compared = frozenset(said)
	result = Matched()
	listed, known = _by_key(theirs), _by_key(ours)
	namesakes: dict[str, list[int]] = defaultdict(list)
	for line in theirs:
		if not line.key:
			result.differences.append(Differing(UNKNOWN, IDENTITY, line))
			if line.name:
				namesakes[comparable_name(line.name)].append(line.row)
	for key in sorted(listed.keys() | known.keys()):
		pairs, left_there, left_here = _pairs(listed.get(key, []), known.get(key, []))
		for line, benefit in pairs:
			_note_pair(result, line, benefit, compared)
		for line in left_there:
			result.differences.append(_left_there(line, pairs))
		for benefit in left_here:
			if benefit.expected:
				alike = tuple(namesakes.get(comparable_name(benefit.name), ()))
				result.differences.append(Differing(ONLY_HERE, BENEFIT, None, benefit, namesakes=alike))
	return result


def _by_key(rows: Iterable[Said]) -> dict[str, list[Said]]:
	found: dict[str, list[Said]] = defaultdict(list)
	for row in rows:
		if row.key:
			found[row.key].append(row)
	return found


# --- which line is about which benefit ---------------------------------------------------------------------------
def _pairs(lines: list[Said], benefits: list[Said]) -> tuple[list[tuple[Said, Said]], list[Said], list[Said]]:
	"""The lines and benefits of one person: what says most of the same belongs together; what is left stays alone."""
	lines, benefits = list(lines), list(benefits)
	pairs: list[tuple[Said, Said]] = []
	for alike in (
		lambda a, b: a.category == b.category and a.amount == b.amount and names.same(a.name, b.name),
		lambda a, b: a.category == b.category and a.amount == b.amount,
		lambda a, b: a.category is not None and a.category == b.category,
		lambda a, b: a.amount == b.amount and (a.category is None or not b.expected),
	):
		pairs += _take(lines, benefits, alike)
	if len(lines) == 1 and len(benefits) == 1 and not pairs:
		pairs.append((lines.pop(), benefits.pop()))
	else:
		# of several, what the list does not tell by a category is told by its amount alone
		pairs += _take(lines, benefits, lambda a, b: a.category is None and names.same(a.name, b.name))
	return pairs, lines, benefits


def _take(lines: list[Said], benefits: list[Said], alike) -> list[tuple[Said, Said]]:
	found = []
	for line in list(lines):
		benefit = next((one for one in benefits if alike(line, one)), None)
		if benefit:
			lines.remove(line)
			benefits.remove(benefit)
			found.append((line, benefit))
	return found


def _left_there(line: Said, pairs: list[tuple[Said, Said]]) -> Differing:
	"""A line more than there are benefits: told twice where the list has told the same already."""
	twin = next(
		(
			benefit
			for other, benefit in pairs
			if other.category == line.category and (line.category or other.amount == line.amount)
		),
		None,
	)
	return Differing(TWICE if twin else ONLY_THERE, BENEFIT, line, twin)


# --- what differs ------------------------------------------------------------------------------------------------
def _note_pair(result: Matched, line: Said, benefit: Said, compared: frozenset[str]) -> None:
	differing = {content for content in compared | {contents.STATE} if _differs(content, line, benefit)}
	if not differing:
		result.equal.append(benefit)
		return
	result.different.append(benefit)
	for aspect, parts in ASPECTS.items():
		if found := tuple(content for content in parts if content in differing):
			result.differences.append(Differing(DIFFERENT, aspect, line, benefit, found))


def _differs(content: str, line: Said, benefit: Said) -> bool:
	"""What a list leaves blank it does not deny. Whoever is dead here and not there differs, whatever columns it has."""
	if content == contents.STATE:
		return benefit.dead is not None and bool(line.dead) != benefit.dead
	if content == contents.ID_NUMBER:
		return False
	theirs, ours = getattr(line, content), getattr(benefit, content)
	if theirs in (None, ""):
		return False
	match content:
		case contents.NAME | contents.HEAD:
			return comparable_name(theirs) != comparable_name(ours)
		case contents.ACCOUNT:
			# what a spreadsheet may have cut denies nothing
			return theirs[-TAIL:] != (ours or "")[-TAIL:] and not numbers.may_be_cut(theirs)
		case contents.ADDRESS:
			return ours is not None and not same_address(theirs, ours)
		case contents.DIVISION:
			return not same_place(theirs, ours)
	return theirs != ours


def same_address(one: str, other: str) -> bool:
	"""Whether one is the other without the county or the village in front."""
	short, long = sorted(map(comparable_name, (one, other)), key=len)
	return long.endswith(short) if len(short) >= SHORTEST_ADDRESS else long == short


def same_place(written: str, name: str | None) -> bool:
	"""A village by its name, with or without the township in front and “委会” behind."""
	here, there = _bare(name or ""), _bare(written)
	return bool(here) and (there.endswith(here) or here.endswith(there))


def _bare(name: str) -> str:
	text = comparable_name(name)
	for ending in ("村民委员会", "社区居民委员会", "居民委员会", "村委会", "居委会", "社区", "村"):
		if text.endswith(ending) and len(text) > len(ending):
			return text[: -len(ending)]
	return text


def values(side: Said | None, said: Iterable[str], shown: Mapping[str, str]) -> list[str]:
	"""What a side says, a line each, of the contents that are shown; ``shown`` gives their labels."""
	if not side:
		return []
	lines = []
	for content in said:
		value = (
			{True: "去世", False: "在世"}.get(side.dead)
			if content == contents.STATE
			else getattr(side, content, None)
		)
		if content in shown and value not in (None, ""):
			lines.append(f"{shown[content]}：{value}")
	return lines
