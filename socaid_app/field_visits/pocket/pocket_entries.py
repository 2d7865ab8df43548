"""What visitors noticed beside the form: a note on the visit, somebody who may need help, a problem to be followed; and
the callback that is due with the family anyway."""

from __future__ import annotations

from collections.abc import Collection

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, escape_html, getdate

from socaid_app.casework import records
from socaid_app.field_visits import callbacks, visits

NOTE, LEAD, PROBLEM, CALLBACK = "note", "lead", "problem", "callback"
# Kind → what it becomes, and what the phone asks for.
ASKED = {
	LEAD: (
		"Assistance Lead",
		("person_name", "phone", "place", "need", "urgency", "consent", "situation"),
	),
	PROBLEM: ("Visit Problem", ("subject", "content", "sent_to", "due_on")),
}
KINDS = (NOTE, *ASKED, CALLBACK)
# Kind of a question → what its answer is chosen from.
SATISFACTION = ("Very Satisfied", "Satisfied", "Neutral", "Dissatisfied")
CHOICES = {"Yes or No": ("Yes", "No"), "Satisfaction": SATISFACTION}


def enter(visit: Document, record: Document, kind: str, data: dict) -> None:
	"""``data``: {text} of a note, the fields of ASKED, or a callback. The rules of the record it becomes hold."""
	if kind == NOTE:
		if text := cstr(data.get("text")).strip():
			visit.add_comment("Comment", escape_html(text))
		return
	if kind == CALLBACK:
		_answer(visit, record, data)
		return
	doctype, asked = ASKED[kind]
	known = (
		{"reported_on": getdate(record.happened_at), "source": "Visit by Staff", "division": visit.division}
		if kind == LEAD
		else {"visit": visit.name, "household": visit.household, "channel": "Written Report"}
	)
	frappe.get_doc({"doctype": doctype, **{field: data.get(field) for field in asked}, **known}).insert()


def _answer(visit: Document, record: Document, data: dict) -> None:
	"""``data``: {callback, answers: [{question, answer, needs_action}], answered_by, summary}."""
	doc = frappe.get_doc(callbacks.DOCTYPE, cstr(data.get("callback")), for_update=True)
	doc.check_permission("write")
	if doc.household != visit.household:
		frappe.throw(_("This callback is of another household."), callbacks.CallbackClosed)
	if doc.kind == callbacks.VISIT and visit.status in (visits.PLANNED, visits.UNDER_WAY):
		# it comes again when the visit has ended
		frappe.throw(_("The visit has not ended yet."), visits.VisitIncomplete)
	if doc.status in callbacks.OPEN:
		doc.called_at, doc.attempts = record.happened_at, cint(doc.attempts) + 1
		if doc.kind == callbacks.VISIT and not doc.visit:
			doc.visit = visit.name
		with records.step(doc):
			doc.save()
	callbacks.record(
		doc.name,
		answers=data.get("answers") or [],
		summary=data.get("summary"),
		answered_by=data.get("answered_by"),
		satisfaction=_satisfaction(data.get("answers") or []),
	)


def _satisfaction(answers: list[dict]) -> str | None:
	said = {answer.get("answer") for answer in answers}
	return next((value for value in SATISFACTION if _(value) in said), None)


def callbacks_of(households: Collection[str]) -> dict[str, list[dict]]:
	"""Household → its open callbacks: [{name, kind, visit, due_on, opening, questions: [{question, choices}]}]."""
	if not households or not frappe.has_permission(callbacks.DOCTYPE, "read"):
		return {}
	rows = frappe.get_list(
		callbacks.DOCTYPE,
		filters={"household": ["in", list(households)], "status": ["in", callbacks.OPEN]},
		fields=["name", "household", "kind", "visit", "due_on", "opening", "script"],
		order_by="due_on, name",
		limit=0,
	)
	asked = _questions("Callback Answer", [row.name for row in rows])
	scripted = {row.script for row in rows if row.script and row.name not in asked}
	asked |= _questions("Callback Question", scripted)
	openings = dict(
		frappe.get_all(
			"Callback Script", filters={"name": ["in", scripted]}, fields=["name", "opening"], as_list=True
		)
		if scripted
		else ()
	)
	found = {}
	for row in rows:
		script, household = row.pop("script"), row.pop("household")
		questions = asked.get(row.name) or asked.get(script) or []
		row.update({"due_on": cstr(row.due_on), "questions": questions})
		row.opening = row.opening or openings.get(script) or ""
		found.setdefault(household, []).append(row)
	return found


def _questions(doctype: str, parents: Collection[str]) -> dict[str, list[dict]]:
	if not parents:
		return {}
	found = {}
	for row in frappe.get_all(
		doctype,
		filters={"parent": ["in", list(parents)]},
		fields=["parent", "question", "answer_kind"],
		order_by="parent, idx",
		limit=0,
	):
		choices = [_(word) for word in CHOICES.get(row.answer_kind, ())]
		found.setdefault(row.parent, []).append({"question": row.question, "choices": choices})
	return found
