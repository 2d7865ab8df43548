"""Papers that are handed to somebody, and the proof that they arrived (送达回证): one record for every module.

What a delivery does – a decision's notice ends a deadline, an opinion starts the time for a review – is the module's:
it listens to the record (``doc_events`` in hooks.py). Who may see one is who may see records of its case's kind.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.frappe_versions import NO_OBJECTION

DOCTYPE = "Document Delivery"
TO_DELIVER, DELIVERED, OVERDUE = "To Deliver", "Delivered", "Overdue"
ELECTRONIC, BY_PHONE = "Electronically", "By Phone"
# What a delivery asks of the kind of its case, where it is not the same right.
RIGHTS = {"create": "write", "delete": "write"}


class DeliveryInvalid(frappe.ValidationError):
	pass


def written_once(table):
	"""Hook ``socaid_written_once``: what was delivered says for ever to whom."""
	return table.status == DELIVERED


# --- making out and finding -----------------------------------------------------------------------------------
def make_out(reference: Document, document_kind: str, paper: str | None = None, **values) -> Document:
	"""A new delivery of a letter about ``reference``, not yet saved; ``paper`` is the record it is printed from, where
	that is another one."""
	return frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"reference_doctype": reference.doctype,
			"reference_name": reference.name,
			"document_kind": document_kind,
			"paper": paper,
			"issued_on": today(),
			**values,
		}
	)


def latest(reference: Document, document_kind: str) -> str | None:
	"""The newest delivery of a letter about a record."""
	return frappe.db.get_value(
		DOCTYPE, {**of(reference), "document_kind": document_kind}, "name", order_by="creation desc"
	)


def waiting(reference: Document, document_kind: str, paper: str | None = None) -> str | None:
	"""The delivery of a letter that was made out and has not arrived."""
	filters = {**of(reference), "document_kind": document_kind, "delivered_on": ["is", "not set"]}
	if paper:
		filters["paper"] = paper
	return frappe.db.get_value(DOCTYPE, filters, "name", order_by="creation")


def all_waiting(reference: Document) -> list[frappe._dict]:
	"""Rows of name, document_kind and paper of what has not arrived."""
	return frappe.get_all(
		DOCTYPE,
		filters={**of(reference), "delivered_on": ["is", "not set"]},
		fields=["name", "document_kind", "paper"],
		order_by="issued_on, creation",
	)


def of(reference: Document) -> dict[str, str]:
	return {"reference_doctype": reference.doctype, "reference_name": reference.name}


def recall(doctype: str, names: list[str]) -> None:
	"""Letters about decisions that were taken back, made out and never handed over, are of no decision any more."""
	if not names:
		return
	letter = frappe.qb.DocType(DOCTYPE)
	(
		frappe.qb.from_(letter)
		.delete()
		.where(
			(letter.reference_doctype == doctype)
			& letter.reference_name.isin(names)
			& letter.delivered_on.isnull()
		)
		.run()
	)


def require_proof(letter: Document) -> None:
	"""Of a letter that arrived: who signed for it, the signed receipt, or that it was refused."""
	if letter.delivered_on and not (letter.received_by or letter.receipt or letter.refusal_note):
		frappe.throw(
			_("Record who signed for the notice, the signed receipt, or the refusal to sign."),
			DeliveryInvalid,
		)


@frappe.whitelist(methods=["POST"])
def deliver(
	name: str,
	method: str,
	delivered_on: str,
	received_by: str | None = None,
	receipt: str | None = None,
	refusal_note: str | None = None,
) -> str:
	"""Record that a letter arrived; returns the status."""
	delivery = frappe.get_doc(DOCTYPE, name)
	delivery.check_permission("write")
	if delivery.status == DELIVERED:
		frappe.throw(_("This notice has already been delivered."), DeliveryInvalid)
	delivery.update(
		{
			"method": method,
			"delivered_on": delivered_on,
			"received_by": received_by,
			"receipt": receipt,
			"refusal_note": refusal_note,
			"delivered_by": frappe.session.user,
		}
	)
	delivery.save()
	return delivery.status


def mark_overdue(today_: date | str | None = None) -> None:
	"""Daily: colour what should have arrived by now (one statement, idempotent)."""
	delivery = frappe.qb.DocType(DOCTYPE)
	(
		frappe.qb.update(delivery)
		.set(delivery.status, OVERDUE)
		.where(delivery.status == TO_DELIVER)
		.where(delivery.due_on < getdate(today_ or today()))
		.run()
	)


# --- who may see one --------------------------------------------------------------------------------------------
def query_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions``: deliveries about records of a kind the user may read, and those that were
	opened for the user alone."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	kinds = ", ".join(
		frappe.db.escape(kind, percent=False) for kind in kinds_of_case() if _may(kind, "read", user)
	)
	shared = (
		f"select share_name from `tabDocShare` where share_doctype = '{DOCTYPE}' and `read` = 1"
		f" and user = {frappe.db.escape(user, percent=False)}"
	)
	return (
		f"(`tab{DOCTYPE}`.`reference_doctype` in ({kinds or 'null'}) or `tab{DOCTYPE}`.`name` in ({shared}))"
	)


def has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool | None:
	"""Hook ``has_permission``: the document's half; no, or no objection."""
	user = user or frappe.session.user
	stored = frappe.db.get_value(DOCTYPE, doc.name, "reference_doctype") if doc.name else None
	kind = stored or doc.get("reference_doctype")
	if user == "Administrator" or not kind or _may(kind, RIGHTS.get(ptype, ptype or "read"), user):
		return NO_OBJECTION
	shared = {"share_doctype": DOCTYPE, "share_name": doc.name, "user": user, "read": 1}
	return NO_OBJECTION if ptype in (None, "read") and frappe.db.exists("DocShare", shared) else False


def kinds_of_case() -> list[str]:
	"""The DocTypes whose records deliveries are about, as hooks.py lists them."""
	return frappe.get_hooks("socaid_delivery_cases")


def _may(doctype: str, right: str, user: str) -> bool:
	roles = frappe.permissions.get_role_permissions(frappe.get_meta(doctype), user=user)
	return bool(roles.get(right))
