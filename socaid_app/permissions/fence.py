"""One fence before every query that is built from words: fields, filters, orders and groupings are known, or refused.

Frappe 15.55 puts what a request says into its SQL and looks for forbidden words in it, so that a sub-select in a
field or a comment in a filter reads every table. Here the texts are read by the strict grammar of
:mod:`socaid_app.permissions.grammar`, and the columns they name must be columns of the DocType, of its child tables
or of what its links point to. The fence stands inside Frappe's two query builders, so that it is the same for lists,
reports, charts, cards, calendars, exports and jobs, whichever function a request called and however deep in JSON
the text lay. (Later releases of Frappe 15 close some of these texts one by one; none has a grammar.)

The scope of divisions comes first in every statement and in brackets of its own, and what follows it is known text:
nothing can be written behind it that takes it back. A record that is reached by a link is shown under its own
DocType's criterion.
"""

from __future__ import annotations

import json
import re
from functools import wraps

import frappe
from frappe import _
from frappe.database.query import Engine
from frappe.database.utils import NestedSetHierarchy
from frappe.desk import reportview
from frappe.model import child_table_fields, get_permitted_fields, optional_fields, table_fields
from frappe.model.db_query import DatabaseQuery
from frappe.query_builder.utils import Column as QueryColumn
from pypika.terms import Term

from socaid_app.permissions import grammar
from socaid_app.permissions.grammar import Column, NotInGrammar

LISTS = frozenset({"in", "not in", "between"})
COMPARISONS = frozenset({"=", "!=", ">", "<", ">=", "<=", "like", "not like", "is"})
TIMES = frozenset({"timespan", "previous", "next"})
OPERATORS = COMPARISONS | LISTS | TIMES | frozenset(NestedSetHierarchy)
KEPT_ORDER = "KEEP_DEFAULT_ORDERING"
# Stored apart from the column, or never shown: not to be guessed at by a filter either.
SECRET_TYPES = frozenset({"Password"})
# More conditions than any form sends; each costs a comparison of every row.
MOST_CONDITIONS = 500
MOST_FIELDS = 500


class QueryRefused(frappe.ValidationError):
	http_status_code = 417


def refuse(part: str, text) -> None:
	frappe.throw(
		_("{0} cannot be asked for like this: {1}. Choose fields and filters from the list.").format(
			_(part), frappe.utils.escape_html(str(text)[:80])
		),
		QueryRefused,
	)


def _require(parse, text, part: str):
	"""What the grammar reads in ``text``; raises QueryRefused."""
	try:
		return parse(text)
	except (NotInGrammar, TypeError):
		return refuse(part, text)


def is_on() -> bool:
	"""In requests and jobs of a site that has this app (:func:`socaid_app.overrides.begin`)."""
	return bool(frappe.flags.socaid_fence)


# --- lists ----------------------------------------------------------------------------------------------------
class List:
	"""The columns that one list of Frappe may name.

	``known`` is the DocType's; lists that the app makes for itself (``ignore_permissions``) are held to the grammar
	alone, since they also read tables that have no DocType.
	"""

	def __init__(self, query: DatabaseQuery):
		self.query = query
		self.strict = not query.flags.ignore_permissions
		self.aliases: set[str] = set()

	def check(self) -> None:
		query = self.query
		query.fields = _listed_fields(query.fields)
		for field in query.fields:
			self._field(field)
		if query.order_by and query.order_by != KEPT_ORDER:
			self._sorted("Sort Order", query.order_by, grammar.parse_order)
		if query.group_by:
			self._sorted("Group By", query.group_by, grammar.parse_group)
		for filters in (query.filters, query.or_filters):
			check_filters(query.doctype, filters, self.strict, query.parent_doctype, query.user)

	def _field(self, text) -> None:
		field = _require(grammar.parse_field, text, "Field")
		for column in field.columns:
			if not self._knows(column):
				refuse("Field", text)
		if field.alias:
			self.aliases.add(field.alias)

	def _sorted(self, part: str, text, parse) -> None:
		for column in _require(parse, text, part):
			if column.table is None and column.name in self.aliases:
				continue
			if not self._knows(column, compared=True):
				refuse(part, text)

	def _knows(self, column: Column, compared: bool = False) -> bool:
		if not self.strict:
			return True
		kind = self._doctype(column)
		if not kind:
			return False
		if column.name == "*":
			return kind == self.query.doctype
		# a label may hold what is no column: Frappe drops such fields from what it reads
		parent = self.query.parent_doctype if kind == self.query.doctype else self.query.doctype
		return knows(kind, column.name) and (
			not compared or may_compare(kind, column.name, parent, self.query.user)
		)

	def _doctype(self, column: Column) -> str | None:
		own = self.query.doctype
		if column.table in (None, f"tab{own}"):
			return own
		meta = frappe.get_meta(own)
		if column.table.startswith("tab") and column.table[3:] in child_tables(own):
			return column.table[3:]
		field = meta.get_field(column.table)
		if field and (field.fieldtype == "Link" or field.fieldtype in table_fields):
			return field.options
		return None


def _listed_fields(fields) -> list:
	"""``fields`` as Frappe reads it: a list, JSON, or names with commas."""
	if isinstance(fields, str):
		if fields == "*":
			return ["*"]
		try:
			fields = json.loads(fields)
		except ValueError:
			fields = [field.strip() for field in fields.split(",")]
		if isinstance(fields, str):
			fields = [fields]
	if not isinstance(fields, list | tuple | set) or len(fields) > MOST_FIELDS:
		refuse("Field", fields)
	return [field for field in fields if field]


def child_tables(doctype: str) -> set[str]:
	return {field.options for field in frappe.get_meta(doctype).get_table_fields()}


def knows(doctype: str, column: str) -> bool:
	"""Whether a DocType has a column; passwords are in none."""
	meta = frappe.get_meta(doctype)
	if column in meta.get_valid_columns() or column in optional_fields or column in child_table_fields:
		field = meta.get_field(column)
		return not (field and field.fieldtype in SECRET_TYPES)
	return False


def may_compare(doctype: str, column: str, parent: str | None, user: str | None) -> bool:
	"""Whether ``user`` may see a column, and hence sort, group and filter by it."""
	meta = frappe.get_meta(doctype)
	field = meta.get_field(column)
	if not field or not field.permlevel:
		return True
	return column in get_permitted_fields(doctype, parenttype=parent, user=user, ignore_virtual=True)


# --- filters --------------------------------------------------------------------------------------------------
def check_filters(
	doctype: str, filters, strict: bool = True, parent: str | None = None, user: str | None = None
):
	"""Raises QueryRefused unless every condition compares a known column, by a known operator, with a plain value."""
	for condition in _conditions(filters):
		kind, name, operator, value = _parts(doctype, condition)
		kind = kind or doctype
		if kind != doctype and kind not in child_tables(doctype):
			refuse("Filter", condition)
		column = _require(grammar.parse_filtered, name, "Filter")
		if column.table is not None:
			refuse("Filter", name)
		if strict:
			# Frappe looks for a name it does not know in the child tables
			kinds = (kind, *child_tables(kind)) if not knows(kind, column.name) else (kind,)
			home = next((one for one in kinds if knows(one, column.name)), None)
			if not home or not may_compare(home, column.name, parent if home == doctype else doctype, user):
				refuse("Filter", name)
		_check_value(kind, operator, value)


def _conditions(filters) -> list:
	if isinstance(filters, str):
		try:
			filters = json.loads(filters)
		except ValueError:
			refuse("Filter", filters)
	if not filters:
		return []
	if isinstance(filters, dict):
		filters = [[name, *_operator_and_value(value)] for name, value in filters.items()]
	if not isinstance(filters, list | tuple) or len(filters) > MOST_CONDITIONS:
		refuse("Filter", filters)
	return list(filters)


def _operator_and_value(value) -> tuple:
	if isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], str):
		return value[0], value[1]
	return "=", value


def _parts(doctype: str, condition) -> tuple:
	"""DocType, column, operator and value of one condition in any of Frappe's shapes."""
	if isinstance(condition, dict):
		if len(condition) != 1:
			refuse("Filter", condition)
		name, value = next(iter(condition.items()))
		return doctype, name, *_operator_and_value(value)
	if not isinstance(condition, list | tuple):
		refuse("Filter", condition)
	match list(condition):
		case [name, operator, value]:
			return doctype, name, operator, value
		case [kind, name, operator, value, *_hidden]:
			return kind, name, operator, value
		case [name, value]:
			return doctype, name, "=", value
	return refuse("Filter", condition)


def _check_value(doctype: str, operator, value) -> None:
	if operator in (None, ""):
		operator = "="
	if not isinstance(operator, str) or not (
		operator.lower() in OPERATORS or operator.lower() in _additional_operators()
	):
		refuse("Filter", operator)
	operator = operator.lower()
	if isinstance(value, QueryColumn):
		# a comparison of two columns, which no request can write
		return
	if operator in LISTS:
		values = value if isinstance(value, list | tuple | set) else [value]
		if not all(_is_plain(one) for one in values):
			refuse("Filter", value)
	elif not _is_plain(value):
		refuse("Filter", value)
	if operator == "is" and value not in ("set", "not set"):
		refuse("Filter", value)


def _additional_operators() -> set[str]:
	from frappe.boot import get_additional_filters_from_hooks

	return {name.lower() for name in get_additional_filters_from_hooks()}


def _is_plain(value) -> bool:
	"""A value that Frappe escapes; of a list or a document it writes what that prints as."""
	return not isinstance(value, list | tuple | set | dict)


# --- inside Frappe's query builders -----------------------------------------------------------------------------
def install() -> None:
	"""Put the fence into Frappe's two query builders; once a process (:func:`socaid_app.overrides.install`)."""
	wrap(reportview, "parse_json", _read_request)
	wrap(DatabaseQuery, "parse_args", _parse_args)
	wrap(DatabaseQuery, "build_filter_conditions", _build_filter_conditions)
	wrap(DatabaseQuery, "build_conditions", _build_conditions)
	wrap(DatabaseQuery, "prepare_args", _prepare_args)
	wrap(Engine, "get_query", _get_query)


def wrap(owner, name: str, ours) -> None:
	"""Let ``ours(theirs, *args)`` answer for a function of Frappe, on sites that have this app."""
	theirs = getattr(owner, name)

	@wraps(theirs)
	def function(*args, **kwargs):
		return ours(theirs, *args, **kwargs) if is_on() else theirs(*args, **kwargs)

	setattr(owner, name, function)


def _read_request(theirs, data) -> None:
	"""Before Frappe looks at the words of a list itself, which it does with a parser that fails on strange ones."""
	for part in ("fields", "filters", "or_filters", "applied_filters", "docstatus", "save_user_settings"):
		text = data.get(part)
		if isinstance(text, str) and text and text != "*":
			try:
				data[part] = json.loads(text)
			except (ValueError, RecursionError):
				refuse("Field" if part == "fields" else "Filter", text)
	theirs(data)
	if data.get("fields"):
		data["fields"] = _listed_fields(data["fields"])
		for field in data["fields"]:
			_require(grammar.parse_field, field, "Field")
	for filters in (data.get("filters"), data.get("or_filters")):
		check_filters(data.get("doctype"), filters, parent=data.get("parent_doctype"))


def _parse_args(theirs, query: DatabaseQuery) -> None:
	List(query).check()
	# what a request may say besides: only how long, and in which shape
	query.debug = False
	query.join = "left join"
	theirs(query)


def _build_filter_conditions(
	theirs, query: DatabaseQuery, filters, conditions: list, ignore_permissions=None
):
	"""Also for whoever builds conditions without a list, as calendars do."""
	trusted = ignore_permissions if ignore_permissions is not None else query.flags.ignore_permissions
	check_filters(query.doctype, filters, not trusted, getattr(query, "parent_doctype", None), query.user)
	return theirs(query, filters, conditions, ignore_permissions)


def _build_conditions(theirs, query: DatabaseQuery) -> None:
	"""In place of Frappe's, which puts the criterion last: here what was asked for only narrows it."""
	query.conditions, query.grouped_or_conditions = [], []
	criterion = "" if query.flags.ignore_permissions else query.build_match_conditions()
	if criterion:
		query.conditions.append(f"({criterion})")
	query.build_filter_conditions(query.filters, query.conditions)
	query.build_filter_conditions(query.or_filters, query.grouped_or_conditions)


def _prepare_args(theirs, query: DatabaseQuery):
	args = theirs(query)
	if not query.flags.ignore_permissions:
		for link in query.link_tables:
			args.tables = _join_permitted(args.tables, link, query)
	return args


def _join_permitted(tables: str, link, query: DatabaseQuery) -> str:
	"""Join of a link only those records which the user may list: Frappe asks for the DocType alone."""
	condition = DatabaseQuery(link.doctype, user=query.user).build_match_conditions()
	if not condition:
		return tables
	joined = f"({link.table_alias}.`name` = {query.tables[0]}.`{link.fieldname}`)"
	if joined not in tables:
		frappe.throw(_("{0} cannot be listed here.").format(_(link.doctype)), QueryRefused)
	condition = condition.replace(f"`tab{link.doctype}`.", f"{link.table_alias}.")
	return tables.replace(joined, f"({joined} and ({condition}))")


def _get_query(
	theirs, engine: Engine, table, fields=None, filters=None, order_by=None, group_by=None, **kwargs
):
	for field in _texts(fields):
		_require(grammar.parse_field, field, "Field")
	_check_names(filters)
	for part, text, parse in (
		("Sort Order", order_by, grammar.parse_order),
		("Group By", group_by, grammar.parse_group),
	):
		if isinstance(text, str) and text and text != KEPT_ORDER:
			_require(parse, text, part)
	return theirs(engine, table, fields, filters, order_by, group_by, **kwargs)


# Between brackets a comma belongs to a function.
COMMA = re.compile(r",\s*(?![^()]*\))")


def _texts(fields) -> list[str]:
	if isinstance(fields, str):
		fields = [fields]
	if not isinstance(fields, list | tuple | set):
		return []
	texts = []
	for field in fields:
		if isinstance(field, str):
			texts += [part.strip() for part in COMMA.split(field) if part.strip()]
		elif isinstance(field, dict):
			for name, inner in field.items():
				texts += [name, *_texts(inner)]
	return texts


def _check_names(filters) -> None:
	"""Names and operators in the filters of the query builder, which quotes a name but not the quote in it."""
	if isinstance(filters, Term) or filters is None or isinstance(filters, str | int):
		return
	if isinstance(filters, dict):
		for name, value in filters.items():
			_check_name(name)
			if isinstance(value, list | tuple) and value and isinstance(value[0], str) and len(value) == 2:
				_check_operator(value[0])
	elif isinstance(filters, list | tuple):
		if all(isinstance(one, str | int) for one in filters):
			return
		for one in filters:
			if isinstance(one, dict):
				_check_names(one)
			elif isinstance(one, list | tuple):
				_kind, name, operator, _value = _parts("", one)
				_check_name(name)
				_check_operator(operator)


def _check_name(name) -> None:
	if not isinstance(name, str):
		return
	_require(grammar.parse_filtered, name, "Filter")


def _check_operator(operator) -> None:
	if not isinstance(operator, str) or operator.lower() not in OPERATORS:
		refuse("Filter", operator)
