"""Electronic copies are hashed again at intervals: one that changed or is gone raises an issue, once.

档案法 Art. 37: an electronic archive is reliable only as long as it is what was filed.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, cstr, get_files_path, getdate, now_datetime, today

from socaid_app.assistance_archives import issues
from socaid_app.assistance_archives.retention import DESTROYED, FILE
from socaid_app.casework import copies, messages, rectification
from socaid_app.socaid_app import rules

DOCUMENT = "Archive Document"
INTACT, CHANGED, MISSING = "Intact", "Changed Copy", "Missing Copy"
BAD = (CHANGED, MISSING)
BATCH = 500
PRIVATE, PUBLIC = "/private/files/", "/files/"


class CopyIsFiled(frappe.ValidationError):
	pass


# --- scheduled --------------------------------------------------------------------------------------------
def verify_due() -> int:
	"""Daily job: verify what was not verified for as long as the county has set; returns how many.

	Chunk by chunk, each stored by itself, the longest unverified first: a job that was cut short goes on where it
	ended.
	"""
	verified = 0
	while done := verify(BATCH):
		verified += done
		frappe.db.commit()
		frappe.publish_progress(min(verified * 100 / (verified + BATCH), 99), title=_("Verifying copies"))
	verify_bound()
	frappe.db.commit()
	# the bar stays until it is full
	frappe.publish_progress(100, title=_("Verifying copies"))
	return verified


def verify(batch: int = BATCH) -> int:
	"""Hash the next ``batch`` documents again and store what was found; returns how many there were."""
	documents = _next(cint(batch))
	known = _paths({document.attachment for document in documents})
	found: dict[str, list[frappe._dict]] = defaultdict(list)
	for document in documents:
		state = examine(document, known.get(document.attachment))
		found[state].append(document)
	moment = now_datetime()
	for state, rows in found.items():
		frappe.db.set_value(
			DOCUMENT,
			{"name": ["in", [row.name for row in rows]]},
			{"fixity": state, "verified_on": moment},
			update_modified=False,
		)
	report([(row, state) for state in BAD for row in found[state]])
	return len(documents)


def examine_all() -> list[tuple[str, str]]:
	"""(name, state) of every filed copy that is not as it was filed; stores nothing."""
	document, file = frappe.qb.DocType(DOCUMENT), frappe.qb.DocType(FILE)
	rows = (
		frappe.qb.from_(document)
		.join(file)
		.on(file.name == document.archive_file)
		.select(document.name, document.attachment, document.content_hash)
		.where(document.content_hash.isnotnull() & (document.content_hash != ""))
		.where(file.status != DESTROYED)
		.orderby(document.name)
		.run(as_dict=True)
	)
	known = _paths({row.attachment for row in rows})
	states = ((row.name, examine(row, known.get(row.attachment))) for row in rows)
	return [(name, state) for name, state in states if state in BAD]


def _next(batch: int) -> list[frappe._dict]:
	document, file = frappe.qb.DocType(DOCUMENT), frappe.qb.DocType(FILE)
	before = add_days(getdate(today()), 1 - every_days())
	return (
		frappe.qb.from_(document)
		.join(file)
		.on(file.name == document.archive_file)
		.select(
			document.name,
			document.title,
			document.attachment,
			document.content_hash,
			document.fixity,
			document.division,
			document.archive_file,
			file.household,
		)
		.where(document.content_hash.isnotnull() & (document.content_hash != ""))
		.where(document.verified_on.isnull() | (document.verified_on < before))
		.where(file.status != DESTROYED)
		.orderby(document.verified_on)
		.orderby(document.name)
		.limit(batch)
		.run(as_dict=True)
	)


def every_days() -> int:
	return max(cint(rules.parameters().get("archive_fixity_days", getdate(today()))), 1)


def examine(document: frappe._dict, path: Path | None) -> str:
	"""The state of a copy (content_hash) that should lie at ``path``."""
	if not path or not path.is_file():
		return MISSING
	return INTACT if copies.sha256(path) == document.content_hash else CHANGED


def _paths(urls: set[str | None]) -> dict[str, Path]:
	"""Where the files behind URLs lie; without a File record there is none, whatever lies on the disk."""
	wanted = sorted(filter(None, urls))
	# to Frappe, "in" nothing means every record without a value
	rows = wanted and frappe.get_all(
		"File",
		filters={"file_url": ["in", wanted]},
		pluck="file_url",
		distinct=True,
		order_by="file_url",
	)
	return {url: path for url in rows if (path := _path(url))}


def _path(url: str) -> Path | None:
	for prefix, private in ((PRIVATE, 1), (PUBLIC, 0)):
		if url.startswith(prefix) and ".." not in url:
			return Path(get_files_path(*url.removeprefix(prefix).split("/"), is_private=private))
	return None


def verify_bound() -> int:
	"""The copies that binding made, likewise; returns how many were found changed or missing."""
	rows = frappe.get_all(
		FILE,
		filters={"bound_copy_hash": ["is", "set"], "status": ["!=", DESTROYED]},
		fields=["name", "title", "bound_copy", "bound_copy_hash", "division", "household"],
		order_by="name",
	)
	urls = dict(
		frappe.get_all(
			"File",
			filters={"name": ["in", [row.bound_copy for row in rows if row.bound_copy]]},
			fields=["name", "file_url"],
			order_by="name",
			as_list=True,
		)
	)
	bad = []
	for row in rows:
		url = urls.get(row.bound_copy)
		state = examine(frappe._dict(content_hash=row.bound_copy_hash), _path(url) if url else None)
		if state in BAD:
			bad.append((row.update({"doctype": FILE}), state))
	report(bad)
	return len(bad)


# --- what follows -----------------------------------------------------------------------------------------
def report(bad: list[tuple[frappe._dict, str]]) -> list[str]:
	"""One open issue per document, whatever the number of verifications; one message to its archivists."""
	new = []
	for row, state in bad:
		issue = issues.raise_issue(
			_("Electronic copy of {0} ({1}): {2}").format(row.title, row.name, _(state)),
			frappe._dict(row, doctype=row.doctype or DOCUMENT),
			None,
			issues.CRITICAL,
			once=True,
		)
		if issue:
			new.append((issue, row.division))
	if new:
		users = sorted({user for _issue, division in new for user in issues.archivists(division)})
		messages.tell_staff(
			users,
			_("{0} electronic copies of archives have changed or are missing").format(len(new)),
			rectification.DOCTYPE,
			new[0][0],
		)
	return [issue for issue, _division in new]


@frappe.whitelist(methods=["POST"])
def verify_now(document: str) -> str:
	"""Verify one document at once; returns its state."""
	doc = frappe.get_doc(DOCUMENT, document)
	doc.check_permission("write")
	if not doc.content_hash or frappe.db.get_value(FILE, doc.archive_file, "status") == DESTROYED:
		return doc.fixity
	state = examine(doc, _paths({doc.attachment}).get(doc.attachment))
	doc.db_set({"fixity": state, "verified_on": now_datetime()}, update_modified=False)
	if state in BAD:
		household = frappe.db.get_value(FILE, doc.archive_file, "household")
		report(
			[
				(
					frappe._dict(name=doc.name, title=doc.title, division=doc.division, household=household),
					state,
				)
			]
		)
	return state


# --- the copies stay ---------------------------------------------------------------------------------------
# What a filed copy says of itself, and where it hangs.
FIXED = (
	"owner",
	"file_name",
	"file_url",
	"content_hash",
	"is_private",
	"attached_to_doctype",
	"attached_to_name",
	"attached_to_field",
)


def is_filed(file: Document) -> bool:
	"""Whether a File, as stored, is a bound copy or shares its address with the copy of a filed document."""
	if frappe.db.exists(FILE, {"bound_copy": file.name}):
		return True
	sharing = frappe.get_all(
		"File",
		filters={"file_url": file.file_url or "", "attached_to_name": ["is", "set"]},
		fields=["attached_to_doctype", "attached_to_name"],
		order_by="name",
	)
	return any(_is_copy_of(row.attached_to_doctype, row.attached_to_name, file.file_url) for row in sharing)


def _is_copy_of(doctype: str, name: str, url: str) -> bool:
	if doctype == DOCUMENT:
		return bool(
			frappe.db.exists(DOCUMENT, {"name": name, "attachment": url, "content_hash": ["is", "set"]})
		)
	return bool(
		frappe.db.exists(
			DOCUMENT, {"source_doctype": doctype, "source_name": name, "attachment": url, "withdrawn": 0}
		)
	)


def keep_as_filed(file: Document, method: str | None = None) -> None:
	"""Hook, before a File is changed: a filed copy stays what it is and where it is."""
	stored = file.get_doc_before_save()
	changed = stored and any(cstr(file.get(field)) != cstr(stored.get(field)) for field in FIXED)
	if changed and is_filed(stored):
		_refuse(stored)


def keep_copy(file: Document, method: str | None = None) -> None:
	"""Hook, before a File is deleted: a filed copy goes only with its archive file, by an appraisal.

	A further record of the same address may go; the copy on the disk stays for the others.
	"""
	if file.flags.by_appraisal or not file.file_url:
		return
	last = (
		file.attached_to_doctype == DOCUMENT
		or frappe.db.exists(FILE, {"bound_copy": file.name})
		or frappe.db.count("File", {"file_url": file.file_url}) == 1
	)
	if last and is_filed(file):
		_refuse(file)


def _refuse(file: Document) -> None:
	frappe.throw(
		_("{0} is the electronic copy of a filed document and is kept as long as its archive file.").format(
			file.file_name
		),
		CopyIsFiled,
	)
