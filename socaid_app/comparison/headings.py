"""The headings of a file found again in the layout of its source, however they are spaced and bracketed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from socaid_app.comparison.fields import Field
from socaid_app.policy import names
from socaid_app.policy.reading import shown

# Above the headings there may be a title and a date.
FIRST_ROWS = 20


class UnreadableReply(ValueError):
	"""The file cannot be used; the message says where it is wrong and what to do."""


def plain(heading: object) -> str:
	return "".join(names.legible("" if heading is None else str(heading)).split()).lower()


def row_of(rows: Sequence[Sequence[object]], wanted: Sequence[Field]) -> int | None:
	"""Which of the first rows has the headings: all that the layout asks for."""
	for number, row in enumerate(rows[:FIRST_ROWS]):
		found = {plain(cell) for cell in row}
		if all(one.optional or found & set(map(plain, one.columns)) for one in wanted):
			return number
	return None


def lacking(rows: Sequence[Sequence[object]], wanted: Sequence[Field]) -> UnreadableReply:
	"""What to say where no row has them: what the likeliest row lacks."""
	needed = [one for one in wanted if not one.optional]
	found = max(
		({plain(cell) for cell in row} for row in rows[:FIRST_ROWS] or [[]]),
		key=lambda cells: sum(bool(cells & set(map(plain, one.columns))) for one in needed),
	)
	missing = [one for one in needed if not found & set(map(plain, one.columns))]
	said = "；".join(f"“{one.label}”（列名{'、'.join(one.columns)}）" for one in missing)
	return UnreadableReply(
		f"文件的前{FIRST_ROWS}行里没有找到这些列：{said}。请核对是否选错了来源，或在来源设置中补上列名。"
	)


def places(headings: Sequence[str], wanted: Sequence[Field]) -> dict[str, int | None]:
	"""Field → number of its column; refuses a heading that stands there twice."""
	plainly = [plain(heading) for heading in headings]
	found: dict[str, int | None] = {}
	for one in wanted:
		words = set(map(plain, one.columns))
		at = [number for number, heading in enumerate(plainly) if heading in words]
		if len(at) > 1:
			said = "、".join(f"第{number + 1}列“{headings[number]}”" for number in at)
			raise UnreadableReply(
				f"“{one.label}”对应的列不止一个：{said}。请只留一列，或改来源设置中的列名。"
			)
		if not at and not one.optional:
			raise lacking([headings], wanted)
		found[one.name] = at[0] if at else None
	return found


def unused(headings: Sequence[str], found: Mapping[str, int | None]) -> list[str]:
	rest = [shown(name) for number, name in enumerate(headings) if number not in found.values() and name]
	return [f"未使用的列：{'、'.join(rest)}"] if rest else []
