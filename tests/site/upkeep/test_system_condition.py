"""Is the system itself well: what readings mean, who hears of it, what a monitor and a helper from outside are given."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta

import frappe
import pytest

from socaid_app.upkeep import conditions, health, request_counts, support_file, system_page, system_problems
from socaid_app.upkeep import system_readings as readings
from socaid_app.upkeep.conditions import BROKEN, WARNING, Limits
from tests import builders

NOW = datetime(2026, 11, 27, 9, 0)
GIB = 1024**3
WELL = readings.Readings(
	taken_at=NOW,
	database=True,
	cache=True,
	scheduler_on=True,
	scheduler_idle=3,
	failed_jobs={},
	queues={"short": readings.Queue(2, 0.5, 1), "long": readings.Queue(0, 0, 1)},
	overdue={"用印": 4},
	broken_rules=0,
	backups={"本机": readings.Backup(6, False), "异地": readings.Backup(20, False)},
	disks={"files": readings.Disk(100 * GIB, 40 * GIB)},
	errors=3,
	unsent_mails=0,
	holidays_until=date(2027, 12, 31),
	clock_ahead=0.2,
)


def found(**changed) -> dict[str, str]:
	return {one.key: one.level for one in conditions.of(replace(WELL, **changed))}


def test_nothing_is_said_when_all_is_well():
	assert found() == {}


@pytest.mark.parametrize(
	("changed", "expected"),
	[
		({"database": False}, {"database": BROKEN}),
		({"cache": False}, {"cache": BROKEN}),
		({"scheduler_on": False, "scheduler_idle": 900}, {"scheduler-off": BROKEN}),
		({"scheduler_idle": 31}, {"scheduler-idle": BROKEN}),
		({"queues": {"long": readings.Queue(0, 0, 0)}}, {"workers-long": BROKEN}),
		({"queues": {"long": readings.Queue(900, 31, 1)}}, {"queue-long": WARNING}),
		# many jobs that are taken one after the other are no trouble
		({"queues": {"long": readings.Queue(900, 5, 1)}}, {}),
		({"failed_jobs": {"a.b.nightly": 2}}, {"job-a.b.nightly": WARNING}),
		({"backups": {}}, {"backup-none": WARNING}),
		({"backups": {"异地": readings.Backup(None, True)}}, {"backup-异地": BROKEN}),
		({"backups": {"异地": readings.Backup(70, True)}}, {"backup-异地": BROKEN}),
		({"disks": {"database": readings.Disk(100 * GIB, 9 * GIB)}}, {"disk-database": WARNING}),
		({"disks": {"database": readings.Disk(1000 * GIB, 20 * GIB)}}, {"disk-database": BROKEN}),
		({"disks": {"files": readings.Disk(8 * GIB, GIB // 2)}}, {"disk-files": BROKEN}),
		({"replica_lag": 61}, {"replica": WARNING}),
		({"space_share": 0.95}, {"space": WARNING}),
		({"space_share": 1.2}, {"space": BROKEN}),
		({"clock_ahead": -7.0}, {"clock": BROKEN}),
		({"errors": 201}, {"errors": WARNING}),
		({"unsent_mails": 21}, {"mails": WARNING}),
		({"broken_rules": 1}, {"due-rules": BROKEN}),
		({"holidays_until": date(2026, 12, 10)}, {"holidays": WARNING}),
		({"holidays_until": None}, {"holidays": WARNING}),
		({"queues": None, "silent": {"queues": "ConnectionError"}}, {"silent-queues": WARNING}),
		# what cannot be asked because the database is away is said once
		({"database": False, "errors": None, "silent": {"errors": "OperationalError"}}, {"database": BROKEN}),
	],
)
def test_what_is_wrong_has_a_name_and_a_level(changed, expected):
	assert found(**changed) == expected


def test_each_condition_says_in_chinese_what_to_do_and_the_worst_comes_first():
	bad = replace(WELL, errors=900, database=False, backups={"异地": readings.Backup(70, True)})
	said = conditions.of(bad)
	assert [one.level for one in said] == [BROKEN, BROKEN, WARNING]
	for one in said:
		assert re.search("[一-鿿]", one.says), one
		assert re.search("[一-鿿]", one.to_do), one
	assert "3天前" in next(one.says for one in said if one.key == "backup-异地")


def test_a_county_sets_its_own_limits_and_nonsense_is_passed_over():
	limits = Limits.of({"errors": 1000, "queue_oldest": "soon", "colour": 3, "replica_lag": True})
	assert limits == replace(Limits(), errors=1000)


def test_readings_of_this_site_come_without_a_part_that_is_silent():
	now = readings.take()
	assert now.silent == {}
	assert now.database and now.cache
	assert set(now.queues) >= {"short", "long"}
	assert now.disks and all(0 < disk.free <= disk.total for disk in now.disks.values())
	assert abs(now.clock_ahead) < 60


def test_a_part_that_does_not_answer_is_a_reading(monkeypatch):
	def away(now):
		raise ConnectionError("10.0.0.1 password=secret")

	monkeypatch.setitem(readings._ASKED, "queues", away)
	now = readings.take()
	assert now.queues is None and now.silent == {"queues": "ConnectionError"}


def test_failed_jobs_are_those_that_have_not_succeeded_since():
	kinds = frappe.get_all("Scheduled Job Type", limit=2, fields=["name", "method"], order_by="name")
	at = frappe.utils.now_datetime()

	def log(kind, status, minutes):
		entry = frappe.get_doc(
			{"doctype": "Scheduled Job Log", "scheduled_job_type": kind.name, "status": status}
		).insert(ignore_permissions=True)
		entry.db_set("creation", at - timedelta(minutes=minutes), update_modified=False)

	log(kinds[0], "Failed", 50)
	log(kinds[0], "Failed", 40)
	log(kinds[1], "Failed", 50)
	log(kinds[1], "Complete", 10)
	failed = readings.take().failed_jobs
	assert failed[kinds[0].method] == 2
	assert kinds[1].method not in failed


# --- the register and who is told -------------------------------------------------------------------------------
@pytest.fixture
def administrator(transaction):
	return builders.make_user("Socaid Administrator")


def told(user: str) -> int:
	return frappe.db.count("Notification Log", {"for_user": user, "document_type": system_problems.DOCTYPE})


def test_a_problem_is_told_once_again_after_a_day_and_when_it_grows_worse(administrator):
	slow = [conditions.Condition("queue-x", WARNING, "队列慢", "加进程")]
	worse = [replace(slow[0], level=BROKEN, says="队列停")]
	assert len(system_problems.enter(slow, NOW)) == 1
	assert told(administrator) == 1
	assert system_problems.enter(slow, NOW + timedelta(minutes=5)) == []
	assert len(system_problems.enter(worse, NOW + timedelta(minutes=10))) == 1
	assert system_problems.enter(worse, NOW + timedelta(hours=24)) == []
	assert len(system_problems.enter(worse, NOW + timedelta(hours=25))) == 1
	assert told(administrator) == 3
	# one row for the one thing that lasts
	row = frappe.get_last_doc(system_problems.DOCTYPE, {"problem": "queue-x"})
	assert (row.says, row.level, row.since) == ("队列停", BROKEN, NOW)
	assert frappe.db.count(system_problems.DOCTYPE, {"problem": "queue-x"}) == 1
	# gone, and back as another one
	system_problems.enter([], NOW + timedelta(hours=26))
	assert frappe.db.get_value(system_problems.DOCTYPE, row.name, "gone_at") == NOW + timedelta(hours=26)
	system_problems.enter(slow, NOW + timedelta(hours=27))
	assert frappe.db.count(system_problems.DOCTYPE, {"problem": "queue-x"}) == 2


def test_nobody_writes_a_problem_by_hand(administrator, as_user):
	system_problems.enter([conditions.Condition("queue-y", WARNING, "队列慢", "加进程")], NOW)
	name = frappe.db.get_value(system_problems.DOCTYPE, {"problem": "queue-y"})
	with as_user(administrator):
		doc = frappe.get_doc(system_problems.DOCTYPE, name)
		doc.says = "没事"
		with pytest.raises(frappe.PermissionError):
			doc.save()


# --- what leaves the system ---------------------------------------------------------------------------------------
def test_anybody_may_ask_whether_it_works_and_learns_nothing_else():
	answer = health.check()
	assert (answer.status_code, answer.get_data(as_text=True)) == (200, "ok\n")


def test_it_is_down_when_the_database_is(monkeypatch):
	def away(*args, **kwargs):
		raise frappe.db.OperationalError

	monkeypatch.setattr(frappe.local.db, "sql", away)
	answer = health.check()
	assert (answer.status_code, answer.get_data(as_text=True)) == (503, "down\n")


def test_numbers_are_for_the_account_of_the_monitor(client):
	monitor, clerk = (
		builders.make_user(health.MONITOR),
		builders.make_user("Township Officer", builders.TOWNSHIP_A),
	)
	path = "/api/method/socaid_app.upkeep.health.metrics"
	answer = client(monitor).get(path)
	assert answer.status_code == 200
	assert answer.mimetype == "text/plain"
	assert 'socaid_up{part="database"} 1.0' in answer.get_data(as_text=True)
	for other in (clerk, "Guest"):
		assert client(other).get(path).status_code == 403
	# and the account of the monitor opens nothing else
	for doctype in ("Recipient", "Recipient Household", "System Problem", "Error Log"):
		assert client(monitor).get(f"/api/resource/{doctype}").status_code == 403
	assert client("Guest").get("/api/method/socaid_app.upkeep.health.check").get_data(as_text=True) == "ok\n"


def test_numbers_are_read_by_prometheus(monkeypatch):
	from prometheus_client.parser import text_string_to_metric_families

	frappe.cache.delete_value(request_counts.KEY)
	for path, status, seconds in (
		("/api/method/frappe.desk.form.save.savedocs", 200, 0.2),
		("/api/method/frappe.desk.form.save.savedocs", 417, 0.05),
		("/app", 200, 20),
	):
		answered(monkeypatch, path, status, seconds)
	text = health.exposition(replace(WELL, database=False)).decode()
	families = {family.name: family for family in text_string_to_metric_families(text)}
	value = {
		(sample.name, *sorted(sample.labels.items())): sample.value
		for family in families.values()
		for sample in family.samples
	}
	assert value["socaid_up", ("part", "database")] == 0
	assert value["socaid_up", ("part", "cache")] == 1
	assert value["socaid_overdue_records", ("rule", "用印")] == 4
	assert value["socaid_backup_age_hours", ("destination", "异地")] == 20
	assert value["socaid_problems", ("level", "broken")] == 1
	assert value["socaid_requests_total", ("kind", "save"), ("status", "4xx")] == 1
	assert value["socaid_request_seconds_bucket", ("kind", "save"), ("le", "0.1")] == 1
	assert value["socaid_request_seconds_bucket", ("kind", "save"), ("le", "0.3")] == 2
	assert value["socaid_request_seconds_bucket", ("kind", "page"), ("le", "10.0")] == 0
	assert value["socaid_request_seconds_count", ("kind", "page")] == 1


def answered(monkeypatch, path, status, seconds):
	class Request:
		pass

	class Response:
		status_code = status

	Request.path = path
	frappe.local.socaid_began = 1.0
	monkeypatch.setattr(request_counts.time, "perf_counter", lambda: 1.0 + seconds)
	request_counts.end(Response, Request)


def test_a_cache_that_is_away_costs_the_count_and_not_the_answer(monkeypatch):
	def away(*args, **kwargs):
		raise ConnectionError

	monkeypatch.setattr(frappe.cache, "pipeline", away, raising=False)
	answered(monkeypatch, "/app", 200, 0.1)


def test_the_support_file_tells_of_errors_and_of_nobody():
	said = "张三 220422199001011234 欠费"
	try:
		frappe.get_doc("Recipient", said)
	except frappe.DoesNotExistError:
		frappe.log_error(title=said)
	file = zipfile.ZipFile(io.BytesIO(support_file.build()))
	everything = {name: file.read(name).decode() for name in file.namelist()}
	assert set(everything) >= {"versions.json", "readings.json", "errors.csv", "tables.csv", "jobs.csv"}
	assert "DoesNotExistError" in everything["errors.csv"]
	assert "get_doc" in everything["errors.csv"]
	whole = "\n".join(everything.values())
	assert "张三" not in whole and "220422199001011234" not in whole
	conf = frappe.get_site_config()
	for secret in (conf.db_password, conf.encryption_key):
		assert not secret or secret not in whole


@pytest.mark.parametrize("answer", [system_page.show, support_file.download])
def test_only_who_runs_the_system_looks_at_it(answer, as_user, administrator):
	with as_user(administrator):
		answer()
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	with as_user(clerk), pytest.raises(frappe.PermissionError):
		answer()


def test_a_county_on_holiday_keeps_its_scheduler_awake():
	"""Frappe slows the jobs of a site where nobody logged in for four days to one round a day."""
	assert int(frappe.db.get_single_value("System Settings", "dormant_days")) > 365
