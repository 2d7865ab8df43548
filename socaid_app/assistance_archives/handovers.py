"""Handing the archives over: listed, reconciled file by file, signed by both in front of a third person.

With the signatures the keeping of places and files passes in one transaction. What was not found stays with who
hands over, is explained, and becomes a Data Quality Issue.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import now

from socaid_app.assistance_archives import issues, storage
from socaid_app.assistance_archives.retention import LENT
from socaid_app.assistance_archives.storage import LOCATION
from socaid_app.casework import records, steps
from socaid_app.casework.steps import Steps

DOCTYPE, ITEM = "Archive Handover", "Archive Handover Item"
LISTING, RECONCILING, SIGNED = "Being Listed", "Reconciling", "Handover Signed"
UNCHECKED, PRESENT, ABSENT, ON_LOAN = "Not Yet Checked", "Present", "Absent", "Lent"
KEPT = (
	"status",
	"listed_on",
	"reconciled_on",
	"signed_on",
	"present_count",
	"absent_count",
)


class HandoverInvalid(frappe.ValidationError):
	pass


class NotReconciled(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=HandoverInvalid)


# --- who --------------------------------------------------------------------------------------------------
def check_persons(handover: Document) -> None:
	"""Giver, receiver and supervisor are three persons; the receiver may keep archives, the giver keeps these."""
	people = [handover.from_custodian, handover.to_custodian, handover.supervisor]
	known = [person for person in people if person]
	if len(set(known)) != len(known):
		frappe.throw(_("Giver, receiver and supervisor are three different persons."), HandoverInvalid)
	storage.require_archivist(handover.to_custodian, HandoverInvalid)
	keeper = frappe.db.get_value(LOCATION, handover.location, "custodian")
	if keeper and keeper != handover.from_custodian:
		frappe.throw(
			_("{0} keeps this place and hands it over.").format(frappe.utils.get_fullname(keeper)),
			HandoverInvalid,
		)


# --- listing ----------------------------------------------------------------------------------------------
@step(
	_lt("List Files"),
	at=(LISTING, RECONCILING),
	to=RECONCILING,
	stamps=("listed_on",),
	primary=lambda doc: doc.status == LISTING,
)
def list_files(doc: Document) -> int:
	"""List every file in the place that the giver keeps, lent ones as lent; returns how many.

	What was reconciled before is kept.
	"""
	rows = storage.files_in(
		doc.location,
		("name", "file_number", "title", "page_count", "location", "status"),
		doc.from_custodian,
	)
	if not rows:
		frappe.throw(_("No file lies in this place."), HandoverInvalid)
	checked = {row.archive_file: row for row in doc.items if row.found not in (UNCHECKED, ON_LOAN)}
	doc.set(
		"items",
		[
			{
				"archive_file": row.name,
				"file_number": row.file_number,
				"title": row.title,
				"page_count": row.page_count,
				"location": row.location,
				"found": _found(row, checked),
				"remark": checked[row.name].remark if row.name in checked else None,
			}
			for row in rows
		],
	)
	return len(rows)


def _found(row: frappe._dict, checked: dict) -> str:
	if row.status == LENT:
		return ON_LOAN
	return checked[row.name].found if row.name in checked else UNCHECKED


# --- reconciling ------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def check_off(handover: str, label: str) -> dict:
	"""A file that was scanned is there: {title, left} where ``left`` files are not checked yet.

	Raises NotReconciled when it is not on the list: then it lies in the wrong place.
	"""
	doc = steps.locked(DOCTYPE, handover)
	if doc.status != RECONCILING:
		frappe.throw(_("Files are checked off from a list that is not signed yet."), NotReconciled)
	name = storage.scanned(label)["name"]
	row = next((row for row in doc.items if row.archive_file == name), None)
	if not row:
		frappe.throw(
			_("{0} is not on this list. Put it where it belongs, or shelve it here and list again.").format(
				name
			),
			NotReconciled,
		)
	if row.found == ON_LOAN:
		frappe.throw(
			_("{0} is listed as lent. Take its return, then list again.").format(row.title), NotReconciled
		)
	row.found = PRESENT
	left = sum(item.found == UNCHECKED for item in doc.items)
	if left:
		# One row is written, not the whole list: a cabinet holds thousands, and one is scanned after the other.
		frappe.db.set_value(ITEM, row.name, "found", PRESENT)
		frappe.db.set_value(
			DOCTYPE, doc.name, "present_count", sum(item.found == PRESENT for item in doc.items)
		)
	else:
		with records.step(doc):
			doc.save()
	return {"title": row.title, "left": left}


@step(
	_lt("Rest Is Absent"),
	at=RECONCILING,
	when=lambda doc: _unchecked(doc),
	confirm=_lt("Whatever has not been checked off is marked as absent."),
)
def rest_absent(doc: Document) -> int:
	"""All have been scanned: what is left was not found; returns how many."""
	left = _unchecked(doc)
	for row in left:
		row.found = ABSENT
	return len(left)


def _unchecked(doc: Document) -> list[Document]:
	return [row for row in doc.items if row.found == UNCHECKED]


def reckon(handover: Document) -> None:
	"""From ``validate``: the figures of the list, and when the last file was checked."""
	handover.present_count = sum(row.found == PRESENT for row in handover.items)
	handover.absent_count = sum(row.found == ABSENT for row in handover.items)
	unchecked = any(row.found == UNCHECKED for row in handover.items)
	done = bool(handover.items) and not unchecked
	handover.reconciled_on = (handover.reconciled_on or now()) if done else None


SIGNATURES = {"from_signature": "from_custodian", "to_signature": "to_custodian"}


def check_signatures(handover: Document) -> None:
	"""From ``validate``: each signs in a session of their own; nobody signs for the other. Raises PermissionError."""
	for field, person in SIGNATURES.items():
		if not handover.get(field) or not handover.has_value_changed(field):
			continue
		if frappe.session.user != handover.get(person):
			frappe.throw(
				_("{0} signs here, logged in as themself.").format(
					frappe.utils.get_fullname(handover.get(person))
				),
				frappe.PermissionError,
			)


def drop_signatures(handover: Document) -> None:
	"""From ``validate``: signatures stand under a list; they fall when it changes."""
	before = handover.get_doc_before_save()
	if not before:
		return
	listed, was = ({row.archive_file: row.found for row in doc.items} for doc in (handover, before))
	for field in SIGNATURES:
		if before.get(field) and listed != was:
			handover.set(field, None)


# --- signing ----------------------------------------------------------------------------------------------
def _missing(doc: Document) -> list[NotReconciled]:
	"""What has to come before the handover can be concluded."""
	if doc.status == LISTING or not doc.items:
		return [NotReconciled(_("List the files first."))]
	found = []
	if unchecked := len(_unchecked(doc)):
		found.append(_("{0} files are not checked yet. Scan them, or mark them absent.").format(unchecked))
	if doc.absent_count and not (doc.discrepancy_note or "").strip():
		found.append(_("{0} files are absent. Explain the differences first.").format(doc.absent_count))
	if not doc.supervisor:
		found.append(_("Name the person who supervises the handover."))
	if not (doc.from_signature and doc.to_signature):
		found.append(_("Giver and receiver both sign the form first."))
	return [NotReconciled(sentence) for sentence in found]


@step(
	_lt("Conclude Handover"),
	at=(LISTING, RECONCILING),
	to=SIGNED,
	missing=_missing,
	stamps=("signed_on",),
	confirm=_lt("Files and places pass to the receiver. This cannot be undone."),
	primary=lambda doc: doc.status == RECONCILING,
)
def sign(doc: Document) -> str | None:
	"""Both have signed the form: files and places pass to the receiver; returns the issue about absent files.

	Raises NotReconciled also when the place changed since it was listed.
	"""
	check_persons(doc)
	if frappe.session.user not in (doc.from_custodian, doc.to_custodian, doc.supervisor):
		frappe.throw(
			_("The handover is concluded by one of the three persons named in it."), frappe.PermissionError
		)
	files = storage.files_in(doc.location, keeper=doc.from_custodian, for_update=True)
	_require_unchanged(doc, files)
	absent = {row.archive_file for row in doc.items if row.found == ABSENT}
	passing = [file for file in files if file.name not in absent]
	steps.done(doc)
	storage.set_files([file.name for file in passing], custodian=doc.to_custodian)
	storage.pass_places(doc.location, doc.from_custodian, doc.to_custodian)
	for place in sorted({file.location for file in passing}):
		storage.record_movements(
			storage.HANDED_OVER, [file for file in passing if file.location == place], place, doc.reason, doc
		)
	return _report_absent(doc, len(absent)) if absent else None


def _require_unchanged(doc: Document, files: list[frappe._dict]) -> None:
	"""A file that was moved in or out, or lent meanwhile, is not what was reconciled."""
	listed = {row.archive_file: (row.location, row.found == ON_LOAN) for row in doc.items}
	now_inside = {file.name: (file.location, file.status == LENT) for file in files}
	changed = [name for name in listed.keys() | now_inside.keys() if listed.get(name) != now_inside.get(name)]
	if changed:
		frappe.throw(
			_("{0} files were moved, lent or brought back since they were listed. List again.").format(
				len(changed)
			),
			NotReconciled,
		)


def _report_absent(doc: Document, absent: int) -> str:
	return issues.raise_issue(
		_("Handover {0}: {1} files absent").format(doc.name, absent),
		doc,
		doc.from_custodian,
		issues.CRITICAL,
	)
