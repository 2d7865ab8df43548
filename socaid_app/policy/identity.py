"""Resident identity numbers, and masks of numbers and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric

from socaid_app.policy import numbers
from socaid_app.policy.terms import FEMALE, MALE


class IdentityError(numbers.NumberError):
	"""The number cannot be a resident identity number; the message says why."""


@dataclass(frozen=True)
class IdCard:
	number: str
	birth_date: date
	sex: str
	division_code: str


def normalise_id(text: str) -> str:
	"""Full-width characters, spaces and a small x become canonical; an old 15-digit number becomes 18."""
	number = numbers.squeeze(text)
	if re.fullmatch(r"[0-9]{15}", number):
		number = number[:6] + "19" + number[6:]
		number += make_check_digit(number)
	return number


def make_check_digit(first_17: str) -> str:
	"""The last character of a number whose first 17 digits are given (GB 11643-1999)."""
	return ric.calc_check_digit(first_17 + "0")


def check_id(text: str, on: date) -> IdCard:
	"""Birth date and sex of a valid number.

	The division part may be a code abolished long ago, so it is not compared with any list.
	Raises IdentityError with a sentence that says what is wrong.
	"""
	number = normalise_id(text)
	if not number:
		raise IdentityError("请输入身份证号。")
	if re.fullmatch(r"[0-9]\.[0-9]+E\+?[0-9]+", number):
		raise IdentityError(
			"身份证号被表格软件改成了科学计数法，后几位已经丢失：请对照证件重新输入，表格中该列设为“文本”。"
		)
	if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
		raise IdentityError(
			f"身份证号应为18位（最后一位可为X），现有{len(number)}位或含有其他字符，请对照证件重新输入。"
		)
	try:
		born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
	except ValueError:
		raise IdentityError("身份证号中的出生日期不存在，请对照证件核对第7至14位。") from None
	if born > on:
		raise IdentityError(f"身份证号中的出生日期{born:%Y-%m-%d}在未来，请对照证件核对第7至14位。")
	if number[-1] != make_check_digit(number[:17]):
		raise IdentityError("身份证号校验码不正确，很可能有一位输错，请对照证件逐位核对。")
	return IdCard(number, born, MALE if int(number[16]) % 2 else FEMALE, number[:6])


def require_id(text: str) -> str:
	"""The number in its one form, '' for none; whether its owner is born yet is asked by :func:`check_id`."""
	return check_id(text, date.max).number if numbers.squeeze(text) else ""


def is_id(text: str) -> bool:
	"""Whether a text can be an identity number, whoever's."""
	try:
		return bool(check_id(text, date.max))
	except IdentityError:
		return False


def age_on(birth: date, on: date) -> int:
	"""Completed years of life."""
	return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def mask_id(number: str) -> str:
	"""First two and last three characters stay: ``22*************123``."""
	return _mask(number, 2, 3)


def mask_phone(number: str) -> str:
	"""``138****1234``; a number too short to hide its middle is hidden whole."""
	return _mask(number, 3, 4)


def mask_account(number: str) -> str:
	"""Only the last four digits of a bank account or certificate stay."""
	return _mask(number, 0, 4)


def mask_name(name: str) -> str:
	"""``张国民`` → ``张**``."""
	return name[:1] + "*" * (len(name) - 1) if name else ""


def _mask(text: str, head: int, tail: int) -> str:
	text = text or ""
	hidden = len(text) - head - tail
	if hidden < 3:
		return "*" * len(text)
	return text[:head] + "*" * hidden + text[len(text) - tail :]
