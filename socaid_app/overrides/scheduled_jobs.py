"""Scheduled jobs and a clock that jumps.

At a clock that is weeks ahead the nightly jobs would end support, take notices down and erase what is to be kept; and
when it has been put right, Frappe waits with every job until the day that was wrong. So the time is noted beside the
seconds since the machine was started, which nobody sets: while the two disagree no job is due, and once they agree
again, a job whose last run lies in the future is. After a restart only a clock that has gone back can be known.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path

import frappe
from frappe.core.doctype.scheduled_job_type.scheduled_job_type import ScheduledJobType
from frappe.utils import get_datetime, now_datetime

# Summer time and zones do not count here; a time server corrects less at once.
TOLERATED = timedelta(hours=1)
NOTED_SECONDS = 30
BOOT = Path("/proc/sys/kernel/random/boot_id")


class ScheduledJob(ScheduledJobType):
	def is_event_due(self, current_time=None) -> bool:
		if keep_time() and self.method not in frappe.get_hooks("socaid_jobs_at_any_time"):
			return False
		now = current_time or now_datetime()
		if self.last_execution and get_datetime(self.last_execution) > now + TOLERATED:
			return True
		return super().is_event_due(current_time)


def keep_time() -> timedelta:
	"""By how much the clock jumped, and has not come back; nothing when it can be believed, which is noted."""
	off, noted = jumped_by(), _noted()
	# every job asks, every minute
	if not off and (not noted or noted[0] != _boot() or _running() - noted[2] > NOTED_SECONDS):
		trust_clock()
	return off


def jumped_by() -> timedelta:
	"""The same, without a note."""
	noted = _noted()
	if not noted:
		return timedelta()
	boot, clock, running = noted
	off = timedelta(seconds=_clock() - clock)
	if boot == _boot():
		off -= timedelta(seconds=_running() - running)
		return off if abs(off) > TOLERATED else timedelta()
	return off if off < -TOLERATED else timedelta()


def trust_clock() -> None:
	"""Note that the clock is right now."""
	note = _note()
	new = note.with_suffix(f".{frappe.generate_hash(length=8)}")
	new.write_text(json.dumps({"boot": _boot(), "clock": _clock(), "running": _running()}))
	new.replace(note)


def _noted() -> tuple[str, float, float] | None:
	"""(start of the machine, clock, seconds since then) as noted last."""
	try:
		noted = json.loads(_note().read_text())
		return noted["boot"], float(noted["clock"]), float(noted["running"])
	except (OSError, ValueError, KeyError, TypeError):
		return None


def _note() -> Path:
	return Path(frappe.get_site_path("clock.json"))


def _clock() -> float:
	return time.time()


def _running() -> float:
	"""Seconds since the machine was started, those asleep too."""
	return time.clock_gettime(time.CLOCK_BOOTTIME)


def _boot() -> str:
	return BOOT.read_text().strip()
