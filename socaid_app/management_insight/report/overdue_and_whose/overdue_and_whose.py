"""What is overdue by which rule, where, whose it is, and for how long: the Due Rules, counted by the fence of lists.

Each number is counted through the list that it opens, hence by the same criterion: an accusation is counted for nobody
who may not know of it. A rule whose list the reader may not open is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import date_diff, getdate, today

from socaid_app import figures
from socaid_app.casework import due_rules
from socaid_app.casework.due_rules import NAMED, NEXT_STEP, Rule
from socaid_app.casework.people import Directory, full_names
from socaid_app.casework.places import division_names
from socaid_app.frappe_versions import aggregate
from socaid_app.management_insight import behind
from socaid_app.permissions.scope import scope_of, scoped_doctypes
from socaid_app.reporting import column

# Persons of the next step are looked up case by case; of more cases than this, the step alone is said.
MOST_ASKED = 500
OFFICER = "Visit Officer"
PERSONS = ("User", OFFICER)


def execute(filters: dict | None = None):
	"""``filters``: rule, township."""
	filters = frappe._dict(filters or {})
	rows = overdue(filters)
	message = behind.said(
		rows, figures.meanings("overdue_by_rule"), _("Nothing is overdue. Every clock that runs is in time.")
	)
	return columns(), rows, message, chart(rows), summary(rows)


def overdue(filters: frappe._dict) -> list[dict]:
	"""Rows of {label, kind, required_by_law, township, responsible, found, oldest, days}, the longest overdue first."""
	legal = set(frappe.get_all("Due Rule", {"required_by_law": 1}, pluck="name", order_by="name"))
	rows = []
	for rule in due_rules.enabled():
		if filters.rule not in (None, "", rule.name) or not frappe.has_permission(rule.doctype, "read"):
			continue
		for row in filter(_is_the_readers(rule), _counted(rule, filters.township)):
			rows.append(row | {"rule": rule.name, "required_by_law": int(rule.name in legal)})
	names = division_names(row["township"] for row in rows)
	for row in rows:
		row["township_name"] = names.get(row["township"]) or _("County")
		row["days"] = date_diff(today(), row["oldest"])
	return sorted(rows, key=lambda row: (-row["days"], row["label"], row["township_name"]))


def _is_the_readers(rule: Rule) -> Callable[[dict], bool]:
	"""Plans and other records that all staff may list are counted for those alone whose township they are for."""
	if rule.doctype in scoped_doctypes():
		return lambda row: True
	scope = scope_of()
	return lambda row: not row["township"] or scope.covers(row["township"])


def _counted(rule: Rule, township: str | None) -> list[dict]:
	by_person = _person(rule)
	asked = _next_steps(rule)
	if rule.table_field or asked:
		found = _each(rule, township, by_person)
		names = [row.name for row in found]
		known = asked(names, Directory()) if asked and 0 < len(names) <= MOST_ASKED else {}
		for row in found:
			row.users = tuple(known.get(row.name, ()))
	else:
		found = _grouped(rule, township, by_person)
	return _summed(rule, found, by_person)


def _filters(rule: Rule, township: str | None = None) -> list[list]:
	"""Rows for a list: what the rule has open and overdue."""
	kind = rule.table if rule.table_field else rule.doctype
	wanted = [list(condition) for condition in rule.open_filters()]
	wanted.append([kind, rule.column, "between", [str(due_rules.FIRST_DAY), str(behind.yesterday())]])
	if township and frappe.get_meta(rule.doctype).has_field("township"):
		wanted.append([rule.doctype, "township", "=", township])
	elif township:
		wanted.append([rule.doctype, "name", "is", "not set"])
	return wanted


def _person(rule: Rule) -> str:
	"""The field of the record that names who is responsible: a user, or somebody who makes visits."""
	meta = frappe.get_meta(rule.doctype)
	for recipient in rule.recipients:
		head = recipient.person.partition(".")[0]
		field = meta.get_field(head)
		names_person = head == "owner" or (field and field.options in PERSONS)
		if recipient.told == NAMED and not recipient.escalation and names_person:
			return head
	return ""


def _next_steps(rule: Rule):
	if any(recipient.told == NEXT_STEP for recipient in rule.recipients):
		paths = frappe.get_hooks("socaid_next_step").get(rule.doctype)
		return frappe.get_attr(paths[-1]) if paths else None
	return None


def _grouped(rule: Rule, township: str | None, person: str) -> list[frappe._dict]:
	by = [field for field in ("township",) if frappe.get_meta(rule.doctype).has_field(field)]
	by += [person] if person else []
	return frappe.get_list(
		rule.doctype,
		filters=_filters(rule, township),
		fields=[*by, aggregate("count", "name", "found"), aggregate("min", rule.column, "oldest")],
		group_by=", ".join(by) or None,
		order_by="",
		limit_page_length=0,
	)


def _each(rule: Rule, township: str | None, person: str) -> list[frappe._dict]:
	"""Record by record, once each, however many rows of a table are overdue in it."""
	meta = frappe.get_meta(rule.doctype)
	by = ["name", *(["township"] if meta.has_field("township") else []), *([person] if person else [])]
	# Frappe takes min(`tab…`.`…`) for the name of a table: the oldest row is found here
	due = f"`tab{rule.table}`.`{rule.column}`" if rule.table_field else rule.column
	found: dict[str, frappe._dict] = {}
	for row in frappe.get_list(
		rule.doctype,
		filters=_filters(rule, township),
		fields=[*by, f"{due} as oldest"],
		order_by="",
		limit_page_length=0,
	):
		known = found.setdefault(row.name, frappe._dict(row, found=1))
		known.oldest = min(known.oldest, row.oldest)
	return list(found.values())


def _summed(rule: Rule, found: list[frappe._dict], person: str) -> list[dict]:
	"""One row for each place and person."""
	grouped: dict[tuple, dict] = {}
	for row in found:
		if not row.found:
			continue
		key = (
			row.get("township") or None,
			(row.get(person) or None) if person else None,
			row.get("users") or (),
		)
		line = grouped.setdefault(
			key,
			{
				"label": rule.label,
				"kind": _(rule.doctype),
				"township": key[0],
				"found": 0,
				"oldest": None,
				"names": [],
			},
		)
		line["found"] += row.found
		line["names"] += [row.name] if key[2] else []
		line["oldest"] = min(filter(None, (line["oldest"], getdate(row.oldest))))
	names = _names(rule, grouped, person)
	for key, line in grouped.items():
		township, named, users = key
		line["responsible"] = names.get(named) or "、".join(names[user] for user in users) or _roles(rule)
		_open(rule, line, township, person, named, line.pop("names"))
	return list(grouped.values())


def _names(rule: Rule, grouped: dict, person: str) -> dict[str, str]:
	named = {key[1] for key in grouped if key[1]}
	field = frappe.get_meta(rule.doctype).get_field(person) if person else None
	if field and field.options == OFFICER:
		found = dict(
			frappe.get_all(
				OFFICER,
				filters={"name": ["in", sorted(named) or [""]]},
				fields=["name", "officer_name"],
				order_by="name",
				as_list=True,
			)
		)
	else:
		found = full_names(named)
	users = {user for key in grouped for user in key[2]}
	return found | {user: name or user for user, name in ({u: u for u in users} | full_names(users)).items()}


def _roles(rule: Rule) -> str:
	"""Where the record names nobody: who acts in that place."""
	roles = [_(one.role) for one in rule.recipients if one.role and not one.escalation]
	if any(one.told == NEXT_STEP for one in rule.recipients):
		roles = [_("Who Takes the Next Step"), *roles]
	return "、".join(dict.fromkeys(roles)) or _("Not Assigned")


def _open(rule: Rule, line: dict, township, person: str, named, names: list[str]) -> None:
	"""The list with the same conditions; whose next step it is, no list can be asked: that one is asked by ``names``."""
	filters = {
		(field if kind == rule.doctype else f"{kind}.{field}"): [operator, value]
		for kind, field, operator, value in _filters(rule)
	}
	if frappe.get_meta(rule.doctype).has_field("township"):
		filters["township"] = behind.place_filter(township)
	if person:
		filters[person] = named or ["is", "not set"]
	if names:
		filters = {"name": ["in", names]}
	behind.in_list(line, "found", rule.doctype, filters)


def columns() -> list[dict]:
	return [
		column("label", _("What Is Overdue"), "Data", 210),
		column("kind", _("Record Type"), "Data", 130),
		column("required_by_law", _("Required by Law"), "Check", 90),
		column("township_name", _("Township Division"), "Data", 120),
		column("responsible", _("Responsible"), "Data", 220),
		behind.number("found", _("Overdue"), 90, behind.BAD),
		column("oldest", _("Due Since"), "Date", 110),
		behind.number("days", _("Days Overdue at Most"), 130, behind.BAD),
	]


def chart(rows: list[dict]) -> dict:
	counted: dict[str, int] = defaultdict(int)
	for row in rows:
		counted[row["label"]] += row["found"]
	most = sorted(counted.items(), key=lambda item: -item[1])[:10]
	if not most:
		return {"type": "bar", "data": {}}
	return {
		"type": "bar",
		"data": {
			"labels": [label for label, _found in most],
			"datasets": [{"name": _("Overdue"), "values": [found for _label, found in most]}],
		},
		"colors": ["#e24c4c"],
	}


def summary(rows: list[dict]) -> list[dict]:
	legal = sum(row["found"] for row in rows if row["required_by_law"])
	return [
		{
			"value": sum(row["found"] for row in rows),
			"label": _("Overdue"),
			"datatype": "Int",
			"indicator": "Red" if rows else "Green",
		},
		{
			"value": legal,
			"label": _("Of These, Required by Law"),
			"datatype": "Int",
			"indicator": "Red" if legal else "Green",
		},
		{
			"value": max((row["days"] for row in rows), default=0),
			"label": _("Days Overdue at Most"),
			"datatype": "Int",
			"indicator": "Red" if rows else "Green",
		},
	]
