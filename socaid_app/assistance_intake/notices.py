"""Written notices of a case: made out with the decision, delivered with proof (57号 Art. 21; Law Art. 45)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.assistance_intake import bereavements, texting
from socaid_app.casework import letters, messages
from socaid_app.casework.people import Directory

ACCEPTANCE = "Acceptance Notice"
SUPPLEMENT = "Supplement Notice"
NOT_ACCEPTED = "Refusal of Acceptance"
CONFIRMATION = "Confirmation Notice"
REJECTION = "Rejection Notice"
TERMINATION = "Termination Notice"
ADVERSE = frozenset({NOT_ACCEPTED, REJECTION, TERMINATION})


def issue(application: Document, document_kind: str, content: str = "") -> Document:
	"""Make out a notice of ``application`` and tell its staff and the applicant, or the family of a dead one."""
	notice = frappe.get_doc(
		{
			"doctype": "Notice Delivery",
			"application": application.name,
			"document_kind": document_kind,
			"recipient": bereavements.addressee(application),
			"issued_on": today(),
			"content": content,
		}
	).insert(ignore_permissions=True)
	announce(notice)
	return notice


def announce(notice: Document) -> None:
	"""Result notification: the township's staff at once, the applicant by SMS where a gateway is set up."""
	users = set(Directory().users(letters.told(notice.document_kind), notice.division))
	entered_by = frappe.db.get_value("Assistance Application", notice.application, "entered_by")
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
	texting.queue_sms_to_addressee(notice.name)


def mark_overdue(today_: str | None = None) -> None:
	"""Daily: colour the notices whose time to deliver has passed (one statement, idempotent)."""
	notice = frappe.qb.DocType("Notice Delivery")
	(
		frappe.qb.update(notice)
		.set(notice.status, "Overdue")
		.where(notice.status == "To Deliver")
		.where(notice.due_on < getdate(today_ or today()))
		.run()
	)
