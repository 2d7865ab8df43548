"""What is done with the copies: take, verify, compare, change the key. Each leaves its Backup Runs.

All functions take names of Backup Destinations and return the names of the Backup Runs written. They commit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, format_datetime, get_datetime, now_datetime, today

from socaid_app.assistance_archives.backups import destinations, keys, operations_log, staging
from socaid_app.assistance_archives.backups.operations_log import DESTINATION, RUN
from socaid_app.assistance_archives.backups.restic import MANIFEST, Repository, Snapshot

# Differences named in a message; the count says how many there are.
SHOWN = 20
MIB = 1 << 20
# Backups older than this are not looked for in several places; a monthly disk still shares one.
COMMON_WITHIN_DAYS = 62


class CopiesDiffer(frappe.ValidationError):
	pass


class NothingToRead(frappe.ValidationError):
	pass


Progress = Callable[[float, str], None]


def no_progress(percent: float, description: str) -> None:
	pass


# --- taking a backup ---------------------------------------------------------------------------------------
def back_up(names: Iterable[str], progress: Progress = no_progress) -> list[str]:
	"""Stage the site once and store it in every destination; then remove what is older than it keeps."""
	names = list(names)
	with operations_log.session():
		progress(2, _("Preparing the backup"))
		try:
			with staging.staged() as stage:
				runs = []
				for index, name in enumerate(names):
					progress(20 + 75 * index / len(names), name)
					runs += _store(name, stage)
		except staging.StagingFailed as error:
			runs = [_not_staged(name, error) for name in names]
	progress(100, "")
	return runs


def _store(name: str, stage: staging.Stage) -> list[str]:
	destination = frappe.get_doc(DESTINATION, name)
	with operations_log.entry(
		RUN, name, operation=operations_log.TAKEN, content_hash=stage.content_hash
	) as run:
		repository = destinations.prepared(destination)
		run.key_label = destination.key_label
		summary = repository.backup(stage.path)
		run.snapshot, run.bytes = summary["snapshot_id"], summary["total_bytes_processed"]
		oldest = repository.snapshots()[0]
		if _hash(repository.manifest(run.snapshot)) != stage.content_hash:
			frappe.throw(_("What was stored is not what was sent. Verify this destination."), CopiesDiffer)
		run.message = _("{0} files, {1} MiB, {2} MiB of them new").format(
			summary["total_files_processed"],
			round(summary["total_bytes_processed"] / MIB, 1),
			round(summary["data_added"] / MIB, 1),
		)
	if run.outcome != operations_log.SUCCEEDED:
		return [run.name]
	_note(name, last_success=now_datetime())
	return [run.name, *_remove_old(destination, repository, oldest)]


def _not_staged(name: str, error: Exception) -> str:
	with operations_log.entry(RUN, name, operation=operations_log.TAKEN) as run:
		raise error
	return run.name


def _remove_old(destination: Document, repository: Repository, oldest: Snapshot) -> list[str]:
	"""Writes an entry only when there is something to remove."""
	days = max(cint(destination.keep_days), 1)
	if (now_datetime() - get_datetime(oldest.time[:19])).days < days:
		return []
	with operations_log.entry(
		RUN, destination.name, operation=operations_log.REMOVED, key_label=destination.key_label
	) as run:
		removed = repository.forget(days)
		run.message = _("{0} copies older than {1} days removed").format(removed, days)
	return [run.name]


# --- verifying and comparing -------------------------------------------------------------------------------
def verify(names: Iterable[str], part: str | None = None, progress: Progress = no_progress) -> list[str]:
	"""Media check: the structure of each repository, and its data read back (``part``: e.g. '2/5')."""
	names, runs = list(names), []
	with operations_log.session():
		for index, name in enumerate(names):
			progress(100 * index / len(names), name)
			runs.append(_verify(name, part))
	progress(100, "")
	return runs


def _verify(name: str, part: str | None) -> str:
	destination = frappe.get_doc(DESTINATION, name)
	with operations_log.entry(
		RUN, name, operation=operations_log.VERIFIED, key_label=destination.key_label
	) as run:
		repository = opened(destination)
		repository.check(part)
		run.message = (
			_("Structure sound; part {0} of the data read back without an error").format(part)
			if part
			else _("Structure sound; all data read back without an error")
		)
	if run.outcome == operations_log.SUCCEEDED:
		_note(name, last_check=now_datetime())
	return run.name


def compare(names: Iterable[str], progress: Progress = no_progress) -> list[str]:
	"""副本比对: read the newest backup that all these destinations hold in full from each, and hold every file
	against the manifest and the manifest against the ledger. A destination that shares none is compared by its own
	newest copy."""
	names, runs, seen = list(names), [], {}
	with operations_log.session():
		common = _newest_common(names)
		for index, name in enumerate(names):
			progress(100 * index / len(names), name)
			runs.append(_compare(name, common, seen))
	progress(100, "")
	return runs


def _newest_common(names: list[str]) -> str | None:
	"""The content hash of the newest backup that went to every one of these destinations."""
	rows = frappe.get_all(
		RUN,
		filters={
			"destination": ["in", names],
			"operation": operations_log.TAKEN,
			"outcome": operations_log.SUCCEEDED,
			"started_on": [">", add_days(today(), -COMMON_WITHIN_DAYS)],
		},
		fields=["content_hash", "destination"],
		order_by="started_on desc",
	)
	holders: dict[str, set[str]] = {}
	for row in rows:
		holders.setdefault(row.content_hash, set()).add(row.destination)
	return next((content for content, held in holders.items() if len(held) == len(names)), None)


def _compare(name: str, common: str | None, seen: dict[str, str]) -> str:
	destination = frappe.get_doc(DESTINATION, name)
	with operations_log.entry(
		RUN, name, operation=operations_log.COMPARED, key_label=destination.key_label
	) as run:
		repository = opened(destination)
		backup = newest(destination, common)
		run.snapshot = backup.snapshot
		manifest = repository.manifest(backup.snapshot)
		run.content_hash = _hash(manifest)
		differences = content_differences(
			json.loads(manifest)["files"], dict(repository.content(backup.snapshot))
		)
		if run.content_hash != backup.content_hash:
			differences.insert(0, _("the manifest is not the one in the ledger"))
		if differences:
			frappe.throw(
				_("{0} differences: {1}").format(len(differences), "；".join(differences[:SHOWN])),
				CopiesDiffer,
			)
		twin = seen.setdefault(run.content_hash, name)
		run.message = (
			_("Same content as {0}").format(twin)
			if twin != name
			else _("Content matches the ledger (backup of {0})").format(format_datetime(backup.started_on))
		)
	return run.name


def content_differences(expected: dict[str, dict], found: dict[str, str]) -> list[str]:
	"""Files of a manifest against {path: SHA-256}: what is missing, added or changed, in words."""
	found = {path: digest for path, digest in found.items() if path != MANIFEST}
	missing = [_("missing: {0}").format(path) for path in sorted(expected.keys() - found.keys())]
	added = [_("not in the manifest: {0}").format(path) for path in sorted(found.keys() - expected.keys())]
	changed = [
		_("changed: {0}").format(path)
		for path in sorted(expected.keys() & found.keys())
		if expected[path]["sha256"] != found[path]
	]
	return missing + added + changed


# --- the key -----------------------------------------------------------------------------------------------
def rotate_key(names: Iterable[str], progress: Progress = no_progress) -> list[str]:
	"""定期更新密钥: give each repository a new key, prove it, then take the old one away."""
	names, runs = list(names), []
	with operations_log.session():
		for index, name in enumerate(names):
			progress(100 * index / len(names), name)
			runs.append(_rotate(name))
	progress(100, "")
	return runs


def _rotate(name: str) -> str:
	destination = frappe.get_doc(DESTINATION, name)
	with operations_log.entry(RUN, name, operation=operations_log.KEY_CHANGED) as run:
		old = opened(destination)
		old_label = destination.key_label
		label = keys.create()
		try:
			old.add_key(keys.file_of(label), label)
			new = destinations.repository(destination, label)
			replaced = new.other_keys()
		except Exception:
			keys.discard(label)
			raise
		# Should the server stop here, the new key is known and works; the old one goes at the next change.
		destinations.set_key(destination, label)
		run.key_label = label
		for key_id in replaced:
			new.remove_key(key_id)
		keys.discard(old_label)
		run.message = _(
			"Old key {0} no longer opens the repository. Keep a copy of the new key file away from this"
			" server: {1}"
		).format(old_label, keys.file_of(label))
	return run.name


# --- shared ------------------------------------------------------------------------------------------------
def opened(destination: Document) -> Repository:
	"""The repository of a destination that has been used before."""
	if not destination.key_label:
		frappe.throw(_("There is no copy at {0} yet. Back up first.").format(destination.name), NothingToRead)
	return destinations.repository(destination)


def newest(destination: Document, content_hash: str | None = None) -> frappe._dict:
	"""The ledger's newest successful backup of a destination (with this content)."""
	wanted = {
		"destination": destination.name,
		"operation": operations_log.TAKEN,
		"outcome": operations_log.SUCCEEDED,
	}
	if content_hash:
		wanted["content_hash"] = content_hash
	row = frappe.db.get_value(
		RUN,
		wanted,
		["name", "snapshot", "content_hash", "started_on"],
		as_dict=True,
		order_by="started_on desc, name desc",
	)
	if not row:
		frappe.throw(_("There is no copy at {0} yet. Back up first.").format(destination.name), NothingToRead)
	return row


def _hash(content: bytes) -> str:
	return hashlib.sha256(content).hexdigest()


def _note(name: str, **values) -> None:
	frappe.db.set_value(DESTINATION, name, values, update_modified=False)
	frappe.db.commit()
