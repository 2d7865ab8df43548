"""Written notices of a case: made out with the decision, delivered with proof (57号 Art. 21; Law Art. 45)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.assistance_intake import bereavements, deadlines, texting
from socaid_app.casework import deliveries, letters, messages
from socaid_app.casework.people import Directory
from socaid_app.policy import terms

ACCEPTANCE = "Acceptance Notice"
SUPPLEMENT = "Supplement Notice"
NOT_ACCEPTED = "Refusal of Acceptance"
CONFIRMATION = "Confirmation Notice"
REJECTION = "Rejection Notice"
TERMINATION = "Termination Notice"
ADVERSE = frozenset({NOT_ACCEPTED, REJECTION, TERMINATION})
APPLICATION = "Assistance Application"
# The decision each notice tells; a notice of a decision that was not taken must not exist.
STATES_OF_KIND = {
	ACCEPTANCE: set(terms.RUNNING_STATES) | {terms.CONFIRMED, terms.REJECTED, terms.TERMINATED},
	NOT_ACCEPTED: {terms.NOT_ACCEPTED},
	CONFIRMATION: {terms.CONFIRMED},
	REJECTION: {terms.REJECTED},
	TERMINATION: {terms.TERMINATED},
}


def issue(application: Document, document_kind: str, content: str = "") -> Document:
	"""Make out a notice of ``application`` and tell its staff and the applicant, or the family of a dead one."""
	notice = deliveries.make_out(
		application, document_kind, recipient=bereavements.addressee(application), content=content
	).insert(ignore_permissions=True)
	announce(notice)
	return notice


def announce(notice: Document) -> None:
	"""Result notification: the township's staff at once, the applicant by SMS where a gateway is set up."""
	users = set(Directory().users(letters.told(notice.document_kind), notice.division))
	entered_by = frappe.db.get_value(APPLICATION, notice.reference_name, "entered_by")
	if entered_by and frappe.db.get_value("User", entered_by, "enabled"):
		users.add(entered_by)
	users.discard(frappe.session.user)
	subject = _("{0} {1} for {2}: deliver by {3}").format(
		_(notice.document_kind), notice.document_number, notice.recipient_name, notice.due_on
	)
	failures = messages.tell_staff(sorted(users), subject, notice.doctype, notice.name)
	failed = [user for user, error in failures.items() if error]
	notice.log_message(
		_("System", context="Case Reminder"),
		_("{0} told").format(len(failures) - len(failed))
		+ (_(", failed: {0}").format("、".join(failed)) if failed else ""),
	)
	texting.queue_sms_to_addressee(notice.name, notice.document_kind)


# --- what happens to a notice (doc_events of Document Delivery) -------------------------------------------------
def check(notice: Document, method: str | None = None) -> None:
	"""Hook ``validate``: the decision was taken, and that its notice arrived is proved (57号 Art. 21)."""
	if notice.reference_doctype != APPLICATION:
		return
	if not notice.recipient:
		frappe.throw(_("Enter the addressee."), deliveries.DeliveryInvalid)
	state = frappe.db.get_value(APPLICATION, notice.reference_name, "workflow_state")
	states = STATES_OF_KIND.get(notice.document_kind)
	if notice.is_new() and states and state not in states:
		frappe.throw(
			_("{0} cannot be issued: the application stands at {1}.").format(
				_(notice.document_kind), _(state)
			),
			deliveries.DeliveryInvalid,
		)
	if notice.delivered_on and not (notice.received_by or notice.receipt or notice.refusal_note):
		frappe.throw(
			_("Record who signed for the notice, the signed receipt, or the refusal to sign."),
			deliveries.DeliveryInvalid,
		)


def note_delivery(notice: Document, method: str | None = None) -> None:
	"""Hook ``on_update``: a notice that arrived ends the deadline of its case."""
	arrived = notice.status == deliveries.DELIVERED and notice.has_value_changed("status")
	if notice.reference_doctype == APPLICATION and arrived:
		deadlines.refresh(notice.reference_name)
