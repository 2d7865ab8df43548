"""恢复测试: a backup is worth what can be restored from it.

The newest copy of a destination is restored by restic, its dump loaded into a database of its own, and a scratch
site made around it, which Frappe must be able to open. Then everything is held against the manifest that was made
from the live site when the backup was taken: every table by rows and checksum, every file by its SHA-256.

Left out are the tables that were written while the backup ran (sessions, logs): their checksum before and after
the dump differs, so it is not known which of the two states the dump caught. They must be there; the report
names them with their rows.

The scratch site lies in a sites directory of its own, so that no web server, worker or scheduler ever sees it.
Its name and its database's begin with ``restore-test`` and end in random digits; making one that exists fails;
both are removed at the end, and those of a test that was killed at the next one.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

import frappe
from frappe import _
from frappe.database import get_db
from frappe.database.db_manager import DbManager
from frappe.model.document import Document
from frappe.utils import get_bench_path

from socaid_app.assistance_archives.backups import operations, operations_log, staging, tables
from socaid_app.assistance_archives.backups.operations import Progress, no_progress
from socaid_app.assistance_archives.backups.operations_log import DESTINATION, TEST
from socaid_app.assistance_archives.backups.restic import MANIFEST

SITE_PREFIX, DATABASE_PREFIX = "restore-test", "restore_test"
# What of the bench's configuration a site needs to be opened.
COMMON_KEYS = ("db_host", "db_port", "db_socket", "db_type", "redis_cache", "redis_queue", "redis_socketio")
# A line of newer dumps older clients cannot read, and owners of views that the scratch account may not name
# (Frappe's own restore removes the same two).
NOT_LOADED = re.compile(
	rb"/\*M?!999999\\- enable the sandbox mode|/\*![0-9]* DEFINER=[^ ]* SQL SECURITY DEFINER"
)
# bench's own way to run a command on a site
FRAPPE = ("-m", "frappe.utils.bench_helper", "frappe")
SHOWN = 50
OPEN_SECONDS = 300


class NoDatabaseAdmin(frappe.ValidationError):
	pass


class ScratchSiteFailed(frappe.ValidationError):
	pass


@dataclass
class Findings:
	tables: int = 0
	rows: int = 0
	files: int = 0
	excluded: dict[str, int | None] = field(default_factory=dict)
	differences: list[str] = field(default_factory=list)
	apps: str = ""


@dataclass(frozen=True)
class Scratch:
	"""A site and a database that belong to one test."""

	token: str
	root: Path

	@property
	def sites(self) -> Path:
		return self.root / "sites"

	@property
	def site(self) -> str:
		return f"{SITE_PREFIX}-{self.token}.localhost"

	@property
	def database(self) -> str:
		return f"{database_prefix()}{self.token}"

	@property
	def path(self) -> Path:
		return self.sites / self.site


def database_prefix() -> str:
	"""Says whose tests a scratch database belongs to: two sites on one server leave each other's alone."""
	return f"{DATABASE_PREFIX}_{hashlib.sha256(frappe.conf.db_name.encode()).hexdigest()[:8]}_"


# --- the test ----------------------------------------------------------------------------------------------
def restore_test(name: str, progress: Progress = no_progress) -> str:
	"""Restore the newest copy of a destination and compare; returns the name of the Backup Restore Test."""
	with operations_log.session():
		destination = frappe.get_doc(DESTINATION, name)
		with operations_log.entry(TEST, name) as test:
			admin = database_admin()
			repository = operations.opened(destination)
			backup = operations.newest(destination)
			test.backup_run, test.snapshot = backup.name, backup.snapshot
			with scratch(admin) as place:
				test.scratch_site = place.site
				progress(10, _("Reading the copy"))
				repository.restore(backup.snapshot, place.path)
				progress(40, _("Loading the database"))
				findings = Findings()
				manifest = _read_manifest(place, backup.content_hash, findings)
				compare_files(place.path, manifest, findings)
				_load(place)
				progress(80, _("Comparing"))
				compare_tables(place, manifest, findings)
				findings.apps = _open_as_site(place)
			_record(test, findings, manifest)
	progress(100, "")
	return test.name


def _record(test: Document, findings: Findings, manifest: dict) -> None:
	test.tables_compared, test.rows_compared = findings.tables, findings.rows
	test.tables_excluded, test.files_compared = len(findings.excluded), findings.files
	test.differences = len(findings.differences)
	test.report = report(findings, manifest)
	if findings.differences:
		operations_log.fail(test, test.report, _("{0} differences").format(test.differences))


def report(findings: Findings, manifest: dict) -> str:
	lines = [
		_("Backup of {0} taken at {1}.").format(manifest["site"], manifest["taken_on"][:19]),
		_("{0} tables with {1} rows and {2} files are restored and compared.").format(
			findings.tables, findings.rows, findings.files
		),
		_("The restored site opens; installed: {0}").format(findings.apps),
	]
	if findings.excluded:
		lines.append(
			_("Not compared, because they were written while the backup ran: {0}").format(
				"、".join(f"{name}（{rows}）" for name, rows in findings.excluded.items())
			)
		)
	if findings.differences:
		lines.append(_("{0} differences:").format(len(findings.differences)))
		lines += findings.differences[:SHOWN]
	else:
		lines.append(_("No differences."))
	return "\n".join(lines)


def _read_manifest(place: Scratch, content_hash: str, findings: Findings) -> dict:
	text = (place.path / MANIFEST).read_bytes()
	if hashlib.sha256(text).hexdigest() != content_hash:
		findings.differences.append(_("the manifest is not the one in the ledger"))
	return json.loads(text)


def compare_files(path: Path, manifest: dict, findings: Findings) -> None:
	found = {
		file.relative_to(path).as_posix(): staging.hash_of(file)
		for file in path.rglob("*")
		if file.is_file() and not file.is_symlink()
	}
	findings.files = len(manifest["files"].keys() & found.keys())
	findings.differences += operations.content_differences(manifest["files"], found)


def compare_tables(place: Scratch, manifest: dict, findings: Findings) -> None:
	connection = connect(place.database, _password(place), place.database)
	try:
		restored = tables.read(connection)
	finally:
		connection.close()
	for name, (rows, checksum) in manifest["tables"].items():
		if name not in restored:
			findings.differences.append(_("table missing: {0}").format(name))
			continue
		findings.tables += 1
		findings.rows += restored[name].rows
		if restored[name].rows != rows:
			findings.differences.append(
				_("{0}: {1} rows instead of {2}").format(name, restored[name].rows, rows)
			)
		elif restored[name].checksum != checksum:
			findings.differences.append(_("{0}: other content").format(name))
	for name in manifest["written_meanwhile"]:
		findings.excluded[name] = restored[name].rows if name in restored else None
		if name not in restored:
			findings.differences.append(_("table missing: {0}").format(name))
	for name in sorted(restored.keys() - manifest["tables"].keys() - findings.excluded.keys()):
		findings.differences.append(_("table not in the manifest: {0}").format(name))


# --- the scratch site --------------------------------------------------------------------------------------
def database_admin() -> tuple[str, str]:
	"""Login and password of the account that may make a database. Raises NoDatabaseAdmin."""
	login, password = frappe.conf.get("root_login"), frappe.conf.get("root_password")
	if not (login and password):
		frappe.throw(
			_(
				"A restore test makes a database of its own, and needs an account that may. Set root_login and"
				" root_password in common_site_config.json."
			),
			NoDatabaseAdmin,
		)
	return login, password


def connect(user: str, password: str, database: str | None = None):
	conf = frappe.conf
	return get_db(
		socket=conf.db_socket,
		host=conf.db_host,
		port=conf.db_port,
		user=user,
		password=password,
		cur_db_name=database,
	)


@contextmanager
def scratch(admin: tuple[str, str]) -> Iterator[Scratch]:
	"""An empty scratch site with its own database and account; gone when the block ends, however it ends."""
	root = staging.work_directory() / SITE_PREFIX
	connection = connect(*admin)
	manager = DbManager(connection)
	try:
		_remove_leftovers(manager, root)
		token = secrets.token_hex(6)
		place = Scratch(token, root / token)
		try:
			_make(manager, place)
			yield place
		finally:
			_drop(manager, place.database)
			shutil.rmtree(place.root, ignore_errors=True)
	finally:
		connection.close()


def _make(manager: DbManager, place: Scratch) -> None:
	# Frappe keeps its logs beside the sites directory and in the site's own
	for directory in (place.root / "logs", place.path / "logs"):
		directory.mkdir(mode=0o700, parents=True)
	shutil.copy(Path(get_bench_path()) / "sites" / "apps.txt", place.sites)
	common = {key: frappe.conf[key] for key in COMMON_KEYS if frappe.conf.get(key)}
	_write_private(place.sites / "common_site_config.json", json.dumps(common))
	# Plain SQL: it fails where the database exists, while Frappe's own helper would drop it first.
	manager.db.sql_ddl(f"create database `{place.database}` character set utf8mb4 collate utf8mb4_unicode_ci")
	password = secrets.token_urlsafe(24)
	_write_private(place.sites / "password", password)
	# Frappe logs every CREATE with its password; SET PASSWORD it does not, and nothing is granted yet.
	manager.create_user(place.database, "")
	host = manager.get_current_host()
	manager.db.sql(f"set password for '{place.database}'@'{host}' = password('{password}')")
	manager.grant_all_privileges(place.database, place.database)
	manager.flush_privileges()


def _drop(manager: DbManager, database: str) -> None:
	if not re.fullmatch(database_prefix() + "[0-9a-f]{12}", database):
		raise ValueError(f"{database} is not a scratch database")
	manager.drop_database(database)
	manager.delete_user(database)


def _remove_leftovers(manager: DbManager, root: Path) -> None:
	"""What a killed test left: complete copies of personal data. The lock says that none is running."""
	for database in manager.get_database_list():
		if re.fullmatch(database_prefix() + "[0-9a-f]{12}", database):
			_drop(manager, database)
	shutil.rmtree(root, ignore_errors=True)


def _load(place: Scratch) -> None:
	"""Load the dump as the scratch account, which can reach no other database."""
	program = which("mariadb") or which("mysql")
	if not program:
		frappe.throw(
			_("The program mariadb is not installed on the server. Run: sudo apt install mariadb-client"),
			ScratchSiteFailed,
		)
	conf = frappe.conf
	# beside an address the client would not look at the socket
	server = {"socket": conf.db_socket} if conf.db_socket else {"host": conf.db_host, "port": conf.db_port}
	options = {"user": place.database, "password": _password(place), **server}
	lines = [f'{key}="{value}"' for key, value in options.items() if value]
	_write_private(place.sites / "client.cnf", "[client]\n" + "\n".join(lines) + "\n")
	command = [program, f"--defaults-file={place.sites / 'client.cnf'}", place.database]
	# a client that stops early takes nothing more, not even at the end; its message says why
	with (
		suppress(BrokenPipeError),
		open(place.sites / "load.log", "wb") as log,
		subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log) as process,
		open(place.path / staging.DUMP, "rb") as dump,
	):
		process.stdin.writelines(line for line in dump if not NOT_LOADED.search(line))
	if process.wait():
		said = (place.sites / "load.log").read_text(errors="replace").strip()
		frappe.throw(_("The dump cannot be loaded: {0}").format(said[-300:]), ScratchSiteFailed)


def _open_as_site(place: Scratch) -> str:
	"""Have a Frappe of its own open the restored site; returns its installed apps."""
	config = json.loads((place.path / staging.CONFIG).read_text())
	config |= {
		"db_name": place.database,
		"db_user": place.database,
		"db_password": _password(place),
		# a restored site must act on nobody
		"maintenance_mode": 1,
		"pause_scheduler": 1,
		"mute_emails": 1,
	}
	_write_private(place.path / staging.CONFIG, json.dumps(config))
	done = subprocess.run(
		[sys.executable, *FRAPPE, "--site", place.site, "list-apps"],
		cwd=place.sites,
		stdin=subprocess.DEVNULL,
		capture_output=True,
		text=True,
		timeout=OPEN_SECONDS,
	)
	apps = [line.split()[0] for line in done.stdout.splitlines() if line.strip()]
	if done.returncode or "socaid_app" not in apps:
		frappe.throw(
			_("Frappe cannot open the restored site: {0}").format(
				(done.stderr or done.stdout).strip()[-300:]
			),
			ScratchSiteFailed,
		)
	return "、".join(apps)


def _password(place: Scratch) -> str:
	return (place.sites / "password").read_text()


def _write_private(path: Path, text: str) -> None:
	path.touch(mode=0o600)
	path.chmod(0o600)
	path.write_text(text)
