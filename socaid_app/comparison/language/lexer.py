"""A condition cut into its words, each with its place; both spellings give the same words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from socaid_app.comparison.language.words import CHINESE

LONGEST = 4000
MOST_WORDS = 600
NUMBER, DATE, TEXT, NAME, WORD, END = "number", "date", "text", "name", "word", "end"
KEYWORDS = (
	"and",
	"or",
	"not",
	"in",
	"between",
	"is",
	"missing",
	"where",
	"true",
	"false",
	"day",
	"person",
	"household",
)
SYMBOLS = {
	"（": "(",
	"）": ")",
	"，": ",",
	"、": ",",
	"＝": "=",
	"≠": "!=",
	"≥": ">=",
	"≤": "<=",
	"＞": ">",
	"＜": "<",
}
# The postfix of a condition that is a single fact, and the literals.
HOLDS = {"成立": "holds", "不成立": "fails", "真": "true", "假": "false"}
_CHINESE = "|".join(sorted(CHINESE | HOLDS, key=len, reverse=True))
_TOKENS = re.compile(
	rf"""(?P<blank>\s+|[，,](?=\s*(?:并且|或者)))
	|(?P<date>\d{{4}}-\d{{2}}-\d{{2}}(?!\d)|\d{{4}}年\d{{1,2}}月\d{{1,2}}日)
	|(?P<number>\d+(?:\.\d+)?)
	|(?P<text>"[^"]*"|「[^」]*」)
	|(?P<quoted>“[^”]*”)
	|(?P<name>[A-Za-z_][A-Za-z0-9_]*)
	|(?P<symbol>!=|>=|<=|[=<>+\-*/(),.（），、＝≠≥≤＞＜])
	|(?P<chinese>{_CHINESE})""",
	re.VERBOSE | re.ASCII,
)


class ExpressionError(ValueError):
	"""The condition cannot be read; ``position`` is the place (0 for the first character)."""

	def __init__(self, message: str, text: str, position: int):
		self.position = position
		line, column = text.count("\n", 0, position) + 1, position - (text.rfind("\n", 0, position) + 1) + 1
		around = text[position : position + 12].split("\n")[0]
		near = f"“{around}”处" if around.strip() else "末尾"
		where = f"第{line}行第{column}字" if "\n" in text else f"第{column}字"
		super().__init__(f"{where}（{near}）：{message}")


@dataclass(frozen=True)
class Token:
	type: str
	value: str
	position: int


def tokens(text: str) -> list[Token]:
	"""Raises ExpressionError at what is no word of the language."""
	if len(text) > LONGEST:
		raise ExpressionError(f"条件过长，最多{LONGEST}个字。", text, LONGEST)
	found, position = [], 0
	while position < len(text):
		match = _TOKENS.match(text, position)
		if not match:
			raise ExpressionError(_unknown(text[position]), text, position)
		if match.lastgroup != "blank":
			found.append(_token(match, text))
		position = match.end()
	if len(found) > MOST_WORDS:
		raise ExpressionError("条件过于复杂，请拆成几条规则。", text, found[MOST_WORDS].position)
	return [*found, Token(END, "", len(text))]


def _token(match: re.Match, text: str) -> Token:
	written, at = match.group(), match.start()
	match match.lastgroup:
		case "date":
			return Token(DATE, _day(written, text, at), at)
		case "text":
			return Token(TEXT, written[1:-1], at)
		case "quoted":
			return Token(NAME, written[1:-1], at)
		case "name":
			return Token(WORD if written in KEYWORDS else NAME, written, at)
		case "symbol":
			return Token(WORD, SYMBOLS.get(written, written), at)
		case "chinese":
			return Token(WORD, HOLDS.get(written) or CHINESE[written], at)
	return Token(NUMBER, written, at)


def _day(written: str, text: str, at: int) -> str:
	try:
		return date(*(int(part) for part in re.findall(r"\d+", written))).isoformat()
	except ValueError:
		raise ExpressionError(f"日期“{written}”不存在。", text, at) from None


def _unknown(character: str) -> str:
	if character in '"「“':
		return "引号没有配对。"
	return f'不认识“{character}”；字段写在“”里，文字写在「」或""里。'
