"""What the petitioner thinks of the answer, given once after it: on the web, in person or by telephone."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import now

from socaid_app.casework import duties, steps
from socaid_app.petition_desk import secrecy
from socaid_app.petition_desk.procedure import DOCTYPE, Ask, Incomplete, StepNotOpen, step, who_hear
from socaid_app.policy import petitions as law

MANAGERS = "Lead the Petition Desk"
RATINGS = ("Very Satisfied", "Satisfied", "Neither", "Dissatisfied")
DISSATISFIED = "Dissatisfied"


class AlreadyRated(frappe.ValidationError):
	pass


def rate(name: str, satisfaction: str, comment: str | None = None) -> None:
	"""The petitioner's opinion of the answer, given once after it; the caller has made sure it is the petitioner."""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	_enter(doc, satisfaction, comment)
	doc.log(law.STEP_NAMES["record_satisfaction"], _(satisfaction, context=DOCTYPE))
	doc.save_by_step(ignore_permissions=True)
	_tell(doc)


@step(
	_lt("Record the Satisfaction"),
	at=law.STEPS["record_satisfaction"],
	asks=(
		Ask("satisfaction", of=DOCTYPE, options=RATINGS),
		Ask("comment", reqd=False, label=_lt("Comment", context=DOCTYPE)),
	),
	hidden=lambda doc: not doc.answered_on or doc.satisfaction,
)
def record_satisfaction(doc: Document, satisfaction: str, comment: str | None = None) -> None:
	"""The same, told to a member of staff in person or by telephone."""
	_enter(doc, satisfaction, comment)
	steps.note(doc, _(satisfaction, context=DOCTYPE))
	steps.done(doc)
	_tell(doc)


def _enter(doc: Document, satisfaction: str, comment: str | None) -> None:
	if not doc.answered_on:
		frappe.throw(_("The petition can be rated when it has been answered."), StepNotOpen)
	if doc.satisfaction:
		frappe.throw(_("The petition has been rated already. Thank you."), AlreadyRated)
	if satisfaction not in RATINGS:
		frappe.throw(
			_("Choose one of: {0}.").format("、".join(_(word, context=DOCTYPE) for word in RATINGS)),
			Incomplete,
		)
	doc.update(
		{"satisfaction": satisfaction, "satisfaction_comment": (comment or "").strip(), "rated_on": now()}
	)


def _tell(doc: Document) -> None:
	"""Dissatisfaction is brought before the manager, for an accusation before its handlers."""
	if doc.satisfaction == DISSATISFIED:
		subject = _("The petitioner is dissatisfied with the answer to {0}: {1}").format(
			doc.name, doc.subject
		)
		secrecy.tell(who_hear(doc, duties.roles_of(MANAGERS)), subject, doc)
