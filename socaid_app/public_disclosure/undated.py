"""What of the disclosure waits for somebody and is no date of a record (hook ``socaid_due_items``).

What was said about a notice is counted over petitions, and a column on the notice would tell that one of them is an
accusation; an annual report that nobody wrote has no record yet. The rest are Due Rules.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, getdate, today

from socaid_app.casework import duties, holidays
from socaid_app.casework.clocks import Due, due_soon_days
from socaid_app.casework.people import Directory
from socaid_app.petition_desk import secrecy
from socaid_app.public_disclosure import (
	catalogue,
	corrections,
	hanging,
	notice_objections,
	notice_steps,
	objections,
	statements,
)
from socaid_app.public_disclosure.catalogue import ITEM, PUBLICATION
from socaid_app.public_disclosure.content import CORRECTION, NOTICE
from socaid_app.public_disclosure.doctype.disclosure_correction.disclosure_correction import (
	DisclosureCorrection,
)
from socaid_app.public_disclosure.doctype.disclosure_publication.disclosure_publication import (
	DisclosurePublication,
)
from socaid_app.public_disclosure.doctype.publicity_notice.publicity_notice import PublicityNotice

# To look at what was said about a notice that has no last day (a roll, an interruption).
DAYS_WITHOUT_END = 7


def due_items(until: date) -> list[Due]:
	"""Everything open that is due on or before ``until``."""
	return [
		*_statements(until),
		*_annual_report(until),
	]


def _statements(until: date) -> list[Due]:
	"""What people have said about a notice: for the county to look at a day before its last.

	Accusations are not among it, see :func:`remind_of_restricted`.
	"""
	rows = [row for row in objections.notices_waiting(restricted=False) if _statement_due(row) <= until]
	directory = Directory() if rows else None
	return [
		Due.of_record(
			NOTICE,
			row.name,
			row.title,
			_("{0} statements about the notice to look at").format(row.found),
			_statement_due(row),
			row.division,
			row.received_on,
			tuple(
				user
				for user in directory.users(duties.roles_of(objections.DECIDE), row.division)
				if not directory.divisions.get(user)
			),
		)
		for row in rows
	]


def remind_of_restricted() -> int:
	"""Daily: a notice waits for an accusation. Its handlers hear of it in neutral words, once for each due day, and
	nobody else does; returns the messages sent."""
	soon, sent = getdate(add_days(today(), due_soon_days())), 0
	for row in objections.notices_waiting(restricted=True):
		if _statement_due(row) > soon:
			continue
		subject = _("A notice waits for a matter you handle, until {0}").format(_statement_due(row))
		for petition in frappe.get_all(
			secrecy.PETITION,
			filters={"publicity_notice": row.name, "objection_state": statements.WAITING, "restricted": 1},
			pluck="name",
			order_by="name",
		):
			for user in secrecy.handlers_of(petition):
				told = {"document_name": petition, "for_user": user, "subject": subject}
				if not frappe.db.exists("Notification Log", told):
					secrecy.remind_neutrally(user, petition, subject)
					sent += 1
	return sent


def _statement_due(row: frappe._dict) -> date:
	if row.ends_on:
		return getdate(add_days(row.ends_on, -1))
	return getdate(add_days(row.received_on, DAYS_WITHOUT_END))


def _annual_report(until: date) -> list[Due]:
	"""政府信息公开条例 Art. 49: by 31 January, for the year before."""
	due = date(until.year, catalogue.REPORT_MONTH, catalogue.REPORT_DAY)
	if due > until:
		return []
	found = []
	for item in frappe.get_all(
		ITEM,
		filters={"frequency": catalogue.EVERY_YEAR, "disabled": 0, "creation": ["<", due]},
		fields=["name", "title", "creation"],
		order_by="name",
	):
		published = {"catalogue_item": item.name, "due_on": due, "published_on": ["is", "set"]}
		if not frappe.db.exists(PUBLICATION, published):
			found.append(
				Due.of_record(ITEM, item.name, item.title, _("annual report"), due, None, due, _officers())
			)
	return found


def _officers() -> tuple[str, ...]:
	directory = Directory()
	return tuple(user for user, roles in sorted(directory.roles.items()) if "Disclosure Officer" in roles)


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``: notices, catalogue items and corrections that are not done."""
	hanging = {"status": notice_steps.RUNNING, "posted_on": ["is", "set"], "ends_on": ["is", "set"]}
	return (
		holidays.settle(NOTICE, {"status": notice_steps.DRAFT}, ("post_due",), PublicityNotice.set_post_due)
		+ holidays.settle(NOTICE, hanging, ("planned_end", "ends_on", "ends_provisional"), _set_end)
		+ holidays.settle(NOTICE, {"recheck_due": ["is", "set"]}, ("recheck_due",), _set_recheck)
		+ holidays.settle(
			PUBLICATION,
			{"status": catalogue.WAITING},
			("due_on", "due_provisional", "late"),
			DisclosurePublication.set_due_date,
		)
		+ holidays.settle(
			CORRECTION,
			{"status": ["in", [corrections.REPORTED, corrections.LOOKED_INTO]]},
			("due_on",),
			DisclosureCorrection.set_due_date,
		)
	)


def _set_recheck(notice: Document) -> None:
	notice.recheck_due = notice_objections.recheck_due(notice.name)


def _set_end(notice: Document) -> None:
	notice.planned_end = hanging.set_end(notice).planned
