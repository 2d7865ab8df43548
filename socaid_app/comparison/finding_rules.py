"""A rule: a condition over a source and the roster, what it means, on what it rests, and what is to be verified.

Its thresholds are Policy Parameters and standards in force on the day of the data. A hit never decides anything; the
benefit goes on until somebody has decided. The shipped rules are in ``setup/comparison_rules.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from socaid_app.comparison.data_sources import Source
from socaid_app.comparison.fields import NAME
from socaid_app.comparison.language.parser import ExpressionError, constants, parse
from socaid_app.comparison.language.sentence import rule_sentence
from socaid_app.comparison.language.tree import ROW, UNITS, Constant, Node, walk
from socaid_app.comparison.language.words import Vocabulary
from socaid_app.comparison.roster import RosterLayout
from socaid_app.policy.articles import ARTICLES, article
from socaid_app.policy.reading import shown

SHIPPED = Path(__file__).parent.parent / "setup" / "comparison_rules.json"
# What a hit suggests to whoever triages it, in the words of the triage.
INFORM, VERIFY, SUSPECT = "Inform", "Verify", "Suspected Ineligible"
SEVERITIES = {INFORM: "提示", VERIFY: "需核实", SUSPECT: "疑似不符合条件"}
NEEDED = ("title", "unit", "condition", "means", "articles", "severity", "verify")
# ``warning``: the kind of warning a finding raises, which is nothing to the engine
KNOWN = {"key", "source", "fact", "to_be_confirmed", "note", "paused", "warning", *NEEDED}


class RuleError(ValueError):
	"""The rule cannot be used; the message names it and says where and why."""


@dataclass(frozen=True)
class Rule:
	"""``source`` is '' for a rule over the roster alone. ``fact`` are the fields that tell one fact from another: with
	a number plate the same car next month is the same finding, without any the rule finds a person once.
	"""

	key: str
	title: str
	unit: str
	condition: str
	tree: Node
	means: str
	articles: tuple[str, ...]
	severity: str
	verify: str
	source: str = ""
	fact: tuple[str, ...] = ()
	to_be_confirmed: bool = False
	note: str = ""
	paused: bool = False

	@cached_property
	def sentence(self) -> str:
		return rule_sentence(self.tree)

	@cached_property
	def constants(self) -> list[Constant]:
		return constants(walk(self.tree))

	def basis(self, on: date) -> str:
		"""The articles as they were in force on a day; those of the law library by their rule there."""
		said = dict.fromkeys(
			article(each.removeprefix("@"), on) if each.startswith("@") else each for each in self.articles
		)
		return "；".join(said) + ("（待核实）" if self.to_be_confirmed else "")


def rule_from(
	record: Mapping,
	sources: Mapping[str, Source],
	roster: RosterLayout,
	parameters: Mapping[str, tuple[str, str]],
) -> Rule:
	"""A rule as configuration writes it. Raises RuleError."""
	where = f"规则“{shown(record.get('title') or record.get('key'))}”"
	if not NAME.fullmatch(str(record.get("key", ""))):
		raise RuleError(f"{where}：代号应由小写字母、数字和下划线组成。")
	if unknown := sorted(set(record) - KNOWN):
		raise RuleError(f"{where}：不认识的设置“{'、'.join(unknown)}”。")
	if lacking := [needed for needed in NEEDED if not record.get(needed)]:
		raise RuleError(f"{where}：缺少“{'、'.join(lacking)}”。")
	if record["unit"] not in UNITS:
		raise RuleError(f"{where}：“unit”应为{'、'.join(UNITS)}之一。")
	if record["severity"] not in SEVERITIES:
		raise RuleError(f"{where}：“severity”应为{'、'.join(SEVERITIES)}之一。")
	key = record.get("source", "")
	if key and key not in sources:
		raise RuleError(f"{where}：没有数据来源“{shown(key)}”。")
	if not key and record["unit"] == ROW:
		raise RuleError(f"{where}：没有数据来源的规则只能按人或按家庭。")
	if wrong := [each for each in record["articles"] if each.startswith("@") and each[1:] not in ARTICLES]:
		raise RuleError(f"{where}：没有条款“{wrong[0]}”。")
	words = vocabulary(record["unit"], sources.get(key), roster, parameters)
	fact = tuple(record.get("fact") or ())
	if fact and record["unit"] != ROW:
		raise RuleError(f"{where}：只有逐条记录的规则能用字段区分事实。")
	if unknown := [name for name in fact if name not in words.row]:
		raise RuleError(f"{where}：区分事实的字段“{unknown[0]}”不在数据来源里。")
	try:
		tree = parse(record["condition"], words)
	except ExpressionError as error:
		raise RuleError(f"{where}的条件{error}") from None
	return Rule(
		key=record["key"],
		title=record["title"],
		unit=record["unit"],
		condition=record["condition"],
		tree=tree,
		means=record["means"],
		articles=tuple(record["articles"]),
		severity=record["severity"],
		verify=record["verify"],
		source=key,
		fact=fact,
		to_be_confirmed=bool(record.get("to_be_confirmed")),
		note=record.get("note", ""),
		paused=bool(record.get("paused")),
	)


def vocabulary(
	unit: str, source: Source | None, roster: RosterLayout, parameters: Mapping[str, tuple[str, str]]
) -> Vocabulary:
	"""What a condition of this unit and source may name."""
	row = {one.name: one for one in source.fields} if source else {}
	return Vocabulary(unit, row, roster.person_words, roster.household_words, parameters)


def rules_from(
	records: Iterable[Mapping],
	sources: Mapping[str, Source],
	roster: RosterLayout,
	parameters: Mapping[str, tuple[str, str]],
) -> list[Rule]:
	rules = [rule_from(record, sources, roster, parameters) for record in records]
	keys = [rule.key for rule in rules]
	if twice := [key for key in keys if keys.count(key) > 1]:
		raise RuleError(f"规则“{twice[0]}”写了两次。")
	return rules


def load_rules(
	sources: Mapping[str, Source],
	roster: RosterLayout,
	parameters: Mapping[str, tuple[str, str]],
	path: Path | str | None = None,
) -> list[Rule]:
	"""The shipped rules, or another file of the same form."""
	records = json.loads(Path(path or SHIPPED).read_text(encoding="utf-8"))
	return rules_from(records, sources, roster, parameters)
