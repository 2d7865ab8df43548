"""Today's visits of one visitor, as the phone shows them: in the order of the round, with the way and the number."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import today

from socaid_app.field_visits import visits
from socaid_app.permissions import access_log, sensitive
from socaid_app.socaid_app import safety

VISIT, VISITOR = "Home Visit", "Home Visit Visitor"
PERSON, HOUSEHOLD = "Recipient", "Recipient Household"
STILL_OPEN = (visits.PLANNED, visits.UNDER_WAY)


class NotOnThisVisit(frappe.PermissionError):
	pass


def of_today() -> list[dict]:
	"""Hook ``socaid_outings``: the session user's visits of today, and those that are still under way."""
	visit, visitor, home = (frappe.qb.DocType(name) for name in (VISIT, VISITOR, HOUSEHOLD))
	stop = frappe.qb.DocType("Route Stop")
	rows = (
		frappe.qb.from_(visit)
		.join(visitor)
		.on((visitor.parent == visit.name) & (visitor.parenttype == VISIT))
		.left_join(home)
		.on(home.name == visit.household)
		.left_join(stop)
		.on(stop.visit == visit.name)
		.select(
			visit.name,
			visit.head_name.as_("title"),
			visit.address,
			visit.status,
			visit.planned_start,
			stop.arrives_at,
			home.latitude,
			home.longitude,
		)
		.distinct()
		.where(visitor.user == frappe.session.user)
		.where(
			((visit.planned_on == today()) & (visit.status != visits.CANCELLED))
			| (visit.status == visits.UNDER_WAY)
		)
		.run(as_dict=True)
	)
	return sorted(
		(
			{
				"doctype": VISIT,
				"name": row.name,
				"title": row.title,
				"address": row.address or "",
				"at": row.planned_start or row.arrives_at or "",
				"state": _(row.status, context=VISIT),
				"under_way": row.status == visits.UNDER_WAY,
				"open": row.status in STILL_OPEN,
				"latitude": row.latitude or None,
				"longitude": row.longitude or None,
			}
			for row in {row.name: row for row in rows}.values()
		),
		key=lambda outing: (
			not outing["under_way"],
			not outing["open"],
			outing["at"] or "99",
			outing["name"],
		),
	)


@frappe.whitelist(methods=["POST"])
def phone_of(visit: str) -> str:
	"""The number of the family to call on the day of the visit, for its visitors; '' where none is recorded.

	The visit is the purpose, hence none is asked; who looked is written to the Sensitive Access Log like every look.
	"""
	doc = frappe.get_doc(VISIT, visit)
	doc.check_permission("read")
	on_the_day = doc.status == visits.UNDER_WAY or (
		doc.status == visits.PLANNED and str(doc.planned_on) == today()
	)
	if not on_the_day or frappe.session.user not in safety.visitors_users(doc):
		frappe.throw(
			_(
				"The number is shown to the visitors on the day of the visit. Open the person's record instead."
			),
			NotOnThisVisit,
		)
	head = frappe.db.get_value(HOUSEHOLD, doc.household, "head")
	access_log.record(
		"Reveal", PERSON, head, _("Call before visit {0}").format(doc.name), field="phone", case=doc.name
	)
	return sensitive.full_value(head, "phone")
