"""One value of a case read, or refused in a sentence that names its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal

from socaid_app.policy import terms
from socaid_app.policy.kinship import RELATION

EARLIEST, LATEST = date(1850, 1, 1), date(2100, 12, 31)
MOST_YUAN = Decimal(10) ** 12
MOST_YEARS = 150
MOST_LETTERS = 2000
# So much of a wrong value is repeated in a message.
SHOWN = 40


class CaseError(ValueError):
	"""The case cannot be read; the message names the field."""


Reader = Callable[[str, object], object]


def shown(value: object) -> str:
	"""A value as a message may repeat it, whatever it is."""
	match value:
		case dict():
			return "{…}"
		case list() | tuple():
			return "[…]"
		case bool():
			return "true" if value else "false"
		case int() if value.bit_length() > 128:
			return "位数过多的整数"
	text = str(value).encode("utf-8", "replace").decode("utf-8")
	return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def wrong(where: str, value: object, should: str) -> CaseError:
	return CaseError(f"字段 {where} 的值“{shown(value)}”{should}。")


def read_text(where: str, value: object) -> str:
	if not isinstance(value, str):
		raise wrong(where, value, "不是文字，应加引号")
	if len(value) > MOST_LETTERS:
		raise CaseError(f"字段 {where} 超过{MOST_LETTERS}字。")
	try:
		value.encode("utf-8")
	except UnicodeEncodeError:
		raise wrong(where, value, "含有不成对的代理字符，无法识别") from None
	return value


def read_truth(where: str, value: object) -> bool:
	if not isinstance(value, bool):
		raise wrong(where, value, "应为 true 或 false，不加引号")
	return value


def read_amount(where: str, value: object) -> Decimal:
	if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
		raise wrong(where, value, "不是金额")
	if isinstance(value, str) and not re.fullmatch(r"[+-]?\d+(\.\d+)?", value.strip(), re.ASCII):
		raise wrong(where, value, "不是金额")
	amount = Decimal(value) if isinstance(value, int | Decimal) else Decimal(str(value).strip())
	if not amount.is_finite():
		raise wrong(where, value, "不是有限的数")
	if amount < 0:
		raise wrong(where, value, "是负数，金额不能为负数")
	if amount > MOST_YUAN:
		raise wrong(where, value, "过大，请核对单位（元）")
	return amount


def read_years(where: str, value: object) -> int:
	return _whole_number(where, value, MOST_YEARS)


def read_count(where: str, value: object) -> int:
	return _whole_number(where, value, 1000)


def _whole_number(where: str, value: object, most: int) -> int:
	if isinstance(value, bool) or not isinstance(value, int):
		raise wrong(where, value, "不是整数")
	if not 0 <= value <= most:
		raise wrong(where, value, f"不在0至{most}之间")
	return value


def read_date(where: str, value: object) -> date:
	if isinstance(value, datetime):
		value = value.date()
	if not isinstance(value, date):
		should = "不是日期，应形如 2026-09-07"
		if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
			raise wrong(where, value, should)
		try:
			value = date.fromisoformat(value)
		except ValueError:
			raise wrong(where, value, should) from None
	if not EARLIEST <= value <= LATEST:
		raise wrong(where, value, f"不在{EARLIEST.year}年至{LATEST.year}年之间")
	return value


def read_kinship(where: str, value: object) -> str:
	if not isinstance(value, str) or value not in RELATION:
		raise wrong(where, value, "不是家庭关系代码（GB/T 4761，如 02 户主、10 配偶、20 子、30 女）")
	return value


def one_of(allowed: tuple[str, ...]) -> Reader:
	def read(where: str, value: object) -> str:
		if not isinstance(value, str) or value not in allowed:
			raise wrong(where, value, f"无效，应为：{'、'.join(allowed)}")
		return value

	return read


def read_grade(where: str, value: object) -> str:
	"""A disability grade, as text or as a number."""
	text = str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10 else value
	return one_of(terms.DISABILITY_GRADES)(where, text)


def read_benefits(where: str, value: object) -> list[str]:
	return [one_of(terms.BENEFITS)(f"{where}[{number}]", item) for number, item in numbered(where, value)]


def numbered(where: str, value: object) -> Iterator[tuple[int, object]]:
	if value in (None, ""):
		return iter(())
	if not isinstance(value, list):
		raise CaseError(f"字段 {where} 应是一个列表。")
	return enumerate(value, 1)
