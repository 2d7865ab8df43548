"""The backup ledger: every operation is written down as it begins and as it ends, by the system alone.

What fails is written down too, told to the person responsible for the destination, and followed up as a Data
Quality Issue, one for each destination at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, now_datetime, strip_html, today
from frappe.utils.file_lock import LockTimeoutError
from frappe.utils.synchronization import filelock
from rq.timeouts import JobTimeoutException

from socaid_app.casework import messages, rectification
from socaid_app.casework.records import Guarded, step
from socaid_app.permissions.scope import NeverDeleted

RUN, TEST, DESTINATION = "Backup Run", "Backup Restore Test", "Backup Destination"
RUNNING, SUCCEEDED, FAILED = "Running", "Succeeded", "Not Succeeded"
TAKEN, VERIFIED, COMPARED = "Backup Taken", "Copy Verified", "Copies Compared"
KEY_CHANGED, REMOVED = "Key Changed", "Old Copies Removed"
ISSUE_DAYS = 3
# Where the outcome is told in words.
TEXT_FIELD = {RUN: "message", TEST: "report"}


class BackupBusy(frappe.ValidationError):
	pass


class WrittenBySystem(frappe.ValidationError):
	pass


class LedgerDocument(Guarded):
	"""Base of the two ledgers: no entry by hand, no change once finished, no deletion."""

	def validate(self) -> None:
		before = self.get_doc_before_save()
		if not self.flags.by_step or (before and before.outcome != RUNNING):
			frappe.throw(
				_("The backup ledger is written by the system and cannot be changed."), WrittenBySystem
			)

	def before_rename(self, *args, **kwargs) -> None:
		frappe.throw(_("The backup ledger is written by the system and cannot be changed."), WrittenBySystem)

	def on_trash(self) -> None:
		frappe.throw(_("The backup ledger is evidence; its entries are never deleted."), NeverDeleted)


@contextmanager
def session() -> Iterator[None]:
	"""One backup operation at a time on a site. Raises BackupBusy while another one runs."""
	with ExitStack() as stack:
		try:
			stack.enter_context(filelock("socaid_backup", timeout=1))
		except LockTimeoutError:
			frappe.throw(
				_("Another backup operation is running. Try again when the ledger shows it as finished."),
				BackupBusy,
			)
		_close_interrupted()
		yield


@contextmanager
def entry(doctype: str, destination: str, **values) -> Iterator[Document]:
	"""An entry that says Running while the block runs, and how it ended afterwards.

	The block sets what it found on the document yielded. Its failure is recorded and told, not raised: the next
	destination still gets its turn. Both ends are committed, so that even a power cut leaves a trace.
	"""
	doc = frappe.get_doc(
		{
			"doctype": doctype,
			"destination": destination,
			"started_on": now_datetime(),
			"outcome": RUNNING,
			"run_by": frappe.session.user,
			**values,
		}
	)
	_write(doc)
	try:
		yield doc
	except Exception as error:
		frappe.db.rollback()
		if not isinstance(error, frappe.ValidationError):
			frappe.log_error(title=f"{doctype} {doc.name} failed")
		_finish(doc, FAILED, _reason(error))
		# the worker's time is up: there is no turn for the next one
		if isinstance(error, JobTimeoutException):
			raise
	else:
		_finish(doc, SUCCEEDED)


def fail(doc: Document, text: str, in_short: str | None = None) -> None:
	"""End an entry as failed without an error in the program (differences were found)."""
	_finish(doc, FAILED, text, in_short)


def _finish(doc: Document, outcome: str, text: str | None = None, in_short: str | None = None) -> None:
	if doc.outcome != RUNNING:
		return
	doc.outcome, doc.finished_on = outcome, now_datetime()
	if text:
		doc.set(TEXT_FIELD[doc.doctype], text)
	_write(doc)
	told = in_short or text or doc.get("message") or _(outcome)
	if outcome == FAILED:
		_tell(doc, told)
	note = f"{_(doc.get('operation') or doc.doctype)}：{told}"
	frappe.db.set_value(DESTINATION, doc.destination, "last_message", note, update_modified=False)
	frappe.db.commit()


def _write(doc: Document) -> None:
	with step(doc):
		doc.save(ignore_permissions=True)
	frappe.db.commit()


def _reason(error: Exception) -> str:
	return strip_html(str(error)).strip() or type(error).__name__


def _tell(doc: Document, text: str) -> None:
	responsible = frappe.db.get_value(DESTINATION, doc.destination, "responsible")
	what = _(doc.get("operation") or doc.doctype)
	subject = _("{0} of {1} did not succeed: {2}").format(what, doc.destination, text)[:140]
	messages.tell_staff([responsible], subject, doc.doctype, doc.name)
	rectification.found_once(
		frappe.get_doc(DESTINATION, doc.destination),
		subject,
		kind="Backup",
		source=doc,
		severity=rectification.CRITICAL,
		responsible=responsible,
		found_by=doc.run_by,
		due_on=add_days(today(), ISSUE_DAYS),
	)


def _close_interrupted() -> None:
	"""Under the lock nothing else can be running: what still says so was killed."""
	for doctype in (RUN, TEST):
		for name in frappe.get_all(doctype, filters={"outcome": RUNNING}, pluck="name", order_by="name"):
			fail(frappe.get_doc(doctype, name), _("Interrupted: the server or its worker was stopped."))
