"""月度名单: who is helped this month, village by village (57号 Art. 24; 民办函〔2019〕52号).

At the beginning of a month one job drafts the rolls of all villages from the ledger; each waits for the review
of a second person and hangs until the next month's is posted.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.utils import get_first_day, getdate, now, today

from socaid_app.casework import duties, waiting
from socaid_app.permissions.divisions import township_of
from socaid_app.permissions.scope import scope_of
from socaid_app.policy import publicity as rules_of
from socaid_app.printing import settings
from socaid_app.public_disclosure import content, notice_steps, timeliness
from socaid_app.public_disclosure.content import NOTICE, ForbiddenContent, Gathered

JOB = "publicity-rolls"
CHUNK = 2_000
PLACE = "村（社区）公示栏"
MAKE = "Make Rolls"


@frappe.whitelist(methods=["POST"])
def draft_all(month: str | None = None) -> None:
	"""Have the rolls of a month drafted for the divisions the user works for, in the background."""
	duties.require(MAKE)
	frappe.has_permission(NOTICE, "create", throw=True)
	enqueue(get_first_day(getdate(month or today())), scope_of().divisions)


def enqueue(month: date, divisions: tuple[str, ...] = ()) -> None:
	"""The one way the rolls get into the queue."""
	frappe.enqueue(
		"socaid_app.public_disclosure.rolls.generate",
		queue="long",
		job_id=f"{JOB}-{month}-{'-'.join(divisions) or 'all'}",
		deduplicate=True,
		enqueue_after_commit=True,
		month=month.isoformat(),
		divisions=list(divisions),
	)


def generate(month: str | date | None = None, divisions: list[str] | None = None) -> int:
	"""Monthly job: draft the roll of every village with somebody on it; returns how many were new.

	One query for the ledger, bulk inserts for the drafts. The name of a draft says village and month, hence
	running the job again adds only what is missing.
	"""
	month = get_first_day(getdate(month or today()))
	waiting.take([turn_of(month)])
	villages: dict[str, Gathered] = {}
	for division in divisions or [None]:
		villages |= content.rolls_of(month, division, getdate(today()))
	there = set(
		frappe.get_all(
			NOTICE,
			filters={"kind": rules_of.ROLL, "roll_month": month, "status": ["in", _LIVE]},
			pluck="division",
			order_by="division",
		)
	)
	new = [code for code, gathered in sorted(villages.items()) if gathered.rows and code not in there]
	written = 0
	for start in range(0, len(new), CHUNK):
		written += _write(month, {code: villages[code] for code in new[start : start + CHUNK]})
		frappe.publish_progress(
			min((start + CHUNK) * 100 // len(new), 100), title=_("Drafting the monthly rolls"), doctype=NOTICE
		)
	return written


_LIVE = (*notice_steps.OPEN, notice_steps.OBJECTION, notice_steps.COMPLETED)


def turn_of(month: date) -> waiting.Subject:
	"""Who drafts a roll by hand and the job that drafts them all wait for each other."""
	return (NOTICE, rules_of.ROLL, month.isoformat())


def roll_name(month: date, division: str) -> str:
	return f"MD-{month:%Y%m}-{division}"


def _write(month: date, villages: dict[str, Gathered]) -> int:
	"""Drafts as the controller would make them, for many villages at once."""
	moment, user, phone = now(), frappe.session.user, settings().bureau_phone
	taken, due = _names_taken(month), timeliness.notice_due(rules_of.ROLL, month, month)
	notices, entries, log = [], [], []
	for division, gathered in villages.items():
		name = roll_name(month, division)
		while name in taken:
			name = f"{name}-1"
		notice = {
			"name": name,
			"kind": rules_of.ROLL,
			"status": notice_steps.DRAFT,
			"roll_month": month,
			"division": division,
			"township": township_of(division),
			"post_due": due,
			"place": PLACE,
			"complaint_phone": phone,
			"prepared_by": user,
			"village_name": content.place_name(division),
			"left_out_count": gathered.left_out,
		}
		notice |= {"title": content.title(notice), "public_key": content.new_key()}
		try:
			content.published(notice, gathered.rows)
		except ForbiddenContent as error:
			# the other villages go on; this one's record has to be put right first
			frappe.log_error(title=f"Roll {name} could not be drafted", message=str(error))
			frappe.clear_messages()
			continue
		notices.append(notice)
		entries += [_child(row, name, "entries", number) for number, row in enumerate(gathered.rows, 1)]
		drafted = {"logged_on": moment, "action": "Notice Drafted", "user": user}
		log.append(_child(drafted, name, "log", 1))
	stamp = {"creation": moment, "modified": moment, "owner": user, "modified_by": user}
	for doctype, rows in ((NOTICE, notices), ("Publicity Entry", entries), ("Publicity Log", log)):
		_insert(doctype, [stamp | row for row in rows])
	return len(notices)


def _names_taken(month: date) -> set[str]:
	return set(
		frappe.get_all(
			NOTICE, filters={"name": ["like", f"MD-{month:%Y%m}-%"]}, pluck="name", order_by="name"
		)
	)


def _child(row: dict, parent: str, field: str, number: int) -> dict:
	return {
		"name": frappe.generate_hash(length=10),
		"parent": parent,
		"parenttype": NOTICE,
		"parentfield": field,
		"idx": number,
		**row,
	}


def _insert(doctype: str, rows: list[dict]) -> None:
	if not rows:
		return
	fields = sorted({field for row in rows for field in row})
	frappe.db.bulk_insert(
		doctype, fields, ([row.get(field) for field in fields] for row in rows), chunk_size=CHUNK
	)
