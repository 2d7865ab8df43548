"""Anonymous visitors of the disclosure pages: wrk on loopback against a web server of its own.

The roll of a village is drawn up and posted as the disclosure desk does; what is asked for is its page, its
village's page and the home page, and Frappe's own ping for comparison, on the same server. Then somebody guesses
at tracking codes.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import frappe
from frappe.installer import update_site_config
from frappe.utils import get_first_day, today

from benchmarks.people import add_user
from socaid_app.petition_desk import attempts
from socaid_app.public_disclosure import notice_steps, posting, rolls

if TYPE_CHECKING:
	from benchmarks.measure import Table

# Requests a second, sustained, without a single error.
BAR = 200
SECONDS, CONNECTIONS, WORKERS, THREADS = 10, 16, 2, 4
GUESSES = 200
LIMITS = ("socaid_public_pages_per_minute", "socaid_names_per_minute", "socaid_names_per_day")
PUBLISHER = "bench.disclosure@demo.invalid"
PING = "/api/method/ping"


def measure(table: Table) -> None:
	if not shutil.which("wrk"):
		table.add("public pages", "", "not measured: wrk is missing (apt-get install wrk)")
		return
	village, key, rows = post_roll()
	paths = {
		f"roll of a village, {rows} people": f"/disclosure/notice/{key}",
		"page of a village": f"/disclosure/places/{village}",
		"home page": "/disclosure",
	}
	with without_limit(), serving() as url:
		ping = rate(url + PING)
		table.add("public pages: Frappe's ping", f"{CONNECTIONS} connections", f"{ping:,.0f}/s")
		for name, path in paths.items():
			found = rate(url + path)
			table.add(f"public pages: {name}", "share of ping", f"{found:,.0f}/s", found / ping)
			table.add(f"  {BAR}/s against it", f"{SECONDS} s", "", BAR / found if found else 9.99, 1)
		guessing(table, url)


def guessing(table: Table, url: str) -> None:
	"""Somebody goes through tracking codes from one address: after a few none is even looked up, and it is logged."""
	frappe.db.commit()
	before = frappe.db.count(attempts.DOCTYPE)
	opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
	answers: Counter[int] = Counter()
	began = time.perf_counter()
	for number in range(GUESSES):
		form = urllib.parse.urlencode({"code": f"{number:012d}", "tail": f"{number:04d}"[-4:]})
		try:
			opener.open(f"{url}/petition/status", form.encode(), timeout=30).close()
			answers[200] += 1
		except urllib.error.HTTPError as error:
			answers[error.code] += 1
	seconds = time.perf_counter() - began
	frappe.db.commit()
	logged = frappe.db.count(attempts.DOCTYPE) - before
	if answers[200] or not logged:
		raise AssertionError(f"guesses were answered {dict(answers)}, {logged} logged")
	table.add(
		"tracking codes guessed from one address",
		f"{GUESSES} in {seconds:.1f} s",
		f"{answers[404]} looked up, {answers[429]} slowed, {logged} logged",
		answers[404],
		attempts.FREE_FAILURES,
	)


def post_roll() -> tuple[str, str, int]:
	"""Village, public key and length of the longest roll of this month, posted by a second person."""
	month = get_first_day(today())
	benefit = frappe.qb.DocType("Entitlement")
	counted = frappe.query_builder.functions.Count("*")
	village = (
		frappe.qb.from_(benefit)
		.select(benefit.division)
		.where(benefit.docstatus == 1)
		.groupby(benefit.division)
		.orderby(counted, order=frappe.query_builder.Order.desc)
		.limit(1)
		.run()[0][0]
	)
	frappe.set_user("Administrator")
	rolls.generate(month, [village])
	make_publisher()
	name = frappe.db.get_value(
		"Publicity Notice",
		{
			"kind": "Monthly Roll",
			"division": village,
			"roll_month": month,
			"status": ["in", [notice_steps.DRAFT, notice_steps.RUNNING]],
		},
	)
	if frappe.db.get_value("Publicity Notice", name, "status") == notice_steps.DRAFT:
		frappe.set_user(PUBLISHER)
		posting.publish(name)
		frappe.set_user("Administrator")
	frappe.db.commit()
	rows = frappe.db.count("Publicity Entry", {"parent": name})
	return village, frappe.db.get_value("Publicity Notice", name, "public_key"), rows


def make_publisher() -> None:
	add_user(PUBLISHER, "Disclosure Officer")
	if not frappe.db.get_single_value("Socaid Settings", "bureau_phone"):
		frappe.db.set_single_value("Socaid Settings", "bureau_phone", "0437-5550000")


@contextmanager
def without_limit():
	"""All requests come from one address here."""
	before = {limit: frappe.conf.get(limit) for limit in LIMITS}
	for limit in LIMITS:
		update_site_config(limit, 0)
	try:
		yield
	finally:
		for limit, value in before.items():
			update_site_config(limit, "None" if value is None else value, validate=False)


@contextmanager
def serving():
	"""Address of a gunicorn of this site, ended afterwards."""
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		port = probe.getsockname()[1]
	sites = os.path.abspath(frappe.local.sites_path)
	command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
	command += [
		"--threads",
		str(THREADS),
		"--graceful-timeout",
		"5",
		"--preload",
		"socaid_app.wsgi:application",
	]
	environment = os.environ | {"SOCAID_SITE": frappe.local.site, "SITES_PATH": sites}
	server = subprocess.Popen(command, cwd=sites, env=environment, stderr=subprocess.DEVNULL)
	try:
		url = f"http://127.0.0.1:{port}"
		wait_for(url + PING, server)
		yield url
	finally:
		server.terminate()
		server.wait(timeout=20)


def wait_for(url: str, server: subprocess.Popen) -> None:
	opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
	for _ in range(120):
		if server.poll() is not None:
			raise RuntimeError("the web server of the benchmark ended by itself")
		try:
			opener.open(url, timeout=5).close()
			return
		except OSError:
			time.sleep(0.5)
	raise RuntimeError(f"{url} does not answer")


def rate(url: str) -> float:
	"""Requests a second over some seconds; 0 when any of them failed."""
	command = ["wrk", "-t2", f"-c{CONNECTIONS}"]
	subprocess.run([*command, "-d2s", url], capture_output=True, check=True)
	said = subprocess.run([*command, f"-d{SECONDS}s", url], capture_output=True, check=True, text=True).stdout
	if "Non-2xx" in said or "Socket errors" in said:
		print(said, file=sys.stderr)
		return 0.0
	return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))
