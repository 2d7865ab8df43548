"""How the system is, in numbers, taken now. Nothing here names a person; a part that does not answer is a reading too."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import frappe
from frappe.query_builder.functions import Count, Max
from frappe.utils import add_to_date, cint, get_datetime, now_datetime
from frappe.utils.background_jobs import get_queue, get_queue_list, get_workers
from frappe.utils.scheduler import get_scheduler_status

from socaid_app.assistance_archives.backups import destinations
from socaid_app.casework import clocks, due_rules
from socaid_app.overrides import scheduled_jobs
from socaid_app.permissions import files


@dataclass(frozen=True)
class Queue:
	"""``oldest``: for how many minutes its first job has been waiting."""

	waiting: int = 0
	oldest: float = 0.0
	workers: int = 0


@dataclass(frozen=True)
class Backup:
	"""``hours``: since the last one that succeeded, None if there was none. ``missed``: it should have been made."""

	hours: float | None
	missed: bool


@dataclass(frozen=True)
class Disk:
	total: int
	free: int

	@property
	def free_share(self) -> float:
		return self.free / self.total if self.total else 1.0


@dataclass(frozen=True)
class Readings:
	"""None, where a part could not be asked; ``silent`` says which, with the kind of its error."""

	taken_at: datetime
	silent: dict[str, str] = field(default_factory=dict)
	database: bool | None = None
	cache: bool | None = None
	scheduler_on: bool | None = None
	# minutes since the scheduler last started anything
	scheduler_idle: float | None = None
	failed_jobs: dict[str, int] | None = None
	queues: dict[str, Queue] | None = None
	overdue: dict[str, int] | None = None
	broken_rules: int | None = None
	backups: dict[str, Backup] | None = None
	disks: dict[str, Disk] | None = None
	# of what this site may take, the share taken; None without a limit
	space_share: float | None = None
	replica_lag: int | None = None
	errors: int | None = None
	unsent_mails: int | None = None
	# the last day whose holidays are announced
	holidays_until: date | None = None
	# seconds by which the clock of the database is ahead of this machine's
	clock_ahead: float | None = None
	# hours by which the clock of the scheduled jobs jumped and has not come back; 0 when it is believed
	clock_jumped: float | None = None


def take(on: datetime | None = None, leave_out: Collection[str] = ()) -> Readings:
	"""All readings but those left out. Never raises: one that fails is named in ``silent``."""
	now = on or now_datetime()
	values: dict[str, Any] = {"taken_at": now}
	silent: dict[str, str] = {}
	for name, ask in _ASKED.items():
		if name in leave_out:
			continue
		try:
			values[name] = ask(now)
		except Exception as error:
			silent[name] = type(error).__name__
			values[name] = False if name in ("database", "cache") else None
	return Readings(silent=silent, **values)


# --- one by one --------------------------------------------------------------------------------------------------
def people_can_work() -> bool:
	"""Database and cache answer."""
	try:
		return _database() and _cache()
	except Exception:
		return False


def _database(now: datetime | None = None) -> bool:
	return frappe.db.sql("SELECT 1")[0][0] == 1


def _cache(now: datetime | None = None) -> bool:
	# Frappe's cache swallows a lost connection
	return bool(frappe.cache.ping())


def _scheduler_on(now: datetime) -> bool:
	return get_scheduler_status()["status"] == "active"


def _scheduler_idle(now: datetime) -> float | None:
	last = frappe.db.get_value("Scheduled Job Type", {}, "last_execution", order_by="last_execution desc")
	return _minutes(last, now) if last else None


def _failed_jobs(now: datetime) -> dict[str, int]:
	"""Scheduled jobs that failed within a day, and did not succeed since: method → how often."""
	log, kind = frappe.qb.DocType("Scheduled Job Log"), frappe.qb.DocType("Scheduled Job Type")
	rows = (
		frappe.qb.from_(log)
		.join(kind)
		.on(kind.name == log.scheduled_job_type)
		.select(kind.method, log.status, Count("*"), Max(log.creation))
		.where(log.creation > add_to_date(now, days=-1))
		.groupby(kind.method, log.status)
	).run()
	good = {method: last for method, status, _, last in rows if status == "Complete"}
	return {
		method: times
		for method, status, times, last in rows
		if status == "Failed" and not (method in good and good[method] > last)
	}


def _queues(now: datetime) -> dict[str, Queue]:
	found = {}
	workers = get_workers()
	for name in get_queue_list():
		queue = get_queue(name)
		first = next(iter(queue.get_jobs(0, 1)), None)
		# rq counts in UTC
		waiting_since = frappe.utils.convert_utc_to_system_timezone(first.enqueued_at) if first else None
		found[name] = Queue(
			waiting=queue.count,
			oldest=_minutes(waiting_since.replace(tzinfo=None), now_datetime()) if waiting_since else 0.0,
			workers=sum(queue.name in worker.queue_names() for worker in workers),
		)
	return found


def _overdue(now: datetime) -> dict[str, int]:
	"""Label of a Due Rule → how many records it has overdue; rules on the rows of a table are left out."""
	past = [str(due_rules.FIRST_DAY), str(add_to_date(now, days=-1).date())]
	found = {}
	for rule in due_rules.enabled():
		open_filters = rule.open_filters()
		if not rule.table_field and all(kind == rule.doctype for kind, *_test in open_filters):
			late = [rule.doctype, rule.column, "between", past]
			found[rule.label] = frappe.db.count(rule.doctype, [*open_filters, late])
	return found


def _broken_rules(now: datetime) -> int:
	return len(clocks.broken())


def _backups(now: datetime) -> dict[str, Backup]:
	rows = frappe.get_all(
		"Backup Destination",
		filters={"enabled": 1},
		fields=["name", "creation", "frequency", "last_success"],
		order_by="name",
	)
	return {
		row.name: Backup(
			hours=_minutes(row.last_success, now) / 60 if row.last_success else None,
			missed=bool(destinations.missed_since(row, now)),
		)
		for row in rows
	}


def _disks(now: datetime) -> dict[str, Disk]:
	"""Where files and, on this machine, the database lie; each file system once."""
	places = {"files": Path(frappe.get_site_path()).resolve()}
	if frappe.conf.db_host in (None, "", "localhost", "127.0.0.1"):
		places["database"] = Path(frappe.db.sql("SELECT @@datadir")[0][0])
	found, seen = {}, set()
	for name, path in places.items():
		# a directory that only the database may enter lies on the file system of what is above it
		while not path.exists() and path != path.parent:
			path = path.parent
		device = path.stat().st_dev
		if device not in seen:
			seen.add(device)
			usage = shutil.disk_usage(path)
			found[name] = Disk(usage.total, usage.free)
	return found


def _space_share(now: datetime) -> float | None:
	allowed = files.space_allowed()
	return files.space_used() / allowed if allowed else None


def _replica_lag(now: datetime) -> int | None:
	"""Seconds, None without a replica; raises where its replication stands still."""
	if not frappe.conf.read_from_replica or not frappe.conf.replica_host:
		return None
	if not frappe.connect_replica():
		raise ConnectionError
	try:
		rows = frappe.db.sql("SHOW REPLICA STATUS", as_dict=True)
		if not rows or rows[0].Seconds_Behind_Master is None:
			raise ConnectionError
		return cint(rows[0].Seconds_Behind_Master)
	finally:
		frappe.local.db = frappe.local.primary_db


def _errors(now: datetime) -> int:
	return frappe.db.count("Error Log", {"creation": [">", add_to_date(now, days=-1)]})


def _unsent_mails(now: datetime) -> int:
	"""E-mails that failed, or wait for longer than an hour."""
	queue = frappe.qb.DocType("Email Queue")
	waiting = queue.status.isin(["Not Sent", "Sending"]) & (queue.creation < add_to_date(now, hours=-1))
	failed = (queue.status == "Error") & (queue.creation > add_to_date(now, days=-7))
	return frappe.qb.from_(queue).select(Count("*")).where(waiting | failed).run()[0][0]


def _holidays_until(now: datetime) -> date | None:
	years = frappe.get_all("Holiday Calendar", filters={"announced": 1}, pluck="year")
	return date(max(cint(year) for year in years), 12, 31) if years else None


def _clock_ahead(now: datetime) -> float:
	there = frappe.db.sql("SELECT UNIX_TIMESTAMP(NOW(3))")[0][0]
	return round(float(there) - datetime.now().timestamp(), 1)  # noqa: DTZ005 -- the machine's own clock is meant


def _clock_jumped(now: datetime) -> float:
	return round(scheduled_jobs.jumped_by().total_seconds() / 3600, 1)


def _minutes(since: datetime | str, now: datetime) -> float:
	return round((now - get_datetime(since)).total_seconds() / 60, 1)


_ASKED: dict[str, Callable[[datetime], Any]] = {
	"database": _database,
	"cache": _cache,
	"scheduler_on": _scheduler_on,
	"scheduler_idle": _scheduler_idle,
	"failed_jobs": _failed_jobs,
	"queues": _queues,
	"overdue": _overdue,
	"broken_rules": _broken_rules,
	"backups": _backups,
	"disks": _disks,
	"space_share": _space_share,
	"replica_lag": _replica_lag,
	"errors": _errors,
	"unsent_mails": _unsent_mails,
	"holidays_until": _holidays_until,
	"clock_ahead": _clock_ahead,
	"clock_jumped": _clock_jumped,
}
