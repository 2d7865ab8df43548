"""Whether a row of a reply is about somebody of the register: a person says so, of one proposal at a time."""

from __future__ import annotations

import frappe
from frappe import _lt
from frappe.model.document import Document

from socaid_app.casework.steps import Steps
from socaid_app.means_testing import comparison_requests as requests
from socaid_app.means_testing import reply_import
from socaid_app.means_testing.near_matches import ACCEPTED, DOCTYPE, OPEN, REJECTED


class CandidateRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=CandidateRefused)


@step(
	_lt("This Is the Person"),
	at=OPEN,
	to=ACCEPTED,
	duty=requests.QUERY,
	asks=("decision_note",),
	stamps=("decided_by", "decided_on"),
	primary=True,
)
def accept(doc: Document, decision_note: str) -> None:
	"""The row is compared as this person's, in the background; it can be nobody else's."""
	rivals = frappe.get_all(
		DOCTYPE,
		filters={"request": doc.request, "row_no": doc.row_no, "status": OPEN, "name": ["!=", doc.name]},
		pluck="name",
		order_by="name",
	)
	for name in rivals:
		reject(name, decision_note)
	reply_import.enqueue_take_up(doc.request)


@step(
	_lt("This Is Somebody Else"),
	at=OPEN,
	to=REJECTED,
	duty=requests.QUERY,
	asks=("decision_note",),
	stamps=("decided_by", "decided_on"),
)
def reject(doc: Document, decision_note: str) -> None:
	"""The row says nothing about this person."""
