"""Messages to staff, in the system and by e-mail; whether people are texted at all.

Which channels are used is set in Socaid Settings; how they are reached, in Frappe's own settings. A channel
that fails never stops the case: the failure is returned, logged, and a person takes over.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.utils import escape_html, get_url_to_form

SYSTEM, EMAIL, SMS = "System", "E-mail", "SMS"


def tell_staff(users: Iterable[str], subject: str, doctype: str, name: str) -> dict[str, str]:
	"""Notify ``users``; returns user → error text ('' when it went out)."""
	return {user: _tell(user, subject, doctype, name) for user in users}


def _tell(user: str, subject: str, doctype: str, name: str) -> str:
	frappe.db.savepoint("tell_staff")
	try:
		frappe.get_doc(
			{
				"doctype": "Notification Log",
				"type": "Alert",
				"subject": subject,
				"document_type": doctype,
				"document_name": name,
				"for_user": user,
				"from_user": frappe.session.user,
			}
		).insert(ignore_permissions=True)
		if email_enabled():
			_send_mail(user, subject, doctype, name)
	except Exception as error:
		frappe.db.rollback(save_point="tell_staff")
		frappe.log_error(title=f"Message to {user} failed")
		return str(error) or type(error).__name__
	return ""


def email_enabled() -> bool:
	"""Switched on here, and an outgoing account exists to send with."""
	return bool(
		frappe.db.get_single_value("Socaid Settings", "send_email")
		and frappe.db.exists("Email Account", {"enable_outgoing": 1, "default_outgoing": 1})
	)


def _send_mail(user: str, subject: str, doctype: str, name: str) -> None:
	address = frappe.db.get_value("User", user, "email")
	if address:
		frappe.sendmail(
			recipients=[address],
			subject=subject,
			message=f'<p>{escape_html(subject)}</p><p><a href="{get_url_to_form(doctype, name)}">{name}</a></p>',
			reference_doctype=doctype,
			reference_name=name,
		)


def sms_enabled() -> bool:
	return bool(
		frappe.db.get_single_value("Socaid Settings", "send_sms")
		and frappe.db.get_single_value("SMS Settings", "sms_gateway_url")
	)
