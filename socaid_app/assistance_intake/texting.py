"""The addressee of a notice is texted that it has been issued."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.core.doctype.sms_settings.sms_settings import send_sms

from socaid_app.casework import result_texts
from socaid_app.casework.deliveries import DOCTYPE
from socaid_app.casework.messages import sms_enabled
from socaid_app.permissions import sensitive


def queue_sms_to_addressee(notice: str, document_kind: str) -> None:
	"""After the decision is safely stored: a gateway must neither delay nor undo it."""
	if sms_enabled() and result_texts.template_of(document_kind):
		frappe.enqueue(
			"socaid_app.assistance_intake.texting.send_sms_to_addressee",
			notice=notice,
			job_id=f"notice-sms-{notice}",
			deduplicate=True,
			enqueue_after_commit=True,
		)


def send_sms_to_addressee(notice: str) -> None:
	"""Background job: text the addressee what was decided, and log the outcome on the notice."""
	doc = frappe.get_doc(DOCTYPE, notice)
	phone = sensitive.full_value(doc.recipient, "phone")
	if not phone:
		doc.log_message(_("SMS"), _("no phone number on record"))
		return
	try:
		send_sms([phone], result_texts.text(doc), success_msg=False)
	except Exception as error:
		frappe.log_error(title=f"SMS for {notice} failed")
		doc.log_message(_("SMS"), _("failed: {0}").format(str(error)[:120]))
		return
	doc.log_message(_("SMS"), _("sent"))
