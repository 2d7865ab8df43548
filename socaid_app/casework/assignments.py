"""Whoever is responsible for a record finds it under “assigned to me” for as long as it is open, and no longer.

A controller says who that is (``Guarded.in_charge``). Assignments that colleagues make by hand stay as they are, and are
closed with the record.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import frappe
from frappe import _
from frappe.desk.form import assign_to
from frappe.model.document import Document
from frappe.utils import now

from socaid_app.casework import messages
from socaid_app.casework.people import Directory
from socaid_app.frappe_versions import aggregate
from socaid_app.permissions.scope import COUNTY_ROLES

NOBODY = ("Administrator", "Guest")


def follow(doc: Document) -> None:
	"""After every save: from one person to the next, and to nobody when the record is closed."""
	before, now = doc.get_doc_before_save(), _person(doc)
	earlier = _person(before) if before else None
	if now == earlier:
		return
	if not now:
		assign_to.close_all_assignments(doc.doctype, doc.name, ignore_permissions=True)
		return
	if earlier:
		assign_to.remove(doc.doctype, doc.name, earlier, ignore_permissions=True)
	# an assignment to somebody who may not read the record would show it
	if frappe.has_permission(doc.doctype, "read", doc=doc, user=now):
		_assign(doc, now)


def hand_out(doctype: str, theirs: Mapping[str, Iterable[Mapping]]) -> None:
	"""Many records that a job has made, by user: rows of name, title and due_on. Two statements a user, and one message,
	however many they are."""
	stamp = {
		"creation": now(),
		"modified": now(),
		"owner": frappe.session.user,
		"modified_by": frappe.session.user,
	}
	for user, rows in theirs.items():
		tasks = [
			{
				"name": frappe.generate_hash(length=10),
				**stamp,
				"reference_type": doctype,
				"reference_name": row["name"],
				"allocated_to": user,
				"assigned_by": frappe.session.user,
				"description": row["title"],
				"date": row["due_on"],
				"status": "Open",
				"priority": "Medium",
			}
			for row in rows
		]
		if not tasks:
			continue
		frappe.db.bulk_insert("ToDo", list(tasks[0]), [tuple(task.values()) for task in tasks])
		names = [task["reference_name"] for task in tasks]
		frappe.db.set_value(
			doctype, {"name": ["in", names]}, "_assign", json.dumps([user]), update_modified=False
		)
		messages.tell_staff(
			[user], _("{0} × {1} are now yours to handle.").format(_(doctype), len(tasks)), doctype, names[0]
		)


def share_out(
	doctype: str, rows: Iterable[Mapping], roles: Iterable[str], open_states: Iterable[str]
) -> None:
	"""New records of a job, each to somebody who has one of the roles in its division: to whoever has least to do first,
	and those of one household to one person. ``rows``: name, title, due_on, division and household; the person stands in
	``officer``, and is told once."""
	directory, load = Directory(), _open_by_officer(doctype, open_states)
	roles = frozenset(roles)
	theirs: dict[str, list[Mapping]] = defaultdict(list)
	of_household: dict[str, str] = {}
	for row in rows:
		user = of_household.get(row["household"]) if row["household"] else None
		if not user:
			# the township before the county
			able = directory.users(roles - COUNTY_ROLES, row["division"]) or directory.users(
				roles, row["division"]
			)
			if not able:
				continue
			user = min(able, key=lambda one: (load[one], one))
		if row["household"]:
			of_household[row["household"]] = user
		load[user] += 1
		theirs[user].append(row)
	for user, mine in theirs.items():
		names = [row["name"] for row in mine]
		frappe.db.set_value(doctype, {"name": ["in", names]}, "officer", user, update_modified=False)
	hand_out(doctype, theirs)


def _open_by_officer(doctype: str, open_states: Iterable[str]) -> Counter:
	rows = frappe.get_all(
		doctype,
		filters={"status": ["in", list(open_states)], "officer": ["is", "set"]},
		fields=["officer", aggregate("count", "name", "open")],
		group_by="officer",
		order_by="officer",
	)
	return Counter({row.officer: row.open for row in rows})


def _person(doc: Document) -> str | None:
	user = doc.in_charge()
	known = user and user not in NOBODY and frappe.db.get_value("User", user, "enabled", cache=True)
	return user if known else None


def _assign(doc: Document, user: str) -> None:
	todo = {"reference_type": doc.doctype, "reference_name": doc.name, "allocated_to": user}
	if frappe.db.exists("ToDo", {**todo, "status": "Open"}):
		return
	title = doc.get_title() or doc.name
	frappe.get_doc(
		{
			"doctype": "ToDo",
			**todo,
			"assigned_by": frappe.session.user,
			"description": title,
			"date": doc.get("due_on"),
		}
	).insert(ignore_permissions=True)
	if user != frappe.session.user and not doc.TELLS_WHO_IS_IN_CHARGE:
		subject = _("{0} {1} is now yours to handle: {2}").format(_(doc.doctype), doc.name, title)
		messages.tell_staff([user], subject, doc.doctype, doc.name)
