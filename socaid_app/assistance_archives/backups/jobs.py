"""Who starts the operations: buttons, the scheduler, and what reminders ask for.

All of them take long, hence buttons only queue them; at most one of each kind waits for a destination.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime

import frappe
from frappe import _
from frappe.utils import add_days, cint, getdate, now_datetime, today
from frappe.utils.background_jobs import get_queues_timeout

from socaid_app.assistance_archives.backups import destinations, operations, restore
from socaid_app.assistance_archives.backups.operations_log import DESTINATION, SUCCEEDED, TEST
from socaid_app.casework.clocks import Due
from socaid_app.socaid_app import rules

ROLE = "Socaid Administrator"
SECONDS = 12 * 3600
OWN_QUEUE = "backup"
OPERATIONS = {
	"back_up": operations.back_up,
	"verify": operations.verify,
	"compare": operations.compare,
	"rotate_key": operations.rotate_key,
	"restore_test": lambda names, progress: [restore.restore_test(name, progress) for name in names],
}
# In so many weeks everything stored has been read back once.
WEEKS_TO_READ_ALL = 5


# --- buttons -----------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def back_up(destination: str | None = None) -> None:
	"""Back up to one destination, or to every enabled one."""
	request("back_up", destination)


@frappe.whitelist(methods=["POST"])
def verify(destination: str | None = None) -> None:
	"""Media check, reading all data back."""
	request("verify", destination)


@frappe.whitelist(methods=["POST"])
def compare(destination: str | None = None) -> None:
	request("compare", destination)


@frappe.whitelist(methods=["POST"])
def rotate_key(destination: str | None = None) -> None:
	request("rotate_key", destination)


@frappe.whitelist(methods=["POST"])
def restore_test(destination: str) -> None:
	"""Raises NoDatabaseAdmin at once rather than in the job."""
	frappe.only_for(ROLE)
	restore.database_admin()
	request("restore_test", destination)


def request(operation: str, destination: str | None) -> None:
	frappe.only_for(ROLE)
	names = [frappe.get_doc(DESTINATION, destination).name] if destination else destinations.enabled()
	enqueue(operation, names)


def enqueue(operation: str, names: list[str]) -> None:
	# destinations may be named in any script, the id of a job may not
	digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
	frappe.enqueue(
		"socaid_app.assistance_archives.backups.jobs.run",
		queue=queue(),
		timeout=SECONDS,
		job_id=f"socaid-{operation}-{digest}",
		deduplicate=True,
		enqueue_after_commit=True,
		operation=operation,
		names=names,
	)


def queue() -> str:
	"""A queue of their own where the bench has one (deploy/): a backup of hours must not hold up imports and lists."""
	return OWN_QUEUE if OWN_QUEUE in get_queues_timeout() else "long"


def run(operation: str, names: list[str]) -> list[str]:
	"""The job: the operation on these destinations, showing its progress to whoever asked for it."""

	def progress(percent: float, description: str) -> None:
		frappe.publish_progress(
			percent, title=_("Backups"), description=description, doctype=DESTINATION, docname=names[0]
		)

	return OPERATIONS[operation](names, progress=progress)


# --- clocks ------------------------------------------------------------------------------------------------
def begin_nightly() -> None:
	_begin("nightly")


def begin_weekly() -> None:
	_begin("weekly")


def _begin(when: str) -> None:
	"""What the scheduler calls: it begins its own jobs in the long queue."""
	frappe.enqueue(
		f"socaid_app.assistance_archives.backups.jobs.{when}",
		queue=queue(),
		timeout=SECONDS,
		job_id=f"socaid-backups-{when}",
		deduplicate=True,
	)


def nightly() -> list[str]:
	"""Daily job: back up to the destinations that are due; does nothing where none is enabled."""
	names = destinations.due(now_datetime())
	return operations.back_up(names) if names else []


def weekly() -> list[str]:
	"""Weekly job: read back a part of every copy; compare the copies and test the restore where the last test
	would otherwise lapse before next week."""
	used = _in_use()
	if not used:
		return []
	names = [row.name for row in used]
	week = getdate(today()).isocalendar().week
	done = operations.verify(names, f"{week % WEEKS_TO_READ_ALL + 1}/{WEEKS_TO_READ_ALL}")
	if restore_test_due(used) < getdate(add_days(today(), 7)):
		done += operations.compare(names)
		done.append(restore.restore_test(_next_to_test(names)))
	return done


def _in_use() -> list[frappe._dict]:
	"""Enabled destinations that hold a copy."""
	return frappe.get_all(
		DESTINATION,
		filters={"enabled": 1, "last_success": ["is", "set"]},
		fields=["name", "creation", "responsible", "key_changed_on"],
		order_by="name",
	)


def _tested() -> dict[str, datetime]:
	"""Destination → its last restore test that succeeded."""
	rows = frappe.get_all(
		TEST,
		filters={"outcome": SUCCEEDED},
		fields=["destination", "finished_on"],
		order_by="finished_on",
	)
	return {row.destination: row.finished_on for row in rows}


def _next_to_test(names: list[str]) -> str:
	"""Each destination gets its turn: the one tested longest ago, or never."""
	tested = _tested()
	return min(names, key=lambda name: (str(tested.get(name, "")), name))


def restore_test_due(used: list[frappe._dict]) -> date:
	"""The day by which some copy has to be restored again (backup_restore_test_days after the last success)."""
	tested = _tested()
	last = max(tested.values()) if tested else min(row.creation for row in used)
	return getdate(add_days(last, _days("backup_restore_test_days")))


def restore_proved_until() -> date | None:
	"""The day until which the last restore test counts; None where no copy was ever restored."""
	return restore_test_due(_in_use()) if _tested() else None


def _days(parameter: str) -> int:
	return cint(rules.parameters().get(parameter, getdate(today())))


# --- reminders ---------------------------------------------------------------------------------------------
def due_items(until: date) -> list[Due]:
	"""Hook ``socaid_due_items``: missed backups, restore tests and keys, for the persons responsible."""
	used = _in_use()
	items = _missed_backups() + [
		_due(row, _("Change the backup key"), changed, row.key_changed_on, [row.responsible])
		for row in used
		if row.key_changed_on
		and (changed := getdate(add_days(row.key_changed_on, _days("backup_key_max_days")))) <= until
	]
	if used and (due := restore_test_due(used)) <= until:
		row = next(row for row in used if row.name == _next_to_test([row.name for row in used]))
		items.append(
			_due(row, _("Backup Restore Test"), due, row.creation, [row.responsible for row in used])
		)
	return items


def _missed_backups() -> list[Due]:
	"""Only what was missed: a backup that runs every night must not announce itself every day."""
	rows = frappe.get_all(
		DESTINATION,
		filters={"enabled": 1},
		fields=["name", "creation", "responsible", "frequency", "last_success"],
		order_by="name",
	)
	missed = []
	for row in rows:
		if due := destinations.missed_since(row, now_datetime()):
			missed.append(_due(row, _("Backup missed"), getdate(due), row.creation, [row.responsible]))
	return missed


def _due(row: frappe._dict, label: str, due_on: date, since, users: list[str]) -> Due:
	county = frappe.db.get_single_value("Socaid Settings", "county_division")
	return Due.of_record(DESTINATION, row.name, row.name, label, due_on, county, since, users)
