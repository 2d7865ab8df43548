"""The places copies are kept in: which are due, and how restic reaches them."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, get_bench_path, get_datetime, get_site_path, now_datetime

from socaid_app.assistance_archives.backups import keys, staging
from socaid_app.assistance_archives.backups.operations_log import DESTINATION
from socaid_app.assistance_archives.backups.restic import Repository

EXTERNAL, REMOTE = "External Disk", "Remote Store"
INTERVAL_DAYS = {"Daily": 1, "Weekly": 7, "Monthly": 31}
# A nightly run never begins at quite the same minute.
TOLERANCE_HOURS = 4
# What follows the scheme has no blanks and does not begin like an option of ssh or rclone.
REMOTE_ADDRESS = re.compile(r"(sftp|rest|s3|b2|azure|gs|swift|rclone):[A-Za-z0-9_.][^\s]*")
PASSWORD_IN_ADDRESS = re.compile(r"//[^/@\s]*:[^/@\s]*@")


class AddressInvalid(frappe.ValidationError):
	pass


class NoDestination(frappe.ValidationError):
	pass


def check_address(kind: str, address: str) -> None:
	"""Raises AddressInvalid unless the address fits the kind of store and is safe to hand to restic."""
	if kind == REMOTE:
		if PASSWORD_IN_ADDRESS.search(address):
			frappe.throw(
				_(
					"Passwords do not belong in the address, which many may read. Put them into"
					" backup_environment in site_config.json."
				),
				AddressInvalid,
			)
		if not REMOTE_ADDRESS.fullmatch(address):
			frappe.throw(
				_(
					"Enter an address that restic understands, for example sftp:backup@10.0.0.5:/srv/socaid or"
					" s3:https://store.example/socaid."
				),
				AddressInvalid,
			)
		return
	path = Path(address)
	if not path.is_absolute() or ".." in path.parts:
		frappe.throw(_("Enter the full path of a directory, for example /mnt/backup/socaid."), AddressInvalid)
	if path.resolve().is_relative_to(Path(get_bench_path()).resolve()):
		frappe.throw(
			_("A copy beside the original is lost with it. Choose a directory outside the bench."),
			AddressInvalid,
		)


def enabled() -> list[str]:
	"""Raises NoDestination when there is none."""
	names = frappe.get_all(DESTINATION, filters={"enabled": 1}, pluck="name", order_by="name")
	if not names:
		frappe.throw(
			_("No backup destination is enabled. Enter at least one under Backup Destination."), NoDestination
		)
	return names


def due(now: datetime) -> list[str]:
	"""The enabled destinations whose last success is an interval ago; those never used come first."""
	rows = frappe.get_all(
		DESTINATION,
		filters={"enabled": 1},
		fields=["name", "frequency", "last_success"],
		order_by="last_success, name",
	)
	latest = add_to_date(now, hours=TOLERANCE_HOURS)
	return [
		row.name
		for row in rows
		if not row.last_success or next_due(row.last_success, row.frequency) <= latest
	]


def missed_since(row: frappe._dict, now: datetime) -> datetime | None:
	"""When the backup should have been made that a destination still lacks; ``row``: creation, frequency, last_success."""
	due = next_due(row.last_success or row.creation, row.frequency)
	return due if add_to_date(due, hours=TOLERANCE_HOURS) < now else None


def next_due(last: datetime | str, frequency: str) -> datetime:
	return add_to_date(get_datetime(last), days=INTERVAL_DAYS[frequency])


def repository(destination: Document, key_label: str | None = None) -> Repository:
	"""The repository of a destination, under its own key or the one given.

	Credentials of remote stores: ``backup_environment`` in site_config.json, {destination: {variable: value}}.
	"""
	environment = (frappe.conf.get("backup_environment") or {}).get(destination.name) or {}
	return Repository(
		destination.repository,
		keys.file_of(key_label or destination.key_label),
		frappe.local.site,
		staging.work_directory() / "cache",
		{name: str(value) for name, value in environment.items()},
	)


def prepared(destination: Document) -> Repository:
	"""The repository, made at its first use; afterwards a missing one fails (RepositoryMissing), and is never
	made anew: an unmounted disk would otherwise be replaced by an empty directory."""
	if destination.key_label:
		return repository(destination)
	check_first_use(destination)
	label = keys.create()
	found = repository(destination, label)
	try:
		found.create()
	except Exception:
		keys.discard(label)
		raise
	set_key(destination, label)
	return found


def check_first_use(destination: Document) -> None:
	"""A repository is begun in an empty directory, on the disk it is meant for. Raises AddressInvalid."""
	if destination.kind == REMOTE:
		return
	path = Path(destination.repository)
	if not path.parent.is_dir():
		frappe.throw(
			_("{0} does not exist. Connect the disk, or make the directory first.").format(path.parent),
			AddressInvalid,
		)
	if path.exists() and (not path.is_dir() or any(path.iterdir())):
		frappe.throw(_("{0} is not empty. Choose an empty directory.").format(path), AddressInvalid)
	if destination.kind == EXTERNAL and path.parent.stat().st_dev == os.stat(get_site_path()).st_dev:
		frappe.throw(
			_("{0} lies on the same disk as the site. Connect and mount the external disk first.").format(
				path
			),
			AddressInvalid,
		)


def set_key(destination: Document, label: str) -> None:
	"""Committed at once: from now on no other key opens the repository."""
	values = {"key_label": label, "key_changed_on": now_datetime()}
	destination.update(values)
	frappe.db.set_value(DESTINATION, destination.name, values, update_modified=False)
	frappe.db.commit()
