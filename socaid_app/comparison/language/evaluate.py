"""A condition evaluated in Python for one row, person or household: the same answers as SQL, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import reduce

from socaid_app.comparison.kinds import EXACT, PLACES, QUANTITIES, rounded
from socaid_app.comparison.language.tree import (
	HOUSEHOLD,
	PERSON,
	ROW,
	Aggregate,
	Between,
	Call,
	Compare,
	Constant,
	Day,
	Every,
	Literal,
	Minus,
	Missing,
	Name,
	Node,
	Not,
	OneOf,
	Receives,
	Sum,
)
from socaid_app.policy.identity import age_on

Value = Decimal | date | str | bool | None


@dataclass(frozen=True)
class Facts:
	"""What a condition is asked of. ``rows`` are pairs of a row and the facts of its person, for aggregates."""

	day: date
	unit: str = ROW
	row: Mapping[str, Value] = field(default_factory=dict)
	person: Mapping[str, Value] = field(default_factory=dict)
	household: Mapping[str, Value] = field(default_factory=dict)
	rows: Sequence[tuple[Mapping, Mapping]] = ()
	constants: Mapping[str, Value] = field(default_factory=dict)


def evaluate(node: Node, facts: Facts) -> Value:
	"""The value of a node; None where it is missing or unknown."""
	match node:
		case Literal():
			return node.value
		case Name():
			value = _scope(facts, node.scope).get(node.name)
			return Decimal(value) if node.kind in QUANTITIES and value is not None else value
		case Constant():
			value = facts.constants.get(node.name)
			return Decimal(value) if node.kind in QUANTITIES and value is not None else value
		case Day():
			return facts.day
		case Not():
			value = evaluate(node.of, facts)
			return None if value is None else not value
		case Every():
			return _every(node, facts)
		case Compare():
			return _compared(node.sign, evaluate(node.left, facts), evaluate(node.right, facts))
		case OneOf():
			value = evaluate(node.of, facts)
			return None if value is None else value in [evaluate(one, facts) for one in node.among]
		case Between():
			value = evaluate(node.of, facts)
			above = _compared(">=", value, evaluate(node.low, facts))
			below = _compared("<=", value, evaluate(node.high, facts))
			return _both(above, below)
		case Missing():
			return evaluate(node.of, facts) is None
		case Minus():
			value = evaluate(node.of, facts)
			return None if value is None else EXACT.minus(value)
		case Sum():
			return _computed(node.sign, evaluate(node.left, facts), evaluate(node.right, facts))
		case Call():
			return _called(node.function, *(evaluate(one, facts) for one in node.arguments))
		case Receives():
			owner = facts.household if facts.unit == HOUSEHOLD else facts.person
			return node.scheme in (owner.get("schemes") or ())
		case Aggregate():
			return _aggregated(node, facts)
	raise TypeError(node)


def _scope(facts: Facts, scope: str) -> Mapping[str, Value]:
	return {ROW: facts.row, PERSON: facts.person, HOUSEHOLD: facts.household}[scope]


def _every(node: Every, facts: Facts) -> bool | None:
	"""Kleene's logic: what settles it settles it, else unknown is unknown."""
	settles = node.word == "or"
	left, right = evaluate(node.left, facts), evaluate(node.right, facts)
	if settles in (left, right):
		return settles
	return None if None in (left, right) else not settles


def _both(left: bool | None, right: bool | None) -> bool | None:
	if False in (left, right):
		return False
	return None if None in (left, right) else True


def _compared(sign: str, left: Value, right: Value) -> bool | None:
	if left is None or right is None:
		return None
	match sign:
		case "=":
			return left == right
		case "!=":
			return left != right
		case "<":
			return left < right
		case "<=":
			return left <= right
		case ">":
			return left > right
	return left >= right


def _computed(sign: str, left: Decimal | None, right: Decimal | None) -> Decimal | None:
	if left is None or right is None:
		return None
	match sign:
		case "+":
			return EXACT.add(left, right)
		case "-":
			return EXACT.subtract(left, right)
		case "*":
			return rounded(EXACT.multiply(left, right))
	return _quotient(left, right)


def _quotient(left: Decimal, right: Decimal) -> Decimal | None:
	"""Half away from zero, to four places; nothing is divided by nought."""
	if not right:
		return None
	above, below = (int(EXACT.abs(value).scaleb(PLACES, EXACT)) for value in (left, right))
	quotient = Decimal((2 * above * 10**PLACES + below) // (2 * below)).scaleb(-PLACES, EXACT)
	return EXACT.minus(quotient) if (left < 0) != (right < 0) else quotient


def _called(function: str, first: Value, second: Value) -> Value:
	if first is None or second is None:
		return None
	match function:
		case "contains":
			return second in first
		case "age":
			return Decimal(age_on(first, second))
		case "days":
			return Decimal((second - first).days)
	months = (second.year - first.year) * 12 + second.month - first.month
	return Decimal(months - (second.day < first.day))


def _aggregated(node: Aggregate, facts: Facts) -> Value:
	"""Over the rows of the person or household; beside each row stands its own person."""
	beside = [replace(facts, unit=PERSON, row=row, person=person) for row, person in facts.rows]
	if node.where is not None:
		beside = [each for each in beside if evaluate(node.where, each) is True]
	if node.function == "count":
		return Decimal(len(beside))
	values = [evaluate(node.of, each) for each in beside]
	if node.function == "any":
		return True if True in values else None if None in values else False
	known = [value for value in values if value is not None]
	if node.function == "distinct":
		return Decimal(len(set(known)))
	if node.function == "sum":
		return reduce(EXACT.add, known, Decimal(0))
	if not known:
		return None
	return max(known) if node.function == "largest" else min(known)
