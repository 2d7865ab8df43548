"""Handing the archives over: listed, reconciled file by file, signed by both in front of a third person.

With the signatures the keeping of places and files passes in one transaction. What was not found stays with who
hands over, is explained, and becomes a Data Quality Issue.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now

from socaid_app.assistance_archives import issues, storage
from socaid_app.assistance_archives.retention import LENT
from socaid_app.assistance_archives.storage import LOCATION
from socaid_app.casework.records import step

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
@frappe.whitelist(methods=["POST"])
def list_files(handover: str) -> int:
	"""List every file in the place that the giver keeps, lent ones as lent; returns how many.

	What was reconciled before is kept.
	"""
	doc = _open(handover)
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
	doc.update({"status": RECONCILING, "listed_on": now()})
	_step(doc)
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
	doc = _open(handover)
	_require_listed(doc)
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
		_step(doc)
	return {"title": row.title, "left": left}


@frappe.whitelist(methods=["POST"])
def rest_absent(handover: str) -> int:
	"""All have been scanned: what is left was not found; returns how many."""
	doc = _open(handover)
	_require_listed(doc)
	left = [row for row in doc.items if row.found == UNCHECKED]
	for row in left:
		row.found = ABSENT
	_step(doc)
	return len(left)


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
@frappe.whitelist(methods=["POST"])
def sign(handover: str) -> str | None:
	"""Both have signed the form: files and places pass to the receiver; returns the issue about absent files.

	Raises NotReconciled while a file is unchecked, a difference unexplained, a signature or the supervisor
	missing, or the place changed since it was listed.
	"""
	doc = _open(handover)
	_require_listed(doc)
	check_persons(doc)
	_require_complete(doc)
	if frappe.session.user not in (doc.from_custodian, doc.to_custodian, doc.supervisor):
		frappe.throw(
			_("The handover is concluded by one of the three persons named in it."), frappe.PermissionError
		)
	files = storage.files_in(doc.location, keeper=doc.from_custodian, for_update=True)
	_require_unchanged(doc, files)
	absent = {row.archive_file for row in doc.items if row.found == ABSENT}
	passing = [file for file in files if file.name not in absent]
	doc.update({"status": SIGNED, "signed_on": now()})
	_step(doc)
	storage.set_files([file.name for file in passing], custodian=doc.to_custodian)
	storage.pass_places(doc.location, doc.from_custodian, doc.to_custodian)
	for place in sorted({file.location for file in passing}):
		storage.record_movements(
			storage.HANDED_OVER, [file for file in passing if file.location == place], place, doc.reason, doc
		)
	return _report_absent(doc, len(absent)) if absent else None


def _require_complete(doc: Document) -> None:
	unchecked = sum(row.found == UNCHECKED for row in doc.items)
	if unchecked:
		frappe.throw(
			_("{0} files are not checked yet. Scan them, or mark them absent.").format(unchecked),
			NotReconciled,
		)
	if doc.absent_count and not (doc.discrepancy_note or "").strip():
		frappe.throw(
			_("{0} files are absent. Explain the differences first.").format(doc.absent_count), NotReconciled
		)
	if not doc.supervisor:
		frappe.throw(_("Name the person who supervises the handover."), NotReconciled)
	if not (doc.from_signature and doc.to_signature):
		frappe.throw(_("Giver and receiver both sign the form first."), NotReconciled)


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


def _open(handover: str) -> Document:
	doc = frappe.get_doc(DOCTYPE, handover, for_update=True)
	doc.check_permission("write")
	if doc.status == SIGNED:
		frappe.throw(_("This handover has been signed and stays as it is."), HandoverInvalid)
	return doc


def _require_listed(doc: Document) -> None:
	if doc.status != RECONCILING or not doc.items:
		frappe.throw(_("List the files first."), NotReconciled)


def _step(doc: Document) -> None:
	with step(doc):
		doc.save()
