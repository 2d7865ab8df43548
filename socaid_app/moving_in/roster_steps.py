"""The steps of a roster: checked, handed to another person, reviewed, written, and taken back while nothing used it."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, today

from socaid_app.casework import holidays, steps
from socaid_app.casework.steps import AUTHOR, Ask, Steps
from socaid_app.comparison.headings import UnreadableReply, plain
from socaid_app.moving_in import roster_checking, roster_columns, roster_jobs, roster_reading, roster_undoing
from socaid_app.moving_in import roster_records as rosters
from socaid_app.moving_in.roster_records import IMPORT, MAPPING, REVIEW, RosterRefused
from socaid_app.permissions import files
from socaid_app.socaid_app import rules

step = Steps(rosters.DOCTYPE, refusal=RosterRefused)
WHY = _lt("Why")
ZERO = dict.fromkeys(
	(
		"rows_total",
		"rows_ready",
		"rows_there",
		"rows_stopped",
		"households",
		"persons",
		"benefits",
		"monthly_total",
		"to_look_at",
		"looked_at",
	),
	0,
)


# --- the columns --------------------------------------------------------------------------------------------------
def read_columns(doc: Document) -> None:
	"""From ``validate`` of a draft: the headings of a new file, each with what it meant before."""
	before = doc.get_doc_before_save()
	same = before and all(
		doc.get(field) == before.get(field) for field in ("roster_file", "sheet_name", "former_system")
	)
	if (same and doc.meanings) or not doc.roster_file:
		return
	file = files.readable(doc.roster_file)
	if not file:
		# whose file it is the hook of all records asks
		return
	known = roster_checking.remembered(doc)
	try:
		sheet = roster_reading.read(file.get_full_path(), known, doc.sheet_name or "")
	except UnreadableReply as error:
		frappe.throw(str(error), RosterRefused)
	fields = roster_columns.guessed(sheet.headings, known)
	doc.set(
		"meanings",
		[
			{"heading": heading, "meaning": roster_columns.WORDS.get(field, "")}
			for heading, field in zip(sheet.headings, fields, strict=True)
		],
	)
	doc.report = None


def remember(doc: Document) -> None:
	"""The next file of the same system is understood by itself."""
	system = doc.former_system or ""
	there = {
		row.heading: row
		for row in frappe.get_all(
			MAPPING,
			filters={"former_system": system},
			fields=["name", "heading", "meaning"],
			order_by="name",
		)
	}
	for row in doc.meanings:
		heading = plain(row.heading)
		known = there.get(heading)
		if known and (known.meaning or "") != (row.meaning or ""):
			frappe.db.set_value(MAPPING, known.name, "meaning", row.meaning)
		elif not known and heading:
			mapping = frappe.get_doc(
				{"doctype": MAPPING, "former_system": system, "heading": heading, "meaning": row.meaning}
			)
			mapping.insert(ignore_permissions=True)


# --- checked ------------------------------------------------------------------------------------------------------
def unclear_columns(doc: Document) -> list[str]:
	try:
		roster_columns.check(roster_checking.fields_of(doc))
	except roster_columns.ColumnsUnclear as error:
		return [str(error)]
	return []


@step(
	_lt("Check the Roster"),
	at=rosters.DRAFTED,
	to=rosters.CHECKING,
	duty=IMPORT,
	missing=unclear_columns,
	primary=True,
)
def check(doc: Document) -> None:
	"""A dry run: every problem by row and column; nothing is written into the register."""
	rosters.clear(doc)
	remember(doc)
	steps.done(doc, **ZERO, problem_kinds=None, report=None)
	roster_jobs.JOB.enqueue(doc.name)


@step(
	_lt("Correct and Check Again"),
	at=rosters.CHECKED,
	to=rosters.DRAFTED,
	duty=IMPORT,
	asks=(
		Ask(
			"corrected_file",
			reqd=False,
			label=_lt("Corrected File"),
			fieldtype="Attach",
			description=_lt("Leave this empty to give a column another meaning only."),
		),
	),
	primary=lambda doc: not doc.rows_ready,
)
def correct(doc: Document, corrected_file: str | None = None) -> None:
	"""With the corrected file, or so that a column is given another meaning."""
	rosters.clear(doc)
	doc.update({**ZERO, "problem_kinds": None})
	if corrected_file:
		doc.roster_file = corrected_file


# --- reviewed -----------------------------------------------------------------------------------------------------
def nothing_to_write(doc: Document) -> list[str]:
	if not cint(doc.rows_ready):
		return [_("No row can be written. Correct the file and check it again.")]
	if cint(doc.benefits) and not doc.paid_through:
		return [
			_(
				"Enter through which month the former system has paid, so that no month is paid twice and none is left out."
			)
		]
	return []


@step(
	_lt("Hand Over for Review"),
	at=rosters.CHECKED,
	to=rosters.HANDED,
	duty=IMPORT,
	missing=nothing_to_write,
	stamps=("handed_by",),
	primary=lambda doc: doc.rows_ready,
)
def hand_over(doc: Document) -> None:
	"""Rows that were stopped stay out; the corrected file is imported again for them."""
	doc.return_reason, doc.handed_on = None, today()
	set_due_date(doc)


def set_due_date(doc: Document) -> None:
	doc.review_due_on = rules.workdays_after("roster_review_days", doc.handed_on)


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``."""
	return holidays.settle(rosters.DOCTYPE, {"status": rosters.HANDED}, ("review_due_on",), set_due_date)


@step(
	_lt("Return"),
	at=rosters.HANDED,
	to=rosters.CHECKED,
	duty=REVIEW,
	asks=(Ask("return_reason", label=WHY),),
)
def send_back(doc: Document, return_reason: str) -> None:
	"""To whoever handed it over, with the reason."""
	doc.return_reason = return_reason


@step(
	_lt("Approve and Write"),
	at=rosters.HANDED,
	to=rosters.WRITING,
	duty=REVIEW,
	not_by=("owner", AUTHOR, "handed_by"),
	another=_lt("Whoever prepared a roster does not approve it."),
	asks=(Ask("opinion"),),
	stamps=("reviewed_by", "reviewed_on"),
	confirm=_lt("Rows without problems are written into the register. Go on?"),
	primary=True,
)
def approve(doc: Document, opinion: str) -> None:
	"""By another person; then it is written in the background."""
	steps.done(doc, looked_at=0, households_written=0, persons_written=0, benefits_written=0)
	roster_jobs.JOB.enqueue(doc.name)


# --- taken back ---------------------------------------------------------------------------------------------------
def may_be_undone(doc: Document) -> bool:
	return bool(rosters.count(doc, rosters.WRITTEN_ROW, rosters.KEPT, rosters.FAILED))


@step(
	_lt("Undo the Import"),
	at=(rosters.WRITTEN, rosters.UNDONE),
	to=rosters.UNDOING,
	duty=REVIEW,
	when=may_be_undone,
	asks=(Ask("return_reason", label=WHY),),
	stamps=("undone_by", "undone_on"),
)
def undo(doc: Document, return_reason: str) -> None:
	"""What was used since is kept, and the list says by what."""
	roster_undoing.begin(doc)
	steps.done(doc, looked_at=0, return_reason=return_reason)
	roster_jobs.JOB.enqueue(doc.name)


@step(
	_lt("Everything Is Right"),
	at=rosters.WRITTEN,
	to=rosters.CLOSED,
	duty=REVIEW,
	confirm=_lt("The import cannot be undone any more afterwards. Go on?"),
)
def close(doc: Document) -> None:
	"""What was kept for undoing goes."""
	rosters.clear(doc)


@step(
	_lt("Give the Import Up"),
	at=(rosters.DRAFTED, rosters.CHECKED, rosters.HANDED),
	to=rosters.GIVEN_UP,
	duty=IMPORT,
	asks=(Ask("return_reason", label=WHY),),
)
def give_up(doc: Document, return_reason: str) -> None:
	"""Nothing of it is written, and nothing kept."""
	doc.return_reason = return_reason
	rosters.clear(doc)
