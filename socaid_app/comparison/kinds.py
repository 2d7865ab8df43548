"""What kinds of values there are in a reply, in the roster and in a rule."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

NUMBER, MONEY, DATE, TEXT, CODE, TRUTH = "number", "money", "date", "text", "code", "truth"
KINDS = {NUMBER: "数字", MONEY: "金额", DATE: "日期", TEXT: "文字", CODE: "代码", TRUTH: "是或否"}
QUANTITIES = (NUMBER, MONEY)
ORDERED = (NUMBER, MONEY, DATE)

# Every quantity is exact to four places, everywhere alike; a cell may hold so much.
PLACES = 4
STEP = Decimal(1).scaleb(-PLACES)
MOST = Decimal(10) ** 12
# Wide enough for what the parser lets through, so that nothing is rounded unseen.
EXACT = Context(prec=80)
SQL_TYPES = {
	NUMBER: f"decimal(38, {PLACES})",
	MONEY: f"decimal(38, {PLACES})",
	DATE: "date",
	TEXT: "varchar",
	CODE: "varchar",
	TRUTH: "boolean",
}
STORED = SQL_TYPES | {NUMBER: f"decimal(18, {PLACES})", MONEY: f"decimal(18, {PLACES})"}


def rounded(value: Decimal) -> Decimal:
	"""To four places, half away from zero."""
	return value.quantize(STEP, ROUND_HALF_UP, EXACT)


def literal(text: str) -> str:
	"""A text as SQL writes it."""
	return "'" + text.replace("'", "''") + "'"


def column(name: str) -> str:
	"""A column's name as SQL writes it."""
	return '"' + name.replace('"', '""') + '"'
