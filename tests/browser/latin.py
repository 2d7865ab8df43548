"""Finding what a clerk would have to read in English."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.browser.screens import VISIBLE_TEXT, Desk

# What may stand in Latin letters on a Chinese screen, and why.
ALLOWED = {
	"numbers of records are what staff read out on the telephone": r"\b[A-Z]{1,4}-?\d[\dA-Z-]*|\bBYJ-\d+|\b(?:ZH|DB|TK|LS)-\d{2}\b",
	"units of measure are written so": r"\bmg/L\b",
	"file numbers carry the code of their class and period": r"\b\d{4}-[A-Z]{2}-\d{4}-[DY]\d*-\d{4}\b",
	"a village is told apart by its code and initials where it is chosen": r"\b\d{12}, [a-z ]+",
	"what stands in braces is filled in": r"\{[a-z_]+\}",
	"keys bear these names on every keyboard": r"\b(?:Ctrl|Shift|Alt|Esc|Enter)\b",
	# the P of PDF may stand apart, underlined as the key to press
	"formats of files are known by these names": r"\b(?:P?DF|Excel|CSV|JSON|xlsx?)\b",
	"a file is found again by its name and address": r"/private/files/\S*|[^\s/]*\.(?:xlsx?|csv|png|jpe?g|pdf)\b",
	"pictures that only decorate are named to nobody": r"\b(?:Grid|Generic|List) Empty State\b",
	"values of the policy library are words of the law's program": r"\b[a-z]+(?:_[a-z0-9]+)+\b",
	"a file is known again by its hash": r"\bSHA-256\b|\b[0-9a-f]{40,64}\b",
	"amounts carry the code of the currency where exports do": r"\bCNY\b",
}
ALLOWED_FIELDS = {
	"pinyin": "initials by which a name is found",
	"parameter_key": "the name of a parameter in the law's program",
}
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_ALLOWED = re.compile("|".join(f"(?:{pattern})" for pattern in ALLOWED.values()), re.ASCII)


def latin_words(text: str) -> list[str]:
	"""The Latin words in a text that have no reason to be there."""
	return LATIN_WORD.findall(_ALLOWED.sub(" ", text))


@dataclass(frozen=True)
class Finding:
	screen: str
	words: tuple[str, ...]
	text: str
	kind: str
	where: str
	field: str

	def __str__(self) -> str:
		text = " ".join(self.text.split())[:80]
		return f"[{self.screen}] {' '.join(self.words)}: {text!r} ({self.kind}) {self.field} {self.where}"


class Reader:
	"""Reads screen after screen; what stood on an earlier screen is not reported again."""

	def __init__(self):
		self.found: dict[tuple[str, str], Finding] = {}
		self.screens: list[str] = []

	def read(self, desk: Desk, screen: str) -> None:
		desk.settle()
		self.screens.append(screen)
		for piece in desk.page.evaluate(VISIBLE_TEXT):
			self.read_text(screen=screen, **piece)
		self.read_text(desk.page.title(), screen, "title of the window")

	def read_text(self, text: str, screen: str, kind: str = "text", where: str = "", field: str = "") -> None:
		if field in ALLOWED_FIELDS:
			return
		if words := latin_words(text):
			self.found.setdefault((text, kind), Finding(screen, tuple(words), text, kind, where, field))

	def assert_chinese(self) -> None:
		assert self.screens, "nothing was read"
		lines = "\n".join(map(str, self.found.values()))
		assert not self.found, f"not in Chinese:\n{lines}"
