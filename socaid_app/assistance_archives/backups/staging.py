"""One consistent copy of the site, made ready for every destination alike.

::

    database.sql        Frappe's dump (one transaction), plain: restic compresses, and stores what is unchanged once
    site_config.json    with the encryption key of stored passwords, without the administrator of the database
    public/files, private/files
    manifest.json       rows and checksum of every table, size and SHA-256 of every file
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import get_bench_path, get_site_path, now
from frappe.utils.backups import BackupGenerator

from socaid_app.assistance_archives.backups import proven_figures, tables
from socaid_app.assistance_archives.backups.restic import CHUNK, MANIFEST, sha256

DUMP, CONFIG = "database.sql", "site_config.json"
FILES = ("public/files", "private/files")
# What a restored site does not need and a reader of the backup must not get.
LEFT_OUT = ("root_login", "root_password", "backup_environment", "backup_key_dir")
# mariadb-dump writes this last; without it the dump is cut off.
DUMP_END = b"-- Dump completed"


class StagingFailed(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class Stage:
	path: Path
	bytes: int
	# SHA-256 of the manifest, and so of everything it lists
	content_hash: str


def work_directory() -> Path:
	"""Scratch space of the backups, for the bench user alone; never served and never backed up."""
	path = private_directory(frappe.conf.get("backup_work_dir") or beside_sites("backup-work"))
	path.chmod(0o700)
	return path


def beside_sites(name: str) -> Path:
	"""``<bench>/<name>/<site>``: outside the directory of the site, which files are served from."""
	return Path(get_bench_path(), name, frappe.local.site)


def private_directory(where: str | Path) -> Path:
	"""A directory for the bench user alone."""
	path = Path(where).resolve()
	path.mkdir(mode=0o700, parents=True, exist_ok=True)
	return path


@contextmanager
def staged() -> Iterator[Stage]:
	"""The staged copy, in clear for as long as the block runs. Raises StagingFailed, leaving nothing behind."""
	if frappe.conf.db_type not in (None, "mariadb"):
		frappe.throw(_("Backups need a MariaDB database."), StagingFailed)
	# Always the same path: restic then finds the last snapshot to compare with.
	path = work_directory() / "stage"
	shutil.rmtree(path, ignore_errors=True)
	path.mkdir(mode=0o700)
	try:
		yield _fill(path)
	finally:
		shutil.rmtree(path, ignore_errors=True)


def _fill(path: Path) -> Stage:
	try:
		before = _fresh_tables()
		figures = proven_figures.take(now())
		dump = _dump(path)
		after = _fresh_tables()
		_write_config(path)
		for folder in FILES:
			_link_tree(Path(get_site_path(*folder.split("/"))), path / folder)
	except (OSError, frappe.CommandFailedError) as error:
		# the last argument of a failed command is what it wrote to its error output
		reason = str(error.args[-1] if isinstance(error, frappe.CommandFailedError) else error).strip()
		frappe.throw(
			_("The backup could not be prepared: {0}. Is there enough space on the disk?").format(
				reason[-300:]
			),
			StagingFailed,
		)
	manifest = {
		"site": frappe.local.site,
		"taken_on": now(),
		"frappe": frappe.__version__,
		"tables": {name: table for name, table in before.items() if after.get(name) == table},
		# Their state in the dump lies somewhere between; they are restored but not compared.
		"written_meanwhile": sorted(name for name in before | after if before.get(name) != after.get(name)),
		"figures": figures,
		"files": dump | _hashes(path, skip=dump),
	}
	return _seal(path, manifest)


def _seal(path: Path, manifest: dict) -> Stage:
	text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent="\t").encode()
	(path / MANIFEST).write_bytes(text)
	size = sum(entry["bytes"] for entry in manifest["files"].values()) + len(text)
	return Stage(path, size, hashlib.sha256(text).hexdigest())


def _fresh_tables() -> dict[str, tables.Table]:
	# A new transaction: the old one would go on showing the state at its own beginning.
	frappe.db.commit()
	return tables.read(frappe.db)


def _dump(path: Path) -> dict[str, dict]:
	"""Frappe's dump of the whole database, unpacked; returns its manifest entry."""
	packed = path / "database.sql.gz"
	conf = frappe.conf
	generator = BackupGenerator(
		conf.db_name,
		conf.get("db_user") or conf.db_name,
		conf.db_password,
		db_socket=conf.db_socket,
		db_host=conf.db_host,
		db_port=conf.db_port,
		db_type=conf.db_type or "mariadb",
		# all four are given so that Frappe names and encrypts nothing itself
		backup_path_db=str(packed),
		backup_path_conf=str(path / CONFIG),
		backup_path_files=str(path / "public.tar"),
		backup_path_private_files=str(path / "private.tar"),
		# the whole database, whatever the configuration leaves out of Frappe's own backups
		ignore_conf=True,
	)
	generator.take_dump()
	digest, size, last = hashlib.sha256(), 0, b""
	with gzip.open(packed) as source, open(path / DUMP, "wb") as target:
		while block := source.read(CHUNK):
			digest.update(block)
			target.write(block)
			size += len(block)
			last = (last + block)[-200:]
	packed.unlink()
	if DUMP_END not in last:
		frappe.throw(_("The dump of the database is cut off. Try again."), StagingFailed)
	return {DUMP: {"bytes": size, "sha256": digest.hexdigest()}}


def _write_config(path: Path) -> None:
	config = json.loads(Path(get_site_path(CONFIG)).read_text())
	kept = {key: value for key, value in config.items() if key not in LEFT_OUT}
	(path / CONFIG).write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True))


def _link_tree(source: Path, target: Path) -> None:
	"""Copy a directory by hard links where the file system allows it: no space, and one moment for all copies."""
	target.mkdir(parents=True, exist_ok=True)
	if source.is_dir():
		shutil.copytree(source, target, copy_function=_link, symlinks=True, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
	try:
		os.link(source, target, follow_symlinks=False)
	except FileNotFoundError:
		pass  # deleted since the directory was read
	except OSError:
		shutil.copy2(source, target, follow_symlinks=False)


def _hashes(path: Path, skip: dict) -> dict[str, dict]:
	return {
		name: {"bytes": file.stat().st_size, "sha256": hash_of(file)}
		for file in sorted(path.rglob("*"))
		if file.is_file()
		and not file.is_symlink()
		and (name := file.relative_to(path).as_posix()) not in skip
	}


def hash_of(file: Path) -> str:
	with open(file, "rb") as stream:
		return sha256(stream)
