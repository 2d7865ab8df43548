"""The keys of the repositories: one file each, readable by the bench user alone.

They lie in ``<bench>/backup-keys/<site>`` or where ``backup_key_dir`` in site_config.json says (better: another
disk), never in the directory of the site, which files are served from, in the database, in a backup, a log or a
command line. The label of a key is its file's name.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import now_datetime

from socaid_app.assistance_archives.backups import staging

LABEL = re.compile(r"[0-9]{8}-[0-9a-f]{8}")
KEY_BYTES = 32


class KeyMissing(frappe.ValidationError):
	pass


def directory() -> Path:
	return staging.private_directory(frappe.conf.get("backup_key_dir") or staging.beside_sites("backup-keys"))


def create() -> str:
	"""Write a new random key; returns its label. Never overwrites a file."""
	label = f"{now_datetime():%Y%m%d}-{secrets.token_hex(4)}"
	handle = os.open(_path(label), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
	with os.fdopen(handle, "w") as file:
		file.write(secrets.token_urlsafe(KEY_BYTES))
		file.flush()
		os.fsync(file.fileno())
	return label


def file_of(label: str) -> Path:
	"""The file of a key. Raises KeyMissing when it is not on this machine, or others may read it."""
	path = _path(label)
	_take_in(path)
	if not path.is_file():
		frappe.throw(
			_("The key file {0} is missing. Put the copy that is kept in the safe back in its place.").format(
				path
			),
			KeyMissing,
		)
	if path.stat().st_mode & 0o077:
		frappe.throw(_("Others may read the key file {0}. Run: chmod 600 {0}").format(path), KeyMissing)
	return path


def _take_in(path: Path) -> None:
	"""A key of the time when keys lay in the site's directory moves to where they belong."""
	earlier = Path(frappe.get_site_path("backup-keys"), path.name)
	if earlier.is_file() and not path.exists():
		shutil.move(earlier, path)


def discard(label: str) -> None:
	_path(label).unlink(missing_ok=True)


def _path(label: str) -> Path:
	if not LABEL.fullmatch(label or ""):
		frappe.throw(_("“{0}” is not the label of a backup key.").format(label), KeyMissing)
	return directory() / f"{label}.key"
