"""The steps of Frappe's workflows, in one request: what the dialog of a step asked is stored with the step.

Frappe takes a step on the record as it is stored, so that words entered for it would need a save of their own before,
and stay behind when the step is then refused. A DocType names in ``SAID_WITH_STEP`` the fields that come with a step;
those whose ``mandatory_depends_on`` holds in the next state are asked (public/js/socaid/workflow_asks.js), fields that a
county adds included.
"""

from __future__ import annotations

import frappe
from frappe.desk.form.load import get_docinfo, run_onload
from frappe.model import workflow
from frappe.model.document import Document

from socaid_app.permissions.fence import wrap


@frappe.whitelist(methods=["POST"])
def apply_workflow(doc: dict | str, action: str):
	"""In place of Frappe's: of the record that was sent, the fields of ``SAID_WITH_STEP`` are taken along.

	Raises what Frappe's raises, and whatever gate of the record is closed; then nothing is stored.
	"""
	sent = frappe.parse_json(doc)
	# Frappe reads the record itself
	record = frappe.get_doc({"doctype": sent["doctype"], "name": sent["name"]})
	done = take(record, action, **{name: sent[name] for name in said_with_step(record) if name in sent})
	return _as_loaded(done) if done else None


def _as_loaded(done: Document) -> Document:
	"""The record as the form would load it now: what a step set off has been written into it too, other fields are
	closed, and the timeline has a new line. The form asks for nothing more.
	"""
	stored = frappe.get_doc(done.doctype, done.name)
	run_onload(stored)
	stored.apply_fieldlevel_read_permissions()
	get_docinfo(stored)
	return stored


def take(record: Document, action: str, **said) -> Document:
	"""A step of the session's user, with what is said of it."""
	record.flags.said_with_step = said
	return workflow.apply_workflow(record, action)


def install() -> None:
	wrap(workflow, "apply_workflow", marked)


def marked(theirs, doc: Document | dict | str, action: str):
	"""A state that only steps set is set by this one, whether it is taken on a form, for several records, or in code."""
	record = frappe.get_doc(frappe.parse_json(doc))
	record.flags.workflow_action = action
	return theirs(record, action)


def said_with_step(doc: Document) -> tuple[str, ...]:
	added = (df.fieldname for df in doc.meta.fields if df.get("is_custom_field") and df.mandatory_depends_on)
	return (*getattr(doc, "SAID_WITH_STEP", ()), *added)


def tell_form(doc: Document, method: str | None = None) -> None:
	"""Hook ``onload``: what a step may ask."""
	if not doc.is_new() and (said := doc.meta.get_workflow() and said_with_step(doc)):
		doc.set_onload("said_with_step", said)
