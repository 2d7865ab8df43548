"""What an outside monitor may ask: whether the system works (anybody), and its numbers (an account of its own)."""

from __future__ import annotations

import frappe
from prometheus_client.core import (
	CollectorRegistry,
	CounterMetricFamily,
	GaugeMetricFamily,
	HistogramMetricFamily,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.wrappers import Response

from socaid_app.upkeep import conditions, request_counts, system_problems, system_readings
from socaid_app.upkeep.conditions import BROKEN
from socaid_app.upkeep.system_readings import Readings

# The role of the monitor's account, which may do nothing else; it comes with the key of a Frappe user.
MONITOR = "System Monitor"
# A monitor that asks more often than this is given the same answer.
REMEMBERED_SECONDS = 10


@frappe.whitelist(allow_guest=True, methods=["GET"])
def check() -> Response:
	"""200 ``ok`` when people can work, 503 ``down`` when not. Says nothing else: anybody may ask."""
	well = system_readings.people_can_work()
	return Response(
		"ok\n" if well else "down\n",
		status=200 if well else 503,
		content_type="text/plain; charset=utf-8",
		headers={"Cache-Control": "no-store"},
	)


@frappe.whitelist(methods=["GET"])
def metrics() -> Response:
	"""The numbers in the format of Prometheus, for ``Authorization: token KEY:SECRET`` of an account with the role."""
	frappe.only_for((MONITOR, *system_problems.ROLES))
	body = frappe.cache.get_value("socaid_metrics")
	if not body:
		body = exposition(system_readings.take()).decode()
		frappe.cache.set_value("socaid_metrics", body, expires_in_sec=REMEMBERED_SECONDS)
	return Response(body, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def exposition(now: Readings) -> bytes:
	"""Readings and counted requests as text."""
	registry = CollectorRegistry()
	registry.register(_Families(now))
	return generate_latest(registry)


class _Families:
	"""A collector over readings that were taken."""

	def __init__(self, now: Readings) -> None:
		self.now = now

	def describe(self) -> list:
		return []

	def collect(self):
		now = self.now
		yield from _up(now)
		yield from _queues(now)
		for name, text, values, label in (
			("socaid_overdue_records", "Open records past their date, by due rule.", now.overdue, "rule"),
			("socaid_failed_jobs", "Scheduled jobs that fail, failures in a day.", now.failed_jobs, "method"),
			(
				"socaid_backup_age_hours",
				"Hours since the last good backup.",
				{name: one.hours for name, one in (now.backups or {}).items() if one.hours is not None},
				"destination",
			),
			(
				"socaid_disk_free_bytes",
				"Free space.",
				{name: one.free for name, one in (now.disks or {}).items()},
				"disk",
			),
		):
			family = GaugeMetricFamily(name, text, labels=[label])
			for key, value in (values or {}).items():
				family.add_metric([key], value)
			yield family
		for name, text, value in (
			(
				"socaid_scheduler_idle_minutes",
				"Minutes since a scheduled job was started.",
				now.scheduler_idle,
			),
			("socaid_space_share", "Share taken of the space this site may take.", now.space_share),
			("socaid_replica_lag_seconds", "Seconds the replica is behind.", now.replica_lag),
			("socaid_errors_day", "Errors logged in a day.", now.errors),
			("socaid_unsent_mails", "E-mails that could not be sent.", now.unsent_mails),
			(
				"socaid_clock_ahead_seconds",
				"Clock of the database ahead of the application's.",
				now.clock_ahead,
			),
		):
			if value is not None:
				yield GaugeMetricFamily(name, text, value=value)
		found = conditions.of(now, system_problems.limits())
		family = GaugeMetricFamily("socaid_problems", "What is wrong now, by level.", labels=["level"])
		for level in (BROKEN, conditions.WARNING):
			family.add_metric(
				[{BROKEN: "broken", conditions.WARNING: "warning"}[level]],
				sum(one.level == level for one in found),
			)
		yield family
		yield from _requests()


def _up(now: Readings):
	family = GaugeMetricFamily("socaid_up", "1 if the part answers.", labels=["part"])
	for part, answers in (("database", now.database), ("cache", now.cache), ("scheduler", now.scheduler_on)):
		family.add_metric([part], int(bool(answers)))
	yield family


def _queues(now: Readings):
	for name, text, of in (
		("socaid_queue_jobs", "Jobs waiting.", "waiting"),
		("socaid_queue_oldest_minutes", "How long the first job has been waiting.", "oldest"),
		("socaid_queue_workers", "Workers that take from the queue.", "workers"),
	):
		family = GaugeMetricFamily(name, text, labels=["queue"])
		for queue, values in (now.queues or {}).items():
			family.add_metric([queue], getattr(values, of))
		yield family


def _requests():
	answers = CounterMetricFamily("socaid_requests", "Requests answered.", labels=["kind", "status"])
	seconds = HistogramMetricFamily("socaid_request_seconds", "How long they took.", labels=["kind"])
	counted = request_counts.counted()
	for (kind, status), number in sorted(counted.answers.items()):
		answers.add_metric([kind, status], number)
	for kind in sorted(counted.seconds):
		seconds.add_metric([kind], counted.buckets(kind), counted.seconds[kind])
	yield answers
	yield seconds
