"""A notice comes down: withdrawn with a reason, replaced by a newer one, or complete after its days."""

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import messages, steps, waiting
from socaid_app.casework.people import Directory
from socaid_app.casework.steps import Ask
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import hanging, statements
from socaid_app.public_disclosure import notice_steps as states
from socaid_app.public_disclosure.content import NOTICE
from socaid_app.public_disclosure.notice_steps import refuse, step


@step(
	_lt("Withdraw"),
	at=(*states.OPEN, states.OBJECTION),
	to=states.WITHDRAWN,
	asks=(Ask("reason", label=_lt("Withdrawal Reason")),),
)
def withdraw(notice: Document, reason: str) -> str:
	"""Take a notice off the board, with a reason; the case needs a new one."""
	steps.done(notice, withdrawal_reason=reason)
	return notice.status


def take_down(application: str, reason: str) -> None:
	"""Withdraw what is posted or drafted for a case that leaves the publicity."""
	unfinished = {"application": application, "kind": rules_of.PRELIMINARY, "status": ["in", states.OPEN]}
	for name in frappe.get_all(NOTICE, filters=unfinished, pluck="name", order_by="creation"):
		withdraw_by_system(name, reason)


def withdraw_by_system(name: str, reason: str, corrected: bool = False) -> None:
	"""A withdrawal that follows from something else; the same rules, nobody's permission."""
	notice = frappe.get_doc(NOTICE, name)
	notice.flags.corrected, notice.flags.by_system = corrected, True
	notice.update({"status": states.WITHDRAWN, "withdrawal_reason": reason})
	notice.save(ignore_permissions=True)


def replace(name: str, by: str) -> None:
	"""A newer notice hangs in its place (a roll by the next month's): it comes down complete."""
	statements.carry_over(name, by)
	notice = frappe.get_doc(NOTICE, name)
	notice.flags.replaced = True
	if notice.status == states.RUNNING:
		notice.status = states.COMPLETED
	notice.save(ignore_permissions=True)


def complete_expired() -> int:
	"""Daily: take down what has hung its days (idempotent); returns how many notices were completed.

	A notice with an objection is taken down too, but not completed: it has not run without objection. Nor does
	one end about which something waits to be looked at (objections.py).
	"""
	names = frappe.get_all(
		NOTICE,
		# Frappe reads a missing day as the first of all days: a roll has no last day, and has not passed it.
		filters=[
			["status", "in", states.POSTED],
			["ends_on", "is", "set"],
			["ends_on", "<", getdate(today())],
			["taken_down_on", "is", "not set"],
		],
		pluck="name",
		order_by="ends_on, name",
	)
	done = 0
	for name in names:
		with waiting.or_later():
			done += _expire(name)
	return done


def complete_if_expired(name: str) -> None:
	"""A notice that was held beyond its last day ends as soon as nothing holds it."""
	last, down = frappe.db.get_value(NOTICE, name, ["ends_on", "taken_down_on"])
	if last and getdate(last) < getdate(today()) and not down:
		_expire(name)


def _expire(name: str) -> bool:
	"""Take down what has hung its days; returns whether it completed."""
	notice = frappe.get_doc(NOTICE, name)
	completed = notice.status == states.RUNNING
	if completed and statements.waiting_for(name):
		return False
	if completed:
		notice.status = states.COMPLETED
	notice.flags.expired = True
	notice.save(ignore_permissions=True)
	if completed:
		_tell_completed(notice)
	return completed


def _tell_completed(notice: Document) -> None:
	if notice.kind not in rules_of.NEW_NOTICE_AFTER_OBJECTION:
		return
	subject = (
		_("The publicity of {0} ended without objection: submit the case for review")
		if notice.kind == rules_of.PRELIMINARY
		else _("The publicity of the termination for {0} ended without objection: decide")
	).format(notice.applicant_name)
	users = Directory().users(["Township Officer"], notice.division)
	doctype, name = (
		(states.APPLICATION, notice.application)
		if notice.application
		else ("Entitlement", notice.entitlement)
	)
	messages.tell_staff(users, subject, doctype, name)


# --- the rules --------------------------------------------------------------------------------------------
def complete(notice: Document) -> None:
	if not notice.flags.replaced:
		_refuse_unheard(notice)
	if hanging.is_interrupted(notice):
		refuse(_("The notice is interrupted: record first when it hung again."))
	if not notice.flags.replaced and (not notice.ends_on or getdate(today()) <= getdate(notice.ends_on)):
		refuse(_("The publicity lasts until the end of {0} (57号 Art. 19).").format(notice.ends_on or "—"))
	notice.completed_on = today()
	come_down(notice)


def _refuse_unheard(notice: Document) -> None:
	"""No way round what people have said about the notice (57号 Art. 19)."""
	if found := statements.waiting_for(notice.name):
		refuse(
			_(
				"{0} statements about this notice wait for the county's disclosure or petition desk to decide"
				" whether they are objections. Ask them to look at these first."
			).format(found)
		)


def come_down(notice: Document) -> None:
	if not notice.taken_down_on:
		notice.taken_down_on = today()
		notice.note("Notice Taken Down")


def check_withdrawal(notice: Document) -> None:
	if not (notice.withdrawal_reason or "").strip():
		refuse(_("State why the notice is withdrawn."))
	if not notice.flags.by_system:
		_refuse_unheard(notice)
	if notice.posted_on and not notice.taken_down_on:
		notice.taken_down_on = today()
	notice.note(
		"Notice Corrected" if notice.flags.corrected else "Notice Withdrawn", notice.withdrawal_reason
	)


def replace_older(notice: Document) -> None:
	"""What hangs for the same place or case comes down when the newer one is posted."""
	if (notice.stored_status(), notice.status) != (states.DRAFT, states.RUNNING):
		return
	same = {"kind": notice.kind, "name": ["!=", notice.name], "taken_down_on": ["is", "not set"]}
	if notice.kind == rules_of.ROLL:
		same |= {"division": notice.division}
	elif notice.replaces:
		same |= {"name": notice.replaces}
	else:
		return
	same["status"] = ["in", states.POSTED]
	for name in frappe.get_all(NOTICE, filters=same, pluck="name", order_by="posted_on"):
		replace(name, notice.name)
