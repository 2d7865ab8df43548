"""What of petitions waits for somebody (hook ``socaid_due_items``). Accusations are not among it: a Case Reminder
would tell that they exist; their handlers get a message of their own (clocks.remind_of_restricted)."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate

from socaid_app.assistance_intake.reminders import Due
from socaid_app.casework.people import Directory
from socaid_app.petition_desk import deliveries, secrecy
from socaid_app.policy import clock
from socaid_app.socaid_app import rules

DESK = ("Petition Handler",)


def due_items(until: date) -> list[Due]:
	"""Everything open that is due on or before ``until``."""
	until = getdate(until)
	return [*_clocks(until), *_papers(until)]


def _papers(until: date) -> list[Due]:
	"""Papers that were issued and have not reached the petitioner: for the handler, or the petition desk.

	The regulation counts from their arrival and names no day for it; the county does.
	"""
	delivery, petition = (frappe.qb.DocType(name) for name in (deliveries.DOCTYPE, secrecy.PETITION))
	rows = (
		frappe.qb.from_(delivery)
		.join(petition)
		.on(petition.name == delivery.petition)
		.select(
			delivery.name,
			delivery.document_kind,
			delivery.issued_on,
			delivery.division,
			petition.subject,
			petition.handler,
		)
		.where((delivery.restricted == 0) & delivery.delivered_on.isnull())
		.where(delivery.issued_on.isnotnull() & (delivery.issued_on <= until))
		.orderby(delivery.issued_on, delivery.name)
		.run(as_dict=True)
	)
	directory, found = Directory(), []
	for row in rows:
		period = rules.parameters().record("petition_delivery_days", row.issued_on)
		due, _provisional = clock.after(row.issued_on, int(period.value), period.unit, rules.calendar())
		if due <= until:
			found.append(
				Due.of_record(
					deliveries.DOCTYPE,
					row.name,
					row.subject,
					_("delivery: {0}").format(_(row.document_kind, context=deliveries.DOCTYPE)),
					due,
					row.division,
					row.issued_on,
					(row.handler,) if row.handler else tuple(directory.users(DESK, row.division)),
				)
			)
	return found


def _clocks(until: date) -> list[Due]:
	"""Petitions with an open clock: for their handler, or the petition desk."""
	rows = frappe.get_all(
		secrecy.PETITION,
		# "is set" as well: Frappe compares an empty date as the year 1
		filters=[["restricted", "=", 0], ["current_due", "is", "set"], ["current_due", "<=", until]],
		fields=["name", "subject", "current_clock", "current_due", "division", "creation", "handler"],
		order_by="current_due, name",
	)
	directory = Directory()
	reviewers = _reviewers([row.name for row in rows])
	return [
		Due.of_record(
			secrecy.PETITION,
			row.name,
			row.subject,
			row.current_clock or _("Petition"),
			row.current_due,
			row.division,
			row.creation,
			_told(row, reviewers, directory),
		)
		for row in rows
	]


def _reviewers(petitions: list[str]) -> dict[str, str | None]:
	"""Who makes the open review of each of these petitions; None where nobody was named."""
	return dict(
		frappe.get_all(
			"Petition Review",
			filters={"petition": ["in", petitions or [""]], "status": "Asked For"},
			fields=["petition", "handler"],
			order_by="creation",
			as_list=True,
		)
	)


def _told(row: frappe._dict, reviewers: dict[str, str | None], directory: Directory) -> tuple[str, ...]:
	"""A review is nothing for whoever handled the petition (Art. 28)."""
	if row.name in reviewers:
		if reviewer := reviewers[row.name]:
			return (reviewer,)
		return tuple(user for user in directory.users(DESK, row.division) if user != row.handler)
	return (row.handler,) if row.handler else tuple(directory.users(DESK, row.division))
