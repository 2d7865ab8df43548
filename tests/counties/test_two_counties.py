"""One county's crowd of jobs keeps nobody else waiting; nothing of one county is seen, used or needed by another."""

import json
import os
import shutil
import statistics
import subprocess
from pathlib import Path

import frappe
import pymysql
import pytest
from frappe.utils.password import encrypt

from socaid_app.upkeep import system_readings
from tests.counties.conftest import A, B, at, bench, done

FLOOD = 10_000
# Commits nothing and asks the database, as most jobs do.
JOB = {"method": "frappe.client.get_count", "doctype": "User"}
# of what a job takes alone, and seconds for the turns of the processor: on two cores both counties share them
TIMES, SECONDS = 5, 2


def config(site) -> dict:
	return json.loads(Path(site, "site_config.json").read_text())


def put(site, number=1, **job):
	with at(site):
		return [frappe.enqueue(**(JOB | job)) for _each in range(number)]


def waiting(site) -> system_readings.Queue:
	with at(site):
		return system_readings.take().queues["default"]


def one_after_the_other(site, number=5) -> list[float]:
	return [done(put(site)[0], 60) for _each in range(number)]


def test_ten_thousand_jobs_of_one_county_keep_no_other_waiting(workers):
	workers(A, B)
	one_after_the_other(B, 2)
	alone = one_after_the_other(B)
	put(A, FLOOD)
	beside = one_after_the_other(B)
	print(f"\nalone {statistics.median(alone):.2f} s, beside {FLOOD} jobs {statistics.median(beside):.2f} s")
	assert None not in beside
	assert statistics.median(beside) < TIMES * statistics.median(alone) + SECONDS
	crowd, quiet = waiting(A), waiting(B)
	# each sees its own queue and its own worker, and how old it is
	assert crowd.waiting > FLOOD // 2 and crowd.workers == 1
	assert (quiet.waiting, quiet.oldest, quiet.workers) == (0, 0.0, 1)
	with at(B):
		assert not frappe.get_all("RQ Job", filters={"status": "queued"})


def test_without_queues_of_their_own_they_would_wait(workers):
	"""The same with the bench's one queue, as Frappe has it: what the test above would say if it were so."""
	kept = {site: config(site) for site in (A, B)}
	try:
		for site, values in kept.items():
			Path(site, "site_config.json").write_text(
				json.dumps({key: value for key, value in values.items() if key != "bench_id"})
			)
		put(A, FLOOD)
		last = put(B)[0]
		workers(A, B)
		assert done(last, 10) is None
	finally:
		for site, values in kept.items():
			Path(site, "site_config.json").write_text(json.dumps(values, indent=1))


def test_what_was_queued_before_a_county_had_its_own_is_still_done(workers):
	own = config(A)
	try:
		values = {key: value for key, value in own.items() if key != "bench_id"}
		Path(A, "site_config.json").write_text(json.dumps(values))
		job = put(A)[0]
	finally:
		Path(A, "site_config.json").write_text(json.dumps(own, indent=1))
	workers(A)
	assert done(job, 60) is not None


def test_a_job_that_fails_is_seen_by_its_county_alone(workers):
	workers(A, B)
	job = put(A, method="frappe.client.get_value", doctype="Nothing", fieldname="x")[0]
	assert done(job, 60) is not None and job.get_status() == "failed"
	for site, number in ((A, 1), (B, 0)):
		with at(site):
			failed = frappe.get_all("RQ Job", filters={"status": "failed", "queue": "default"})
			assert len([one for one in failed if one.name == job.id]) == number
	with at(B), pytest.raises(frappe.PermissionError):
		frappe.get_doc("RQ Job", job.id)


def test_each_county_has_secrets_of_its_own():
	for site in (A, B):
		with at(site):
			encrypt("x")  # Frappe makes the key when it is first needed
	a, b = config(A), config(B)
	for secret in ("encryption_key", "db_password", "db_name", "bench_id"):
		assert a[secret] and b[secret] and a[secret] != b[secret], secret


def test_a_countys_database_account_opens_no_other_database():
	a, b = config(A), config(B)
	socket = (
		frappe.get_site_config(site_path=A).db_socket
		or os.environ.get("FRAPPE_DB_SOCKET")
		or "/run/mysqld/mysqld.sock"
	)
	connection = pymysql.connect(unix_socket=socket, user=a["db_name"], password=a["db_password"])
	with connection.cursor() as cursor:
		with pytest.raises(pymysql.err.OperationalError, match="denied"):
			cursor.execute(f"select 1 from `{b['db_name']}`.tabUser")
		cursor.execute("show databases")
		assert b["db_name"] not in {name for (name,) in cursor.fetchall()}


def test_cached_values_and_sessions_are_of_one_county():
	with at(A):
		frappe.cache.set_value("socaid_of_a", "A")
		assert frappe.cache.get_value("socaid_of_a") == "A"
	with at(B):
		assert frappe.cache.get_value("socaid_of_a") is None


@pytest.mark.skipif(not shutil.which("restic"), reason="restic is not installed")
def test_the_backup_of_one_county_holds_it_alone():
	"""What is in it, and that nothing of the other opens it; scripts/test_counties.sh then restores it without the other."""
	store = os.environ["BACKUP_OF_A"]
	with at(A):
		frappe.get_doc(
			{
				"doctype": "Backup Destination",
				"destination_name": store,
				"kind": "Local Disk",
				"repository": store,
				"frequency": "Daily",
				"enabled": 1,
				"keep_days": 30,
				"responsible": "Administrator",
				"access_rights": "—",
			}
		).insert()
		frappe.db.commit()
	assert bench(A, "socaid-backup", "--destination", store).wait(timeout=300) == 0
	keys = list((Path.cwd().parent / "backup-keys" / A).glob("*.key"))
	assert len(keys) == 1 and not (Path.cwd().parent / "backup-keys" / B).exists()
	listed = subprocess.run(
		["restic", "-r", store, "--password-file", keys[0], "ls", "latest"],
		capture_output=True,
		text=True,
		check=True,
	).stdout
	assert "database.sql" in listed and B not in listed and config(B)["db_name"] not in listed
