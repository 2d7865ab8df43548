"""What an application has taken over from the last one (reapplication.py): how old it is, and who has confirmed it."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.casework.records import differs
from socaid_app.policy import clock
from socaid_app.socaid_app import rules

MEMBERS, MATERIALS = "Members Taken Over", "Materials Taken Over"
# Carried Fact.what → the table it speaks of
TABLES = {
	MEMBERS: "members",
	"Income Taken Over": "incomes",
	"Property Taken Over": "properties",
	"Supporters Taken Over": "supporters",
	"Expenses Taken Over": "expenses",
	MATERIALS: "materials",
}


class ReapplicationRefused(frappe.ValidationError):
	pass


def is_stale(as_of) -> bool:
	months = cint(rules.parameters().get("reapplication_fresh_months", getdate(today())))
	return clock.add_months(getdate(as_of), months) < getdate(today())


def follow(application: Document) -> None:
	"""What was confirmed or put right says by whom; nothing that was taken over is forgotten by deleting its row."""
	before = application.get_doc_before_save()
	known = {row.name: row for row in (before.carried_facts if before else ())}
	if not known.keys() <= {row.name for row in application.carried_facts}:
		frappe.throw(
			_("What was taken over stays listed: tick “Still True”, or put right what has changed."),
			ReapplicationRefused,
		)
	application.set("carried_facts", [row for row in application.carried_facts if row.what])
	for row in application.carried_facts:
		changed = before and row.name in known and differs(application, before, TABLES[row.what])
		if (cint(row.still_true) or changed) and not row.confirmed_on:
			row.update({"confirmed_by": frappe.session.user, "confirmed_on": today()})
		elif not (cint(row.still_true) or changed) and row.confirmed_on and cint(known[row.name].still_true):
			row.update({"confirmed_by": None, "confirmed_on": None})


def unconfirmed(application: Document) -> list[str]:
	"""What is too old to be taken for granted and nobody has confirmed, in words."""
	return [
		f"{_(row.what, context='Carried Fact')}（{getdate(row.as_of):%Y-%m-%d}）"
		for row in application.carried_facts
		if cint(row.stale) and not row.confirmed_on
	]
