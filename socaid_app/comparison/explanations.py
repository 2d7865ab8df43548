"""Why a rule hits a person or does not: each rule evaluated in Python over this person's rows, with what it looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from socaid_app.comparison.data_sources import Source
from socaid_app.comparison.finding_rules import SEVERITIES, Rule
from socaid_app.comparison.kinds import MONEY
from socaid_app.comparison.language.evaluate import Facts, Value, evaluate
from socaid_app.comparison.language.sentence import plain, sentence
from socaid_app.comparison.language.tree import (
	HOUSEHOLD,
	PERSON,
	ROW,
	Aggregate,
	Constant,
	Name,
	Node,
	children,
)
from socaid_app.comparison.rule_constants import constant
from socaid_app.policy.parameters import ParameterSet
from socaid_app.policy.standards import StandardSet

ANSWERS = {True: "命中", False: "未命中", None: "无法判断"}


class NoSuchPerson(LookupError):
	pass


@dataclass(frozen=True)
class Explanation:
	"""``looked_at`` pairs what the condition names with its value; ``row_no`` is the row of a rule of rows."""

	rule: Rule
	answer: bool | None
	looked_at: tuple[tuple[str, str], ...]
	row_no: int | None = None

	def text(self, on: date) -> str:
		where = f"，数据第{self.row_no}行" if self.row_no else ""
		lines = [f"[{ANSWERS[self.answer]}] {self.rule.title}（{SEVERITIES[self.rule.severity]}{where}）"]
		lines.append(f"  条件：{self.rule.sentence}")
		if self.looked_at:
			lines.append("  事实：" + "；".join(f"{name} {value}" for name, value in self.looked_at))
		if self.answer is None:
			missing = [name for name, value in self.looked_at if value == MISSING]
			lines.append(f"  缺少：{'、'.join(missing) or '计算所需的数据'}")
		if self.answer:
			lines += [
				f"  说明：{self.rule.means}",
				f"  依据：{self.rule.basis(on)}",
				f"  须核实：{self.rule.verify}",
			]
		return "\n".join(lines)


MISSING = "（缺）"


def explain(
	connection,
	person: str,
	rules: Iterable[Rule],
	parameters: ParameterSet,
	standards: StandardSet,
	on: date,
	source: Source | None = None,
) -> list[Explanation]:
	"""Every rule of the source, or of the roster alone, for one person. Raises NoSuchPerson."""
	facts = facts_of(connection, person, on, bool(source))
	found = []
	for rule in rules:
		if rule.source != (source.key if source else ""):
			continue
		place = (facts.household.get("area") or "", facts.household.get("division") or "")
		constants = {
			each.name: constant(each, parameters, standards, on, *place)[0] for each in rule.constants
		}
		about = replace(facts, unit=rule.unit, constants=constants)
		own = [row for row, whose in facts.rows if whose["person"] == person]
		if rule.unit == PERSON:
			about = replace(about, rows=[(row, facts.person) for row in own])
		if rule.unit != ROW:
			found.append(Explanation(rule, evaluate(rule.tree, about), _looked_at(rule.tree, about)))
			continue
		for row in own:
			beside = replace(about, row=row)
			answer = evaluate(rule.tree, beside)
			found.append(Explanation(rule, answer, _looked_at(rule.tree, beside), row["row_no"]))
	return found


def facts_of(connection, person: str, on: date, with_rows: bool) -> Facts:
	"""What the roster and the reply say of a person, the household and all its members. Raises NoSuchPerson."""
	known = _records(connection, "select * from persons where person = ?", person)
	if not known:
		raise NoSuchPerson(f"人员名册里没有编号“{person}”。")
	home = _records(connection, "select * from households where household = ?", known[0]["household"])[0]
	members = _records(connection, "select * from persons where household = ?", known[0]["household"])
	by_name = {each["person"]: each for each in members}
	rows = []
	if with_rows:
		rows = _records(
			connection,
			"select r.* from rows r join persons p on p.person = r.person where p.household = ? order by row_no",
			known[0]["household"],
		)
	pairs = [(row, by_name[row["person"]]) for row in rows]
	return Facts(on, HOUSEHOLD, person=known[0], household=home, rows=pairs)


def _records(connection, query: str, value: str) -> list[dict]:
	found = connection.execute(query, [value])
	names = [column[0] for column in found.description]
	return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _looked_at(node: Node, facts: Facts) -> tuple[tuple[str, str], ...]:
	found: dict[str, str] = {}
	_collect(node, facts, found)
	return tuple(found.items())


def _collect(node: Node, facts: Facts, found: dict[str, str]) -> None:
	if isinstance(node, Name | Constant | Aggregate):
		found[sentence(node)] = shown_value(node, evaluate(node, facts))
		return
	for child in children(node):
		_collect(child, facts, found)


def shown_value(node: Node, value: Value) -> str:
	match value:
		case None:
			return MISSING
		case bool():
			return "是" if value else "否"
		case Decimal():
			return f"{value:.2f}元" if node.kind == MONEY else plain(value)
		case date():
			return value.isoformat()
	return dict(node.meanings).get(value, value) if isinstance(node, Name) else value
