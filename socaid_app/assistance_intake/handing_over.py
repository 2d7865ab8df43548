"""A new case that is complete goes to a colleague: who enters a case does not check it (service plan 1.1.2-3).

The day on which nothing more is missing stands on the case (``ready_on``), so that a Due Rule shows it among what waits
for whoever may accept it; they are told once, when the case becomes ready.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import today

from socaid_app.assistance_intake import facts, staff
from socaid_app.casework import events, messages, people
from socaid_app.policy import gates, terms

DOCTYPE = "Assistance Application"
# What is wrong with the person who looks, not with the case.
OF_THE_PERSON = frozenset({"second_check", "recusal"})


def follow(application: Document) -> None:
	"""From ``validate``: since when the case waits for another person, and for nothing else."""
	ready = application.workflow_state == terms.DRAFT and _is_complete(application)
	application.ready_on = (application.ready_on or today()) if ready else None


def _is_complete(application: Document) -> bool:
	breaches = gates.breaches(facts.facts(application, terms.DRAFT), terms.ACCEPTED)
	return all(breach.rule in OF_THE_PERSON for breach in breaches)


def look_again(name: str | None) -> None:
	"""A paper kept in a record of its own, a consent, came in or was taken back."""
	state = name and frappe.db.get_value(DOCTYPE, name, "workflow_state")
	if state != terms.DRAFT or events.is_left_to_its_save(DOCTYPE, name):
		return
	application = frappe.get_doc(DOCTYPE, name)
	before = application.ready_on
	follow(application)
	if bool(application.ready_on) != bool(before):
		application.db_set("ready_on", application.ready_on, update_modified=False)
		_tell_once(application, before)


def tell(application: Document) -> None:
	"""From ``on_update``: those who may accept it."""
	before = application.get_doc_before_save()
	_tell_once(application, before and before.ready_on)


def _tell_once(application: Document, before) -> None:
	if before or not application.ready_on:
		return
	subject = _("Ready for the second check: {0}").format(application.applicant_name)
	messages.tell_staff(who_checks(application), subject, application.doctype, application.name)


def tell_form(application: Document) -> None:
	"""From ``onload``: to whom the clerk's part has gone."""
	if application.ready_on and application.entered_by == frappe.session.user:
		names = people.full_names(who_checks(application)[:3])
		application.set_onload("handed_to", "、".join(names.values()))


def who_checks(application: Document) -> list[str]:
	found = staff.next_steps([application.name], people.Directory())
	return list(found.get(application.name, ()))
