"""A Query Report reads what its reader may list, whatever its SQL says and whoever wrote it.

Frappe runs the SQL of a Query Report as it is: past divisions, secrecy and levels of fields. Here the tables that a
statement names are taken out of it, and in the place of each stands the list that Frappe would show to the reader
(rows by every criterion, columns by field permission), as a common table expression. What is left names no table of
the database. A statement that this reading does not know whole is refused with what is strange in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model import get_permitted_fields
from frappe.model.db_query import DatabaseQuery

from socaid_app.permissions import fence

# One statement must not hold up the county's desk.
SECONDS = 60
TOKEN = re.compile(
	r"""(?P<blank>\s+)
		|(?P<quoted>`[^`\\\x00-\x1f]+`)
		|(?P<word>[^\W\d]\w*)
		|(?P<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
		|(?P<number>\d+(?:\.\d+)?)(?!\w)
		|(?P<filter>%\(\w+\)s)
		|(?P<sign>%%|-(?!-)|/(?!\*)|[().,*=<>!+])""",
	re.VERBOSE | re.DOTALL,
)
# Functions of values; one that waits, reads files, asks for accounts or calls code of the database is in none of these.
FUNCTIONS = re.compile(
	r"""
	count | sum | avg | min | max | group_concat | round | floor | ceil | ceiling | abs | mod
	| greatest | least | if | ifnull | nullif | coalesce | concat | concat_ws | left | right
	| substring | substr | char_length | trim | lower | upper | replace | lpad | rpad | locate | date
	| year | quarter | month | day | dayofmonth | weekday | week | last_day | date_format | datediff
	| timestampdiff | date_add | date_sub | cast | row_number | rank | dense_rank
	""",
	re.VERBOSE | re.IGNORECASE,
)
# Words of SQL that a bracket may follow.
BEFORE_BRACKETS = re.compile(
	r"""
	select | from | join | where | on | and | or | not | in | exists | as | when | then | else | case
	| by | having | over | using | distinct | any | all | union | like | between | limit
	""",
	re.VERBOSE | re.IGNORECASE,
)
# What makes more of a statement than a question.
REFUSED = re.compile(
	r"""
	into | outfile | dumpfile | procedure | lock | for | recursive | handler | call | set | do | execute
	| prepare | explain | describe | show | straight_join | high_priority | sql_calc_found_rows
	| current_user | session_user | system_user
	""",
	re.VERBOSE | re.IGNORECASE,
)
SCHEMAS = frozenset({"information_schema", "performance_schema", "mysql", "sys"})


class QueryNotKnown(frappe.ValidationError):
	pass


def refuse(what: str) -> None:
	frappe.throw(
		_(
			"A Query Report cannot be written like this: {0}. Write one SELECT over tables of records, with filters"
			" as %(name)s, % as %%, and the usual functions of values."
		).format(frappe.utils.escape_html(what[:80])),
		QueryNotKnown,
	)


# --- reading ------------------------------------------------------------------------------------------------------
def tokens(statement: str) -> list[tuple[str, str]]:
	"""Kind and text of every part of the statement; raises QueryNotKnown."""
	found, at = [], 0
	while at < len(statement):
		match = TOKEN.match(statement, at)
		if not match:
			refuse(statement[at : at + 20])
		found.append((match.lastgroup, match[0]))
		at = match.end()
	return found


def read(statement: str) -> tuple[str, list[str], set[str]]:
	"""The statement with ``own…`` for each table, the DocTypes it reads, the filters it asks for.

	Raises QueryNotKnown for what is not one plain SELECT.
	"""
	parts = tokens(statement.strip().rstrip(";"))
	said = [(kind, text) for kind, text in parts if kind != "blank"]
	if not said or said[0][1].lower() not in ("select", "with"):
		refuse(said[0][1] if said else _("nothing"))
	# not from a cache: a table that it did not know would be read as it is
	tables, doctypes = {name.lower() for name in frappe.db.get_tables(cached=False)}, []
	_check(said, tables)
	written = []
	for kind, text in parts:
		name = text.strip("`")
		if kind in ("quoted", "word") and name.lower() in tables:
			doctype = _doctype(name)
			if doctype not in doctypes:
				doctypes.append(doctype)
			text = _stand_in(doctype)
		written.append(text)
	filters = {text[2:-2] for kind, text in said if kind == "filter"}
	return "".join(written), doctypes, filters


def _check(said: list[tuple[str, str]], tables: set[str]) -> None:
	for (_kind, before), (kind, text), (_next, after) in _with_neighbours(said):
		word = text.strip("`").lower()
		if kind == "text" and "%" in text.replace("%%", ""):
			refuse(text)
		if kind not in ("word", "quoted"):
			continue
		if kind == "word" and REFUSED.fullmatch(word):
			refuse(text)
		called = (
			kind == "word"
			and before != "."
			and (FUNCTIONS.fullmatch(word) or BEFORE_BRACKETS.fullmatch(word))
		)
		if after == "(" and not called:
			refuse(f"{text}(")
		if after == "." and (word in SCHEMAS or word == frappe.conf.db_name.lower()):
			refuse(f"{text}.")
		if before == "." and (word in tables or word.startswith(("tab", "__"))):
			refuse(f".{text}")


def _with_neighbours(said: list) -> Iterator[tuple]:
	none = ("", "")
	yield from zip([none, *said], said, [*said[1:], none], strict=False)


def _doctype(table: str) -> str:
	doctype = table.removeprefix("tab")
	if not table.startswith("tab") or not frappe.db.exists("DocType", doctype, cache=True):
		refuse(table)
	return doctype


def _stand_in(doctype: str) -> str:
	return f"`own{doctype}`"


# --- running ------------------------------------------------------------------------------------------------------
def run(statement: str, filters: dict | None = None) -> list[list]:
	"""The rows of the statement, for the session's user; ``frappe.db.get_description`` tells its columns."""
	written, doctypes, asked = read(statement)
	lists = [f"{_stand_in(doctype)} as ({listed(doctype)})" for doctype in doctypes]
	if written[:4].lower() == "with":
		# its own expressions come after those they are made of
		lists.append(written[4:])
		written = ""
	given = frappe._dict(filters or {})
	try:
		# as typed by whoever has the duty, with known words only; MariaDB alone can end it
		rows = frappe.db.sql(
			f"set statement max_statement_time={SECONDS} for {'with ' if lists else ''}{', '.join(lists)} {written}",
			{name: given.get(name) for name in asked},
		)
	except (frappe.db.ProgrammingError, frappe.db.OperationalError, frappe.db.InternalError) as error:
		if getattr(frappe.db, "is_statement_timeout", bool)(error):
			frappe.throw(
				_(
					"This report takes longer than {0} seconds. Narrow its filters, or have it prepared."
				).format(SECONDS),
				QueryNotKnown,
			)
		refuse(str(error.args[-1]))
	return [list(row) for row in rows]


def listed(doctype: str) -> str:
	"""The statement of the list of a DocType as Frappe would ask it for the session's user, all rows and columns.

	Raises PermissionError where they may not list it.
	"""
	meta = frappe.get_meta(doctype)
	parent = _parent(doctype) if meta.istable else None
	columns = [
		f"`tab{doctype}`.`{column}`"
		for column in dict.fromkeys(get_permitted_fields(doctype, parenttype=parent, ignore_virtual=True))
		if fence.knows(doctype, column) and frappe.db.has_column(doctype, column)
	]
	if meta.issingle or meta.is_virtual:
		refuse(doctype)
	statement = DatabaseQuery(doctype).execute(fields=columns, order_by="", run=False, parent_doctype=parent)
	return statement.replace("%", "%%")


def _parent(table: str) -> str:
	"""The DocType whose rows a child table has; of others nothing would say who may see them."""
	parent = frappe.get_hooks("socaid_child_tables").get(table)
	if not parent:
		refuse(table)
	return parent[0]
