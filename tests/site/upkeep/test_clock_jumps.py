"""The clock of the machine jumps ahead or back: no scheduled job works by a wrong day, and all go on by themselves."""

import time
from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from socaid_app.overrides import scheduled_jobs
from socaid_app.upkeep import system_page, system_problems, system_readings
from tests import builders

NIGHTLY = "socaid_app.socaid_app.entitlements.end_expired"
WATCH = "socaid_app.upkeep.system_problems.watch"
DAY = 86400


@pytest.fixture
def machine(transaction, monkeypatch):
	"""`machine(clock=…, running=…)`: seconds by which the clock, and the time since the start, have moved on."""
	began, started = time.time(), time.clock_gettime(time.CLOCK_BOOTTIME)

	def move(clock=0, running=0, boot="one"):
		monkeypatch.setattr(scheduled_jobs, "_clock", lambda: began + clock)
		monkeypatch.setattr(scheduled_jobs, "_running", lambda: started + running)
		monkeypatch.setattr(scheduled_jobs, "_boot", lambda: boot)

	scheduled_jobs._note().unlink(missing_ok=True)
	move()
	yield move
	scheduled_jobs._note().unlink(missing_ok=True)


def is_due(method, last=None):
	values = frappe.db.get_value("Scheduled Job Type", {"method": method}, "*", as_dict=True)
	values.last_execution = last or add_to_date(now_datetime(), days=-2)
	job = frappe.get_doc({"doctype": "Scheduled Job Type", **values})
	assert isinstance(job, scheduled_jobs.ScheduledJob)
	return job.is_event_due()


@pytest.mark.parametrize("jump", [40 * DAY, -40 * DAY, 2 * 3600])
def test_while_the_clock_is_wrong_nothing_is_due_and_then_everything_goes_on(machine, jump):
	assert is_due(NIGHTLY)
	machine(clock=60 + jump, running=60)
	assert not is_due(NIGHTLY) and is_due(WATCH)
	machine(clock=120 + jump, running=120)
	assert not is_due(NIGHTLY)
	# set right again, by nobody of ours
	machine(clock=600, running=600)
	assert is_due(NIGHTLY)


def test_time_that_passes_and_small_corrections_are_no_jump(machine):
	for hour in range(1, 72):
		machine(clock=hour * 3600 + hour * 2, running=hour * 3600)
		assert is_due(NIGHTLY)
	# switched off for a month
	machine(clock=30 * DAY, running=10, boot="two")
	assert is_due(NIGHTLY)


def test_after_a_restart_a_clock_that_has_gone_back_is_known(machine):
	assert is_due(NIGHTLY)
	machine(clock=-9000 * DAY, running=30, boot="two")
	assert not is_due(NIGHTLY)
	machine(clock=90, running=90, boot="two")
	assert is_due(NIGHTLY)


def test_a_job_that_ran_at_a_wrong_day_does_not_wait_for_that_day(machine):
	ahead = add_to_date(now_datetime(), days=40)
	assert is_due(NIGHTLY, last=ahead)
	# the worker's clock may be a little ahead of the scheduler's
	assert not is_due(NIGHTLY, last=add_to_date(now_datetime(), minutes=5))


def test_who_runs_the_system_reads_of_it_and_may_say_that_the_clock_is_right(machine):
	assert not scheduled_jobs.keep_time()
	assert system_readings.take().clock_jumped == 0
	machine(clock=60 + 10 * DAY, running=60)
	said = {one["key"]: one for one in system_page.show()["conditions"]}["clock-jumped"]
	assert "240" in said["says"] and "时间没有错" in said["to_do"]
	frappe.set_user(builders.make_user("Township Officer", builders.TOWNSHIP_A))
	with pytest.raises(frappe.PermissionError):
		system_page.trust_clock()
	frappe.set_user(builders.make_user(system_problems.ROLES[0]))
	system_page.trust_clock()
	assert system_readings.take().clock_jumped == 0 and is_due(NIGHTLY)
	# and from then on this is the time
	machine(clock=60, running=120)
	assert not is_due(NIGHTLY)
	assert scheduled_jobs.jumped_by() < -timedelta(days=9)


def test_a_note_that_cannot_be_read_is_no_note(machine):
	scheduled_jobs._note().write_text("{")
	assert is_due(NIGHTLY) and not scheduled_jobs.jumped_by()
