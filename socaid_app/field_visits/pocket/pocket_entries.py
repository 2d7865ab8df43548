"""What visitors noticed beside the form: a note on the visit, somebody who may need help, a problem to be followed."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import cstr, escape_html, getdate

NOTE, LEAD, PROBLEM = "note", "lead", "problem"
# Kind → what it becomes, and what the phone asks for.
ASKED = {
	LEAD: (
		"Assistance Lead",
		("person_name", "phone", "place", "need", "urgency", "consent", "situation"),
	),
	PROBLEM: ("Visit Problem", ("subject", "content", "sent_to", "due_on")),
}
KINDS = (NOTE, *ASKED)


def enter(visit: Document, record: Document, kind: str, data: dict) -> None:
	"""``data``: {text} of a note, otherwise the fields of ASKED. The rules of the record it becomes hold."""
	if kind == NOTE:
		if text := cstr(data.get("text")).strip():
			visit.add_comment("Comment", escape_html(text))
		return
	doctype, asked = ASKED[kind]
	known = (
		{"reported_on": getdate(record.happened_at), "source": "Visit by Staff", "division": visit.division}
		if kind == LEAD
		else {"visit": visit.name, "household": visit.household, "channel": "Written Report"}
	)
	frappe.get_doc({"doctype": doctype, **{field: data.get(field) for field in asked}, **known}).insert()
