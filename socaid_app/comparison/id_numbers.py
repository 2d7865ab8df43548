"""The identity number of a row: brought to one form where it is whole, and told as what it is where it is not.

A number that lost its last digits in a spreadsheet is never completed: whoever it might be, it is nobody's proof.
:func:`read_number` says it for one cell, :func:`number_sql` and :func:`state_sql` for millions; a test holds them equal.
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
def prepare(connection) -> None:
	"""Registers what SQL cannot do as Python does it: characters outside ASCII."""
	connection.create_function(
		"squeeze_number", numbers.squeeze, ["VARCHAR"], "VARCHAR", null_handling="special"
	)
	connection.execute(f"create or replace temp macro check_sum(n) as ({_sum('n')})")
	connection.execute(
		f"create or replace temp macro check_character(n) as substr('{LAST}', check_sum(n) + 1, 1)"
	)
	connection.execute(f"create or replace temp macro whole_number(x) as ({_whole_number('x')})")
	connection.execute(f"create or replace temp macro is_plain(n) as ({_is_plain('n')})")
	connection.execute(f"create or replace temp macro squeezed(x) as ({_squeezed('x')})")
	connection.execute(f"create or replace temp macro modern(x) as ({_modern('x')})")


def number_sql(column: str) -> str:
	"""The canonical number of a cell, or what was written where it has none."""
	return f"case when regexp_full_match({column}, '{CANONICAL}') then {column} else modern(squeezed({column})) end"


def digits_sql(number: str) -> str:
	"""The first seventeen digits of a number as a whole number, NULL where it has another form."""
	return f"case when length({number}) = 18 then try_cast(left({number}, 17) as bigint) end"


def plain_sql(figure: str) -> str:
	"""Whether a cell is a whole number as it stands, which most are: then nothing else has to be asked of it. ``figure``
	is a column with :func:`figure_sql` of the cell.
	"""
	return f"coalesce(is_plain({figure}), false)"


def figure_sql(cell: str) -> str:
	return f"whole_number({cell})"


def state_sql(number: str, digits: str) -> str:
	"""The state of what :func:`number_sql` gave. ``digits`` is a column: what is computed of it is computed often."""
	return f"""case
		when {number} is null or {number} = '' then '{MISSING}'
		when {digits} >= 0 and {_is_whole(digits, number)} then '{WHOLE}'
		when regexp_full_match({number}, '{CANONICAL}') then
			case when ends_with({number}, '000') then '{ROUNDED}' else '{WRONG}' end
		when regexp_full_match({number}, '{FLOATED}') then '{ROUNDED}'
		when regexp_full_match({number}, '{HIDDEN}') then '{MASKED}'
		when regexp_full_match({number}, '{FOREIGN}') and regexp_matches({number}, '[A-Z]') then '{OTHER}'
		else '{WRONG}' end"""


def _sum(digits: str) -> str:
	"""The weighted sum modulo 11. A digit is n//10^i - 10·(n//10^(i+1)), so one division for each is enough; the factors
	are taken modulo 11, which keeps the sum within 64 bits."""
	factors = [2] + [3 * pow(2, place) % 11 for place in range(1, 17)]
	return (
		"("
		+ " + ".join(f"{digits} // {10**place} * {factor}" for place, factor in enumerate(factors))
		+ ") % 11"
	)


def _is_whole(digits: str, number: str) -> str:
	"""Check character and date of birth."""
	return f"(right({number}, 1) = check_character({digits}) and {_is_day(digits)})"


def _is_day(digits: str) -> str:
	"""Whether the date of birth is one, without making it where the day is in every month."""
	month, day = f"({digits} // 100000 % 100)", f"({digits} // 1000 % 100)"
	year = f"({digits} // 10000000 % 10000)"
	return f"""({year} > 0 and case when {month} between 1 and 12 and {day} between 1 and 28 then true
		else try_cast(printf('%04d-%02d-%02d', {year}, {month}, {day}) as date) is not null end)"""


def _whole_number(cell: str) -> str:
	"""Eighteen characters as one whole number, negative where the last is an X; a power of ten is none."""
	return f"""case when strlen({cell}) = 18 and {cell} >= '1' and not contains({cell}, 'e') and not contains({cell}, 'E')
		then coalesce(try_cast({cell} as bigint),
			case when ends_with({cell}, 'X') then -10 * try_cast(left({cell}, 17) as bigint) end) end"""


def _is_plain(figure: str) -> str:
	"""The weighted sum of all eighteen digits leaves 1; where ten of it is in the X and the sign turned, it leaves -2."""
	factors = [1] + [3 * pow(2, place) % 11 for place in range(17)]
	total = " + ".join(f"{figure} // {10**place} * {factor}" for place, factor in enumerate(factors))
	first = f"(abs({figure}) // 10)"
	return (
		f"({figure} >= {10**17} or {figure} <= -{10**17}) and ({total}) % 11 in (1, -2) and {_is_day(first)}"
	)


def _squeezed(text: str) -> str:
	narrow = f"translate({text}, '{WIDE}', '{NARROW}')"
	plain = f"upper(regexp_replace({narrow}, '{SEPARATORS}', '', 'g'))"
	return f"case when regexp_full_match({narrow}, '[\\x00-\\x7f]*') then {plain} else squeeze_number({text}) end"


def _modern(number: str) -> str:
	seventeen = f"({number}[:6] || '19' || {number}[7:15])"
	return f"""case when regexp_full_match({number}, '{OLD}')
		then {seventeen} || check_character(cast({seventeen} as bigint)) else {number} end"""
