"""What of the disclosure waits for somebody (hook ``socaid_due_items``).

A month brings a roll for every village; a township gets one reminder for what it has to review on a day, not
one for each.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, add_months, getdate, today

from socaid_app.assistance_intake.reminders import Due, due_soon_days
from socaid_app.casework import duties
from socaid_app.casework.people import Directory
from socaid_app.casework.places import division_names
from socaid_app.petition_desk import secrecy
from socaid_app.policy import clock
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import catalogue, corrections, objections, publicity, statements, timeliness
from socaid_app.public_disclosure.catalogue import ITEM, PUBLICATION
from socaid_app.public_disclosure.content import CORRECTION, NOTICE
from socaid_app.socaid_app import rules

# Older notices without a photo are the business of the inspection.
PHOTO_DAYS = 30
# To look at what was said about a notice that has no last day (a roll, an interruption).
DAYS_WITHOUT_END = 7


def due_items(until: date) -> list[Due]:
	"""Everything open that is due on or before ``until``."""
	return [
		*_drafts(until),
		*_rechecks(until),
		*_statements(until),
		*_interrupted(until),
		*_without_photo(until),
		*_publications(until),
		*_annual_report(until),
		*_corrections(until),
	]


def _drafts(until: date) -> list[Due]:
	"""Notices that wait for their review, by township, kind and last day."""
	waiting: Counter[tuple] = Counter()
	for row in frappe.get_all(
		NOTICE,
		filters={"status": publicity.DRAFT, "creation": [">=", add_months(until, -6)]},
		fields=["kind", "roll_month", "creation", "township", "division"],
		order_by="creation",
	):
		due = timeliness.notice_due(row.kind, row.roll_month, getdate(row.creation))
		if due <= until:
			waiting[row.township or row.division, row.kind, due] += 1
	names = division_names(place for place, _kind, _due in waiting)
	return [
		Due.of_record(
			"Administrative Division",
			place,
			names.get(place, place),
			_("{0} × {1} to review and post").format(_(kind), count),
			due,
			place,
			due,
		)
		for (place, kind, due), count in sorted(waiting.items())
	]


def _rechecks(until: date) -> list[Due]:
	"""43号 Art. 26: after an objection to a termination, 15 working days to look again."""
	found = []
	for row in frappe.get_all(
		NOTICE,
		filters={"kind": rules_of.TERMINATION, "status": publicity.OBJECTION},
		fields=["name", "title", "division"],
		order_by="name",
	):
		if frappe.db.exists(NOTICE, {"replaces": row.name, "status": ["!=", publicity.WITHDRAWN]}):
			continue
		received = frappe.get_all(
			"Publicity Objection",
			filters={"parent": row.name, "parenttype": NOTICE},
			pluck="received_on",
			order_by="received_on desc",
			limit=1,
		)[0]
		days = int(rules.parameters().get("tekun_objection_rework_days", received))
		due, _provisional = clock.after(received, days, clock.WORKING, rules.calendar())
		if due <= until:
			found.append(
				Due.of_record(
					NOTICE, row.name, row.title, _("re-check after an objection"), due, row.division, received
				)
			)
	return found


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


def _interrupted(until: date) -> list[Due]:
	pause, notice = frappe.qb.DocType("Publicity Interruption"), frappe.qb.DocType(NOTICE)
	rows = (
		frappe.qb.from_(pause)
		.join(notice)
		.on((notice.name == pause.parent) & (pause.parenttype == NOTICE))
		.select(notice.name, notice.title, notice.division, pause.interrupted_from)
		.where(pause.resumed_on.isnull() & notice.taken_down_on.isnull())
		.where(notice.status.isin(publicity.POSTED) & (pause.interrupted_from <= until))
		.orderby(notice.name)
		.run(as_dict=True)
	)
	return [
		Due.of_record(
			NOTICE,
			row.name,
			row.title,
			_("put the notice up again"),
			row.interrupted_from,
			row.division,
			row.interrupted_from,
		)
		for row in rows
	]


def _without_photo(until: date) -> list[Due]:
	"""A notice without a photo of the board proves nothing once it is down."""
	rows = frappe.get_all(
		NOTICE,
		filters={
			"kind": ["in", rules_of.NEW_NOTICE_AFTER_OBJECTION],
			"status": ["in", (publicity.RUNNING, publicity.COMPLETED)],
			"photo": ["is", "not set"],
			"ends_on": ["between", [add_days(until, -PHOTO_DAYS), until]],
		},
		fields=["name", "title", "division", "ends_on", "posted_on"],
		order_by="ends_on, name",
	)
	return [
		Due.of_record(
			NOTICE, row.name, row.title, _("photo of the board"), row.ends_on, row.division, row.posted_on
		)
		for row in rows
	]


def _publications(until: date) -> list[Due]:
	rows = frappe.get_all(
		PUBLICATION,
		filters={"status": catalogue.WAITING, "due_on": ["<=", until]},
		fields=["name", "title", "division", "due_on", "creation"],
		order_by="due_on, name",
	)
	officers = _officers() if rows else ()
	return [
		Due.of_record(
			PUBLICATION,
			row.name,
			row.title,
			_("publication under the catalogue"),
			row.due_on,
			row.division,
			getdate(row.creation),
			officers,
		)
		for row in rows
	]


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


def _corrections(until: date) -> list[Due]:
	rows = frappe.get_all(
		CORRECTION,
		filters={"status": ["in", corrections.OPEN], "due_on": ["<=", until]},
		fields=["name", "division", "due_on", "reported_on"],
		order_by="due_on, name",
	)
	return [
		Due.of_record(
			CORRECTION,
			row.name,
			row.name,
			_("answer to the correction"),
			row.due_on,
			row.division,
			row.reported_on,
		)
		for row in rows
	]


def _officers() -> tuple[str, ...]:
	directory = Directory()
	return tuple(user for user, roles in sorted(directory.roles.items()) if "Disclosure Officer" in roles)
