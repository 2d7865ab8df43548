"""Lending files: asked for, granted by another person, handed out, checked on return.

A file that is lent is in somebody's hands: it is not lent again, moved, handed over as present or destroyed.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate, now, today

from socaid_app.assistance_archives import issues, retention, storage
from socaid_app.assistance_archives.retention import DESTROYED, FILE, LENT
from socaid_app.casework import due_rules, messages
from socaid_app.casework.people import Directory
from socaid_app.casework.records import author, step
from socaid_app.policy import clock
from socaid_app.socaid_app import rules

DOCTYPE = "Archive Loan"
REQUESTED, GRANTED, LOAN_LENT = "Requested", "Granted", "Lent"
GIVEN_BACK, REFUSED, LOST = "Given Back", "Loan Refused", "Lost File"
TAKE_OUT = "Take Out"
GOOD, DAMAGED, PAGES_MISSING = "Good Order", "Damaged", "Pages Missing"
APPROVERS = frozenset({"Archivist", "County Approver", "Service Manager"})
KEEPERS = frozenset({"Archivist"})
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
ASKED_FOR = ("archive_file", "borrower", "borrower_unit", "purpose", "loan_kind", "due_on")


class LoanRefused(frappe.ValidationError):
	"""The step is not possible now; the message says what to do."""


class NotYours(frappe.PermissionError):
	pass


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
	people = Directory().users(sorted(APPROVERS), loan.division)
	messages.tell_staff(
		[user for user in people if user not in (loan.borrower, loan.owner)],
		_("{0} asks to borrow {1}").format(frappe.utils.get_fullname(loan.borrower), loan.file_title),
		DOCTYPE,
		loan.name,
	)


# --- deciding ---------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def grant(loan: str, note: str = "") -> None:
	"""Allow a loan. By another person than the borrower; raises NotYours, LoanRefused."""
	doc = _at(loan, REQUESTED)
	_require_approver(doc)
	doc.update({"status": GRANTED, "approved_by": frappe.session.user, "decision_note": note.strip()})
	_step(doc)
	_tell_borrower(doc, _("Granted: fetch {0} from the archivist.").format(doc.file_title))


@frappe.whitelist(methods=["POST"])
def refuse(loan: str, reason: str) -> None:
	"""Refuse a loan, or take back one that was granted and not handed out."""
	doc = _at(loan, REQUESTED, GRANTED)
	_require_approver(doc)
	if not (reason or "").strip():
		frappe.throw(_("State why the loan is refused."), LoanRefused)
	doc.update({"status": REFUSED, "approved_by": frappe.session.user, "decision_note": reason.strip()})
	_step(doc)
	_tell_borrower(doc, _("The loan of {0} is refused: {1}").format(doc.file_title, doc.decision_note))


def _tell_borrower(doc: Document, subject: str) -> None:
	people = {doc.borrower, doc.owner} - {frappe.session.user}
	messages.tell_staff(sorted(people), subject, DOCTYPE, doc.name)


def _require_approver(doc: Document) -> None:
	if APPROVERS.isdisjoint(frappe.get_roles()):
		frappe.throw(_("Loans are decided by archivists, county approvers and service managers."), NotYours)
	if frappe.session.user in (doc.borrower, doc.owner, author(doc)):
		frappe.throw(
			_("A loan is decided by another person than the borrower and who asked for it."), NotYours
		)


# --- handing out and taking back --------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def hand_out(loan: str, pages: int | None = None) -> None:
	"""Give the file to the borrower; its pages are counted (default: as in its catalogue).

	Raises LoanRefused when it is lent already, NotYours for anybody but an archivist or its custodian.
	"""
	doc = _at(loan, GRANTED)
	(file,) = storage.locked([doc.archive_file])
	_require_keeper(doc, file)
	if file.status in (LENT, DESTROYED):
		frappe.throw(_("{0} is lent or destroyed.").format(file.title), LoanRefused)
	if getdate(doc.due_on) < getdate(today()):
		frappe.throw(
			_("The date of return has passed before the file was handed out. Make a new request."),
			LoanRefused,
		)
	if cint(pages) < 0:
		frappe.throw(_("Count the pages."), LoanRefused)
	doc.update(
		{
			"status": LOAN_LENT,
			"handed_out_on": now(),
			"handed_out_by": frappe.session.user,
			"pages_lent": cint(pages) or cint(file.page_count),
		}
	)
	_step(doc)
	storage.set_files([file.name], status=LENT)
	storage.record_movements(storage.LENT_OUT, [file], None, doc.purpose, doc)


@frappe.whitelist(methods=["POST"])
def give_back(loan: str, pages: int, condition: str, note: str = "") -> str | None:
	"""Take the file back after counting its pages and looking at it; returns the issue raised, if any.

	``condition``: Good Order, Damaged or Pages Missing. Anything wrong needs a note and becomes a Data Quality
	Issue of the borrower. Raises LoanRefused, NotYours.
	"""
	doc = _at(loan, LOAN_LENT, LOST)
	(file,) = storage.locked([doc.archive_file])
	_require_keeper(doc, file)
	if doc.borrower == frappe.session.user:
		frappe.throw(_("The return is checked by another person than the borrower."), NotYours)
	if condition not in (GOOD, DAMAGED, PAGES_MISSING):
		frappe.throw(_("State the condition on return."), LoanRefused)
	if cint(pages) < cint(doc.pages_lent):
		condition = PAGES_MISSING
	elif condition == PAGES_MISSING:
		frappe.throw(
			_("{0} pages were lent and {1} came back: none is missing.").format(doc.pages_lent, pages),
			LoanRefused,
		)
	if condition != GOOD and not (note or "").strip():
		frappe.throw(
			_("{0} pages were lent, {1} came back. Describe what is missing or damaged.").format(
				doc.pages_lent, cint(pages)
			),
			LoanRefused,
		)
	doc.update(
		{
			"status": GIVEN_BACK,
			"returned_on": now(),
			"returned_to": frappe.session.user,
			"pages_returned": cint(pages),
			"condition": condition,
			"return_note": (note or "").strip(),
		}
	)
	if condition != GOOD:
		doc.issue = issues.raise_issue(
			_("Loan {0} of {1}: {2}, {3} of {4} pages came back").format(
				doc.name, file.title, _(condition), cint(pages), doc.pages_lent
			),
			doc,
			doc.borrower,
		)
	_step(doc)
	storage.set_files([file.name], status=retention.resting_status(file))
	storage.record_movements(
		storage.BROUGHT_BACK, [frappe._dict({**file, "location": None})], file.location, note, doc
	)
	return doc.issue


@frappe.whitelist(methods=["POST"])
def report_lost(loan: str, note: str) -> str:
	"""A lent file cannot be found: the issue raised. It stays lent, hence is neither lent again nor destroyed."""
	doc = _at(loan, LOAN_LENT)
	(file,) = storage.locked([doc.archive_file])
	_require_keeper(doc, file)
	if not (note or "").strip():
		frappe.throw(_("State how the file was lost and what was done to find it."), LoanRefused)
	doc.update({"status": LOST, "return_note": note.strip()})
	doc.issue = issues.raise_issue(
		_("Loan {0}: {1} is lost").format(doc.name, file.title), doc, doc.borrower, issues.CRITICAL
	)
	_step(doc)
	return doc.issue


def keeps(loan: Document) -> bool:
	"""Whether the session's user is the custodian of the file."""
	return frappe.db.get_value(FILE, loan.archive_file, "custodian") == frappe.session.user


def _require_keeper(doc: Document, file: frappe._dict) -> None:
	if frappe.session.user != file.custodian and KEEPERS.isdisjoint(frappe.get_roles()):
		frappe.throw(_("Files are handed out and taken back by an archivist or their custodian."), NotYours)


def _at(loan: str, *states: str) -> Document:
	doc = frappe.get_doc(DOCTYPE, loan, for_update=True)
	doc.check_permission("write")
	if doc.status not in states:
		frappe.throw(
			_("Loan {0} is {1}; this step is not possible now.").format(
				doc.name, _(doc.status, context=doc.doctype)
			),
			LoanRefused,
		)
	return doc


def _step(doc: Document) -> None:
	with step(doc):
		doc.save()
