"""My Work (我的待办): everything that waits for one person by a day, in one list, whatever module it comes from.

What Due Rules find is a line where the session's user is the one to act, or where others are and the user entered the
record, is named in it, or stands above those who are late. So is a task that a colleague handed over and that no rule
announces. Nothing is shown that the user's own lists would not show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery
from frappe.permissions import get_role_permissions
from frappe.query_builder import Criterion
from frappe.utils import add_days, getdate, strip_html, today
from pypika.terms import LiteralValue

from socaid_app.casework import clocks, due_rules
from socaid_app.casework.clocks import Due
from socaid_app.casework.due_rules import NAMED, NEXT_STEP, Rule, Statement
from socaid_app.casework.people import Directory, full_names
from socaid_app.casework.places import division_names

OVERDUE, TODAY, SOON, UNDATED = "overdue", "today", "soon", "undated"
# Nobody reads further; the counts are of all.
SHOWN = 1000
TASK = "ToDo"
# Of a user: has read what the desk is for.
WELCOMED = "socaid_welcomed"


@frappe.whitelist(methods=["POST"])
def of_mine() -> dict:
	"""What the page shows the session's user: ``lines`` by urgency (at most SHOWN; tier, days, title, label, place, …),
	``counts`` by tier, and by tier of what waits for others (``others``), today's ``outings`` (hook ``socaid_outings``),
	and whether the user is here for the first time (``welcome``)."""
	lines = _lines(frappe.session.user)
	mine, others = ([line for line in lines if line["mine"] == side] for side in (True, False))
	return {
		"lines": lines[:SHOWN],
		"counts": Counter(line["tier"] for line in mine),
		"others": Counter(line["tier"] for line in others),
		"outings": [
			outing for path in frappe.get_hooks("socaid_outings") for outing in frappe.get_attr(path)()
		],
		"welcome": not frappe.defaults.get_user_default(WELCOMED),
	}


@frappe.whitelist(methods=["POST"])
def put_welcome_away() -> None:
	"""The session's user has read what the desk is for."""
	frappe.defaults.set_user_default(WELCOMED, "1")


def _lines(user: str) -> list[dict]:
	day, directory = getdate(today()), Directory()
	found = [(item, user in item.users, rule) for item, rule in _due(user, day, directory)]
	announced = {(item.doctype, item.name) for item, mine, _rule in found if mine}
	places = division_names({item.division for item, _mine, _rule in found if item.division})
	names = full_names({told for item, mine, _rule in found if not mine for told in item.users})
	lines = [
		{
			"doctype": item.doctype,
			"name": item.name,
			"title": item.title,
			"label": item.label,
			"kind": _(item.doctype),
			"place": places.get(item.division, ""),
			"mine": mine,
			"who": "" if mine else "、".join(names.get(told, told) for told in item.users[:3]),
			"list": _list_of(item, rule),
			**_when(item.due_on, day),
		}
		for item, mine, rule in found
	]
	lines += _tasks(user, day, announced)
	return sorted(lines, key=lambda line: (line["due_on"] or "9999", line["title"]))


def _list_of(item: Due, rule: Rule) -> list | None:
	"""Where one line stands for several records: their DocType, and the filters of the list that shows them."""
	if not rule.group_by:
		return None
	together = "township" if item.doctype == clocks.DIVISION else rule.group_by
	filters = {field: test for _kind, field, *test in rule.open_filters()}
	return [rule.doctype, filters | {rule.column: ["=", str(item.due_on)], together: ["=", item.name]}]


def _when(due_on: date | None, day: date) -> dict:
	if not due_on:
		return {"due_on": None, "days": None, "tier": UNDATED}
	days = (getdate(due_on) - day).days
	return {"due_on": str(due_on), "days": days, "tier": OVERDUE if days < 0 else SOON if days else TODAY}


# --- from the rules -------------------------------------------------------------------------------------------
def _due(user: str, day: date, directory: Directory) -> Iterator[tuple[Due, Rule]]:
	roles = directory.roles[user]
	for rule in due_rules.enabled():
		if not get_role_permissions(frappe.get_meta(rule.doctype), user).get("read"):
			continue
		until = add_days(day, rule.soon_days)
		for item in clocks.readable_items(rule, until, directory, _narrowed(rule, user, roles, day)):
			if user in item.users or _concerns(item, rule, user, day):
				yield item, rule


def _narrowed(rule: Rule, user: str, roles: set[str], day: date) -> due_rules.Narrowed:
	"""The rows that the user's lists show; and of a rule that asks neither the next step nor a role of the user, only those
	that the user entered or is named in, or that have been late for as long as those above are told."""
	listed = DatabaseQuery(rule.doctype, user=user).build_match_conditions()

	def narrowed(statement: Statement) -> Criterion:
		found = []
		if not any(line.told == NEXT_STEP or _asks(line, roles, above=False) for line in rule.recipients):
			persons = [line.person for line in rule.recipients if line.told == NAMED]
			near = [statement.record.owner == user, *(statement.column(path) == user for path in persons)]
			if rule.escalate_after and any(_asks(line, roles, above=True) for line in rule.recipients):
				near.append(statement.due <= add_days(day, -rule.escalate_after))
			found.append(Criterion.any(near))
		if listed:
			found.append(LiteralValue(listed))
		return Criterion.all(found)

	return narrowed


def _asks(line: due_rules.Recipient, roles: set[str], above: bool) -> bool:
	return line.role in roles and line.escalation == above


def _concerns(item: Due, rule: Rule, user: str, day: date) -> bool:
	"""Whether what waits for others is the user's business: entered, or late for as long as those above are told."""
	late = (day - item.due_on).days
	above = bool(rule.escalate_after) and late >= rule.escalate_after and user in item.superiors
	return above or (bool(item.users) and item.owner == user)


# --- handed over by colleagues ----------------------------------------------------------------------------------
def _tasks(user: str, day: date, announced: set[tuple[str, str]]) -> list[dict]:
	rows = frappe.get_all(
		TASK,
		filters={"allocated_to": user, "status": "Open"},
		fields=["name", "description", "date", "reference_type", "reference_name"],
		order_by="date, creation",
		limit_page_length=SHOWN,
	)
	return [
		{
			"doctype": row.reference_type or TASK,
			"name": row.reference_name or row.name,
			"title": strip_html(row.description or "").strip()[:140] or row.reference_name or row.name,
			"label": _("Handed to You"),
			"kind": _(row.reference_type or TASK),
			"place": "",
			"mine": True,
			"who": "",
			"list": None,
			**_when(row.date, day),
		}
		for row in rows
		if (row.reference_type, row.reference_name) not in announced
	]
