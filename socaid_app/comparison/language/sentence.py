"""The sentence of a condition: the tree written in the language's Chinese spelling.

It is read back by the same parser into the same tree, which is how a test knows that what the clerk reads is what the
computer asks.
"""

from __future__ import annotations

from decimal import Decimal

from socaid_app.comparison.kinds import CODE, DATE, MONEY, TEXT
from socaid_app.comparison.language import words
from socaid_app.comparison.language.tree import (
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

AMOUNTS = {"=": "等于", "!=": "不等于", ">": "高于", ">=": "不低于", "<": "低于", "<=": "不高于"}
DAYS = {"=": "等于", "!=": "不等于", ">": "晚于", ">=": "不早于", "<": "早于", "<=": "不晚于"}
WORDS = {"=": "是", "!=": "不是"}
CONNECTIVES = {"and": "，并且", "or": "，或者"}
SIGNS = {"+": "加", "-": "减", "*": "乘以", "/": "除以"}
FUNCTIONS = {english: chinese for chinese, english in words.FUNCTIONS.items()}
# Written without brackets inside another one.
PLAIN = (Literal, Name, Constant, Day, Call, Receives, Aggregate)


def sentence(node: Node) -> str:
	match node:
		case Literal():
			return _literal(node)
		case Name():
			owner = "" if node.scope == ROW else f"{words.SCOPE_NAMES[node.scope]}的"
			return f"{owner}“{node.label}”"
		case Constant():
			return f"{FUNCTIONS[node.table]}「{_named(node)}」"
		case Day():
			return "数据日"
		case Not():
			return _denied(node.of)
		case Every():
			same = isinstance(node.left, Every) and node.left.word == node.word
			left = sentence(node.left) if same else _operand(node.left)
			return f"{left}{CONNECTIVES[node.word]}{_operand(node.right)}"
		case Compare():
			signs = WORDS if node.left.kind in (CODE, TEXT) else DAYS if node.left.kind == DATE else AMOUNTS
			return f"{_term(node.left)}{signs[node.sign]}{_term(node.right)}"
		case OneOf():
			return f"{_term(node.of)}属于（{'、'.join(map(sentence, node.among))}）"
		case Between():
			return f"{_term(node.of)}介于{_term(node.low)}与{_term(node.high)}之间"
		case Missing():
			return f"{_term(node.of)}未填"
		case Minus():
			return f"负{_inside(node.of)}"
		case Sum():
			return f"{_inside(node.left)}{SIGNS[node.sign]}{_inside(node.right)}"
		case Call():
			return f"{FUNCTIONS[node.function]}（{'，'.join(map(_term, node.arguments))}）"
		case Receives():
			return f"享受「{words.SCHEME_NAMES[node.scheme]}」"
		case Aggregate():
			return _aggregate(node)
	raise TypeError(node)


def rule_sentence(node: Node) -> str:
	"""A whole condition."""
	return _condition(node)


def _condition(node: Node) -> str:
	"""A condition where a condition stands: a single fact holds."""
	return f"{sentence(node)}成立" if isinstance(node, Name | Constant) else sentence(node)


def _operand(node: Node) -> str:
	"""Beside a connective: another chain stands in brackets."""
	return f"（{sentence(node)}）" if isinstance(node, Every) else _condition(node)


def _inside(node: Node) -> str:
	"""In brackets where it is more than one word."""
	if isinstance(node, PLAIN):
		return sentence(node)
	return f"（{_condition(node)}）"


def _term(node: Node) -> str:
	"""Beside a comparison: sums need no brackets, conditions do."""
	if isinstance(node, Sum | Minus):
		return sentence(node)
	return _inside(node)


def _denied(node: Node) -> str:
	match node:
		case Missing():
			return f"{_term(node.of)}已填"
		case OneOf():
			return f"{_term(node.of)}不属于（{'、'.join(map(sentence, node.among))}）"
		case Between():
			return f"{_term(node.of)}不介于{_term(node.low)}与{_term(node.high)}之间"
		case Name() | Constant():
			return f"{sentence(node)}不成立"
	return f"并非{sentence(node) if isinstance(node, Not) else f'（{_condition(node)}）'}"


def _aggregate(node: Aggregate) -> str:
	inner = "" if node.of is None else _condition(node.of) if node.function == "any" else sentence(node.of)
	where = "" if node.where is None else f"其中{_condition(node.where)}"
	return f"{FUNCTIONS[node.function]}（{'，'.join(filter(None, (inner, where)))}）"


def _named(node: Constant) -> str:
	return node.key if set(node.label) & set('「」"') else node.label or node.key


def _literal(node: Literal) -> str:
	value = node.value
	if isinstance(value, bool):
		return "真" if value else "假"
	if isinstance(value, Decimal):
		return f"{plain(value)}{'元' if node.kind == MONEY else ''}"
	if node.kind == DATE:
		return f"{value.year:04}年{value.month}月{value.day}日"
	return f"「{node.shown or value}」"


def plain(value: Decimal) -> str:
	"""A quantity without exponent and without noughts nobody asked for."""
	text = f"{value:f}"
	return text.rstrip("0").rstrip(".") if "." in text else text
