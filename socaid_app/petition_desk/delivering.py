"""Recording that a paper reached the petitioner: which ones wait for it, and what is asked of each."""

from __future__ import annotations

from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import today

from socaid_app.casework import steps
from socaid_app.casework.steps import Turn
from socaid_app.petition_desk import papers, petition_clocks
from socaid_app.petition_desk.papers import BY_PHONE, DOCTYPE, ELECTRONIC, EXTENSION, OPINION
from socaid_app.petition_desk.procedure import Ask, step
from socaid_app.policy import petitions as law

HANDED_OVER = "Handed Over"
IN_WRITING = (HANDED_OVER, "Left at the Home", "By Post", "Through Somebody Else", ELECTRONIC, "By Notice")
NOTICE_OF = {law.NOT_TAKEN_UP: "Notice of Not Taking Up", law.PASSED_ON: "Transfer Notice"}
# Nobody has to be told of these by us (yet).
NOT_TOLD = (law.RECORDED, law.SENT_BACK, law.JOINED)
# Delivered whatever the state; notices and the opinion are offered with theirs.
OTHER_PAPERS = (EXTENSION, *papers.STAGE_OPINIONS, papers.NOT_ADMITTED)


def asked(kind: str = EXTENSION) -> tuple[Ask, ...]:
	"""What is recorded of the arrival of a paper. Only an extension may be told by telephone."""
	return (
		Ask(
			"method",
			of=DOCTYPE,
			options=(*IN_WRITING, BY_PHONE) if kind == EXTENSION else IN_WRITING,
			default=lambda doc: ELECTRONIC if doc.get("channel") == law.WEB else HANDED_OVER,
		),
		Ask(
			"delivered_on",
			reqd=False,
			of=DOCTYPE,
			default=lambda doc: today(),
			mandatory_depends_on=steps.IN_THE_DIALOG,
		),
		Ask("received_by", reqd=False, of=DOCTYPE, default=lambda doc: doc.get("petitioner_name")),
	)


def _waiting(doc: Document) -> list[Turn]:
	"""The papers whose arrival can be recorded now."""
	found = []
	if doc.status == law.ANSWERED and not doc.delivered_on:
		found.append(_turn(OPINION, _("Record the Delivery"), primary=petition_clocks.reachable(doc)))
	if not doc.notified_on and doc.status not in NOT_TOLD:
		kind = NOTICE_OF.get(doc.status, "Notice of Taking Up")
		found.append(_turn(kind, _("Record the Notice"), primary=doc.status == law.NOT_TAKEN_UP))
	for row in papers.open_papers(doc):
		if row.document_kind in OTHER_PAPERS:
			label = _("Record the Delivery: {0}").format(_(row.document_kind, context=DOCTYPE))
			found.append(_turn(row.document_kind, label, row.review))
	return found


def _turn(kind: str, label: str, review: str | None = None, primary: bool = False) -> Turn:
	values = {"document_kind": kind} | ({"review": review} if review else {})
	return Turn(label, values, _(kind, context=DOCTYPE), primary, asked(kind))


@step(_lt("Record the Delivery"), asks=asked(), each=_waiting)
def deliver(
	doc: Document,
	document_kind: str,
	method: str,
	delivered_on: str | None = None,
	received_by: str | None = None,
	note: str | None = None,
	review: str | None = None,
) -> str:
	"""Record that a paper reached the petitioner (送达回证); returns its delivery.

	The delivery of a notice ends the clock of Art. 23; that of an opinion starts the thirty days for a review.
	"""
	steps.nothing_to_save(doc)
	return papers.complete(doc, document_kind, method, delivered_on, received_by, note, review)
