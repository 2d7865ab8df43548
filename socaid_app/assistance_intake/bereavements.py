"""What an event in somebody's life means for open applications and for those who work on them.

An application whose applicant dies ends with a letter to the family: the steps onward are closed
(:mod:`policy.gates`), and its staff are told to terminate it.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.assistance_intake import persons
from socaid_app.casework import messages
from socaid_app.casework.people import Directory
from socaid_app.policy import kinship, terms
from socaid_app.policy.household import ADULT
from socaid_app.policy.identity import age_on

APPLICATION = "Assistance Application"
CHANGE = "Circumstance Change"
# Who looks after a household in its village and township.
STAFF_TOLD = ("Township Officer", "Village Assistant")


def follow_life_event(occurrence) -> None:
	"""Hook ``socaid_life_events``: tell who reviews the change, and who works on a case of the person."""
	for name in occurrence.changes:
		change = frappe.get_doc(CHANGE, name)
		users = set(Directory().users(STAFF_TOLD, change.division)) - {frappe.session.user}
		messages.tell_staff(sorted(users), _subject(occurrence, change), CHANGE, name)
	for case in _open_cases(occurrence.person.name):
		users = {case.entered_by, case.second_checked_by, case.first_reviewer} - {
			None,
			"",
			frappe.session.user,
		}
		messages.tell_staff(sorted(users), _case_subject(occurrence, case), APPLICATION, case.name)


def _subject(occurrence, change: Document) -> str:
	if occurrence.undone:
		return _("{0}: “{1}” of {2} was recorded in error and is taken back").format(
			occurrence.person.full_name, _(occurrence.event), occurrence.on
		)
	due = _(", due {0}").format(change.due_on) if change.due_on else ""
	return _("{0}: “{1}” on {2}; review the benefit{3}").format(
		occurrence.person.full_name, _(occurrence.event), occurrence.on, due
	)


def _case_subject(occurrence, case: frappe._dict) -> str:
	dead = occurrence.event == terms.DEATH and not occurrence.undone
	if dead and case.applicant == occurrence.person.name:
		return _("{0}: the applicant died on {1}. End the case with a letter to the family.").format(
			case.name, occurrence.on
		)
	return _("{0}: what is on record about {1} has changed. Look at the assessment again.").format(
		case.name, occurrence.person.full_name
	)


def _open_cases(recipient: str) -> list[frappe._dict]:
	case, member = frappe.qb.DocType(APPLICATION), frappe.qb.DocType("Application Member")
	return (
		frappe.qb.from_(case)
		.join(member)
		.on((member.parent == case.name) & (member.parenttype == APPLICATION))
		.select(case.name, case.applicant, case.entered_by, case.second_checked_by, case.first_reviewer)
		.where((member.recipient == recipient) & case.workflow_state.isin(list(terms.OPEN_STATES)))
		.distinct()
		.orderby(case.name)
		.run(as_dict=True)
	)


def addressee(application: Document) -> str:
	"""Who gets a letter: the applicant, and after his or her death the nearest of the family who is alive and of age."""
	listed = [row.recipient for row in application.members]
	died = persons.deaths([application.applicant, *listed])
	if application.applicant not in died:
		return application.applicant
	family = [row for row in application.members if row.recipient not in died and not _is_minor(row)]
	family.sort(key=lambda row: (kinship.relation(row.kinship or "") != kinship.SPOUSE, row.idx))
	return family[0].recipient if family else application.applicant


def _is_minor(row: Document) -> bool:
	return bool(row.birth_date) and age_on(getdate(row.birth_date), getdate(today())) < ADULT
