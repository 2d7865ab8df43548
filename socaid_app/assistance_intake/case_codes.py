"""The code by which an applicant without an account follows the case: printed on the acceptance notice.

It is made from the number of the case with the site's key, so it is stored nowhere and can be printed again; whoever
applied on the public page has a code already and keeps it.
"""

from __future__ import annotations

from frappe.model.document import Document

from socaid_app.casework import tracking_codes
from socaid_app.permissions import sensitive


def give(application: Document) -> None:
	"""From the step that accepts a case: the code goes with the telephone number known on that day."""
	if not application.tracking_hash:
		phone = sensitive.full_value(application.applicant, "phone") or application.agent_phone
		application.tracking_hash = fingerprint(application.name, phone)


def fingerprint(case: str, phone: str | None) -> str:
	tail = tracking_codes.tail_of(phone)
	return tracking_codes.fingerprint(_code(case, alone=not tail), tail)


def tracking_code(application: Document) -> dict:
	"""For the acceptance notice: ``code``, and whether the telephone's tail is asked for with it; {} where there is none
	to print."""
	if not application.tracking_hash or application.online_application:
		return {}
	alone = fingerprint(application.name, "") == application.tracking_hash
	return {"code": tracking_codes.spaced(_code(application.name, alone)), "with_tail": not alone}


def _code(case: str, alone: bool = False) -> str:
	"""A case without a telephone has to do without the tail, and its code is longer."""
	return tracking_codes.make_code(f"application:{case}", alone)
