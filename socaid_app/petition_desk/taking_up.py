"""Taking a petition up, or not (信访工作条例 Art. 23, 31): within fifteen days, told in writing."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document

from socaid_app.casework import steps
from socaid_app.petition_desk import handling, papers, repeats
from socaid_app.petition_desk.procedure import ROUTE, Ask, broken, refuse_breaches, route_of, step
from socaid_app.policy import petitions as law
from socaid_app.policy import terms


def _asked(doc: Document) -> tuple[Ask, ...]:
	return (
		*([ROUTE] if doc.category == law.APPEAL else []),
		*handling.WHO,
		*([NEW_FACTS] if doc.is_repeat else []),
	)


NEW_FACTS = Ask(
	"new_facts",
	reqd=False,
	label=_lt("New Facts"),
	description=_lt("Only where an earlier petition on this matter has been rechecked (Art. 36)."),
)


@step(
	_lt("Take Up"),
	at=law.STEPS["take_up"],
	to=law.UNDER_WAY,
	asks=_asked,
	stamps=("accepted_on",),
	primary=True,
)
def take_up(
	doc: Document,
	route: str | None = None,
	handler: str | None = None,
	handling_unit: str | None = None,
	new_facts: str | None = None,
) -> None:
	"""Take the petition up (Art. 23, 31) and issue the notice of it.

	``route`` is one of law.ROUTES for an appeal for help, and stays empty otherwise. A matter that a recheck has
	ended is taken up only on ``new_facts`` (Art. 36).
	"""
	doc.route = route_of(doc.category, route)
	new_facts = (new_facts or "").strip()
	if not new_facts:
		refuse_breaches(law.ended_breaches(repeats.final_before(doc)))
	handling.require_able(doc, handler)
	way = _(doc.route, context=doc.doctype) if doc.route else ""
	steps.note(doc, "；".join(filter(None, (way, new_facts))))
	steps.done(doc)
	papers.issue(doc, "Notice of Taking Up")


def is_real_name_report(doc: Document) -> bool:
	"""Whether this is a report under a real name about 低保 (57号 Art. 37)."""
	if doc.category != law.ACCUSATION or not doc.real_name or not doc.assistance_category:
		return False
	return frappe.db.get_value("Assistance Category", doc.assistance_category, "scheme") == terms.DIBAO


@step(
	_lt("Do Not Take Up"),
	at=law.STEPS["refuse"],
	to=law.NOT_TAKEN_UP,
	asks=(Ask("reason", label=_lt("Why Not Taken Up")),),
	missing=lambda doc: broken(law.report_breaches(is_real_name_report(doc))),
	stamps=("closed_on",),
)
def refuse(doc: Document, reason: str) -> None:
	"""Not to take the petition up, and issue the notice of it (Art. 23)."""
	steps.done(doc, refusal_reason=reason)
	papers.issue(doc, "Notice of Not Taking Up")
