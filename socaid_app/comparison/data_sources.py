"""A source as configuration: which agency answers, which columns its file has, and what they mean.

A plain dict (JSON), so that a record of the Desk and a file give the same. The shipped ones are in
``setup/comparison_sources.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from socaid_app.comparison.fields import NAME, Field, LayoutError, field_from
from socaid_app.comparison.kinds import DATE
from socaid_app.policy.clock import add_months
from socaid_app.policy.reading import shown

SHIPPED = Path(__file__).parent.parent / "setup" / "comparison_sources.json"
KEY_COLUMNS = ("身份证号", "身份证号码", "公民身份号码", "身份证件号码", "证件号码")
KNOWN = {
	"key",
	"title",
	"agency",
	"number",
	"fields",
	"sheet",
	"report_day",
	"valid_months",
	"fresh_days",
	"note",
	"to_be_confirmed",
}
# What every row has, whatever the source says.
RESERVED = ("row_no", "person", "id_number", "number_state", "id_text", "unread")


@dataclass(frozen=True)
class Source:
	"""``number`` are the headings of the identity number; ``report_day`` names the field that says of which day a row is.

	A report is used for ``valid_months`` (民发〔2021〕57号 leaves it to the county) and asked for again after
	``fresh_days``.
	"""

	key: str
	title: str
	agency: str
	fields: tuple[Field, ...]
	number: tuple[str, ...] = KEY_COLUMNS
	sheet: str = ""
	report_day: str = ""
	valid_months: int = 6
	fresh_days: int = 31
	to_be_confirmed: bool = False
	note: str = ""

	def field(self, name: str) -> Field | None:
		return next((one for one in self.fields if one.name == name), None)

	def valid_on(self, reported: date, on: date) -> bool:
		"""Whether what was reported of a day may still be used."""
		return reported <= on < add_months(reported, self.valid_months)

	def fresh_on(self, reported: date, on: date) -> bool:
		return (on - reported).days <= self.fresh_days


def source_from(record: Mapping) -> Source:
	"""Raises LayoutError with the place and what to do."""
	key = record.get("key", "")
	where = f"数据来源“{shown(record.get('title') or key)}”"
	if not NAME.fullmatch(str(key)):
		raise LayoutError(f"{where}：代号应由小写字母、数字和下划线组成。")
	if unknown := sorted(set(record) - KNOWN):
		raise LayoutError(f"{where}：不认识的设置“{'、'.join(unknown)}”。")
	for needed in ("title", "agency", "fields"):
		if not record.get(needed):
			raise LayoutError(f"{where}：缺少“{needed}”。")
	fields = read_fields(record["fields"], where)
	report_day = record.get("report_day", "")
	if report_day and not any(one.name == report_day and one.kind == DATE for one in fields):
		raise LayoutError(f"{where}：报告日期“{shown(report_day)}”不是日期字段。")
	for days in ("valid_months", "fresh_days"):
		if not isinstance(record.get(days, 1), int) or record.get(days, 1) < 1:
			raise LayoutError(f"{where}：“{days}”应为正整数。")
	return Source(
		key=key,
		title=record["title"],
		agency=record["agency"],
		fields=fields,
		number=tuple(record.get("number") or KEY_COLUMNS),
		sheet=record.get("sheet", ""),
		report_day=report_day,
		valid_months=record.get("valid_months", 6),
		fresh_days=record.get("fresh_days", 31),
		to_be_confirmed=bool(record.get("to_be_confirmed")),
		note=record.get("note", ""),
	)


def read_fields(
	records: Iterable[Mapping], where: str, reserved: Iterable[str] = RESERVED
) -> tuple[Field, ...]:
	"""Fields of which no two have one name, label or column."""
	fields = tuple(field_from(record, where) for record in records)
	reserved = set(reserved)
	for part, words in (
		("名称", [one.name for one in fields]),
		("标签", [one.label for one in fields]),
		("列名", [column for one in fields for column in one.columns]),
	):
		if twice := sorted({word for word in words if words.count(word) > 1}):
			raise LayoutError(f"{where}：{part}“{twice[0]}”出现了两次。")
	if taken := [one.name for one in fields if one.name in reserved]:
		raise LayoutError(f"{where}：名称“{taken[0]}”由系统使用，请换一个。")
	return fields


def load_sources(path: Path | str | None = None) -> dict[str, Source]:
	"""The shipped sources, or another file of the same form."""
	sources: dict[str, Source] = {}
	for record in json.loads(Path(path or SHIPPED).read_text(encoding="utf-8")):
		source = source_from(record)
		if source.key in sources:
			raise LayoutError(f"数据来源“{source.key}”写了两次。")
		sources[source.key] = source
	return sources
