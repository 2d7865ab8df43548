"""The identity number of a row: brought to one form where it is whole, and told as what it is where it is not.

A number that lost its last digits in a spreadsheet is never completed: whoever it might be, it is nobody's proof.
:func:`read_number` says it for one cell, :func:`read_sql` for millions; a test holds them equal. Of most rows of a file
nothing more has to be known than that their number is whole as it stands: that is what :func:`plain_sql` is for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from socaid_app.policy import numbers
from socaid_app.policy.identity import IdentityError, check_id, make_check_digit

WHOLE, MISSING, ROUNDED, DOUBTFUL, MASKED, OTHER, WRONG = (
	"whole",
	"missing",
	"rounded",
	"doubtful",
	"masked",
	"other",
	"wrong",
)
# What a state means, and what to do about it.
MEANINGS = {
	WHOLE: "号码完整",
	MISSING: "没有填写身份证号",
	ROUNDED: "身份证号的后几位被表格软件改掉了，请来源单位把该列设为“文本”后重新提供",
	DOUBTFUL: "身份证号以三个0结尾，而同一文件中有号码被表格软件改掉，无法确定它是否完整，请对照原件",
	MASKED: "身份证号被遮盖，无法比对，请来源单位提供完整号码",
	OTHER: "不是身份证号，可能是其他证件，未按号码比对",
	WRONG: "身份证号的位数、出生日期或校验码不正确，请来源单位核对",
}
CANONICAL = "[0-9]{17}[0-9X]"
OLD = "[0-9]{15}"
# What a spreadsheet makes of a long number: powers of ten, or decimals.
FLOATED = r"[0-9]+(\.[0-9]*)?E\+?[0-9]+|[0-9]+\.[0-9]*"
HIDDEN = r"[0-9X]*[*#?]+[0-9X*#?]*"
FOREIGN = "[A-Z0-9()/]{5,25}"
# The last character by the remainder (GB 11643-1999).
LAST = "10X98765432"
WIDE, NARROW = "０１２３４５６７８９Ｘｘ×хХ　", "0123456789XXXXX "
SEPARATORS = r"[\x00-\x20\x7f`''-]"
# Capitals, digits and signs that separate nothing: such a text is squeezed as it stands.
SQUEEZED = "[!-&(-,./-_{-~]*"


@dataclass(frozen=True)
class NumberReading:
	"""``number`` is the canonical number where ``state`` is WHOLE, else what was written, squeezed."""

	number: str
	state: str


def read_number(text: str | None) -> NumberReading:
	"""One cell. A number of DOUBTFUL state is known only when the whole file is: see the engine."""
	written = numbers.squeeze(text)
	if not written:
		return NumberReading("", MISSING)
	if re.fullmatch(FLOATED, written):
		return NumberReading(written, ROUNDED)
	if re.fullmatch(HIDDEN, written):
		return NumberReading(written, MASKED)
	try:
		return NumberReading(check_id(written, date.max).number, WHOLE)
	except IdentityError:
		pass
	if re.fullmatch(CANONICAL, written):
		return NumberReading(written, ROUNDED if ends_in_noughts(written) else WRONG)
	if re.fullmatch(OLD, written):
		return NumberReading(modern(written), WRONG)
	foreign = re.fullmatch(FOREIGN, written) and re.search("[A-Z]", written)
	return NumberReading(written, OTHER if foreign else WRONG)


def ends_in_noughts(number: str) -> bool:
	"""Spreadsheets keep fifteen digits and fill up with noughts."""
	return len(number) == 18 and number.endswith("000")


def modern(number: str) -> str:
	"""An old number of fifteen digits in its form of eighteen, which holds the same."""
	first = number[:6] + "19" + number[6:]
	return first + make_check_digit(first)


# --- the same for millions of cells --------------------------------------------------------------------------
NUMBER, STATE = '"#number"', '"#state"'


def prepare(connection) -> None:
	"""Registers what SQL cannot do as Python does it, characters outside ASCII, and what would be long to repeat."""
	connection.create_function(
		"squeeze_number", numbers.squeeze, ["VARCHAR"], "VARCHAR", null_handling="special"
	)
	weighted = _weighted_sum("n", 17, 2)
	connection.execute(
		f"create or replace temp macro check_character(n) as substr('{LAST}', {weighted} + 1, 1)"
	)
	connection.execute("""
		set variable usual_days = (
			select bitstring_agg(cast(month(day) * 100 + day(day) as int), 0, 9999)
			from range(date '2001-01-01', date '2002-01-01', interval 1 day) days(day)
		)
	""")
	connection.execute(f"create or replace temp macro whole_number(x) as ({_whole_number('x')})")
	connection.execute(f"create or replace temp macro is_plain(n) as ({_is_plain('n')})")


def read_sql(table: str, cell: str) -> str:
	"""``table`` with two columns more: ``"#number"``, the canonical number of a cell or what was written, squeezed,
	and its ``"#state"``. A field may be called anything, so these have names no field can have.

	Each step is a column of its own, because an expression is computed as often as it is named.
	"""
	steps = (
		(
			"#narrow",
			f"case when {_is_ascii(cell)} then {cell} else translate({cell}, '{WIDE}', '{NARROW}') end",
		),
		("#squeezed", _squeezed('"#narrow"', cell)),
		("#number", _modern('"#squeezed"')),
		(
			"#digits",
			f"case when regexp_full_match({NUMBER}, '{CANONICAL}') then cast(left({NUMBER}, 17) as bigint) end",
		),
		("#state", _state(NUMBER, '"#digits"')),
	)
	for name, value in steps:
		table = f'(select *, {value} as "{name}" from {table})'
	return f'(select * exclude ("#narrow", "#squeezed", "#digits") from {table})'


def figure_sql(cell: str) -> str:
	"""A cell of eighteen digits as one whole number, negative where the last is an X."""
	return f"whole_number({cell})"


def plain_sql(figure: str) -> str:
	"""Whether a cell is a whole number as it stands, which most are: then nothing else has to be asked of it. It says no
	to the few born on a 29th of February as well. ``figure`` is a column with :func:`figure_sql` of the cell.
	"""
	return f"coalesce(is_plain({figure}), false)"


def _is_ascii(text: str) -> str:
	return f"strlen({text}) = length({text})"


def _squeezed(narrow: str, cell: str) -> str:
	return f"""case when regexp_full_match({narrow}, '{SQUEEZED}') then {narrow}
		when {_is_ascii(narrow)} then upper(regexp_replace({narrow}, '{SEPARATORS}', '', 'g'))
		else squeeze_number({cell}) end"""


def _modern(number: str) -> str:
	seventeen = f"({number}[:6] || '19' || {number}[7:15])"
	return f"""case when strlen({number}) = 15 and regexp_full_match({number}, '{OLD}')
		then {seventeen} || check_character(cast({seventeen} as bigint)) else {number} end"""


def _state(number: str, digits: str) -> str:
	return f"""case
		when {number} = '' then '{MISSING}'
		when right({number}, 1) = check_character({digits}) and {_is_day(number)} then '{WHOLE}'
		when {digits} is not null then case when ends_with({number}, '000') then '{ROUNDED}' else '{WRONG}' end
		when regexp_full_match({number}, '{FLOATED}') then '{ROUNDED}'
		when regexp_full_match({number}, '{HIDDEN}') then '{MASKED}'
		when regexp_full_match({number}, '{FOREIGN}') and regexp_matches({number}, '[A-Z]') then '{OTHER}'
		else '{WRONG}' end"""


def _weighted_sum(number: str, digits: int, weight: int) -> str:
	"""The digits of a whole number, the last times ``weight`` and each before it times twice as much, modulo 11.

	A digit is n//10^i - 10·(n//10^(i+1)), so one division for each is enough. The factors of the quotients double as
	well, beginning with -8 or 3 times the weight, and five places on they are the same with the sign turned
	(2^5 = -1 modulo 11): five products are enough. The sum has the sign of the number.
	"""
	total = f"{weight} * {number}"
	for first in range(1, 6):
		quotients = [f"{number} // {10**place}" for place in range(first, digits, 5)]
		signed = "".join(f" {'-' if at % 2 else '+'} {each}" for at, each in enumerate(quotients))
		total += f" + {3 * weight * pow(2, first - 1) % 11} * ({signed.removeprefix(' + ')})"
	return f"(({total}) % 11)"


def _is_day(number: str) -> str:
	"""Whether the date of birth of eighteen characters is one."""
	return f"""({number}[7:10] <> '0000'
		and try_cast({number}[7:10] || '-' || {number}[11:12] || '-' || {number}[13:14] as date) is not null)"""


def _whole_number(cell: str) -> str:
	"""Ten times the first seventeen digits stand for an X as well, with the sign turned; a power of ten is no number."""
	return f"""case when strlen({cell}) = 18 and {cell} >= '1' and not contains({cell}, 'e') and not contains({cell}, 'E')
		then coalesce(try_cast({cell} as bigint),
			case when ends_with({cell}, 'X') then -10 * try_cast(left({cell}, 17) as bigint) end) end"""


def _is_plain(figure: str) -> str:
	"""The weighted sum of all eighteen digits leaves 1; where ten of it is in the X and the sign turned, it leaves -2."""
	return f"""(({figure} >= {10**17} or {figure} <= -{10**17}) and {_weighted_sum(figure, 18, 1)} in (1, -2)
		and abs({figure} // {10**8} % {10**4}) > 0
		and get_bit(getvariable('usual_days'), cast(abs({figure} // {10**4} % {10**4}) as int)) = 1)"""
