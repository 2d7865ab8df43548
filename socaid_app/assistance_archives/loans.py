"""Lending files: asked for, granted by another person, handed out, checked on return.

A file that is lent is in somebody's hands: it is not lent again, moved, handed over as present or destroyed.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate, today

from socaid_app.assistance_archives import issues, retention, storage
from socaid_app.assistance_archives.retention import DESTROYED, FILE, LENT
from socaid_app.casework import due_rules, duties, messages, steps
from socaid_app.casework.people import Directory
from socaid_app.casework.steps import AUTHOR, IN_THE_DIALOG, Ask, Steps
from socaid_app.policy import clock
from socaid_app.socaid_app import rules

DOCTYPE = "Archive Loan"
REQUESTED, GRANTED, LOAN_LENT = "Requested", "Granted", "Lent"
GIVEN_BACK, REFUSED, LOST = "Given Back", "Loan Refused", "Lost File"
TAKE_OUT = "Take Out"
GOOD, DAMAGED, PAGES_MISSING = "Good Order", "Damaged", "Pages Missing"
DECIDE, KEEP = "Decide Loans", "Keep Archives"
# Set by the steps below.
KEPT = (
	"status",
	"requested_on",
	"due_status",
	"approved_by",
	"decision_note",
	"handed_out_on",
	"handed_out_by",
	"returned_on",
	"returned_to",
	"pages_lent",
	"pages_returned",
	"condition",
	"return_note",
	"issue",
)


class LoanRefused(frappe.ValidationError):
	"""The step is not possible now; the message says what to do."""


class NotYours(frappe.PermissionError):
	pass


step = Steps(DOCTYPE, refusal=LoanRefused, foreign=NotYours)


# --- asking -----------------------------------------------------------------------------------------------
def check_request(loan: Document) -> None:
	"""From ``validate`` of a new request: the file is there, and it comes back in time."""
	file = frappe.db.get_value(FILE, loan.archive_file, ["title", "status"], as_dict=True)
	if not file:
		frappe.throw(_("Choose the archive file."), LoanRefused)
	loan.file_title = file.title
	if file.status == DESTROYED:
		frappe.throw(_("This file has been destroyed."), LoanRefused)
	if not frappe.db.get_value("User", loan.borrower, "enabled"):
		frappe.throw(_("The borrower is a user of the system who is not disabled."), LoanRefused)
	first = getdate(loan.requested_on or today())
	last = add_days(first, max_days() if loan.loan_kind == TAKE_OUT else 0)
	if getdate(loan.due_on) < first:
		frappe.throw(_("The date of return lies in the past."), LoanRefused)
	if getdate(loan.due_on) > last:
		frappe.throw(
			_("A file taken out is given back within {0} days.").format(max_days())
			if loan.loan_kind == TAKE_OUT
			else _("What is read or copied on the spot is given back on the same day."),
			LoanRefused,
		)


def max_days() -> int:
	return cint(rules.parameters().get("archive_loan_max_days", getdate(today())))


def due_status(loan: Document, on: date | None = None) -> str:
	"""The colour of a loan; '' before the file is handed out."""
	if loan.status == LOAN_LENT:
		return clock.status(getdate(loan.due_on), on or getdate(today()), due_rules.soon_days(DOCTYPE))
	return clock.DONE if loan.status == GIVEN_BACK else ""


def tell_deciders(loan: Document) -> None:
	"""From ``after_insert``: those who may decide it hear of the request."""
	people = Directory().users(duties.roles_of(DECIDE), loan.division)
	messages.tell_staff(
		[user for user in people if user not in (loan.borrower, loan.owner)],
		_("{0} asks to borrow {1}").format(frappe.utils.get_fullname(loan.borrower), loan.file_title),
		DOCTYPE,
		loan.name,
	)


# --- deciding ---------------------------------------------------------------------------------------------
BY_ANOTHER = _lt("A loan is decided by another person than the borrower and who asked for it.")
NOT_BY = ("borrower", "owner", AUTHOR)


@step(
	_lt("Grant Loan"),
	at=REQUESTED,
	to=GRANTED,
	duty=DECIDE,
	not_by=NOT_BY,
	another=BY_ANOTHER,
	stamps=("approved_by",),
	primary=True,
)
def grant(doc: Document, note: str = "") -> None:
	"""Allow a loan."""
	doc.decision_note = note.strip()
	steps.done(doc)
	_tell_borrower(doc, _("Granted: fetch {0} from the archivist.").format(doc.file_title))


@step(
	_lt("Refuse Loan"),
	at=(REQUESTED, GRANTED),
	to=REFUSED,
	duty=DECIDE,
	not_by=NOT_BY,
	another=BY_ANOTHER,
	asks=(Ask("reason", label=_lt("Why Refused")),),
	stamps=("approved_by",),
)
def refuse(doc: Document, reason: str) -> None:
	"""Refuse a loan, or take back one that was granted and not handed out."""
	doc.decision_note = reason
	steps.done(doc)
	_tell_borrower(doc, _("The loan of {0} is refused: {1}").format(doc.file_title, reason))


def _tell_borrower(doc: Document, subject: str) -> None:
	people = {doc.borrower, doc.owner} - {frappe.session.user}
	messages.tell_staff(sorted(people), subject, DOCTYPE, doc.name)


# --- handing out and taking back --------------------------------------------------------------------------
def _not_the_keeper(doc: Document) -> str:
	"""Files go through the hands of an archivist or of their custodian."""
	custodian = frappe.db.get_value(FILE, doc.archive_file, "custodian")
	if frappe.session.user == custodian or duties.holds(KEEP):
		return ""
	return _("Files are handed out and taken back by an archivist or their custodian.")


def _come_too_late(doc: Document) -> list[str]:
	if getdate(doc.due_on) >= getdate(today()):
		return []
	return [_("The date of return has passed before the file was handed out. Make a new request.")]


def _pages_in_catalogue(doc: Document) -> int:
	return cint(frappe.db.get_value(FILE, doc.archive_file, "page_count"))


@step(
	_lt("Hand Out"),
	at=GRANTED,
	to=LOAN_LENT,
	who=_not_the_keeper,
	missing=_come_too_late,
	asks=(
		Ask(
			"pages",
			reqd=False,
			fieldtype="Int",
			label=_lt("Pages Counted"),
			default=_pages_in_catalogue,
			mandatory_depends_on=IN_THE_DIALOG,
		),
	),
	stamps=("handed_out_on", "handed_out_by"),
	primary=True,
)
def hand_out(doc: Document, pages: int | None = None) -> None:
	"""Give the file to the borrower; its pages are counted (default: as in its catalogue)."""
	(file,) = storage.locked([doc.archive_file])
	if file.status in (LENT, DESTROYED):
		frappe.throw(_("{0} is lent or destroyed.").format(file.title), LoanRefused)
	if cint(pages) < 0:
		frappe.throw(_("Count the pages."), LoanRefused)
	steps.done(doc, pages_lent=cint(pages) or cint(file.page_count))
	storage.set_files([file.name], status=LENT)
	storage.record_movements(storage.LENT_OUT, [file], None, doc.purpose, doc)


def _asked_on_return(doc: Document) -> tuple[Ask, ...]:
	return (
		Ask(
			"pages",
			fieldtype="Int",
			label=_lt("Pages Counted"),
			description=_("{0} pages were lent.").format(doc.pages_lent),
		),
		Ask("condition", options=(GOOD, DAMAGED, PAGES_MISSING), default=GOOD),
		Ask(
			"note",
			reqd=False,
			fieldtype="Small Text",
			label=_lt("Note on the Return"),
			mandatory_depends_on=f"eval:doc.condition !== '{GOOD}' || doc.pages < {cint(doc.pages_lent)}",
		),
	)


@step(
	_lt("Take Return"),
	at=(LOAN_LENT, LOST),
	to=GIVEN_BACK,
	who=_not_the_keeper,
	not_by=("borrower",),
	another=_lt("The return is checked by another person than the borrower."),
	asks=_asked_on_return,
	stamps=("returned_on", "returned_to"),
	primary=True,
)
def give_back(doc: Document, pages: int, condition: str, note: str = "") -> str | None:
	"""Take the file back after counting its pages and looking at it; returns the issue raised, if any.

	``condition``: Good Order, Damaged or Pages Missing. Anything wrong needs a note and is put right by the borrower.
	"""
	(file,) = storage.locked([doc.archive_file])
	doc.condition = _condition(doc, cint(pages), condition)
	if doc.condition != GOOD:
		if not note:
			frappe.throw(
				_("{0} pages were lent, {1} came back. Describe what is missing or damaged.").format(
					doc.pages_lent, cint(pages)
				),
				LoanRefused,
			)
		doc.issue = issues.raise_issue(
			_("Loan {0} of {1}: {2}, {3} of {4} pages came back").format(
				doc.name, file.title, _(doc.condition), cint(pages), doc.pages_lent
			),
			doc,
			doc.borrower,
		)
	steps.done(doc, pages_returned=cint(pages), return_note=note)
	storage.set_files([file.name], status=retention.resting_status(file))
	storage.record_movements(
		storage.BROUGHT_BACK, [frappe._dict({**file, "location": None})], file.location, note, doc
	)
	return doc.issue


def _condition(doc: Document, pages: int, said: str) -> str:
	"""As the pages say, whatever was chosen. Raises LoanRefused for what contradicts them."""
	if said not in (GOOD, DAMAGED, PAGES_MISSING):
		frappe.throw(_("State the condition on return."), LoanRefused)
	if pages < cint(doc.pages_lent):
		return PAGES_MISSING
	if said == PAGES_MISSING:
		frappe.throw(
			_("{0} pages were lent and {1} came back: none is missing.").format(doc.pages_lent, pages),
			LoanRefused,
		)
	return said


@step(
	_lt("Report Lost"),
	at=LOAN_LENT,
	to=LOST,
	who=_not_the_keeper,
	asks=(Ask("note", label=_lt("How It Was Lost and What Was Done")),),
)
def report_lost(doc: Document, note: str) -> str:
	"""A lent file cannot be found: the issue raised. It stays lent, hence is neither lent again nor destroyed."""
	(file,) = storage.locked([doc.archive_file])
	doc.return_note = note
	doc.issue = issues.raise_issue(
		_("Loan {0}: {1} is lost").format(doc.name, file.title), doc, doc.borrower, issues.CRITICAL
	)
	return doc.issue
