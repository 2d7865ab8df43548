"""Two counties on one bench (`make test-counties`): sites, workers, web processes and nginx as a server has them."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

import frappe
import pytest
from rq import Queue

A, B = os.environ.get("SITE_A", ""), os.environ.get("SITE_B", "")


@contextmanager
def at(site):
	frappe.init(site=site)
	frappe.connect()
	try:
		yield
	finally:
		frappe.destroy()


def bench(site, *words, **options):
	"""A command of bench at that site; its process."""
	command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site, *words]
	return subprocess.Popen(command, cwd=os.environ["SITES_PATH"], **options)


@pytest.fixture(scope="session", autouse=True)
def _in_sites():
	if not (A and B):
		pytest.exit("用 make test-counties 运行", returncode=3)
	os.chdir(os.environ["SITES_PATH"])


@pytest.fixture
def workers():
	"""`workers(site, ...)`: a worker for the short queues of each of them; stopped at the end, what is queued thrown away."""
	started = []

	def start(*sites):
		started.extend(bench(site, "socaid-worker", "--queue", "short,default") for site in sites)

	yield start
	for process in started:
		process.terminate()
	for process in started:
		process.wait(timeout=60)
	with at(A):
		connection = frappe.utils.background_jobs.get_redis_conn()
		for queue in Queue.all(connection=connection):
			queue.empty()


def done(job, seconds) -> float | None:
	"""Seconds until the job was finished, None if it was not."""
	began = time.monotonic()
	while (waited := time.monotonic() - began) < seconds:
		if job.get_status(refresh=True) in ("finished", "failed"):
			return waited
		time.sleep(0.01)
	return None
