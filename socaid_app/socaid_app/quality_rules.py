"""Data Quality Rules: what is missing, implausible or out of date in the registry, found every night (服务方案 1.1.1-25).

A rule is a record: filter rows on one record type, a date that may be too old, and one of the shipped checks for what
rows cannot say. It is tried before it is switched on. What it finds stands in the ledger of rectifications
(casework/rectification.py), one issue for a fact however often it is found; what is not there any more has rechecked
itself, and what was said to be put right and is not is open again. A few statements a rule, however many records.
"""

from __future__ import annotations

import json
from pathlib import Path

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.query_builder.functions import Count
from frappe.utils import add_days, cint, create_batch, getdate, now, now_datetime, today
from pypika.terms import NullValue

from socaid_app.casework import assignments, number_series, rectification, row_sets
from socaid_app.casework.due_rules import compare
from socaid_app.casework.people import Directory
from socaid_app.casework.steps import Steps
from socaid_app.reporting import division_names

RULE, ISSUE = "Data Quality Rule", rectification.DOCTYPE
TRYING, ON, OFF = "Rule Being Tried", "Rule On", "Rule Off"
ENTRY_CLERK = "Entry Clerk"
KEEP = "Keep Quality Rules"
AT_ONCE = 1_000
GONE, STILL_THERE, SWITCHED_OFF = (
	"夜间核查：问题已不存在。",
	"夜间核查：问题仍然存在。",
	"规则已停用，不再要求整改。",
)
COLUMNS = (
	"name",
	"subject",
	"severity",
	"status",
	"source_kind",
	"source_doctype",
	"source_name",
	"reference_doctype",
	"reference_name",
	"household",
	"division",
	"township",
	"responsible",
	"found_by",
	"found_on",
	"due_on",
	"guidance",
)


class RuleInvalid(frappe.ValidationError):
	pass


step = Steps(RULE, refusal=RuleInvalid, every={"duty": KEEP})


# --- what it is about ---------------------------------------------------------------------------------------------
def require_record_type(doctype: str) -> None:
	"""Records of the work that have a place; petitions have their own secrecy."""
	allowed = set(frappe.get_hooks("socaid_scoped_doctypes")) - set(
		frappe.get_hooks("socaid_petition_doctypes")
	)
	if doctype not in allowed - {ISSUE}:
		frappe.throw(_("{0} is no record of the registry or of a case.").format(_(doctype)), RuleInvalid)


def require_fit(rule: Document) -> None:
	"""A shipped check is about one record type; a rule looks for something."""
	about = _check(rule.check_key)[0] if rule.check_key else rule.document_type
	if about != rule.document_type:
		frappe.throw(_("This check is about {0}. Choose that record type.").format(_(about)), RuleInvalid)
	if not (rule.check_key or rule.date_field or json.loads(rule.conditions or "[]")):
		frappe.throw(_("Enter what the rule looks for; it would find every record."), RuleInvalid)


def _check(key: str) -> tuple[str, str]:
	"""Record type and path of a shipped check (hook ``socaid_quality_checks``): a function of the query and its table."""
	known = frappe.get_hooks("socaid_quality_checks")
	if key not in known:
		frappe.throw(_("There is no check of this name. Choose one that is shipped."), RuleInvalid)
	return tuple(known[key])


def found_by(rule: Document):
	"""The records that a rule finds, as a query of their names; and their table."""
	table = frappe.qb.DocType(rule.document_type)
	query = frappe.qb.from_(table).where(table.docstatus < 2)
	for _kind, field, operator, value in json.loads(rule.conditions or "[]"):
		query = query.where(compare(table[field], operator, value))
	if rule.date_field:
		query = query.where(table[rule.date_field] < add_days(getdate(today()), -cint(rule.older_than_days)))
	if rule.check_key:
		query = frappe.get_attr(_check(rule.check_key)[1])(query, table)
	return query, table


# --- tried and switched -------------------------------------------------------------------------------------------
@step(_lt("Try the Rule"), at=(TRYING, ON, OFF), primary=lambda doc: not doc.tried_on)
def try_rule(doc: Document) -> None:
	"""How many records it would find, by township; nobody is told."""
	query, table = found_by(doc)
	counted = dict(query.select(table.township, Count("*")).groupby(table.township).run())
	places = division_names(counted)
	doc.tried_on, doc.tried_hits = now_datetime(), sum(counted.values())
	doc.tried_places = "；".join(
		f"{places.get(township) or _('Without a Place')} {count}"
		for township, count in sorted(counted.items(), key=lambda one: -one[1])
	)


@step(
	_lt("Switch On"),
	at=(TRYING, OFF),
	to=ON,
	missing=lambda doc: [] if doc.tried_on else [_("Try the rule first, to see how much it would find.")],
	primary=lambda doc: doc.tried_on,
)
def switch_on(doc: Document) -> None:
	"""From the next night on."""


@step(_lt("Switch Off"), at=ON, to=OFF)
def switch_off(doc: Document) -> None:
	"""Nothing is found by it any more, and what nobody has mended is not asked for."""
	_close(_issues(doc, (rectification.OPEN, rectification.RECTIFIED)), rectification.CLOSED, SWITCHED_OFF)


# --- every night --------------------------------------------------------------------------------------------------
def nightly() -> dict[str, int]:
	"""Daily: each rule that is on; returns new issues by rule. Safe to run again."""
	new = {}
	for name in frappe.get_all(RULE, filters={"status": ON}, pluck="name", order_by="name"):
		frappe.db.savepoint("quality_rule")
		try:
			new[name] = run(frappe.get_doc(RULE, name))
		except Exception:
			# one rule whose field is gone does not silence the others
			frappe.db.rollback(save_point="quality_rule")
			frappe.log_error(title=f"Data Quality Rule {name} could not be run")
	return new


def run(rule: Document) -> int:
	"""Bring the issues of a rule to what is there; returns how many are new."""
	query, table = found_by(rule)
	_recheck(rule, query.select(table.name))
	_reopen(rule, query.select(table.name))
	rows = _unknown(rule, query, table)
	_enter(rule, rows)
	found = query.select(Count("*")).run()[0][0]
	rule.db_set(
		{"ran_on": now(), "found_now": found, "new_now": len(rows)}, update_modified=False, notify=False
	)
	return len(rows)


def _issues(rule: Document, states: tuple[str, ...], among=None, found: bool = True) -> list[str]:
	"""The issues of a rule in these states; ``among``: whose record is among those ``found``, or is not."""
	issue = frappe.qb.DocType(ISSUE)
	query = (
		frappe.qb.from_(issue)
		.select(issue.name)
		.where((issue.source_doctype == RULE) & (issue.source_name == rule.name))
		.where(issue.status.isin(states))
		.orderby(issue.name)
	)
	if among is not None:
		record = issue.reference_name
		query = query.where(record.isin(among) if found else record.notin(among))
	return [row[0] for row in query.run()]


def _recheck(rule: Document, found) -> None:
	states = (rectification.OPEN, rectification.RECTIFIED)
	_close(_issues(rule, states, found, found=False), rectification.RECHECKED, GONE)


def _close(names: list[str], status: str, note: str) -> None:
	"""What a person wrote about it stays; without a word of theirs, measure and result say how it ended."""
	issue, task = frappe.qb.DocType(ISSUE), frappe.qb.DocType("ToDo")
	for some in create_batch(names, AT_ONCE):
		these = issue.name.isin(some)
		for column in (issue.measure, issue.result):
			frappe.qb.update(issue).set(column, note).where(these & (column.isnull() | (column == ""))).run()
		(
			frappe.qb.update(issue)
			.set(issue.status, status)
			.set(issue.recheck_note, note)
			.set(issue.rechecked_by, frappe.session.user)
			.set(issue.rechecked_on, today())
			.set(issue["_assign"], None)
			.set(issue.modified, now())
			.where(these)
			.run()
		)
		(
			frappe.qb.update(task)
			.set(task.status, "Closed")
			.where((task.reference_type == ISSUE) & task.reference_name.isin(some) & (task.status == "Open"))
			.run()
		)


def _reopen(rule: Document, found) -> None:
	"""Said to be put right, or rechecked once, and found again: the same fact is the same issue."""
	names = _issues(rule, (rectification.RECTIFIED, rectification.RECHECKED), found)
	issue = frappe.qb.DocType(ISSUE)
	for some in create_batch(names, AT_ONCE):
		(
			frappe.qb.update(issue)
			.set(issue.status, rectification.OPEN)
			.set(issue.times_reopened, issue.times_reopened + 1)
			.set(issue.recheck_note, STILL_THERE)
			.set(issue.rechecked_by, None)
			.set(issue.rechecked_on, None)
			.set(issue.due_on, add_days(today(), cint(rule.days)))
			.set(issue.modified, now())
			.where(issue.name.isin(some))
			.run()
		)
		rows = frappe.get_all(
			ISSUE,
			filters={"name": ["in", some]},
			fields=["name", "subject", "due_on", "responsible"],
			order_by="name",
		)
		_hand_out(rows)


def _unknown(rule: Document, query, table) -> list[frappe._dict]:
	"""Found and in no issue of the rule; one that was closed was accepted as it is."""
	meta, issue = frappe.get_meta(rule.document_type), frappe.qb.DocType(ISSUE)
	household = NullValue()
	if rule.document_type == "Recipient Household":
		household = table.name
	elif meta.has_field("household"):
		household = table.household
	title = table[meta.title_field or "name"]
	return (
		query.left_join(issue)
		.on(
			(issue.source_doctype == RULE)
			& (issue.source_name == rule.name)
			& (issue.reference_doctype == rule.document_type)
			& (issue.reference_name == table.name)
		)
		.select(
			table.name,
			title.as_("title"),
			table.division,
			table.township,
			table.owner,
			household.as_("household"),
		)
		.where(issue.name.isnull())
		.orderby(table.name)
		.run(as_dict=True)
	)


def _enter(rule: Document, rows: list[frappe._dict]) -> None:
	if not rows:
		return
	directory, due = Directory(), add_days(today(), cint(rule.days))
	for row, name in zip(rows, number_series.names(ISSUE, len(rows)), strict=True):
		row.record, row.name = row.name, name
		row.subject = f"{rule.title}：{row.title or row.record}"[: rectification.SUBJECT_LENGTH]
		row.responsible, row.due_on = _who_mends(rule, row, directory), due
	row_sets.insert(
		ISSUE,
		COLUMNS,
		[
			(
				row.name,
				row.subject,
				rule.severity,
				rectification.OPEN,
				"Quality Check",
				RULE,
				rule.name,
				rule.document_type,
				row.record,
				row.household,
				row.division,
				row.township,
				row.responsible,
				frappe.session.user,
				today(),
				due,
				rule.words,
			)
			for row in rows
		],
	)
	_hand_out(rows)


def _who_mends(rule: Document, row: frappe._dict, directory: Directory) -> str:
	"""Whoever entered the record, while they work for its place; otherwise the role, or those above it."""
	if rule.told == ENTRY_CLERK and row.owner in directory.users(
		directory.roles.get(row.owner, ()), row.division
	):
		return row.owner
	roles = (rule.role, "Township Officer", "County Reviewer", "Data Officer")
	return next(iter(directory.of_first(roles, row.division)), frappe.session.user)


def _hand_out(rows: list[frappe._dict]) -> None:
	theirs: dict[str, list[dict]] = {}
	for row in rows:
		if row.responsible not in assignments.NOBODY:
			theirs.setdefault(row.responsible, []).append(
				{"name": row.name, "title": row.subject, "due_on": row.due_on}
			)
	assignments.hand_out(ISSUE, theirs)


# --- seeds --------------------------------------------------------------------------------------------------------
SEEDS = Path(__file__).parent.parent / "setup" / "quality_rules.json"


def seed() -> None:
	"""Insert what is missing; a rule that is there is the county's. What finds mistakes is switched on; what would find
	half a county that has just moved in is tried by its people first."""
	there = set(frappe.get_all(RULE, pluck="name", order_by="name"))
	for row in json.loads(SEEDS.read_text(encoding="utf-8")):
		if row["name"] in there:
			continue
		name, conditions = row.pop("name"), json.dumps(row.pop("conditions", []), ensure_ascii=False)
		doc = frappe.get_doc({"doctype": RULE, "status": ON, "conditions": conditions, **row})
		doc.insert(ignore_permissions=True, set_name=name)
