"""What readings mean: what is wrong, how bad it is, and what to do about it, in words. Reads nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from frappe import _

from socaid_app.upkeep.system_readings import Readings

# People cannot work or something will be lost; something has to be seen to.
BROKEN, WARNING = "Broken", "Needs Attention"
GIB = 1024**3


@dataclass(frozen=True)
class Limits:
	"""From when on it is a condition; a county's own stand in its site configuration, ``socaid_upkeep_limits``."""

	# minutes
	scheduler_idle: float = 30
	queue_oldest: float = 30
	# free space: below either of a pair, share of the disk and bytes
	disk_broken_share: float = 0.03
	disk_warning_share: float = 0.10
	disk_broken_gib: float = 1
	disk_warning_gib: float = 5
	# seconds
	replica_lag: int = 60
	clock_ahead: float = 5
	# in a day
	errors: int = 200
	unsent_mails: int = 20
	# days before the end of the last announced year from which the next one is asked for
	holidays_ahead: int = 20

	@classmethod
	def of(cls, own: dict | None) -> Limits:
		"""``own``: name → number; what is no limit or no number is passed over."""
		known = cls.__dataclass_fields__
		return replace(
			cls(),
			**{
				name: value
				for name, value in (own or {}).items()
				if name in known and isinstance(value, int | float) and not isinstance(value, bool)
			},
		)


@dataclass(frozen=True)
class Condition:
	"""``key``: by which it is the same one tomorrow."""

	key: str
	level: str
	says: str
	to_do: str


def of(readings: Readings, limits: Limits | None = None) -> list[Condition]:
	"""What is wrong, the worst first; nothing, when all is well."""
	found = list(_conditions(readings, limits or Limits()))
	return sorted(found, key=lambda one: one.level != BROKEN)


def _conditions(now: Readings, limits: Limits) -> Iterator[Condition]:
	yield from _services(now)
	yield from _jobs(now, limits)
	yield from _backups(now)
	yield from _disks(now, limits)
	yield from _rest(now, limits)


def _services(now: Readings) -> Iterator[Condition]:
	if now.database is False:
		yield Condition(
			"database",
			BROKEN,
			_("The database does not answer; nobody can work."),
			_(
				"Look whether MariaDB runs (systemctl status mariadb) and whether its disk is full; then start it."
			),
		)
	if now.cache is False:
		yield Condition(
			"cache",
			BROKEN,
			_("The cache (Redis) does not answer; logins fail and everything is slow."),
			_("Look whether the Redis of the bench runs, and start it."),
		)
	# what cannot be asked because the database is away is said once
	for name, error in now.silent.items():
		if now.database and name not in ("database", "cache"):
			says = (
				_("The replica of the database does not answer or has stopped following.")
				if name == "replica_lag"
				else _("A reading could not be taken: {0} ({1}).").format(name, error)
			)
			yield Condition(
				f"silent-{name}",
				WARNING,
				says,
				_("Look into the error log; the support file helps whoever looks."),
			)


def _jobs(now: Readings, limits: Limits) -> Iterator[Condition]:
	start = _("Start the scheduler and the workers (make run, or the services of the server).")
	if now.scheduler_on is False:
		yield Condition(
			"scheduler-off",
			BROKEN,
			_("Scheduled jobs are switched off: no reminders, no deadlines, no backups."),
			_("Switch them on: bench --site SITE enable-scheduler; end maintenance mode if it is on."),
		)
	elif now.scheduler_idle is not None and now.scheduler_idle > limits.scheduler_idle:
		yield Condition(
			"scheduler-idle",
			BROKEN,
			_("No scheduled job has been started for {0}.").format(_duration(now.scheduler_idle)),
			start,
		)
	for name, queue in (now.queues or {}).items():
		if not queue.workers:
			yield Condition(
				f"workers-{name}",
				BROKEN,
				_("No worker takes the jobs of the queue {0}.").format(name),
				start,
			)
		elif queue.oldest > limits.queue_oldest:
			yield Condition(
				f"queue-{name}",
				WARNING,
				_("{0} jobs wait in the queue {1}, the first for {2}.").format(
					queue.waiting, name, _duration(queue.oldest)
				),
				_("A long import or payment list may be running; if this goes on, start more workers."),
			)
	for method, times in sorted((now.failed_jobs or {}).items()):
		yield Condition(
			f"job-{method}",
			WARNING,
			_("The scheduled job {0} failed {1} times in a day and has not succeeded since.").format(
				method, times
			),
			_("Read why in the error log, mend it, and run the job once more from Scheduled Job Type."),
		)


def _backups(now: Readings) -> Iterator[Condition]:
	if now.backups is None:
		return
	if not now.backups:
		yield Condition(
			"backup-none",
			WARNING,
			_("No backup destination is set up."),
			_("Set up at least two backup destinations, one of them outside this building."),
		)
	for name, backup in now.backups.items():
		if backup.missed:
			yield Condition(
				f"backup-{name}",
				BROKEN,
				_("The backup to {0} is late; the last one was made {1} ago.").format(
					name, _duration(backup.hours * 60)
				)
				if backup.hours is not None
				else _("No backup has ever reached {0}.").format(name),
				_("Look at the newest Backup Run: it says what failed. Then make the backup once more."),
			)


def _disks(now: Readings, limits: Limits) -> Iterator[Condition]:
	names = {"files": _("files"), "database": _("database")}
	for name, disk in (now.disks or {}).items():
		gib = disk.free / GIB
		if disk.free_share < limits.disk_broken_share or gib < limits.disk_broken_gib:
			level = BROKEN
		elif disk.free_share < limits.disk_warning_share or gib < limits.disk_warning_gib:
			level = WARNING
		else:
			continue
		yield Condition(
			f"disk-{name}",
			level,
			_("The disk of the {0} has {1} GB left ({2} %).").format(
				names.get(name, name), round(gib, 1), round(disk.free_share * 100)
			),
			_("Make room: old backups on this machine, old logs. A full disk stops the database."),
		)

	if now.space_share is not None and now.space_share >= 0.9:
		yield Condition(
			"space",
			BROKEN if now.space_share >= 1 else WARNING,
			_("This site has used {0} % of the space it may take.").format(round(now.space_share * 100)),
			_("Ask for more space (socaid_space_gib in its configuration); beyond it no file is stored."),
		)


def _rest(now: Readings, limits: Limits) -> Iterator[Condition]:
	look = _("Look into the error log; the support file helps whoever looks.")
	if now.broken_rules:
		yield Condition(
			"due-rules",
			BROKEN,
			_("{0} due rules cannot be read: their deadlines remind nobody.").format(now.broken_rules),
			_("Correct them in the list of Due Rules, or switch them off."),
		)
	if now.replica_lag is not None and now.replica_lag > limits.replica_lag:
		yield Condition(
			"replica",
			WARNING,
			_("The replica is {0} seconds behind; reports show older numbers.").format(now.replica_lag),
			_("Look at the load and the network of the replica."),
		)
	if now.clock_ahead is not None and abs(now.clock_ahead) > limits.clock_ahead:
		yield Condition(
			"clock",
			BROKEN,
			_(
				"The clocks of database and application differ by {0} seconds; deadlines would be wrong."
			).format(abs(now.clock_ahead)),
			_("Let both machines take their time from the same time server."),
		)
	if now.clock_jumped:
		yield Condition(
			"clock-jumped",
			BROKEN,
			_(
				"The clock of the server jumped by {0} hours. No scheduled job is started until it is right."
			).format(now.clock_jumped),
			_("Set the clock by a time server. If it is right as it is, say so with “The Clock Is Right”."),
		)
	if now.errors is not None and now.errors > limits.errors:
		yield Condition("errors", WARNING, _("{0} errors were logged in a day.").format(now.errors), look)
	if now.unsent_mails is not None and now.unsent_mails > limits.unsent_mails:
		yield Condition(
			"mails",
			WARNING,
			_("{0} e-mails could not be sent.").format(now.unsent_mails),
			_("Look at the Email Queue and at the settings of the outgoing Email Account."),
		)
	if now.database and "holidays_until" not in now.silent:
		yield from _holidays(now.holidays_until, now.taken_at.date(), limits)


def _holidays(until: date | None, on: date, limits: Limits) -> Iterator[Condition]:
	if until is None or (until - on).days < limits.holidays_ahead:
		yield Condition(
			"holidays",
			WARNING,
			_("The holidays of the coming year are not loaded: its deadlines are provisional."),
			_("Once the State Council has announced them, load them in the Holiday Calendar of that year."),
		)


def _duration(minutes: float) -> str:
	if minutes < 120:
		return _("{0} minutes").format(round(minutes))
	if minutes < 2 * 24 * 60:
		return _("{0} hours").format(round(minutes / 60))
	return _("{0} days").format(round(minutes / 60 / 24))
