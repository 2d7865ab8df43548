"""Whether a template that an administrator wrote says no more than it may: fields of the record, and what was shipped.

A template runs with the rights of whoever prints, or of nobody, and reaches the whole database. So beside its text a
template may contain the expressions of the shipped templates it was copied from, and of its own only fields of the
record, compared, chosen between and formatted. Its tags are those of a paper: nothing that runs, loads or links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

# What may be done to a field.
FILTERS = frozenset({"e", "escape", "default", "d", "length"})
TESTS = frozenset({"defined", "none"})
FUNCTIONS = frozenset({"_", "cn_date", "cn_month", "yuan", "capital_yuan", "division_path", "user_name"})
FORMATTED = "get_formatted"
ROOT = "doc"
TAGS = frozenset(
	[
		"b",
		"blockquote",
		"br",
		"caption",
		"center",
		"code",
		"col",
		"colgroup",
		"div",
		"em",
		"font",
		"h1",
		"h2",
		"h3",
		"h4",
		"h5",
		"h6",
		"hr",
		"i",
		"img",
		"li",
		"ol",
		"p",
		"pre",
		"s",
		"section",
		"small",
		"span",
		"strong",
		"sub",
		"sup",
		"table",
		"tbody",
		"td",
		"tfoot",
		"th",
		"thead",
		"tr",
		"u",
		"ul",
		"style",
	]
)
ATTRIBUTES = frozenset(
	[
		"align",
		"alt",
		"border",
		"cellpadding",
		"cellspacing",
		"class",
		"colspan",
		"height",
		"id",
		"rowspan",
		"src",
		"style",
		"title",
		"valign",
		"width",
		"data-fieldname",
		"data-label",
		"data-custom",
	]
)
SOURCES = re.compile(r"(?:/files/|/private/files/|/assets/|data:image/(?:png|jpeg|gif);base64,)[^\s\"'<>]*")
# In styles: what fetches or runs.
FETCHES = re.compile(r"url\s*\(|@import|expression\s*\(|behavior\s*:|javascript:|\\", re.IGNORECASE)
# Stands where an expression does, and where a statement begins or ends.
HOLE = "\ufffc"
PLAIN = (
	nodes.Const,
	nodes.Compare,
	nodes.Operand,
	nodes.And,
	nodes.Or,
	nodes.Not,
	nodes.CondExpr,
	nodes.Concat,
	nodes.Tuple,
	nodes.List,
)
FRAME = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.If)
OF_A_LOOP = frozenset({"index", "first", "last"})


class Judge:
	"""``fields(table)`` → the names that may be read of a record (``table`` is '') or of the rows of a table; ``tables``:
	those that may be gone through; ``shipped``: templates whose expressions and tags may be used."""

	def __init__(
		self, fields: Callable[[str], Iterable[str]], tables: Iterable[str] = (), shipped: Iterable[str] = ()
	) -> None:
		self.fields, self.tables = fields, frozenset(tables)
		self.known, self.loops, self.pieces, self.macros = set(), set(), set(), set()
		self.names = {"loop"}
		for template in filter(None, shipped):
			tree = _parse(template)
			self.known |= {repr(node) for node in tree.find_all(nodes.Node)}
			self.loops |= {(repr(node.target), repr(node.iter)) for node in tree.find_all(nodes.For)}
			# the shared macros of the letters, whose words a county chooses
			shared = {node.target for node in tree.find_all(nodes.Import)}
			self.macros |= {
				_wordless(node) for node in tree.find_all(nodes.Call) if _namespace(node) in shared
			}
			self.names |= {node.name for node in tree.find_all(nodes.Name)}
			self.pieces |= _Tags(tree).pieces

	def strange(self, template: str | None) -> str:
		"""The first thing in a template that it may not say; '' for none."""
		try:
			tree = _parse(template or "")
		except TemplateSyntaxError as error:
			return str(error)
		return self._statement(tree, {ROOT: ""}) or self._markup(tree)

	# --- expressions ------------------------------------------------------------------------------------------
	def _statement(self, node: nodes.Node, rows: dict[str, str]) -> str:
		if isinstance(node, nodes.Expr) and not isinstance(node, nodes.TemplateData):
			return "" if self._is_plain(node, rows) else _shown(node)
		if isinstance(node, nodes.For):
			return self._loop(node, rows)
		if not isinstance(node, FRAME):
			return "" if repr(node) in self.known else _shown(node)
		return self._first(node.iter_child_nodes(), rows)

	def _first(self, parts: Iterable[nodes.Node], rows: dict[str, str]) -> str:
		return next(filter(None, (self._statement(part, rows) for part in parts)), "")

	def _loop(self, node: nodes.For, rows: dict[str, str]) -> str:
		inside = dict(rows)
		target = node.target.name if isinstance(node.target, nodes.Name) else ""
		of_record = isinstance(node.iter, nodes.Getattr) and repr(node.iter.node) == repr(
			nodes.Name(ROOT, "load")
		)
		table = node.iter.attr if of_record and node.iter.attr in self.tables else ""
		shipped = (repr(node.target), repr(node.iter)) in self.loops
		# a name that shipped expressions use stands for what it does there
		if not shipped and (
			not table or not target or target in self.names or target in rows or node.recursive
		):
			return _shown(node)
		inside.pop(target, None)
		if table:
			inside[target] = table
		return self._first([*node.body, *node.else_, *([node.test] if node.test else [])], inside)

	def _is_plain(self, node: nodes.Node, rows: dict[str, str]) -> bool:
		if isinstance(node, nodes.Const):
			return not isinstance(node.value, str) or not re.search("[<>\"'&]", node.value)
		if isinstance(node, nodes.Name):
			return node.name != ROOT and repr(node) in self.known
		if repr(node) in self.known:
			return True
		if isinstance(node, nodes.Getattr):
			name = node.node.name if isinstance(node.node, nodes.Name) else ""
			return (name in rows and node.attr in self.fields(rows[name])) or (
				name == "loop" and node.attr in OF_A_LOOP
			)
		if (
			getattr(node, "kwargs", None)
			or getattr(node, "dyn_args", None)
			or getattr(node, "dyn_kwargs", None)
		):
			return False
		if isinstance(node, nodes.Call) and _wordless(node) in self.macros:
			return all(self._is_plain(word, rows) for word in node.args if isinstance(word, nodes.Const))
		if isinstance(node, nodes.Call):
			return self._is_formatted(node.node, node.args, rows) or (
				isinstance(node.node, nodes.Name)
				and node.node.name in FUNCTIONS
				and all(self._is_plain(arg, rows) for arg in node.args)
			)
		if isinstance(node, nodes.Filter):
			return (
				node.name in FILTERS
				and node.node is not None
				and all(self._is_plain(part, rows) for part in (node.node, *node.args))
			)
		if isinstance(node, nodes.Test):
			return node.name in TESTS and not node.args and self._is_plain(node.node, rows)
		return isinstance(node, PLAIN) and all(self._is_plain(part, rows) for part in node.iter_child_nodes())

	def _is_formatted(self, function: nodes.Node, args: list, rows: dict[str, str]) -> bool:
		return (
			isinstance(function, nodes.Getattr)
			and function.attr == FORMATTED
			and isinstance(function.node, nodes.Name)
			and function.node.name in rows
			and len(args) == 1
			and isinstance(args[0], nodes.Const)
			and args[0].value in self.fields(rows[function.node.name])
		)

	# --- tags --------------------------------------------------------------------------------------------------
	def _markup(self, tree: nodes.Template) -> str:
		found = _Tags(tree)
		strange = next((piece for piece in found.others if piece not in self.pieces), "")
		return strange or next(
			(
				raw
				for raw, name, attributes in found.tags
				if raw not in self.pieces and not _is_paper(raw, name, attributes)
			),
			"",
		)


def is_fetching(style: str | None) -> bool:
	"""Whether a style sheet loads something, or ends to become something else."""
	return bool(style and (FETCHES.search(style) or "<" in style or HOLE in style))


def _is_paper(raw: str, name: str, attributes: list[tuple[str, str | None]]) -> bool:
	return (
		name in TAGS
		# what is put into a tag may end it
		and HOLE not in raw
		and all(key in ATTRIBUTES for key, _value in attributes)
		and all(SOURCES.fullmatch(value or "") for key, value in attributes if key == "src")
		and not any(is_fetching(value) for key, value in attributes if key == "style")
	)


def _parse(template: str) -> nodes.Template:
	return SandboxedEnvironment().parse(template)


def _namespace(call: nodes.Call) -> str:
	"""``parts`` of ``parts.heading(…)``."""
	of = call.node.node if isinstance(call.node, nodes.Getattr) else None
	return of.name if isinstance(of, nodes.Name) else ""


def _wordless(call: nodes.Call) -> str:
	"""A call without the words that are given to it as they are."""
	args = ["" if isinstance(arg, nodes.Const) else repr(arg) for arg in call.args]
	return f"{call.node!r}{args}{call.kwargs!r}{call.dyn_args!r}{call.dyn_kwargs!r}"


def _shown(node: nodes.Node) -> str:
	return f"{type(node).__name__}, {node.lineno}"


class _Tags(HTMLParser):
	"""``tags``: those that begin; ``others``: what stands beside tags and text: comments, styles that fetch, ends."""

	def __init__(self, tree: nodes.Template) -> None:
		super().__init__(convert_charrefs=True)
		self.tags: list[tuple[str, str, list]] = []
		self.others: list[str] = []
		text = "".join(_text(tree))
		# a tag whose name is what somebody wrote
		self.others += re.findall(f"<[!/]*{HOLE}[^>]*", text)
		self.feed(text)
		# a tag without its end is finished by what stands behind the template
		if self.rawdata or re.search("<[^>]*$", text):
			self.others.append(text[-80:])
		self.close()

	@property
	def pieces(self) -> set[str]:
		return {*self.others, *(raw for raw, _name, _attributes in self.tags)}

	def handle_starttag(self, tag: str, attrs: list) -> None:
		self.tags.append((self.get_starttag_text() or "", tag, attrs))

	def handle_data(self, data: str) -> None:
		if self.lasttag == "style" and self.cdata_elem and is_fetching(data):
			self.others.append(data)

	def handle_comment(self, data: str) -> None:
		self.others.append(data)

	handle_decl = handle_pi = unknown_decl = handle_comment


def _text(node: nodes.Node) -> Iterator[str]:
	"""What a template writes by itself, with a hole for each expression and at each end of a statement."""
	if isinstance(node, nodes.TemplateData):
		yield node.data
	elif isinstance(node, nodes.Expr):
		yield HOLE
	elif isinstance(node, nodes.Template | nodes.Output):
		for child in node.iter_child_nodes():
			yield from _text(child)
	else:
		for child in node.iter_child_nodes():
			yield HOLE
			yield from _text(child)
		yield HOLE
