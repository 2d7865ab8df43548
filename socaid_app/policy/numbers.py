"""Numbers as people write them: one form of each, and what cannot be such a number.

A number is typed, copied from a message or read from a spreadsheet: with blanks, dashes, full-width digits, a
country code, or as what a spreadsheet made of it. :func:`squeeze` brings all of them to one form; each ``check_``
returns it, or raises NumberError with a sentence that says what to do. Resident identity numbers are in
:mod:`socaid_app.policy.identity`.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata

import phonenumbers
from stdnum import luhn

# What a mask shows of a stored value that is no number at all: stars would make it look like one.
NOT_A_NUMBER = "无效，须更正"
# What is written between digits: the dashes, blanks and invisible characters go by their Unicode category.
BETWEEN = frozenset({"Pd", "Zs", "Zl", "Zp", "Cc", "Cf"})
# Marks of a text cell in spreadsheets, and characters that stand for a dash.
DROPPED = frozenset("'`´‘’\u2212\u2800")
# Typed in place of the X of an identity number.
X_LIKE = str.maketrans("×хХ", "XXX")
# Spreadsheets keep fifteen digits of a number and fill up with noughts.
KEPT_BY_SPREADSHEETS = 15
SHORTEST_ACCOUNT, LONGEST_ACCOUNT = 12, 25
# UnionPay cards (银联卡发卡行标识代码) begin with 62 and have 16 to 19 digits.
CARD, CARD_LENGTHS = "62", range(16, 20)
SHORTEST_TAIL = 4
SHORTEST_DOCUMENT = 5
MOBILE = re.compile(r"1[3-9][0-9]{9}")
LOCAL = re.compile(r"[2-8][0-9]{6,7}")
# Numbers of an office: 12345, 114, 95588.
SERVICE = re.compile(r"1[0-9]{2,5}|9[0-9]{4,5}")
EXTENSION = re.compile(r"(?:转|轉|分机|ext\.?|#)[:：]?([0-9]{1,6})$", re.IGNORECASE)


class NumberError(ValueError):
	"""What was written cannot be such a number; the message says why."""


def squeeze(text) -> str:
	"""Without anything that only separates: full-width and other digits are ASCII, letters are capitals."""
	characters = []
	for character in unicodedata.normalize("NFKC", "" if text is None else str(text)):
		if unicodedata.category(character) in BETWEEN or character in DROPPED:
			continue
		digit = unicodedata.decimal(character, None)
		characters.append(character if digit is None else str(digit))
	return "".join(characters).translate(X_LIKE).upper()


def may_be_cut(number: str) -> bool:
	"""Whether a spreadsheet may have put noughts in place of the last digits: after the fifteenth, all are nought.

	One or two noughts are common; there it is asked only when the number is no card number either.
	"""
	rest = number[KEPT_BY_SPREADSHEETS:]
	if not rest or rest.strip("0"):
		return False
	return len(rest) > 2 or not luhn.is_valid(number)


# --- telephone --------------------------------------------------------------------------------------------
def normalise_phone(text) -> str:
	"""The form a number is stored and compared in; '' for what has no digits. Never refuses: for searches.

	Numbers of this country are digits with the trunk 0, others begin with + and their country code; an extension
	follows a dash: ``13988881112``, ``04375550000``, ``04375550000-8001``, ``+79123456789``.
	"""
	try:
		return check_phone(text, service=True)
	except NumberError:
		return re.sub(r"[^0-9]", "", squeeze(text))


def check_phone(text, service: bool = False) -> str:
	"""The number in its one form, '' for none; ``service`` numbers such as 12345 are for offices only."""
	written = squeeze(text)
	if not written:
		return ""
	if found := EXTENSION.search(written):
		return f"{_subscriber(written[: found.start()], service)}-{found.group(1)}"
	# squeezed, a dash before an extension is gone
	head, dash, tail = unicodedata.normalize("NFKC", str(text)).strip().rpartition("-")
	if dash and re.fullmatch("[0-9]{1,6}", tail):
		with contextlib.suppress(NumberError):
			return f"{_subscriber(squeeze(head), False)}-{tail}"
	return _subscriber(written, service)


def _subscriber(written: str, service: bool) -> str:
	if not re.fullmatch(r"\(?\+?[0-9().]+", written):
		raise NumberError(
			"电话只填一个号码：11位手机号，或带区号的固定电话，例如0437-5550000；没有电话的留空。"
		)
	digits = re.sub(r"[^0-9+]", "", written)
	domestic = re.sub(r"^(\+|00)?86(?=1[3-9][0-9]{9}$)", "", digits)
	if MOBILE.fullmatch(domestic):
		return _not_monotonous(domestic)
	if LOCAL.fullmatch(digits) or (service and SERVICE.fullmatch(digits)):
		return _not_monotonous(digits)
	try:
		number = phonenumbers.parse(digits, "CN")
	except phonenumbers.NumberParseException:
		number = None
	if number is None or not phonenumbers.is_valid_number(number):
		raise NumberError(
			f"电话“{written[:20]}”不是完整的号码：请填11位手机号，或带区号的固定电话，例如0437-5550000；没有电话的留空。"
		)
	if number.country_code != 86:
		return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
	national = str(number.national_number)
	return national if national[:3] in ("400", "800") else f"0{national}"


def _not_monotonous(digits: str) -> str:
	if len(set(digits[-7:])) == 1 and len(set(digits)) <= 2 and len(digits) > 6:
		raise NumberError(f"电话“{digits}”看来是随手填的：请填真实号码；没有电话的留空。")
	return digits


def is_whole(number: str) -> bool:
	"""Whether a normalised number tells one telephone from all others, and not only its last digits."""
	return bool(
		MOBILE.fullmatch(number) or re.fullmatch(r"0[0-9]{9,11}(-[0-9]+)?|[48]00[0-9]{7}|\+[0-9]+", number)
	)


# --- bank account -----------------------------------------------------------------------------------------
def check_account(text) -> str:
	"""Digits of a card or passbook, '' for none."""
	account = squeeze(text)
	if not account:
		return ""
	if re.fullmatch(r"[0-9]+\.?[0-9]*E\+?[0-9]+", account) or re.fullmatch(r"[0-9]+\.0*", account):
		raise NumberError(
			"银行账号被表格软件改成了科学计数法，后几位已经丢失：请对照存折或银行卡重新输入，表格中该列设为“文本”。"
		)
	if not re.fullmatch(r"[0-9]+", account):
		raise NumberError("银行账号只能是数字（可以有空格）：请对照存折或银行卡输入；没有账号的留空。")
	if not SHORTEST_ACCOUNT <= len(account) <= LONGEST_ACCOUNT:
		raise NumberError(
			f"银行账号应为{SHORTEST_ACCOUNT}至{LONGEST_ACCOUNT}位数字，现有{len(account)}位：请对照存折或银行卡逐位核对。"
		)
	if account.startswith(CARD) and len(account) not in CARD_LENGTHS:
		raise NumberError(f"62开头的银行卡号应为16至19位数字，现有{len(account)}位：请对照银行卡逐位核对。")
	if len(set(account)) == 1 or account in "01234567890123456789012345":
		raise NumberError("银行账号看来是随手填的：请对照存折或银行卡输入；没有账号的留空。")
	return account


# --- certificate of a disabled person -----------------------------------------------------------------------
def check_certificate(text, is_id) -> str:
	"""A disabled person's certificate (残疾人证), '' for none: the identity number, type 1-7 and grade 1-4, and ``B``
	with a number where it was issued anew. ``is_id`` says whether eighteen characters are an identity number.
	"""
	certificate = squeeze(text)
	if not certificate:
		return ""
	if not re.fullmatch(r"[0-9]{17}[0-9X][1-7][1-4](B[0-9]{1,2})?", certificate) or not is_id(
		certificate[:18]
	):
		raise NumberError(
			"残疾人证号应为20位：18位身份证号，1位残疾类别（1至7），1位残疾等级（1至4），补发的另加B和次数。请对照证件重新输入；没有证的留空。"
		)
	return certificate


# --- other papers -------------------------------------------------------------------------------------------
def check_document(text) -> str:
	"""The number of a passport or permit, '' for none: letters and digits, at least four of them a digit."""
	number = squeeze(text)
	if not number:
		return ""
	if (
		not re.fullmatch(rf"[A-Z0-9()/]{{{SHORTEST_DOCUMENT},25}}", number)
		or len(re.findall("[0-9]", number)) < 4
	):
		raise NumberError(f"证件号码由字母和数字组成，至少{SHORTEST_DOCUMENT}位：请对照证件重新输入。")
	if len(set(number)) == 1:
		raise NumberError("证件号码看来是随手填的：请对照证件输入。")
	return number
