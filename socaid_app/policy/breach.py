"""A closed gate: what the law forbids now, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Breach:
	"""The rule's name, what is wrong, by which article, and what to do."""

	rule: str
	message: str
	article: str
	remedy: str

	def __str__(self) -> str:
		return f"{self.message}（{self.article}）{self.remedy}"
