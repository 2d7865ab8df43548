"""Appraisal of expired files: keep longer or destroy, signed by two who did not prepare it, carried out in one step.

档案法实施条例 Art. 24: expired files are appraised; what is destroyed stands on a list that is kept for ever. What
may not be destroyed is asked again when it happens: a file that is held, lent or not expired stops it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, create_batch, getdate, now, today
from pypika.terms import LiteralValue

from socaid_app.assistance_archives import binding, retention, storage
from socaid_app.assistance_archives.retention import DESTROYED, FILE, LENT, TO_APPRAISE
from socaid_app.casework import messages
from socaid_app.casework.people import Directory
from socaid_app.casework.records import step
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import retention as law
from socaid_app.policy.clock import add_months

DOCTYPE, ITEM, DOCUMENT = "Archive Appraisal", "Archive Appraisal Item", "Archive Document"
PREPARING, PROPOSED, SIGNED_ONCE = "Being Prepared", "Proposed for Signature", "Signed Once"
READY, CARRIED_OUT, GIVEN_UP = "Ready to Carry Out", "Carried Out", "Given Up"
OPEN = (PREPARING, PROPOSED, SIGNED_ONCE, READY)
UNDECIDED, EXTEND, DESTROY = "Not Decided", "Extend Keeping", "Destroy File"
SIGNERS = frozenset({"County Approver", "County Reviewer", "Service Manager"})
EXECUTORS = frozenset({"Archivist"})
KEPT = (
	"status",
	"prepared_by",
	"first_signer",
	"first_signed_on",
	"second_signer",
	"second_signed_on",
	"carried_out_on",
	"destruction_place",
	"witness",
	"give_up_reason",
)
# What the preparer decides about a row; the rest of it comes from the file.
DECIDED = ("proposal", "extend_years", "reason")
CHUNK = 500


class AppraisalInvalid(frappe.ValidationError):
	pass


class MayNotBeDestroyed(frappe.ValidationError):
	pass


class SignedByAnother(frappe.PermissionError):
	pass


# --- preparing --------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def collect(appraisal: str) -> int:
	"""Put every file that has expired on the day of the appraisal on its list; returns how many were added.

	Files of the preparer's divisions that are on no other open list; what was decided about others stays.
	"""
	doc = _at(appraisal, PREPARING)
	require_preparer(doc)
	there = {row.archive_file for row in doc.items}
	rows = [row for row in expired(getdate(doc.as_of), doc.name) if row.name not in there]
	on_hold = retention.held(row.name for row in rows)
	for row in rows:
		doc.append(
			"items",
			{
				"archive_file": row.name,
				"file_number": row.file_number,
				"title": row.title,
				"retain_until": row.retain_until,
				"on_hold": int(row.name in on_hold),
				"proposal": UNDECIDED,
			},
		)
	_step(doc)
	return len(rows)


def expired(as_of: date, appraisal: str) -> list[frappe._dict]:
	"""Expired files the session's user may see that are on no other open list."""
	file, item, other = (frappe.qb.DocType(name) for name in (FILE, ITEM, DOCTYPE))
	taken = (
		frappe.qb.from_(item)
		.join(other)
		.on(other.name == item.parent)
		.select(item.archive_file)
		.where(other.status.isin(OPEN) & (other.name != appraisal))
	)
	query = (
		frappe.qb.from_(file)
		.select(file.name, file.file_number, file.title, file.retain_until)
		.where((file.status == TO_APPRAISE) & (file.permanent == 0) & (file.retain_until < as_of))
		.where(file.name.notin(taken))
		.orderby(file.retain_until)
		.orderby(file.name)
	)
	if condition := scope_condition(FILE):
		query = query.where(LiteralValue(condition))
	return query.run(as_dict=True)


@frappe.whitelist(methods=["POST"])
def decide(appraisal: str, rows: list | str, proposal: str, reason: str, extend_years: int = 0) -> None:
	"""The same decision for many rows of the list (names of rows, or of files)."""
	doc = _at(appraisal, PREPARING)
	require_preparer(doc)
	wanted = set(frappe.parse_json(rows))
	for row in doc.items:
		if {row.name, row.archive_file} & wanted:
			row.update({"proposal": proposal, "reason": reason, "extend_years": cint(extend_years)})
	_step(doc)


@frappe.whitelist(methods=["POST"])
def propose(appraisal: str) -> None:
	"""The list is ready to be signed. Raises AppraisalInvalid with what is missing, MayNotBeDestroyed."""
	doc = _at(appraisal, PREPARING)
	require_preparer(doc)
	if not doc.items:
		frappe.throw(_("Collect the expired files first."), AppraisalInvalid)
	wrong = [
		f"{row.title}：{problem}" for row in doc.items if (problem := _undecided(row, getdate(doc.as_of)))
	]
	if wrong:
		frappe.throw(wrong[:20], AppraisalInvalid, title=_("Not decided yet"), as_list=True)
	if not (doc.report or "").strip():
		frappe.throw(_("Write the appraisal report first."), AppraisalInvalid)
	_refuse_blocked(_to_destroy(doc))
	doc.status = PROPOSED
	_step(doc)
	messages.tell_staff(
		[user for user in Directory().users(sorted(SIGNERS), doc.division) if user != doc.prepared_by],
		_("Appraisal {0} waits for two signatures: {1} files").format(doc.name, len(doc.items)),
		DOCTYPE,
		doc.name,
	)


def _undecided(row: Document, as_of: date) -> str:
	if row.proposal == UNDECIDED:
		return _("choose to extend or to destroy")
	if not (row.reason or "").strip():
		return _("give the reason")
	if row.proposal == EXTEND and cint(row.extend_years) < 1:
		return _("enter by how many years it is extended")
	return ""


def require_preparer(doc: Document) -> None:
	"""One person prepares a list, so that those who sign it have had no hand in it."""
	if doc.prepared_by != frappe.session.user:
		frappe.throw(
			_("{0} prepares this list. Make a list of your own, or have this one given up.").format(
				frappe.utils.get_fullname(doc.prepared_by)
			),
			SignedByAnother,
		)


# --- signing ----------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def sign(appraisal: str) -> str:
	"""Sign the list; returns the new status. Raises SignedByAnother for its preparer and for a second signature
	of the same person."""
	doc = _at(appraisal, PROPOSED, SIGNED_ONCE)
	user = frappe.session.user
	if SIGNERS.isdisjoint(frappe.get_roles()):
		frappe.throw(
			_("Lists are signed by county reviewers, county approvers and service managers."), SignedByAnother
		)
	if user in (doc.prepared_by, doc.owner):
		frappe.throw(_("Who prepared the list does not sign it."), SignedByAnother)
	if user == doc.first_signer:
		frappe.throw(_("The second signature is that of another person."), SignedByAnother)
	if doc.status == PROPOSED:
		doc.update({"status": SIGNED_ONCE, "first_signer": user, "first_signed_on": now()})
	else:
		doc.update({"status": READY, "second_signer": user, "second_signed_on": now()})
	_step(doc)
	return doc.status


@frappe.whitelist(methods=["POST"])
def give_up(appraisal: str, reason: str) -> None:
	"""Drop a list that is not carried out; its files may go on another."""
	doc = _at(appraisal, *OPEN)
	if not (reason or "").strip():
		frappe.throw(_("State why the list is given up."), AppraisalInvalid)
	doc.update({"status": GIVEN_UP, "give_up_reason": reason.strip()})
	_step(doc)


# --- carrying out -----------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def carry_out(
	appraisal: str, destruction_place: str = "", witness: str | None = None, without_blocked: bool = False
) -> dict:
	"""Extend and destroy as signed, in one transaction; returns {extended, destroyed, left_out}.

	``destruction_place`` (place and way) and ``witness`` are needed when files are destroyed. A file that has come
	under a hold, was lent, or is kept longer meanwhile raises MayNotBeDestroyed; with ``without_blocked`` such files
	are left out and stay as they are. The copies are removed by a job afterwards; the catalogue stays for ever.
	"""
	doc = _at(appraisal, READY)
	if EXECUTORS.isdisjoint(frappe.get_roles()):
		frappe.throw(_("Appraisals are carried out by an archivist."), frappe.PermissionError)
	files = {file.name: file for file in storage.locked(row.archive_file for row in doc.items)}
	destroy = _to_destroy(doc)
	blocked = may_not_be_destroyed(destroy)
	if blocked and not frappe.utils.sbool(without_blocked):
		_throw_blocked(blocked)
	destroy = [row for row in destroy if row.archive_file not in blocked]
	if destroy:
		_require_witness(destruction_place, witness)
		doc.update({"destruction_place": destruction_place.strip(), "witness": witness})
	_destroy(doc, [files[row.archive_file] for row in destroy])
	extend = [
		row for row in doc.items if row.proposal == EXTEND and files[row.archive_file].status != DESTROYED
	]
	for row in extend:
		row.extended_until = add_months(getdate(doc.as_of), 12 * cint(row.extend_years))
	for row in (*destroy, *extend):
		row.done_on = today()
	doc.update({"status": CARRIED_OUT, "carried_out_on": now()})
	_step(doc)
	_extend(doc, extend, files)
	_enqueue_removal(doc.name)
	return {"extended": len(extend), "destroyed": len(destroy), "left_out": len(blocked)}


def may_not_be_destroyed(rows: Iterable) -> dict[str, str]:
	"""Why files (rows with archive_file, title) may not be destroyed now: {file: sentence}. Locks them."""
	names = [row.archive_file for row in rows]
	on_hold = retention.held(names)
	return {
		file.name: problem
		for file in storage.locked(names)
		if (problem := _obstacle(file, file.name in on_hold, getdate(today())))
	}


def _obstacle(file: frappe._dict, on_hold: bool, on: date) -> str:
	if file.status == DESTROYED:
		return _("{0} has been destroyed already").format(file.title)
	if file.status == LENT:
		return _("{0} is lent").format(file.title)
	if on_hold:
		return _("{0} is held: a matter is still open").format(file.title)
	until = getdate(file.retain_until) if file.retain_until else None
	if file.permanent or not law.has_expired(until, on):
		return _("{0} is to be kept until {1}").format(file.title, until or _("for ever"))
	return ""


def _refuse_blocked(rows: list) -> None:
	if blocked := may_not_be_destroyed(rows):
		_throw_blocked(blocked)


def _throw_blocked(blocked: dict[str, str]) -> None:
	frappe.throw(
		list(blocked.values())[:20],
		MayNotBeDestroyed,
		title=_("These files may not be destroyed"),
		as_list=True,
	)


def _require_witness(place: str, witness: str | None) -> None:
	if not (place or "").strip():
		frappe.throw(_("Enter place and way of the destruction."), AppraisalInvalid)
	if not witness or witness == frappe.session.user or not frappe.db.get_value("User", witness, "enabled"):
		frappe.throw(
			_("A destruction is witnessed by another person than who carries it out."), AppraisalInvalid
		)


def _to_destroy(doc: Document) -> list[Document]:
	return [row for row in doc.items if row.proposal == DESTROY]


def _destroy(doc: Document, files: list[frappe._dict]) -> None:
	storage.record_movements("Destroyed", files, None, doc.destruction_place or "", doc)
	storage.set_files(
		[file.name for file in files],
		status=DESTROYED,
		destroyed_on=today(),
		location=None,
		on_hold=0,
		appraisal=doc.name,
	)
	storage.recount({file.location for file in files if file.location})


def _extend(doc: Document, rows: list[Document], files: dict[str, frappe._dict]) -> None:
	on = getdate(today())
	for row in rows:
		file = files[row.archive_file]
		until = max(row.extended_until, getdate(file.retain_until)) if file.retain_until else None
		file.retain_until = until
		status = file.status if file.status == LENT else retention.resting_status(file, on)
		storage.set_files([file.name], retain_until=until, appraisal=doc.name, status=status)


# --- what is left of the copies -------------------------------------------------------------------------------
def _enqueue_removal(appraisal: str) -> None:
	frappe.enqueue(
		"socaid_app.assistance_archives.appraisals.remove_copies",
		appraisal=appraisal,
		queue="long",
		job_id=f"archive-remove-copies-{appraisal}",
		deduplicate=True,
		enqueue_after_commit=True,
	)


def remove_copies(appraisal: str | None = None) -> int:
	"""Delete the electronic copies of destroyed files; returns how many File records went.

	Only after the destruction is stored: what is deleted from disk comes back by no rollback. Running it again
	finds what is left; nightly it runs for all. Titles, numbers, hashes and dates of the documents stay.
	"""
	filters = {"status": DESTROYED, "appraisal": appraisal} if appraisal else {"status": DESTROYED}
	removed = 0
	files = frappe.get_all(FILE, filters=filters, fields=["name", "bound_copy"], order_by="name")
	for some in create_batch(files, CHUNK):
		removed += _remove_copies(some)
	return removed


def _remove_copies(files: list[frappe._dict]) -> int:
	names = [file.name for file in files]
	documents = frappe.get_all(
		DOCUMENT,
		filters={"archive_file": ["in", names], "attachment": ["is", "set"]},
		fields=["name", "attachment", "source_doctype", "source_name"],
		order_by="name",
	)
	shared = _used_elsewhere({document.attachment for document in documents}, names)
	gone = {file.bound_copy for file in files if file.bound_copy}
	gone.update(
		frappe.get_all(
			"File",
			filters={
				"file_name": ["in", [f"{binding.FILE_NAME}{name}.pdf" for name in names]],
				"is_private": 1,
			},
			pluck="name",
			order_by="name",
		)
	)
	for document in documents:
		owners = [(DOCUMENT, document.name)]
		if document.attachment not in shared:
			owners.append((document.source_doctype, document.source_name))
			owners += [(FILE, name) for name in names]
		for row in frappe.get_all(
			"File",
			filters={"file_url": document.attachment},
			fields=["name", "attached_to_doctype", "attached_to_name"],
			order_by="name",
		):
			if (row.attached_to_doctype, row.attached_to_name) in owners:
				gone.add(row.name)
	for name in sorted(gone):
		if frappe.db.exists("File", name):
			file = frappe.get_doc("File", name)
			file.flags.by_appraisal = True
			file.delete(ignore_permissions=True, delete_permanently=True)
	for document in documents:
		frappe.db.set_value(DOCUMENT, document.name, "attachment", None, update_modified=False)
	for file in files:
		if file.bound_copy:
			frappe.db.set_value(FILE, file.name, "bound_copy", None, update_modified=False)
	return len(gone)


def _used_elsewhere(urls: set[str], destroyed: list[str]) -> set[str]:
	"""Copies that documents of other files, which are still kept, refer to as well."""
	if not urls:
		return set()
	document, file = frappe.qb.DocType(DOCUMENT), frappe.qb.DocType(FILE)
	rows = (
		frappe.qb.from_(document)
		.join(file)
		.on(file.name == document.archive_file)
		.select(document.attachment)
		.distinct()
		.where(document.attachment.isin(sorted(urls)))
		.where(file.name.notin(destroyed) & (file.status != DESTROYED))
		.run()
	)
	return {url for (url,) in rows}


# --- steps ------------------------------------------------------------------------------------------------
def _at(appraisal: str, *states: str) -> Document:
	doc = frappe.get_doc(DOCTYPE, appraisal, for_update=True)
	doc.check_permission("write")
	if doc.status not in states:
		frappe.throw(
			_("Appraisal {0} is {1}; this step is not possible now.").format(
				doc.name, _(doc.status, context=doc.doctype)
			),
			AppraisalInvalid,
		)
	return doc


def _step(doc: Document) -> None:
	with step(doc):
		doc.save()
