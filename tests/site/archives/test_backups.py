"""Backups: encrypted copies in several places, compared, restored, their keys changed, all in a ledger."""

import hashlib
import json
import shutil
import stat

import frappe
import pytest
from frappe.utils import add_days, add_to_date, getdate, now_datetime, today

from socaid_app import rotation
from socaid_app.assistance_archives.backups import (
	destinations,
	jobs,
	keys,
	operations,
	operations_log,
	restic,
	restore,
	staging,
)
from socaid_app.assistance_archives.doctype.backup_destination.backup_destination import DestinationTaken
from socaid_app.casework import rectification
from socaid_app.permissions.scope import NeverDeleted
from tests.builders import make_user

ISSUE = rectification.DOCTYPE
RECORDS = (operations_log.RUN, operations_log.TEST, operations_log.DESTINATION)


@pytest.fixture(autouse=True)
def clean(site, tmp_path, monkeypatch):
	"""Operations commit what they did; afterwards the site is as before."""
	if not shutil.which("restic"):
		pytest.fail("缺少 restic：请执行 sudo apt install restic（make run 会自动安装）。")
	monkeypatch.setitem(frappe.conf, "backup_key_dir", str(tmp_path / "keys"))
	monkeypatch.setitem(frappe.conf, "backup_work_dir", str(tmp_path / "work"))
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback()
	for doctype in RECORDS:
		frappe.db.delete(doctype)
	frappe.db.delete(ISSUE, {"reference_doctype": operations_log.DESTINATION})
	frappe.db.delete("Notification Log", {"document_type": ["in", RECORDS]})
	frappe.db.commit()


@pytest.fixture(scope="module")
def seed(site, tmp_path_factory):
	"""An empty repository and its key. restic takes seconds to make one, on purpose; a copy costs nothing."""
	root = tmp_path_factory.mktemp("seed")
	key = root / "key"
	key.write_text("only for tests")
	restic.Repository(str(root / "repository"), key, site, root / "cache").create()
	return root


@pytest.fixture
def place(tmp_path, seed):
	"""`place("1")` is an enabled destination in use; `unused=True`: one whose repository is not made yet."""

	def make(label: str = "1", unused: bool = False, **values):
		doc = frappe.get_doc(
			{
				"doctype": operations_log.DESTINATION,
				"destination_name": f"测试备份{label}",
				"kind": "Local Disk",
				"repository": str(tmp_path / f"repository{label}"),
				"frequency": "Daily",
				"keep_days": 30,
				"responsible": "Administrator",
				**values,
			}
		).insert()
		if not unused:
			shutil.copytree(seed / "repository", tmp_path / f"repository{label}")
			key = keys.create()
			keys.file_of(key).write_text((seed / "key").read_text())
			destinations.set_key(doc, key)
		frappe.db.commit()
		return doc

	return make


@pytest.fixture
def small(monkeypatch, tmp_path):
	"""Stage two small files instead of the whole site, for what is not about the dump. Change them at will."""
	source = tmp_path / "source"
	source.mkdir()
	(source / "database.sql").write_text("-- dump")
	(source / "letter.txt").write_text("first")

	def fill(path):
		for file in source.iterdir():
			shutil.copy2(file, path)
		return staging._seal(path, {"files": staging._hashes(path, skip={})})

	monkeypatch.setattr(staging, "_fill", fill)
	return source


def run_of(name: str) -> frappe._dict:
	return frappe.get_doc(operations_log.RUN, name)


def outcomes(names: list[str]) -> list[tuple[str, str]]:
	return [(run.operation, run.outcome) for run in map(run_of, names)]


def stored(doc):
	return frappe.get_doc(doc.doctype, doc.name)


def databases() -> set[str]:
	connection = restore.connect(*restore.database_admin())
	try:
		return {row[0] for row in connection.sql("show databases")}
	finally:
		connection.close()


# --- taking ------------------------------------------------------------------------------------------------
def test_a_backup_goes_encrypted_to_every_destination_and_the_ledger_says_so(place, small):
	(small / "letter.txt").write_text("张三 220422196103050011")
	first, second = place("1", unused=True), place("2")
	runs = [run_of(name) for name in operations.back_up([first.name, second.name])]
	assert [(run.destination, run.operation, run.outcome) for run in runs] == [
		(first.name, operations_log.TAKEN, operations_log.SUCCEEDED),
		(second.name, operations_log.TAKEN, operations_log.SUCCEEDED),
	]
	for run, doc in zip(runs, map(stored, (first, second)), strict=True):
		assert run.snapshot and run.bytes > 0 and run.finished_on and run.run_by == "Administrator"
		assert run.key_label == doc.key_label and doc.last_success
		assert run.content_hash == runs[0].content_hash
		repository = destinations.repository(doc)
		assert hashlib.sha256(repository.manifest(run.snapshot)).hexdigest() == run.content_hash
	assert first.repository != second.repository
	raw = b"".join(file.read_bytes() for file in small.parent.glob("repository*/**/*") if file.is_file())
	assert b"220422196103050011" not in raw and "张三".encode() not in raw
	# nor does the clear copy stay behind
	assert not (staging.work_directory() / "stage").exists()


def test_a_failed_destination_does_not_stop_the_others_and_is_told_once(place, small, tmp_path):
	bad = place("1", unused=True, repository=str(tmp_path / "absent" / "repository"))
	good = place("2")
	first = operations.back_up([bad.name, good.name])
	assert [outcome for _operation, outcome in outcomes(first)] == [
		operations_log.FAILED,
		operations_log.SUCCEEDED,
	]
	assert run_of(first[0]).message and stored(bad).last_message and not stored(bad).last_success
	operations.back_up([bad.name])
	issues = frappe.get_all(
		ISSUE, filters={"reference_name": bad.name}, fields=["severity", "responsible", "status"]
	)
	assert [dict(row) for row in issues] == [
		{"severity": "Critical", "responsible": "Administrator", "status": "Open"}
	]
	assert frappe.db.exists("Notification Log", {"document_name": first[0], "for_user": "Administrator"})


def test_an_absent_disk_is_not_replaced_by_a_new_repository(place, small):
	doc = place()
	shutil.rmtree(doc.repository)
	assert outcomes(operations.back_up([doc.name])) == [(operations_log.TAKEN, operations_log.FAILED)]
	assert not (small.parent / "repository1" / "config").exists()


def test_an_external_disk_is_another_disk_than_the_sites(place, small, monkeypatch, tmp_path):
	inside = tmp_path / "site"
	inside.mkdir()
	monkeypatch.setattr(destinations, "get_site_path", lambda: str(inside))
	doc = place(unused=True, kind="External Disk")
	assert outcomes(operations.back_up([doc.name])) == [(operations_log.TAKEN, operations_log.FAILED)]


def test_when_the_dump_fails_every_destination_has_a_failed_entry(place, monkeypatch):
	def full(*args):
		raise OSError(28, "No space left on device")

	monkeypatch.setattr(staging, "_dump", full)
	names = [place("1").name, place("2").name]
	assert [outcome for _operation, outcome in outcomes(operations.back_up(names))] == [
		operations_log.FAILED
	] * 2


def test_copies_past_their_time_are_removed_but_never_the_newest(place, small):
	doc = place(keep_days=1)
	repository = destinations.repository(doc)
	path = small.parent / "aged"
	path.mkdir()
	(path / restic.MANIFEST).write_text("{}")
	ago = add_days(now_datetime(), -3).strftime("%Y-%m-%d %H:%M:%S")
	repository._run("backup", "--tag", restic.TAG, "--host", repository.host, "--time", ago, ".", cwd=path)
	runs = operations.back_up([doc.name])
	assert outcomes(runs) == [
		(operations_log.TAKEN, operations_log.SUCCEEDED),
		(operations_log.REMOVED, operations_log.SUCCEEDED),
	]
	assert [snapshot.id for snapshot in repository.snapshots()] == [run_of(runs[0]).snapshot]


def test_an_interrupted_entry_is_closed_by_the_next_operation(place):
	doc = place(unused=True)
	hanging = frappe.get_doc(
		{
			"doctype": operations_log.RUN,
			"destination": doc.name,
			"operation": operations_log.TAKEN,
			"outcome": operations_log.RUNNING,
			"started_on": now_datetime(),
			"run_by": "Administrator",
		}
	)
	operations_log._write(hanging)
	with operations_log.session():
		pass
	assert run_of(hanging.name).outcome == operations_log.FAILED


def test_two_operations_do_not_run_at_once(place, small):
	doc = place()
	with operations_log.session(), pytest.raises(operations_log.BackupBusy):
		operations.back_up([doc.name])


# --- verifying and comparing -------------------------------------------------------------------------------
def damage(doc) -> None:
	"""Flip bytes in the largest data pack of a repository, as a bad disk would."""
	packs = [file for file in destinations.Path(doc.repository).glob("data/*/*") if file.is_file()]
	pack = max(packs, key=lambda file: file.stat().st_size)
	pack.chmod(0o600)
	content = bytearray(pack.read_bytes())
	content[10:30] = bytes(20)
	pack.write_bytes(content)


def test_a_sound_medium_passes_and_a_damaged_one_does_not(place, small):
	doc = place()
	operations.back_up([doc.name])
	assert outcomes(operations.verify([doc.name])) == [(operations_log.VERIFIED, operations_log.SUCCEEDED)]
	assert stored(doc).last_check
	damage(doc)
	assert outcomes(operations.verify([doc.name])) == [(operations_log.VERIFIED, operations_log.FAILED)]


def test_copies_of_one_backup_are_compared_even_when_one_place_has_a_newer_one(place, small):
	first, second = place("1"), place("2")
	common = run_of(operations.back_up([first.name, second.name])[0]).content_hash
	(small / "letter.txt").write_text("second")
	operations.back_up([first.name])
	runs = [run_of(name) for name in operations.compare([first.name, second.name])]
	assert [run.outcome for run in runs] == [operations_log.SUCCEEDED] * 2
	assert {run.content_hash for run in runs} == {common}


def test_a_copy_whose_content_was_exchanged_neither_compares_nor_restores(place, small):
	doc = place()
	(run,) = operations.back_up([doc.name])
	repository = destinations.repository(stored(doc))
	forged = small.parent / "forged"
	forged.mkdir()
	(forged / restic.MANIFEST).write_bytes(repository.manifest(run_of(run).snapshot))
	(forged / "letter.txt").write_text("other")
	summary = repository.backup(forged)
	frappe.db.set_value(operations_log.RUN, run, "snapshot", summary["snapshot_id"])
	(compared,) = operations.compare([doc.name])
	assert run_of(compared).outcome == operations_log.FAILED
	assert "letter.txt" in run_of(compared).message and "database.sql" in run_of(compared).message
	# nor does it restore, and the attempt leaves no database
	before = databases()
	assert (
		frappe.get_doc(operations_log.TEST, restore.restore_test(doc.name)).outcome == operations_log.FAILED
	)
	assert databases() == before


def test_the_lock_of_a_killed_process_is_cleared_once(place, monkeypatch):
	repository, asked = destinations.repository(place()), []

	def locked(self, arguments, cwd=None):
		asked.append(arguments[0])
		code = int("unlock" not in asked)
		return restic.subprocess.CompletedProcess(
			arguments, code, b"[]", b"repository is already locked" * code
		)

	monkeypatch.setattr(restic.Repository, "_call", locked)
	repository.check()
	assert asked == ["check", "unlock", "check"]


# --- keys --------------------------------------------------------------------------------------------------
def test_after_a_change_only_the_new_key_opens_the_repository(place, small, tmp_path, monkeypatch):
	seen, start = [], restic.subprocess.run
	monkeypatch.setattr(restic.subprocess, "run", lambda args, **kw: seen.append(args) or start(args, **kw))
	doc = place()
	kept = tmp_path / "old.key"
	shutil.copy(keys.file_of(doc.key_label), kept)
	assert outcomes(operations.rotate_key([doc.name])) == [
		(operations_log.KEY_CHANGED, operations_log.SUCCEEDED)
	]
	new = stored(doc)
	assert new.key_label != doc.key_label and not (keys.directory() / f"{doc.key_label}.key").exists()
	assert destinations.repository(new).other_keys() == set()
	with pytest.raises(restic.WrongKey):
		restic.Repository(new.repository, kept, frappe.local.site, tmp_path / "cache").snapshots()
	# neither key was seen on a command line or in the ledger
	line = " ".join(str(part) for arguments in seen for part in arguments)
	rows = json.dumps([row.as_dict() for row in ledger_rows()], default=str)
	for secret in (kept.read_text(), keys.file_of(new.key_label).read_text()):
		assert secret not in line and secret not in rows


def test_when_all_secrets_are_changed_copies_taken_before_are_still_read(place, small):
	doc = place()
	operations.back_up([doc.name])
	done = rotation.rotate()
	assert outcomes(done.backup_runs) == [(operations_log.KEY_CHANGED, operations_log.SUCCEEDED)]
	assert stored(doc).key_label != doc.key_label
	assert outcomes(operations.compare([doc.name])) == [(operations_log.COMPARED, operations_log.SUCCEEDED)]


def test_a_place_that_cannot_be_reached_keeps_its_key_and_is_named(place, small, tmp_path):
	doc = place()
	shutil.rmtree(tmp_path / "repository1")
	done = rotation.rotate()
	assert outcomes(done.backup_runs) == [(operations_log.KEY_CHANGED, operations_log.FAILED)]
	assert stored(doc).key_label == doc.key_label and keys.file_of(doc.key_label)


def ledger_rows():
	for doctype in RECORDS:
		for name in frappe.get_all(doctype, pluck="name", order_by="name"):
			yield frappe.get_doc(doctype, name)


def test_a_key_file_is_readable_by_its_owner_alone(place, small):
	doc = place()
	file = keys.file_of(doc.key_label)
	assert stat.S_IMODE(file.stat().st_mode) == 0o600
	assert stat.S_IMODE(keys.directory().stat().st_mode) == 0o700
	file.chmod(0o644)
	with pytest.raises(keys.KeyMissing):
		keys.file_of(doc.key_label)


def test_a_lost_key_file_stops_the_backup_instead_of_making_another(place, small):
	doc = place()
	keys.discard(doc.key_label)
	assert outcomes(operations.back_up([doc.name])) == [(operations_log.TAKEN, operations_log.FAILED)]
	assert not list(keys.directory().glob("*.key"))


# --- the restore test --------------------------------------------------------------------------------------
def test_what_the_database_says_against_a_dump_is_in_the_report(tmp_path, monkeypatch):
	"""The client ends long before the dump does."""
	spot = restore.Scratch("0" * 12, tmp_path)
	spot.path.mkdir(parents=True)
	(spot.sites / "password").write_text("geheim")
	(spot.path / staging.DUMP).write_bytes(b"insert into nothing;\n" * 200_000)
	client = tmp_path / "client"
	client.write_text("#!/bin/sh\necho no such table >&2\nexit 1\n")
	client.chmod(0o700)
	monkeypatch.setattr(restore, "which", lambda name: str(client))
	with pytest.raises(restore.ScratchSiteFailed, match="no such table"):
		restore._load(spot)


def test_a_restore_test_restores_the_site_and_compares_every_table_and_file(place, monkeypatch):
	"""The whole way once, on the real site; then the same copy against a manifest with one row more."""
	letter = frappe.get_doc(
		{"doctype": "File", "file_name": "备份测试.txt", "content": "恢复测试", "is_private": 1}
	).insert()
	frappe.db.commit()
	before, doc = databases(), place()
	try:
		(run,) = jobs.run("back_up", [doc.name])
		assert run_of(run).outcome == operations_log.SUCCEEDED, run_of(run).message
		seen = []
		compare = restore.compare_tables

		def with_a_look(spot, manifest, findings):
			seen.append((spot.database in databases(), spot.path.joinpath(*_private(letter)).read_text()))
			compare(spot, manifest, findings)
			honest = len(findings.differences)
			# a table that lost a row and one whose content changed are found
			first, second = [name for name, (rows, _sum) in manifest["tables"].items() if rows][:2]
			rows, checksum = manifest["tables"][first]
			lost = {first: (rows + 1, checksum), second: (manifest["tables"][second][0], "0")}
			again = restore.Findings()
			compare(spot, {**manifest, "tables": manifest["tables"] | lost}, again)
			seen.append((honest, len(again.differences)))

		monkeypatch.setattr(restore, "compare_tables", with_a_look)
		test = frappe.get_doc(operations_log.TEST, *jobs.run("restore_test", [doc.name]))
	finally:
		letter.delete()
		frappe.db.commit()
	assert test.outcome == operations_log.SUCCEEDED, test.report
	assert seen == [(True, "恢复测试"), (0, 2)]
	assert test.backup_run == run and test.snapshot == run_of(run).snapshot
	assert test.differences == 0 and test.files_compared >= 2 and test.rows_compared > 1000
	everything = len(frappe.db.sql("select 1 from information_schema.tables where table_schema = database()"))
	assert test.tables_compared + test.tables_excluded == everything
	assert "socaid_app" in test.report
	assert databases() == before
	assert not any((staging.work_directory() / restore.SITE_PREFIX).glob("*"))
	html = frappe.get_print(operations_log.TEST, test.name, "Backup Restore Test Record")
	assert test.scratch_site in html


def _private(file) -> tuple[str, ...]:
	return ("private", "files", file.file_url.rsplit("/", 1)[1])


def test_a_changed_file_is_a_difference(tmp_path):
	(tmp_path / "a").write_text("changed")
	(tmp_path / "b").write_text("new")
	findings = restore.Findings()
	manifest = {"files": {"a": {"sha256": "0", "bytes": 1}, "c": {"sha256": "1", "bytes": 1}}}
	restore.compare_files(tmp_path, manifest, findings)
	assert len(findings.differences) == 3


def test_a_table_written_while_the_backup_runs_is_left_out_by_name(monkeypatch, tmp_path):
	states = iter(
		[
			{"tabA": staging.tables.Table(1, "1"), "tabB": staging.tables.Table(5, "9")},
			{"tabA": staging.tables.Table(1, "1"), "tabB": staging.tables.Table(6, "8")},
		]
	)
	monkeypatch.setattr(staging, "_fresh_tables", lambda: next(states))
	monkeypatch.setattr(staging, "_dump", lambda path: {"database.sql": {"bytes": 1, "sha256": "0"}})
	with staging.staged() as stage:
		manifest = json.loads((stage.path / restic.MANIFEST).read_text())
		config = json.loads((stage.path / staging.CONFIG).read_text())
	assert manifest["tables"] == {"tabA": [1, "1"]} and manifest["written_meanwhile"] == ["tabB"]
	assert config["db_name"] and not config.keys() & set(staging.LEFT_OUT)


def test_without_a_database_administrator_the_restore_test_says_so(place, monkeypatch):
	doc = place(unused=True)
	monkeypatch.setitem(frappe.conf, "root_password", None)
	with pytest.raises(restore.NoDatabaseAdmin):
		jobs.restore_test(doc.name)
	assert (
		frappe.get_doc(operations_log.TEST, restore.restore_test(doc.name)).outcome == operations_log.FAILED
	)


def test_a_scratch_site_never_takes_the_place_of_an_existing_database(monkeypatch):
	admin = restore.database_admin()
	monkeypatch.setattr(restore.secrets, "token_hex", lambda size: "a1" * size)
	with restore.scratch(admin) as place:
		# a second one of the same name fails and does not harm the first
		manager = restore.DbManager(restore.connect(*admin))
		twin = restore.Scratch(place.token, place.sites.parent / "twin")
		with pytest.raises(Exception, match="database exists"):
			restore._make(manager, twin)
		assert place.database in databases()
	assert place.database not in databases()
	with pytest.raises(ValueError):
		restore._drop(manager, frappe.conf.db_name)


# --- the ledger and who may do what ------------------------------------------------------------------------
def test_the_ledger_is_written_by_the_system_alone(place):
	doc = place(unused=True)
	with operations_log.entry(operations_log.RUN, doc.name, operation=operations_log.VERIFIED) as run:
		name = run.name
	run = run_of(name)
	run.message = "改写"
	with pytest.raises(operations_log.WrittenBySystem):
		run.save(ignore_permissions=True)
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(operations_log.RUN, name, ignore_permissions=True)
	for doctype in (operations_log.RUN, operations_log.TEST):
		with pytest.raises(operations_log.WrittenBySystem):
			frappe.get_doc({"doctype": doctype, "destination": doc.name, "outcome": "Succeeded"}).insert(
				ignore_permissions=True
			)
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(operations_log.DESTINATION, doc.name, ignore_permissions=True)


def test_a_form_cannot_set_the_state_of_a_destination(place):
	doc = place(unused=True, last_success=now_datetime(), key_label="20260101-00000000")
	assert not stored(doc).last_success and not stored(doc).key_label
	doc = stored(place("2"))
	label = doc.key_label
	doc.key_label, doc.keep_days = "20260101-00000000", 60
	doc.save()
	assert (stored(doc).key_label, stored(doc).keep_days) == (label, 60)


def test_only_the_administrator_starts_operations(place, as_user, client):
	doc = place(unused=True)
	archivist = make_user("Archivist")
	name = "socaid_app.assistance_archives.backups.jobs.rotate_key"
	assert client(archivist).call(name, destination=doc.name).status_code == 403
	for user in (archivist, make_user("Socaid Auditor"), make_user("Township Officer")):
		with as_user(user):
			for method in (jobs.back_up, jobs.verify, jobs.compare, jobs.rotate_key, jobs.restore_test):
				with pytest.raises(frappe.PermissionError):
					method(doc.name)


def test_a_button_queues_one_job(place, monkeypatch, as_user):
	doc, queued = place(unused=True), []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **kwargs: queued.append((method, kwargs)))
	with as_user(make_user("Socaid Administrator")):
		jobs.back_up()
		jobs.verify(doc.name)
	path = f"{jobs.run.__module__}.{jobs.run.__name__}"
	# users made by the test queue e-mails of their own
	mine = [arguments for method, arguments in queued if method == path]
	assert [(job["operation"], job["names"], job["deduplicate"]) for job in mine] == [
		("back_up", [doc.name], True),
		("verify", [doc.name], True),
	]


def test_without_a_destination_a_button_says_so():
	with pytest.raises(destinations.NoDestination):
		jobs.back_up()


@pytest.mark.parametrize(
	"kind, address",
	[
		("Local Disk", "backup"),
		("Local Disk", "/mnt/../etc"),
		("Remote Store", "sftp:-oProxyCommand=sh:/x"),
		("Remote Store", "rest:https://user:secret@store.example/"),
		("Remote Store", "/mnt/backup"),
		("Remote Store", "local:/x"),
	],
)
def test_an_unsafe_address_is_refused(place, kind, address):
	with pytest.raises(destinations.AddressInvalid):
		place(unused=True, kind=kind, repository=address)


def test_a_copy_is_not_kept_beside_the_original_nor_twice_in_one_place(place):
	with pytest.raises(destinations.AddressInvalid):
		place(unused=True, repository=frappe.utils.get_bench_path() + "/backups")
	first = place("1", unused=True)
	with pytest.raises(DestinationTaken):
		place("2", unused=True, repository=first.repository)


def test_remote_addresses_are_accepted(place):
	for number, address in enumerate(("sftp:backup@10.0.0.5:/srv/socaid", "s3:https://store.example/socaid")):
		place(str(number), unused=True, kind="Remote Store", repository=address)


# --- clocks ------------------------------------------------------------------------------------------------
@pytest.fixture
def asked(monkeypatch):
	"""What the clocks ask for, without doing it."""
	calls = []
	for name in ("back_up", "verify", "compare"):
		monkeypatch.setattr(
			operations, name, lambda names, *args, name=name: calls.append((name, list(names))) or []
		)
	monkeypatch.setattr(restore, "restore_test", lambda name: calls.append(("restore_test", [name])))
	return calls


def last_success(doc, **ago) -> None:
	moment = add_to_date(now_datetime(), **{unit: -number for unit, number in ago.items()})
	frappe.db.set_value(operations_log.DESTINATION, doc.name, "last_success", moment)


def test_the_nightly_job_takes_what_is_due_by_importance(place, asked):
	daily, weekly = place("1", unused=True), place("2", unused=True, frequency="Weekly")
	place("3", unused=True, enabled=0)
	for hours, due in ((None, [daily, weekly]), (1, []), (23, [daily]), (24 * 7, [daily, weekly])):
		if hours:
			last_success(daily, hours=hours)
			last_success(weekly, hours=hours)
		asked.clear()
		jobs.nightly()
		assert asked == ([("back_up", [doc.name for doc in due])] if due else [])


def test_without_destinations_the_clocks_do_nothing():
	assert jobs.nightly() == [] and jobs.weekly() == []


def test_the_weekly_job_verifies_and_restores_before_the_last_test_lapses(place, asked):
	first, second = place("1", unused=True), place("2", unused=True)
	names = [first.name, second.name]
	for doc in (first, second):
		last_success(doc, hours=1)
	jobs.weekly()
	assert asked == [("verify", names)]
	frappe.db.set_value(operations_log.DESTINATION, first.name, "creation", add_days(now_datetime(), -25))
	jobs.weekly()
	assert asked[1:] == [("verify", names), ("compare", names), ("restore_test", [first.name])]
	# the other one has its turn next
	with operations_log.entry(operations_log.TEST, first.name) as test:
		pass
	frappe.db.set_value(operations_log.TEST, test.name, "finished_on", add_days(now_datetime(), -24))
	asked.clear()
	jobs.weekly()
	assert asked[-1] == ("restore_test", [second.name])


def test_what_was_missed_is_brought_before_the_person_responsible(place):
	doc = place()

	def mine():
		return [(item.due_on, item.users) for item in jobs.due_items(getdate(today()))]

	assert mine() == []
	last_success(doc, hours=20)
	assert mine() == []
	last_success(doc, days=2)
	assert mine() == [(getdate(add_days(today(), -1)), ("Administrator",))]
	values = {"creation": add_days(now_datetime(), -31), "key_changed_on": add_days(now_datetime(), -181)}
	frappe.db.set_value(operations_log.DESTINATION, doc.name, values)
	assert len(mine()) == 3
