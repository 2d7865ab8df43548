"""A need, a problem or papers of a family handed to another office: logged with everybody they are about."""

from __future__ import annotations

from frappe.model.document import Document

from socaid_app.permissions import outgoing
from socaid_app.socaid_app import registry

# DocTypes with the column ``sent_to``, and where each says what for.
WORDS = {"Service Referral": "detail", "Service Record": "question", "Visit Problem": "content"}


def log_handover(doc: Document, method: str | None = None) -> None:
	"""Hook ``on_update``: as often as somebody else is told, or told something else."""
	if not doc.sent_to or not any(map(doc.has_value_changed, ("sent_to", WORDS[doc.doctype], "household"))):
		return
	recipient, household = doc.get("recipient"), doc.household
	persons = [recipient] if recipient else sorted(registry.residents_of(household)) if household else []
	case = doc.get("application") or doc.get("visit") or household or doc.name
	outgoing.record(doc, persons, f"{doc.sent_to}：{doc.get(WORDS[doc.doctype]) or ''}", case)
