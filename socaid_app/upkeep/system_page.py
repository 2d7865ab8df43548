"""The page 系统状况: what is wrong, in words, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _, _lt
from frappe.utils import format_datetime

from socaid_app.overrides import scheduled_jobs
from socaid_app.upkeep import conditions, support_file, system_problems, system_readings
from socaid_app.upkeep.system_readings import Readings

# What is not a product's own name.
PARTS = {"system": _lt("Operating System"), "database": _lt("Database Server"), "apps": _lt("Apps Installed")}


@frappe.whitelist()
def show() -> dict:
	"""{taken_at, conditions: [{key, level, says, to_do, since}], figures: [[label, value]],
	versions: [[part, version]]}"""
	frappe.only_for(system_problems.ROLES)
	now = system_readings.take()
	since = dict(
		frappe.get_all(
			system_problems.DOCTYPE,
			filters={"gone_at": ["is", "not set"]},
			fields=["problem", "since"],
			as_list=True,
		)
	)
	return {
		"taken_at": now.taken_at,
		"conditions": [
			{**vars(one), "since": since.get(one.key)} for one in conditions.of(now, system_problems.limits())
		],
		"figures": [list(pair) for pair in _figures(now)],
		"versions": [
			[str(PARTS.get(part, part)), version] for part, version in support_file.versions().items()
		],
	}


@frappe.whitelist(methods=["POST"])
def trust_clock() -> None:
	"""Whoever looks after the system says that the clock is right: scheduled jobs go on."""
	frappe.only_for(system_problems.ROLES)
	scheduled_jobs.trust_clock()


def _figures(now: Readings) -> Iterator[tuple[str, str]]:
	for name, queue in (now.queues or {}).items():
		yield (
			_("Queue {0}").format(name),
			_("{0} waiting, {1} workers").format(queue.waiting, queue.workers),
		)
	for name, disk in (now.disks or {}).items():
		label = _("Disk of the files") if name == "files" else _("Disk of the database")
		yield (
			label,
			_("{0} GB free of {1} GB").format(
				round(disk.free / conditions.GIB, 1), round(disk.total / conditions.GIB, 1)
			),
		)
	for name, backup in (now.backups or {}).items():
		label = _("Backup to {0}").format(name)
		yield (
			label,
			_("{0} hours old").format(round(backup.hours)) if backup.hours is not None else _("never made"),
		)
	if now.replica_lag is not None:
		yield _("Replica"), _("{0} seconds behind").format(now.replica_lag)
	yield _("Records past their date"), str(sum((now.overdue or {}).values()))
	yield _("Errors in a day"), str(now.errors if now.errors is not None else "–")
	yield _("E-mails not sent"), str(now.unsent_mails if now.unsent_mails is not None else "–")
	if now.holidays_until:
		yield _("Holidays announced until"), str(now.holidays_until)
	yield _("Looked at"), format_datetime(now.taken_at)
