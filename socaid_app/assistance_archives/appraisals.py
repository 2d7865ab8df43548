"""Appraisal of expired files: keep longer or destroy, signed by two who did not prepare it, carried out in one step.

档案法实施条例 Art. 24: expired files are appraised; what is destroyed stands on a list that is kept for ever. What
may not be destroyed is asked again when it happens: a file that is held, lent or not expired stops it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, create_batch, getdate, now, today
from pypika.terms import LiteralValue

from socaid_app.assistance_archives import binding, retention, storage
from socaid_app.assistance_archives.retention import DESTROYED, FILE, LENT, TO_APPRAISE
from socaid_app.casework import duties, messages, steps
from socaid_app.casework.people import Directory
from socaid_app.casework.steps import Ask, Steps
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import retention_periods as law
from socaid_app.policy.clock import add_months

DOCTYPE, ITEM, DOCUMENT = "Archive Appraisal", "Archive Appraisal Item", "Archive Document"
PREPARING, PROPOSED, SIGNED_ONCE = "Being Prepared", "Proposed for Signature", "Signed Once"
READY, CARRIED_OUT, GIVEN_UP = "Ready to Carry Out", "Carried Out", "Given Up"
OPEN = (PREPARING, PROPOSED, SIGNED_ONCE, READY)
UNDECIDED, EXTEND, DESTROY = "Not Decided", "Extend Keeping", "Destroy File"
SIGNERS, EXECUTORS = "Sign Appraisals", "Keep Archives"
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


step = Steps(DOCTYPE, refusal=AppraisalInvalid, foreign=SignedByAnother)


# --- preparing --------------------------------------------------------------------------------------------
def _of_its_preparer(doc: Document) -> str:
	"""One person prepares a list, so that those who sign it have had no hand in it."""
	if doc.prepared_by == frappe.session.user:
		return ""
	return _("{0} prepares this list. Make a list of your own, or have this one given up.").format(
		frappe.utils.get_fullname(doc.prepared_by)
	)


@step(_lt("Collect Expired Files"), at=PREPARING, who=_of_its_preparer)
def collect(doc: Document) -> int:
	"""Put every file that has expired on the day of the appraisal on its list; returns how many were added.

	Files of the preparer's divisions that are on no other open list; what was decided about others stays.
	"""
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


@step(
	_lt("Decide Marked Rows"),
	at=PREPARING,
	asks=(
		Ask(
			"proposal",
			fieldtype="Select",
			label=_lt("Proposal", context=ITEM),
			options=(EXTEND, DESTROY),
			context=ITEM,
		),
		Ask(
			"extend_years",
			reqd=False,
			fieldtype="Int",
			label=_lt("Extend by (years)"),
			depends_on=f"eval:doc.proposal === '{EXTEND}'",
		),
		Ask("reason", fieldtype="Data", label=_lt("Ground for the Proposal")),
	),
	when=lambda doc: doc.items,
	who=_of_its_preparer,
)
def decide(doc: Document, rows: list | str, proposal: str, reason: str, extend_years: int = 0) -> None:
	"""The same decision for many rows of the list (names of rows, or of files)."""
	wanted = set(frappe.parse_json(rows))
	for row in doc.items:
		if {row.name, row.archive_file} & wanted:
			row.update({"proposal": proposal, "reason": reason, "extend_years": cint(extend_years)})


def _not_ready(doc: Document) -> list:
	if not doc.items:
		return [_("Collect the expired files first.")]
	wrong = [
		f"{row.title}：{problem}" for row in doc.items if (problem := _undecided(row, getdate(doc.as_of)))
	]
	if not (doc.report or "").strip():
		wrong.append(_("Write the appraisal report first."))
	return wrong[:20]


@step(
	_lt("Propose for Signature"),
	at=PREPARING,
	to=PROPOSED,
	who=_of_its_preparer,
	missing=_not_ready,
	primary=lambda doc: doc.items,
)
def propose(doc: Document) -> None:
	"""The list is ready to be signed. Raises AppraisalInvalid with what is missing, MayNotBeDestroyed."""
	_refuse_blocked(_to_destroy(doc))
	steps.done(doc)
	signers = Directory().users(duties.roles_of(SIGNERS), doc.division)
	messages.tell_staff(
		[user for user in signers if user != doc.prepared_by],
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
	if sentence := _of_its_preparer(doc):
		frappe.throw(sentence, SignedByAnother)


# --- signing ----------------------------------------------------------------------------------------------
@step(
	_lt("Sign List"),
	at=(PROPOSED, SIGNED_ONCE),
	duty=SIGNERS,
	not_by=("prepared_by", "owner", "first_signer"),
	another=_lt("The list is signed by two people who did not prepare it."),
	confirm=_lt("You have looked at every file on the list."),
	primary=True,
)
def sign(doc: Document) -> str:
	"""Sign the list; returns the new status. Raises SignedByAnother for its preparer and for a second signature
	of the same person."""
	first = doc.status == PROPOSED
	signer, signed_on, status = (
		("first_signer", "first_signed_on", SIGNED_ONCE)
		if first
		else ("second_signer", "second_signed_on", READY)
	)
	doc.update({signer: frappe.session.user, signed_on: now(), "status": status})
	return status


@step(
	_lt("Give Up List"),
	at=OPEN,
	to=GIVEN_UP,
	asks=(Ask("reason", label=_lt("Why Given Up")),),
)
def give_up(doc: Document, reason: str) -> None:
	"""Drop a list that is not carried out; its files may go on another."""
	doc.give_up_reason = reason


# --- carrying out -----------------------------------------------------------------------------------------
def _asked_when_destroying(doc: Document) -> tuple[Ask, ...]:
	if not _to_destroy(doc):
		return ()
	return (
		Ask("destruction_place", reqd=False),
		Ask("witness", reqd=False),
		Ask(
			"without_blocked",
			reqd=False,
			fieldtype="Check",
			label=_lt("Leave out files that may not be destroyed now"),
		),
	)


@step(
	_lt("Carry Out", context=DOCTYPE),
	at=READY,
	to=CARRIED_OUT,
	duty=EXECUTORS,
	asks=_asked_when_destroying,
	confirm=_lt("What the list says is done now; a destruction cannot be undone."),
	stamps=("carried_out_on",),
	primary=True,
)
def carry_out(
	doc: Document, destruction_place: str = "", witness: str | None = None, without_blocked: bool = False
) -> dict:
	"""Extend and destroy as signed, in one transaction; returns {extended, destroyed, left_out}.

	``destruction_place`` (place and way) and ``witness`` are needed when files are destroyed. A file that has come
	under a hold, was lent, or is kept longer meanwhile raises MayNotBeDestroyed; with ``without_blocked`` such files
	are left out and stay as they are. The copies are removed by a job afterwards; the catalogue stays for ever.
	"""
	files = {file.name: file for file in storage.locked(row.archive_file for row in doc.items)}
	destroy = _to_destroy(doc)
	blocked = may_not_be_destroyed(destroy)
	if blocked and not frappe.utils.sbool(without_blocked):
		_throw_blocked(blocked)
	destroy = [row for row in destroy if row.archive_file not in blocked]
	if destroy:
		_require_witness(destruction_place, witness)
	else:
		doc.update({"destruction_place": None, "witness": None})
	_destroy(doc, [files[row.archive_file] for row in destroy])
	extend = [
		row for row in doc.items if row.proposal == EXTEND and files[row.archive_file].status != DESTROYED
	]
	for row in extend:
		row.extended_until = add_months(getdate(doc.as_of), 12 * cint(row.extend_years))
	for row in (*destroy, *extend):
		row.done_on = today()
	steps.done(doc)
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
