"""One file with what somebody needs who helps from outside, and nothing about any person.

Of errors it has their kind and where they arose, not what they said: a message may quote a name or a number. Of the
configuration it has the names, and the values only where those are plain numbers and no secret.
"""

from __future__ import annotations

import csv
import io
import json
import platform
import re
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import asdict

import frappe
from frappe.utils import add_to_date, now_datetime

import socaid_app
from socaid_app.upkeep import conditions, system_problems, system_readings

FRAME = re.compile(r'File "(?:.*?/apps/)?([\w./-]+\.py)", line (\d+), in (\S+)')
KIND = re.compile(r"^([\w.]*(?:Error|Exception|Timeout|Warning|[A-Z]\w+))(?::|$)")
ERRORS, DAYS = 500, 14


@frappe.whitelist()
def download() -> None:
	"""The support file, for those who run the system. It leaves the county by their hand alone."""
	frappe.only_for(system_problems.ROLES)
	frappe.response.update(
		filename=f"socaid-support-{now_datetime():%Y%m%d-%H%M}.zip",
		filecontent=build(),
		type="download",
	)


def build() -> bytes:
	now = system_readings.take()
	found = conditions.of(now, system_problems.limits())
	parts = {
		"versions.json": _json(versions()),
		"readings.json": _json(asdict(now)),
		"conditions.json": _json([asdict(one) for one in found]),
		"configuration.json": _json(configuration()),
		"problems.csv": _table(("problem", "level", "since", "last_seen", "gone_at"), _problems()),
		"errors.csv": _table(("at", "kind", "where"), _errors()),
		"jobs.csv": _table(("method", "frequency", "stopped", "last_execution"), _jobs()),
		"tables.csv": _table(("table", "rows_about", "mib"), _tables()),
	}
	file = io.BytesIO()
	with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
		for name, text in parts.items():
			archive.writestr(name, text)
	return file.getvalue()


def versions() -> dict[str, str]:
	return {
		"socaid_app": socaid_app.__version__,
		"frappe": frappe.__version__,
		"python": sys.version.split()[0],
		"system": platform.platform(),
		"database": str(frappe.db.sql("SELECT VERSION()")[0][0]),
		"redis": str(frappe.cache.info("server").get("redis_version")),
		"apps": " ".join(frappe.get_installed_apps()),
	}


def configuration() -> dict[str, object]:
	"""Name → its value if that is a plain number or switch, else its kind."""
	return {
		name: value if isinstance(value, bool | int | float) else type(value).__name__
		for name, value in sorted(frappe.get_site_config().items())
	}


def _problems() -> Iterable[tuple]:
	since = add_to_date(now_datetime(), days=-90)
	return frappe.get_all(
		system_problems.DOCTYPE,
		filters={"since": [">", since]},
		fields=["problem", "level", "since", "last_seen", "gone_at"],
		order_by="since desc",
		as_list=True,
	)


def _errors() -> Iterable[tuple]:
	since = add_to_date(now_datetime(), days=-DAYS)
	rows = frappe.get_all(
		"Error Log",
		filters={"creation": [">", since]},
		fields=["creation", "error"],
		order_by="creation desc",
		limit=ERRORS,
		as_list=True,
	)
	return [(at, *_where(text or "")) for at, text in rows]


def _where(traceback: str) -> tuple[str, str]:
	"""The kind of an error and the lines of code it went through, without a word of what it said."""
	kinds = [found[1] for line in traceback.splitlines() if (found := KIND.match(line.strip()))]
	frames = [f"{file}:{line} {function}" for file, line, function in FRAME.findall(traceback)]
	return (kinds[-1] if kinds and frames else "", " < ".join(reversed(frames[-12:])))


def _jobs() -> Iterable[tuple]:
	return frappe.get_all(
		"Scheduled Job Type",
		fields=["method", "frequency", "stopped", "last_execution"],
		order_by="method",
		as_list=True,
	)


def _tables() -> Iterable[tuple]:
	# no table of Frappe's holds the sizes
	return frappe.db.sql(
		"""SELECT table_name, table_rows, ROUND((data_length + index_length) / 1048576, 1) AS mib
		FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY mib DESC LIMIT 60"""
	)


def _json(value: object) -> str:
	return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def _table(head: tuple[str, ...], rows: Iterable[tuple]) -> str:
	text = io.StringIO()
	writer = csv.writer(text)
	writer.writerow(head)
	writer.writerows(rows)
	return text.getvalue()
