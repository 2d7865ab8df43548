"""Another category or route for a petition; becoming an accusation, or ceasing to be one, changes who may know of it."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document

from socaid_app.casework import steps
from socaid_app.petition_desk import secrecy
from socaid_app.petition_desk.procedure import DOCTYPE, ROUTE, Ask, route_of, step
from socaid_app.policy import petitions as law

OF_AN_APPEAL = f"eval:doc.category === '{law.APPEAL}'"


def _asked(doc: Document) -> tuple[Ask, ...]:
	# compared with what the petition has, hence not entered in it
	route = Ask(
		"route",
		reqd=False,
		of=DOCTYPE,
		options=law.ROUTES,
		default=ROUTE.default,
		description=ROUTE.description,
		depends_on=OF_AN_APPEAL,
		mandatory_depends_on=OF_AN_APPEAL,
	)
	return (
		Ask(
			"category",
			of=DOCTYPE,
			options=(law.SUGGESTION, law.ACCUSATION, law.APPEAL),
			default=doc.category,
			description=_(
				"Becoming an accusation, the petition gets another number and disappears for all but its handlers."
			),
		),
		*([route] if doc.accepted_on else []),
		Ask("reason", label=_lt("Reason")),
	)


@step(_lt("Change Category or Route"), at=law.STEPS["reclassify"], asks=_asked)
def reclassify(doc: Document, category: str, reason: str, route: str | None = None) -> str | None:
	"""Change the category; returns the petition's name, None when the session's user may no longer know of it.

	``route`` (one of law.ROUTES): how an appeal that was taken up is dealt with from now on. The sixty days of
	Art. 34 depend on it and run from the day it was taken up.
	Across the boundary of secrecy only Accusation Handlers change it, or who recorded it while nobody else has
	acted. The petition then gets another number, and others lose sight of it or gain it (Art. 30).
	"""
	route = route_of(category, route or doc.route) if doc.accepted_on else ""
	if category == doc.category and route == (doc.route or ""):
		steps.nothing_to_save(doc)
		return doc.name
	crosses = secrecy.is_restricted(category) != secrecy.is_restricted(doc.category)
	if crosses and not secrecy.may_know_accusations() and not _alone_so_far(doc):
		frappe.throw(
			_("Only an Accusation Handler makes this an accusation now; pass it to one of them."),
			frappe.PermissionError,
		)
	before, doc.category, doc.route = doc.category, category, route
	way = f"（{_(route, context=DOCTYPE)}）" if route else ""
	steps.note(doc, f"{_(before, context=DOCTYPE)} → {_(category, context=DOCTYPE)}{way}：{reason}")
	if not crosses:
		steps.done(doc)
		return doc.name
	# whoever had it in hand may not know of it any more, and the other way round
	steps.done(doc, handler=None, handling_unit=None)
	moved = secrecy.move(doc)
	if doc.restricted:
		frappe.get_doc(DOCTYPE, moved).hand_to_accusation_handlers()
	return moved if secrecy.visible([moved]) else None


def _alone_so_far(doc: Document) -> bool:
	return doc.entered_by == frappe.session.user and {row.user for row in doc.actions} == {doc.entered_by}
