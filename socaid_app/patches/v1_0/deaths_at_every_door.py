"""A death was recorded on the person or in the household, not in both, and benefits went on.

Whoever is dead by either record is dead by both now: the membership and the share end, the review opens.
"""

import frappe
from frappe.query_builder.functions import Max
from frappe.utils import getdate

from socaid_app.policy import terms
from socaid_app.policy.whereabouts import last_month_of
from socaid_app.socaid_app import life_events


def execute() -> None:
	for recipient, died in {**_told_by_households(), **_still_listed(), **_still_paid()}.items():
		life_events.record(recipient, terms.DEATH, died, exact=False)


def _told_by_households() -> dict:
	"""Members who left by death, and whose own record does not say so."""
	member, person = frappe.qb.DocType("Household Member"), frappe.qb.DocType("Recipient")
	rows = (
		frappe.qb.from_(member)
		.join(person)
		.on(person.name == member.recipient)
		.select(person.name, Max(member.left_on))
		.where((member.leave_reason == terms.DEATH) & member.left_on.isnotnull())
		.where(person.deceased_on.isnull())
		.groupby(person.name)
		.run()
	)
	return dict(rows)


def _still_listed() -> dict:
	"""Dead persons who are present members of an active household."""
	member, person = frappe.qb.DocType("Household Member"), frappe.qb.DocType("Recipient")
	household = frappe.qb.DocType("Recipient Household")
	rows = (
		frappe.qb.from_(person)
		.join(member)
		.on((member.recipient == person.name) & member.left_on.isnull())
		.join(household)
		.on((household.name == member.parent) & (household.status == "Active"))
		.select(person.name, person.deceased_on)
		.where(person.deceased_on.isnotnull())
		.run()
	)
	return dict(rows)


def _still_paid() -> dict:
	"""Dead persons with a share in something that goes on after the month of their death."""
	share, person = frappe.qb.DocType("Entitlement Share"), frappe.qb.DocType("Recipient")
	benefit = frappe.qb.DocType("Entitlement")
	rows = (
		frappe.qb.from_(person)
		.join(share)
		.on(share.recipient == person.name)
		.join(benefit)
		.on((benefit.name == share.parent) & (benefit.docstatus == 1))
		.select(person.name, person.deceased_on, benefit.end_month)
		.where(person.deceased_on.isnotnull() & (benefit.payment != terms.ONE_OFF))
		.run()
	)
	return {
		name: died for name, died, end in rows if end is None or getdate(end) > last_month_of(getdate(died))
	}
