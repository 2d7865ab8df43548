"""The one parser: a text in either spelling becomes a checked tree, or an error at its place.

condition  := and-chain { or and-chain }        negation := not negation | test
test       := sum [ sign sum | in ( … ) | between sum and sum | is [not] missing | holds ]
sum, product, factor as usual               atom := literal | name | day | function ( … ) | ( condition )
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from socaid_app.comparison.kinds import (
	CODE,
	DATE,
	KINDS,
	MONEY,
	MOST,
	NUMBER,
	ORDERED,
	PLACES,
	QUANTITIES,
	TEXT,
	TRUTH,
)
from socaid_app.comparison.language import lexer, words
from socaid_app.comparison.language.lexer import ExpressionError, Token
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
from socaid_app.comparison.language.words import SCHEME_NAMES, STANDARD_NAMES, Vocabulary

SIGNS = ("=", "!=", "<", "<=", ">", ">=")
DEEPEST = 30
# More than any quantity of the county, and little enough for 38 digits of the database.
LARGEST = Decimal(10) ** 28
MOST_ROWS = Decimal(10) ** 9
# A parameter or standard beyond this is a slip of the pen, and not used.
MOST_CONSTANT = {NUMBER: Decimal(10) ** 6, MONEY: Decimal(10) ** 9, TRUTH: Decimal(1)}
FUNCTIONS = tuple(words.FUNCTIONS.values())


def parse(text: str, vocabulary: Vocabulary) -> Node:
	"""The condition as a tree. Raises ExpressionError."""
	return _Parser(text, vocabulary).whole()


class _Parser:
	def __init__(self, text: str, vocabulary: Vocabulary):
		self.text, self.vocabulary = text, vocabulary
		self.tokens = lexer.tokens(text)
		self.at = 0
		self.depth = 0
		# Whether a row of the source is spoken of, and whether a person is.
		self.inside = False

	# --- reading ----------------------------------------------------------------------------------------------
	@property
	def next(self) -> Token:
		return self.tokens[self.at]

	def ahead(self, *values: str) -> bool:
		return self.next.type == lexer.WORD and self.next.value in values

	def take(self, *values: str) -> bool:
		if self.ahead(*values):
			self.at += 1
			return True
		return False

	def expect(self, value: str, what: str) -> None:
		if not self.take(value):
			raise self.error(f"这里应为{what}。")

	def error(self, message: str, token: Token | None = None) -> ExpressionError:
		return ExpressionError(message, self.text, (token or self.next).position)

	def whole(self) -> Node:
		if self.next.type == lexer.END:
			raise self.error("条件是空的。")
		start = self.next
		node = self.condition()
		if self.next.type != lexer.END:
			raise self.error("这里多出了内容，或者前面少了“并且”“或者”。")
		self.truth(node, start)
		return node

	# --- conditions -------------------------------------------------------------------------------------------
	def condition(self) -> Node:
		self.depth += 1
		if self.depth > DEEPEST:
			raise self.error(f"括号嵌套超过{DEEPEST}层。")
		node = self.chain("or", lambda: self.chain("and", self.negation))
		self.depth -= 1
		return node

	def chain(self, word: str, part) -> Node:
		start = self.next
		node = part()
		while self.ahead(word):
			self.truth(node, start)
			self.at += 1
			start = self.next
			right = part()
			self.truth(right, start)
			node = Every(word, node, right)
		return node

	def negation(self) -> Node:
		denied = 0
		while self.take("not"):
			denied += 1
			if denied > DEEPEST:
				raise self.error("“并非”过多。")
		start = self.next
		node = self.test()
		if denied:
			self.truth(node, start)
		for _ in range(denied):
			node = Not(node)
		return node

	def test(self) -> Node:
		start = self.next
		left = self.sum()
		token = self.next
		if token.type != lexer.WORD:
			return left
		if token.value in SIGNS:
			self.at += 1
			return self.compare(token, left, self.sum(), start)
		denied = self.ahead("not") and self.tokens[self.at + 1].value in ("in", "between")
		self.at += denied
		word = self.next.value.removeprefix("not ")
		denied = denied or word != self.next.value
		if word == "in" and self.take(self.next.value):
			return _denied(self.one_of(left, start), denied)
		if word == "between" and self.take(self.next.value):
			return _denied(self.between(left, start), denied)
		if self.take("is missing"):
			return Missing(left)
		if self.take("is not missing"):
			return Not(Missing(left))
		if self.take("is"):
			denied = self.take("not")
			self.expect("missing", "missing")
			return _denied(Missing(left), denied)
		if self.ahead("holds", "fails"):
			self.truth(left, start)
			return _denied(left, self.take("fails") or not self.take("holds"))
		return left

	def compare(self, sign: Token, left: Node, right: Node, start: Token) -> Node:
		left, right = self.alike(left, right, sign)
		if sign.value not in ("=", "!=") and left.kind not in ORDERED:
			raise self.error(f"{KINDS[left.kind]}不能比较大小，只能用“是”“不是”。", sign)
		if left.kind == TRUTH:
			# What is true is said by itself; two truths are not compared.
			if not (isinstance(right, Literal) and isinstance(right.value, bool)):
				raise self.error("是或否只能与“真”“假”比较。", sign)
			return _denied(left, right.value == (sign.value == "!="))
		return Compare(sign.value, left, right)

	def alike(self, left: Node, right: Node, token: Token) -> tuple[Node, Node]:
		"""Both of one kind: nought is money too, and a text beside a code is one of its values."""
		if left.kind == right.kind and left.kind != CODE:
			return left, right
		kinds = {left.kind, right.kind}
		if kinds == {MONEY, NUMBER}:
			if _is_nought(right):
				return left, Literal(MONEY, right.value)
			if _is_nought(left):
				return Literal(MONEY, left.value), right
			raise self.error("金额不能与没有单位的数字比较，请写明“元”。", token)
		if CODE in kinds:
			if isinstance(left, Name) and isinstance(right, Literal):
				return left, self.code(left, right, token)
			if isinstance(right, Name) and isinstance(left, Literal):
				return self.code(right, left, token), right
			raise self.error("代码只能与代码表里的取值比较。", token)
		raise self.error(f"{KINDS[left.kind]}不能与{KINDS[right.kind]}比较。", token)

	def code(self, name: Name, written: Literal, token: Token) -> Literal:
		for value, meaning in name.meanings:
			if written.value in (value, meaning):
				return Literal(CODE, value, meaning)
		known = "、".join(meaning for _value, meaning in name.meanings)
		raise self.error(f"“{name.label}”没有取值「{written.value}」，可用：{known}。", token)

	def one_of(self, left: Node, start: Token) -> Node:
		self.expect("(", "（")
		among = []
		while True:
			token = self.next
			one = self.sum()
			if not isinstance(one, Literal):
				raise self.error("“属于”后面只能列出固定的值。", token)
			found, one = self.alike(left, one, token)
			if found is not left or left.kind == TRUTH:
				raise self.error("“属于”前面应为一个字段或算式。", start)
			among.append(one)
			if not self.take(","):
				break
		self.expect(")", "“）”或“、”")
		return OneOf(left, tuple(among))

	def between(self, left: Node, start: Token) -> Node:
		token = self.next
		low = self.sum()
		if not self.take("to", "and"):
			raise self.error("“介于”应写成“介于…与…之间”。")
		high_token = self.next
		high = self.sum()
		self.take("end")
		_left, low = self.alike(left, low, token)
		_left, high = self.alike(left, high, high_token)
		if left.kind not in ORDERED:
			raise self.error(f"{KINDS[left.kind]}不能比较大小。", start)
		return Between(left, low, high)

	# --- quantities -------------------------------------------------------------------------------------------
	def sum(self) -> Node:
		node = self.product()
		while self.ahead("+", "-"):
			token = self.next
			self.at += 1
			node = self.compute(token, node, self.product())
		return node

	def product(self) -> Node:
		node = self.factor()
		while self.ahead("*", "/"):
			token = self.next
			self.at += 1
			node = self.compute(token, node, self.factor())
		return node

	def factor(self) -> Node:
		token = self.next
		if not self.take("-"):
			return self.atom()
		self.depth += 1
		if self.depth > DEEPEST:
			raise self.error(f"嵌套超过{DEEPEST}层。")
		node = self.factor()
		self.depth -= 1
		if node.kind not in QUANTITIES:
			raise self.error(f"{KINDS[node.kind]}前面不能有负号。", token)
		return Minus(node.kind, node)

	def compute(self, token: Token, left: Node, right: Node) -> Node:
		kind = RESULTS.get((token.value, left.kind, right.kind))
		if kind is None:
			hint = "；两个日期相差用天数（…，…）" if DATE in (left.kind, right.kind) else ""
			raise self.error(f"{KINDS[left.kind]}和{KINDS[right.kind]}不能这样计算{hint}。", token)
		node = Sum(kind, token.value, left, right)
		if bound(node) > LARGEST:
			raise self.error("这个算式的结果可能过大。", token)
		return node

	# --- atoms ------------------------------------------------------------------------------------------------
	def atom(self) -> Node:
		token = self.next
		match token.type:
			case lexer.NUMBER:
				return self.quantity()
			case lexer.DATE:
				self.at += 1
				return Literal(DATE, date.fromisoformat(token.value))
			case lexer.TEXT:
				self.at += 1
				if set(token.value) & set('「」"'):
					raise self.error("文字里不能有引号。", token)
				return Literal(TEXT, token.value)
			case lexer.NAME if token.value in FUNCTIONS and self.tokens[self.at + 1].value == "(":
				self.at += 1
				return self.function(token.value, token)
			case lexer.NAME:
				self.at += 1
				return self.name(ROW, token)
			case lexer.WORD:
				return self.word(token)
		raise self.error("条件没有写完。")

	def word(self, token: Token) -> Node:
		self.at += 1
		match token.value:
			case "true" | "false":
				return Literal(TRUTH, token.value == "true")
			case "day":
				return Day()
			case "(":
				node = self.condition()
				self.expect(")", "“）”")
				return node
			case "person" | "household":
				self.expect(".", "“.”")
				return self.owned(token.value)
			case "person." | "household.":
				return self.owned(token.value.removesuffix("."))
		if token.value in FUNCTIONS:
			return self.function(token.value, token)
		self.at -= 1
		raise self.error("这里应为字段、数值或函数。")

	def owned(self, scope: str) -> Node:
		token = self.next
		if token.type != lexer.NAME:
			raise self.error("这里应为字段的名称。")
		self.at += 1
		return self.name(scope, token)

	def quantity(self) -> Node:
		token = self.next
		self.at += 1
		value = Decimal(token.value)
		kind = NUMBER
		if self.ahead("元", "万元"):
			kind, value = MONEY, value * (10000 if self.next.value == "万元" else 1)
			self.at += 1
		if value >= MOST or value != round(value, PLACES):
			raise self.error(f"数字应小于一万亿，小数不超过{PLACES}位。", token)
		return Literal(kind, value)

	def name(self, scope: str, token: Token) -> Node:
		unit = self.vocabulary.unit
		found = self.vocabulary.find(scope, token.value)
		if found is None:
			known = self.vocabulary.known(scope)
			said = (
				f"可用：{'、'.join(known[:12])}{'等' if len(known) > 12 else ''}"
				if known
				else "这条规则没有这类字段"
			)
			raise self.error(f"没有字段“{token.value}”。{said}。", token)
		if scope == ROW and unit != ROW and not self.inside:
			raise self.error(
				f"“{found.label}”每条记录各有一个，请用合计、最大值、记录数或有记录满足。", token
			)
		if scope == PERSON and unit == HOUSEHOLD and not self.inside:
			raise self.error(f"“{found.label}”每人各有一个，按家庭的规则只能写在合计等函数里。", token)
		return Name(found.kind, scope, found.name, found.label, tuple(found.meanings.items()))

	def function(self, function: str, token: Token) -> Node:
		# Chinese writes a single text beside its word: 参数「…」
		if function in (words.PARAMETER, words.STANDARD, "receives"):
			bare = self.next.type == lexer.TEXT
			if not bare:
				self.expect("(", "（")
			node = self.constant(function, token)
			if not bare:
				self.expect(")", "）")
			return node
		self.expect("(", "（")
		if function in words.AGGREGATES:
			node = self.aggregate(function, token)
		else:
			node = self.call(function, token)
		self.expect(")", "“）”")
		return node

	def constant(self, function: str, token: Token) -> Node:
		text = self.next
		if text.type != lexer.TEXT:
			raise self.error("这里应为写在「」里的名称。")
		self.at += 1
		if function == "receives":
			return Receives(self.named(text, SCHEME_NAMES, "救助类别"))
		if function == words.STANDARD:
			key = self.named(text, STANDARD_NAMES, "标准")
			return Constant(MONEY, words.STANDARD, key, STANDARD_NAMES[key])
		found = self.vocabulary.parameter(text.value)
		if found is None:
			raise self.error(f"没有可用于计算的政策参数「{text.value}」。", text)
		key, kind, label = found
		return Constant(kind, words.PARAMETER, key, label)

	def named(self, token: Token, names: dict[str, str], what: str) -> str:
		for key, name in names.items():
			if token.value in (key, name):
				return key
		raise self.error(f"没有{what}「{token.value}」，可用：{'、'.join(names.values())}。", token)

	def call(self, function: str, token: Token) -> Node:
		first = self.next
		left = self.sum()
		self.expect(",", "“，”")
		second = self.next
		right = self.sum()
		kind = TEXT if function == "contains" else DATE
		for node, place in ((left, first), (right, second)):
			if node.kind != kind:
				raise self.error(f"这里应为{KINDS[kind]}，不是{KINDS[node.kind]}。", place)
		return Call(TRUTH if function == "contains" else NUMBER, function, (left, right))

	def aggregate(self, function: str, token: Token) -> Node:
		if self.vocabulary.unit == ROW:
			raise self.error("逐条记录的规则不能用合计、记录数等函数，请改为按人或按家庭。", token)
		if self.inside:
			raise self.error("合计、记录数等函数不能套在一起。", token)
		if not self.vocabulary.row:
			raise self.error("这条规则没有数据来源，不能用合计、记录数等函数。", token)
		self.inside = True
		of = where = None
		start = self.next
		if function == "any":
			of = self.condition()
			self.truth(of, start)
		elif function != "count":
			of = self.sum()
			wanted = {"sum": QUANTITIES, "distinct": tuple(KINDS)}.get(function, ORDERED)
			if of.kind not in wanted:
				raise self.error(
					f"这里应为{'、'.join(KINDS[kind] for kind in wanted)}，不是{KINDS[of.kind]}。", start
				)
		if function != "any":
			self.take(",")
			if self.take("where"):
				start = self.next
				where = self.condition()
				self.truth(where, start)
		self.inside = False
		kind = {"count": NUMBER, "distinct": NUMBER, "any": TRUTH}.get(function) or of.kind
		node = Aggregate(kind, function, of, where)
		if bound(node) > LARGEST:
			raise self.error("这个合计的结果可能过大。", token)
		return node

	def truth(self, node: Node, token: Token) -> None:
		if node.kind != TRUTH:
			raise self.error(f"这里应为一个条件，而这是{KINDS[node.kind]}。", token)


RESULTS = {
	("+", MONEY, MONEY): MONEY,
	("-", MONEY, MONEY): MONEY,
	("+", NUMBER, NUMBER): NUMBER,
	("-", NUMBER, NUMBER): NUMBER,
	("*", NUMBER, NUMBER): NUMBER,
	("*", MONEY, NUMBER): MONEY,
	("*", NUMBER, MONEY): MONEY,
	("/", NUMBER, NUMBER): NUMBER,
	("/", MONEY, NUMBER): MONEY,
	("/", MONEY, MONEY): NUMBER,
}


def bound(node: Node) -> Decimal:
	"""What a quantity cannot exceed, whatever is in the rows: nothing may overflow in the database."""
	match node:
		case Literal(value=Decimal()):
			return abs(node.value)
		case Constant():
			return MOST_CONSTANT[node.kind]
		case Minus():
			return bound(node.of)
		case Sum(sign="+" | "-"):
			return bound(node.left) + bound(node.right)
		case Sum(sign="*"):
			return bound(node.left) * bound(node.right) + 1
		case Sum():
			return bound(node.left) * 10**PLACES + 1
		case Aggregate(function="sum"):
			return bound(node.of) * MOST_ROWS
		case Aggregate(function="largest" | "smallest") if node.kind in QUANTITIES:
			return bound(node.of)
	return MOST


def constants(nodes: Iterable[Node]) -> list[Constant]:
	return list(dict.fromkeys(node for node in nodes if isinstance(node, Constant)))


def _denied(node: Node, denied: bool) -> Node:
	return Not(node) if denied else node


def _is_nought(node: Node) -> bool:
	return isinstance(node, Literal) and node.kind == NUMBER and node.value == 0
