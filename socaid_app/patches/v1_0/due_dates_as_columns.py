"""Dates that reminders used to compute each night are columns: of rooms, of drafts of
notices and of terminations that were objected to. One statement for each day that occurs."""

from __future__ import annotations

import frappe
from frappe.utils import getdate
from pypika.functions import Date

from socaid_app.assistance_archives import rooms
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import notice_objections, notice_steps, timeliness
from socaid_app.public_disclosure.content import NOTICE
from socaid_app.setup import seeds


def execute() -> None:
	seeds.seed_parameters()
	_rooms()
	_drafts()
	for name in frappe.get_all(
		NOTICE,
		filters={"kind": rules_of.TERMINATION, "status": notice_steps.OBJECTION},
		pluck="name",
		order_by="name",
	):
		notice_objections.note_recheck(name)


def _rooms() -> None:
	for name in frappe.get_all(
		rooms.LOCATION, filters={"kind": rooms.ROOM, "next_check_on": ["is", "not set"]}, pluck="name"
	):
		room = frappe.get_doc(rooms.LOCATION, name)
		frappe.db.set_value(
			rooms.LOCATION, name, "next_check_on", rooms.next_check(room), update_modified=False
		)


def _drafts() -> None:
	notice = frappe.qb.DocType(NOTICE)
	formed = Date(notice.creation)
	waiting = notice.post_due.isnull() & (notice.status == notice_steps.DRAFT)
	days = frappe.qb.from_(notice).select(notice.kind, notice.roll_month, formed).distinct().where(waiting)
	for kind, month, day in days.run():
		same = (notice.roll_month == month) if month else notice.roll_month.isnull()
		due = timeliness.notice_due(kind, month, getdate(day))
		(
			frappe.qb.update(notice)
			.set(notice.post_due, due)
			.where(waiting & (notice.kind == kind) & same & (formed == day))
			.run()
		)
