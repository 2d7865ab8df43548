"""Joining duplicates of one petitioner, and undoing it (信访工作条例 Art. 21)."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document

from socaid_app.casework import steps
from socaid_app.petition_desk import conflicts, repeats
from socaid_app.petition_desk.procedure import (
	DOCTYPE,
	Ask,
	RuleBroken,
	StepNotOpen,
	refuse_breaches,
	step,
)
from socaid_app.policy import petitions as law


def _may_be_joined(doc: Document) -> dict:
	return {"status": ["in", law.OPEN], "name": ["!=", doc.name], "restricted": doc.restricted}


@step(
	_lt("Join Into Another"),
	at=law.STEPS["join"],
	to=law.JOINED,
	asks=(
		Ask(
			"into",
			label=_lt("Petition"),
			fieldtype="Link",
			options=DOCTYPE,
			default=lambda doc: doc.repeat_of,
			filters=_may_be_joined,
		),
	),
)
def join(doc: Document, into: str) -> None:
	"""Join a duplicate into another open petition, whose record then refers to it."""
	target = frappe.get_doc(DOCTYPE, into, for_update=True)
	target.check_permission("write")
	if target.name == doc.name or target.status not in law.OPEN:
		frappe.throw(_("Choose another petition that is still open."), StepNotOpen)
	if bool(target.restricted) != bool(doc.restricted):
		frappe.throw(_("An accusation and another petition are not joined (Art. 30)."), RuleBroken)
	conflicts.require_impartial(target)
	same_person = {row.name for row in repeats.of_the_same_person(doc, later=True)}
	refuse_breaches(law.joining_breaches(target.name in same_person))
	steps.note(doc, target.name)
	steps.done(doc, joined_into=target.name)
	target.log(law.STEP_NAMES["join"], f"并入{doc.name}，办理记录见该件")
	target.save_by_step()


@step(_lt("Undo the Joining"), at=law.STEPS["separate"], asks=(Ask("reason", label=_lt("Reason")),))
def separate(doc: Document, reason: str) -> None:
	"""Undo a joining, while the petition it went into is not answered."""
	target = frappe.get_doc(DOCTYPE, doc.joined_into, for_update=True)
	if target.status not in law.OPEN:
		frappe.throw(
			_("{0} has been answered; the petition stays joined to it.").format(target.name), StepNotOpen
		)
	steps.done(doc, status=law.UNDER_WAY if doc.accepted_on else law.RECORDED, joined_into=None)
	target.log(law.STEP_NAMES["separate"], f"{doc.name}：{reason}")
	target.save_by_step()
