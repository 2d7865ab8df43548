"""Due Rules: which date of which records waits for whom, and how it is announced. Records, edited in Desk.

A rule names a date field of a DocType (``due_on``, or ``stages.due_on`` in one of its tables) and when a record is
still open, as filter rows. What follows from it, colour, list indicator, reminder, escalation, number card, weekly
self-check, is :mod:`socaid_app.casework.clocks`. One statement finds everything a rule has due, however many records
there are; no condition is ever read as SQL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Count, Min
from frappe.utils import add_days, cint, getdate, today

RULE, RECIPIENT = "Due Rule", "Due Rule Recipient"
NAMED, ROLE, NEXT_STEP = "Named Person", "Role in the Division", "Next Step"
# What the lists of Frappe, the engine and the browser (public/js/socaid/due.js) understand alike.
OPERATORS = ("=", "!=", "in", "not in", "is", ">", "<", ">=", "<=")
# A date that is empty lies before all others for Frappe's lists; nothing is due before this day.
FIRST_DAY = date(1900, 1, 1)
CACHE, CACHE_BY_NAME = "socaid_due_rules", "socaid_due_rules_by_name"


@dataclass(frozen=True)
class Recipient:
	told: str
	person: str
	role: str
	# Only where nobody above was found.
	otherwise: bool
	escalation: bool


@dataclass(frozen=True)
class Rule:
	name: str
	label: str
	doctype: str
	date_field: str
	# Rows of DocType, field, operator, value.
	conditions: tuple[tuple, ...]
	title_field: str
	label_field: str
	since_field: str
	group_by: str
	colour_field: str
	# Days ahead that count as soon, for colours also where no reminder is sent.
	soon_days: int
	remind_soon: bool
	remind_today: bool
	remind_overdue: bool
	escalate_after: int
	# What is overdue for longer is left to inspections; 0: never.
	leave_after: int
	recipients: tuple[Recipient, ...]

	@property
	def table_field(self) -> str:
		"""The table of the DocType whose rows carry the date; '' where the record itself does."""
		return self.date_field.rpartition(".")[0]

	@property
	def table(self) -> str:
		return frappe.get_meta(self.doctype).get_field(self.table_field).options if self.table_field else ""

	@property
	def column(self) -> str:
		return self.date_field.rpartition(".")[2]

	def open_filters(self) -> list[list]:
		"""When a record is open. What is kept secret is announced by no rule, whatever its conditions say."""
		return [*map(list, self.conditions), *secrecy_filters(self.doctype)]

	def overdue_filters(self, on: date | str | None = None) -> dict[str, list]:
		"""The list of what is open and overdue on a day: field of the record → (operator, value)."""
		until = str(add_days(getdate(on or today()), -1))
		conditions = {field: test for _kind, field, *test in self.conditions}
		return conditions | {self.column: ["between", [str(FIRST_DAY), until]]}


def secrecy_filters(doctype: str) -> list[list]:
	"""Accusations (信访工作条例 Art. 30): a reminder would tell that there is one."""
	if doctype in frappe.get_hooks("socaid_petition_doctypes"):
		return [[doctype, "restricted", "=", 0]]
	return []


# --- reading them -----------------------------------------------------------------------------------------
def enabled(doctype: str | None = None) -> list[Rule]:
	"""The rules in use, by name."""
	rows = frappe.cache.get_value(CACHE, _read)
	return [_rule(row, _soon()) for row in rows if doctype in (None, row["document_type"])]


def rule(name: str) -> Rule | None:
	"""A rule by its name, also one that is switched off."""
	row = frappe.cache.hget(CACHE_BY_NAME, name, lambda: next(iter(_read({"name": name})), None))
	return _rule(row, _soon()) if row else None


def changed() -> None:
	"""A rule was written: it holds at once, and no longer where the writing is taken back."""
	forget()
	frappe.db.after_commit.add(forget)
	frappe.db.after_rollback.add(forget)


def forget() -> None:
	frappe.cache.delete_value([CACHE, CACHE_BY_NAME])
	# the browser is told the rules when it starts
	frappe.cache.delete_value("bootinfo")


def _soon() -> int:
	return cint(frappe.db.get_single_value("Socaid Settings", "due_soon_days"))


def _read(filters: dict | None = None) -> list[dict]:
	rows = [
		dict(row)
		for row in frappe.get_all(RULE, filters=filters or {"enabled": 1}, fields=["*"], order_by="name")
	]
	recipients: dict[str, list[dict]] = {}
	for row in frappe.get_all(
		RECIPIENT, filters={"parenttype": RULE}, fields=["*"], order_by="parent, idx", limit=0
	):
		recipients.setdefault(row.parent, []).append(dict(row))
	return [{**row, "recipients": recipients.get(row["name"], [])} for row in rows]


def _rule(row: dict, soon: int) -> Rule:
	return Rule(
		name=row["name"],
		label=row["label"],
		doctype=row["document_type"],
		date_field=row["date_field"],
		conditions=tuple(_frozen(line) for line in json.loads(row["conditions"] or "[]")),
		title_field=row["title_field"] or "",
		label_field=row["label_field"] or "",
		since_field=row["since_field"] or "creation",
		group_by=row["group_by"] or "",
		colour_field=row["colour_field"] or "",
		soon_days=cint(row["soon_days"]) or soon,
		remind_soon=bool(row["remind_soon"]),
		remind_today=bool(row["remind_today"]),
		remind_overdue=bool(row["remind_overdue"]),
		escalate_after=cint(row["escalate_after"]),
		leave_after=cint(row["leave_after"]),
		recipients=tuple(
			Recipient(
				line["told"],
				line["person"] or "",
				line["role"] or "",
				bool(line["otherwise"]),
				bool(line["escalation"]),
			)
			for line in row["recipients"]
		),
	)


def _frozen(line: list) -> tuple:
	*test, value = line
	return *test, tuple(value) if isinstance(value, list) else value


def soon_days(doctype: str) -> int:
	"""How many days ahead the colour of this DocType's records says “soon”."""
	for rule in enabled(doctype):
		if rule.colour_field:
			return rule.soon_days
	return _soon()


# --- what they find ---------------------------------------------------------------------------------------
class Statement:
	"""The rows of a rule, as one query: ``column`` reads a path of field, table.field or link.field."""

	def __init__(self, rule: Rule) -> None:
		self.rule = rule
		self.record = frappe.qb.DocType(rule.doctype)
		self.query = frappe.qb.from_(self.record)
		self.narrowed: Criterion | None = None
		self.tables = {}
		if rule.table_field:
			row = self.tables[rule.table_field] = frappe.qb.DocType(rule.table)
			self.query = self.query.join(row).on(
				(row.parent == self.record.name)
				& (row.parenttype == rule.doctype)
				& (row.parentfield == rule.table_field)
			)

	@property
	def due(self):
		return self.column(self.rule.date_field)

	def column(self, path: str):
		head, _dot, field = path.rpartition(".")
		if not head:
			return self.record[field]
		if head not in self.tables:
			linked = frappe.get_meta(self.rule.doctype).get_field(head).options
			table = self.tables[head] = frappe.qb.DocType(linked).as_(head)
			self.query = self.query.left_join(table).on(table.name == self.record[head])
		return self.tables[head][field]

	def criterion(self, announced: bool = True) -> Criterion:
		"""What is open, whatever its day; what is ``announced``, without what is kept secret."""
		found = [self.record.docstatus < 2, self.due.isnotnull()]
		conditions = self.rule.open_filters() if announced else self.rule.conditions
		for kind, field, operator, value in conditions:
			table = self.record if kind == self.rule.doctype else self.tables[self.rule.table_field]
			found.append(compare(table[field], operator, value))
		return Criterion.all(found)


def compare(column, operator: str, value) -> Criterion:
	"""A filter row as Frappe's lists read it: nothing entered equals '' and is none of what is excluded."""
	match operator:
		case "is":
			entered = column.isnotnull() & (column != "")
			return entered if value == "set" else column.isnull() | (column == "")
		case "in":
			return column.isin(value)
		case "not in":
			return column.isnull() | column.notin(value)
		case "!=":
			return column.isnull() | (column != value)
		case ">":
			return column > value
		case ">=":
			return column >= value
		case "<":
			return column < value
		case "<=":
			return column <= value
	return column == value if value != "" else column.isnull() | (column == "")


Narrowed = Callable[[Statement], Criterion]


def rows(rule: Rule, until: date, narrowed: Narrowed | None = None) -> list[frappe._dict]:
	"""What is open and due on or before a day: name, owner, title, label, due_on, division, since, person_0, person_1, …;
	of a rule that groups, reference, due_on, division, since, found and the persons. ``narrowed``: only of some records."""
	statement = Statement(rule)
	if narrowed:
		statement.narrowed = narrowed(statement)
	found = _grouped(statement, until) if rule.group_by else _single(statement, until)
	for row in found:
		# what is due at an hour is due on its day
		row.due_on = getdate(row.due_on)
	return found


def _single(statement: Statement, until: date) -> list[frappe._dict]:
	rule, meta = statement.rule, frappe.get_meta(statement.rule.doctype)
	title = rule.title_field or meta.title_field or "name"
	chosen = [
		statement.record.name,
		statement.record.owner,
		statement.column(title).as_("title"),
		statement.due.as_("due_on"),
		statement.column(rule.since_field).as_("since"),
		*_persons(statement),
	]
	if meta.has_field("division"):
		chosen.append(statement.record.division)
	if rule.label_field:
		chosen.append(statement.column(rule.label_field).as_("label"))
	order = [statement.due, statement.record.name]
	if rule.table_field:
		order.append(statement.column(f"{rule.table_field}.idx"))
	return _until(statement, until).select(*chosen).orderby(*order).run(as_dict=True)


def _grouped(statement: Statement, until: date) -> list[frappe._dict]:
	rule, meta = statement.rule, frappe.get_meta(statement.rule.doctype)
	keys = [
		statement.column(rule.group_by).as_("reference"),
		statement.due.as_("due_on"),
		*_persons(statement),
	]
	if meta.has_field("township"):
		keys.append(statement.record.township)
	counted = [Count("*").as_("found"), Min(statement.column(rule.since_field)).as_("since")]
	if meta.has_field("division"):
		counted.append(Min(statement.record.division).as_("division"))
	return (
		_until(statement, until)
		.select(*keys, *counted)
		.groupby(*keys)
		.orderby(statement.due, statement.column(rule.group_by))
		.run(as_dict=True)
	)


def _persons(statement: Statement) -> Iterator:
	for number, recipient in enumerate(statement.rule.recipients):
		if recipient.told == NAMED:
			yield statement.column(recipient.person).as_(f"person_{number}")


def _until(statement: Statement, until: date):
	rule = statement.rule
	# to the end of the day, where an hour is due
	query = statement.query.where(statement.criterion()).where(statement.due < add_days(until, 1))
	if statement.narrowed is not None:
		query = query.where(statement.narrowed)
	if rule.leave_after:
		query = query.where(statement.due >= add_days(until, -rule.leave_after))
	return query


# --- what the browser needs -------------------------------------------------------------------------------
def tell_browser(bootinfo: frappe._dict) -> None:
	"""Hook ``extend_bootinfo``: the rules of records that carry the date themselves, once for all lists and forms."""
	told: dict[str, list[dict]] = {}
	for rule in enabled():
		if not rule.table_field:
			told.setdefault(rule.doctype, []).append(
				{
					"date_field": rule.date_field,
					"label": _(rule.label),
					"soon_days": rule.soon_days,
					"conditions": [list(line[1:]) for line in rule.conditions],
				}
			)
	bootinfo.socaid_due_rules = told


# --- seeds --------------------------------------------------------------------------------------------------
SEEDS = Path(__file__).parent.parent / "setup" / "due_rules.json"


@cache
def seeded() -> frozenset[str]:
	"""The names of the rules that come with the app."""
	return frozenset(row["name"] for row in json.loads(SEEDS.read_text(encoding="utf-8")))


def seed() -> None:
	"""Insert what is missing. A rule that is there is the county's, whatever was changed in it."""
	there = set(frappe.get_all(RULE, pluck="name", order_by="name"))
	for row in json.loads(SEEDS.read_text(encoding="utf-8")):
		if row["name"] not in there:
			name, conditions = row.pop("name"), json.dumps(row.pop("conditions", []))
			doc = frappe.get_doc({"doctype": RULE, "conditions": conditions, **row})
			doc.insert(ignore_permissions=True, set_name=name)
