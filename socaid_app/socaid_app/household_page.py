"""What the page of a household shows first: what is due, and what waits for a second person or for its day."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.casework import due_rules
from socaid_app.socaid_app.doctype.circumstance_change import circumstance_change

HOUSEHOLD, CHANGE = "Recipient Household", "Circumstance Change"
# As many dates of one kind as a page shows.
SHOWN = 5


@frappe.whitelist()
def overview(household: str) -> dict:
	"""The dates by which somebody has to act, the nearest first, and the changes that wait."""
	frappe.get_doc(HOUSEHOLD, household).check_permission("read")
	return {"due": due(household), "waiting": waiting(household)}


def due(household: str) -> list[dict]:
	"""By the Due Rules, of the records about this household that the asker may read."""
	found = []
	for rule, link in _with_dates(household):
		if not frappe.has_permission(rule.doctype):
			continue
		rows = frappe.get_list(
			rule.doctype,
			filters=[
				*rule.open_filters(),
				[rule.doctype, link, "=", household],
				[rule.doctype, rule.column, "is", "set"],
			],
			fields=["name", rule.column],
			order_by=f"{rule.column} asc",
			limit_page_length=SHOWN,
		)
		found += [
			{
				"label": rule.label,
				"doctype": rule.doctype,
				"name": row.name,
				"day": getdate(row[rule.column]),
				"left": (getdate(row[rule.column]) - getdate(today())).days,
				"soon": rule.soon_days,
			}
			for row in rows
		]
	return sorted(found, key=lambda row: (row["day"], row["doctype"], row["name"]))


def _with_dates(household: str) -> list[tuple[due_rules.Rule, str]]:
	"""The rules of which the household has a date at all, and the field by which its records belong to it: asked at once,
	since most have none."""
	rules = [(rule, _link(rule.doctype)) for rule in due_rules.enabled() if not rule.table_field]
	rules = [(rule, link) for rule, link in rules if link]
	if not rules:
		return []
	exists = " union all ".join(
		f"select {at} from dual where exists (select 1 from `tab{rule.doctype}`"
		f" where `{link}` = %(household)s and `{rule.column}` is not null)"
		for at, (rule, link) in enumerate(rules)
	)
	return [rules[at] for (at,) in frappe.db.sql(exists, {"household": household})]


def _link(doctype: str) -> str:
	"""The field by which a record belongs to a household."""
	if doctype == HOUSEHOLD:
		return "name"
	df = frappe.get_meta(doctype).get_field("household")
	return "household" if df and df.options == HOUSEHOLD else ""


def waiting(household: str) -> list[dict]:
	"""Told to whoever may see the household; opened by whoever may read the change: one that moves it is read there
	where it goes to.
	"""
	rows = frappe.get_all(
		CHANGE,
		filters={"household": household, "status": ["in", circumstance_change.WAITING]},
		fields=["name", "status", "kind", "action", "state_after", "happened_on", "to_division"],
		order_by="happened_on, creation",
	)
	names = [row.name for row in rows]
	readable = (
		frappe.get_list(CHANGE, filters={"name": ["in", names]}, pluck="name", order_by="name")
		if names and frappe.has_permission(CHANGE)
		else []
	)
	for row in rows:
		row.may_open = row.name in readable
		row.title = _(row.action or row.kind, context=CHANGE)
		row.place = frappe.db.get_value("Administrative Division", row.to_division, "division_name")
		row.state_after = row.state_after if row.may_open or row.action else ""
	return rows
