"""Applying again asks only for what has changed (民发〔2024〕57号 Art. 10): what the last application said is taken over.

Each kind of fact comes with its age. What is older than the county allows is confirmed with the applicant before the case is
accepted, or put right, which confirms it as well. Members come from the register as it is today, consents that still stand are
kept (consents.py), the signature is given anew, and no receipt is counted a second time (receipts.py).
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.assistance_intake import desk
from socaid_app.assistance_intake.carried_facts import (
	MEMBERS,
	TABLES,
	ReapplicationRefused,
	is_stale,
)
from socaid_app.assistance_intake.desk import APPLICATION
from socaid_app.casework import records
from socaid_app.policy import terms
from socaid_app.socaid_app import registry

SIMPLE = (
	"category",
	"applicant",
	"area",
	"cause",
	"single_application",
	"support_form",
	"no_income",
	"no_property",
	"no_expenses",
)
# Of a row, what is said; what the system finds out is found out anew.
MEMBER = ("recipient", "kinship", "residence", "in_need", "independent", "schooling")


@frappe.whitelist(methods=["POST"])
def begin(application: str) -> str:
	"""Begin a new application from an ended one; returns its name."""
	previous = frappe.get_doc(APPLICATION, application)
	previous.check_permission("read")
	frappe.has_permission(APPLICATION, "create", throw=True)
	if previous.workflow_state not in terms.FINAL_STATES:
		frappe.throw(
			_("This application is still open; it goes on, and no new one is needed."), ReapplicationRefused
		)
	_refuse_second(previous)
	doc = frappe.get_doc(values(previous))
	with records.step(doc):
		doc.insert()
	return doc.name


def _refuse_second(previous: Document) -> None:
	again = {"previous_application": previous.name, "workflow_state": ["in", terms.OPEN_STATES]}
	if other := frappe.db.get_value(APPLICATION, again, "name"):
		frappe.throw(_("The family has applied again already ({0}).").format(other), ReapplicationRefused)


def values(previous: Document) -> dict:
	"""The new application as a dict, with what is taken over and how old it is."""
	homes = registry.households_of(previous.applicant)
	tables = {
		"members": _members(previous, homes),
		"supporters": _rows(previous.supporters),
		"incomes": _rows(previous.incomes),
		"properties": _rows(previous.properties),
		"expenses": _expenses(previous),
		"materials": _materials(previous),
	}
	present = {row["recipient"] for row in tables["members"]}
	tables["incomes"] = [row for row in tables["incomes"] if row["recipient"] in present]
	said = {field: previous.get(field) for field in SIMPLE}
	if asks_for_receipts(previous):
		said["no_expenses"] = 0
	return {
		"doctype": APPLICATION,
		**said,
		**tables,
		"household": homes[0] if homes else previous.household,
		"division": frappe.db.get_value("Recipient", previous.applicant, "division") or previous.division,
		"applied_on": today(),
		"previous_application": previous.name,
		"carried_facts": _carried(previous, tables, said, bool(homes)),
	}


def asks_for_receipts(application: Document) -> bool:
	"""Whether the costs of the last twelve months decide: those are never the costs of the time before."""
	return application.scheme == terms.RIGID or application.route == terms.EXPENDITURE


def _members(previous: Document, homes: list[str]) -> list[dict]:
	if homes:
		return desk.household_members(homes[0])
	return [{field: row.get(field) for field in MEMBER} for row in previous.members]


def _expenses(previous: Document) -> list[dict]:
	"""A receipt that was counted is not shown again."""
	if asks_for_receipts(previous):
		return []
	return _rows([row for row in previous.expenses if not row.receipt_no])


def _rows(rows: list[Document]) -> list[dict]:
	"""What was written in the rows, not who or when."""
	return [
		{
			df.fieldname: row.get(df.fieldname)
			for df in row.meta.fields
			if row.get(df.fieldname) and not df.no_copy
		}
		for row in rows
	]


def _carried(previous: Document, tables: dict, said: dict, from_register: bool) -> list[dict]:
	on = getdate(previous.accepted_on or previous.applied_on)
	answered = {"incomes": "no_income", "properties": "no_property", "expenses": "no_expenses"}
	found = []
	for what, table in TABLES.items():
		taken = tables[table] or said.get(answered.get(table, ""))
		if taken:
			as_of = getdate(today()) if what == MEMBERS and from_register else on
			found.append(
				{"what": what, "taken_from": previous.name, "as_of": as_of, "stale": int(is_stale(as_of))}
			)
	return found


def _materials(previous: Document) -> list[dict]:
	"""Papers that the office has and that have not changed are not asked for again (Art. 10)."""
	return [
		{
			"material": row.material,
			"received": 1,
			"received_on": row.received_on,
			"file": row.file,
			"note": f"沿用{previous.name}",
		}
		for row in previous.materials
		if cint(row.received)
	]
