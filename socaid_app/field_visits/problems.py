"""Problems fed back from visits and callbacks, followed to their end (服务方案 1.1.3-10)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import today

from socaid_app.casework import workflows

DOCTYPE = "Visit Problem"
OPEN, IN_PROGRESS, CLOSED = "Open", "In Progress", "Closed"


class ProblemClosed(frappe.ValidationError):
	pass


class ResultMissing(frappe.ValidationError):
	pass


@frappe.whitelist(methods=["POST"])
def follow_up(problem: str, action: str) -> None:
	"""Note what was done today."""
	doc = _open(problem)
	if not action.strip():
		frappe.throw(_("Write down what was done."), ResultMissing)
	doc.append("follow_ups", {"done_on": today(), "action": action, "done_by": frappe.session.user})
	doc.save()


def close(problem: str, result: str) -> None:
	"""End a problem with its result. Raises ResultMissing without one, ProblemClosed when it has ended."""
	workflows.take(_open(problem), "Close Problem", result=result)


def reopen(problem: str, reason: str) -> None:
	"""Take a closed problem up again; the reason is kept among what was done."""
	doc = frappe.get_doc(DOCTYPE, problem, for_update=True)
	doc.check_permission("write")
	if doc.status != CLOSED:
		frappe.throw(_("This problem is not closed."), ProblemClosed)
	workflows.take(doc, "Take Up Again", reopen_reason=reason)


def _open(problem: str) -> Document:
	doc = frappe.get_doc(DOCTYPE, problem, for_update=True)
	doc.check_permission("write")
	if doc.status == CLOSED:
		frappe.throw(_("This problem is closed; take it up again first."), ProblemClosed)
	return doc
