"""Fixtures of the browser tier: the test site on a free loopback port, and Debian's Chromium."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

CHROMIUM_ARGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-dev-shm-usage",
	"--disable-background-networking",
	"--no-first-run",
]

CLOCK = Path(__file__).with_name("clock.js")
SCRIPTS = Path(__file__).parents[2] / "scripts"

# What Chromium says when a page asks for what its policy forbids.
POLICY = "Content Security Policy"


def artifacts() -> Path:
	path = Path(os.environ.get("SOCAID_ARTIFACTS") or "tests/artifacts")
	path.mkdir(parents=True, exist_ok=True)
	return path


@pytest.fixture(scope="session")
def web_socket(site, tmp_path_factory):
	"""Where the web server listens for its proxy."""
	return tmp_path_factory.mktemp("web") / f"web-{site}.sock"


@pytest.fixture(scope="session")
def realtime_port():
	return free_port()


@pytest.fixture(scope="session")
def base_url(site, web_socket, realtime_port):
	"""The test site served as `make run` serves one: web, realtime, their proxy and a worker, ended with the session."""
	import frappe
	from frappe.utils.background_jobs import get_queues

	sites = Path(os.environ["SITES_PATH"])
	port = free_port()
	url = f"http://127.0.0.1:{port}"
	# the worker begins without a site, and would look for jobs where the bench's other sites put theirs
	env = os.environ | {
		"SOCAID_SITE": site,
		"FRAPPE_SITE": site,
		"FRAPPE_REDIS_QUEUE": frappe.conf.redis_queue,
		"FRAPPE_SOCKETIO_PORT": str(realtime_port),
		"SOCAID_LISTEN": f"127.0.0.1:{port}",
		"SOCAID_WEB": str(web_socket),
		"SOCAID_REALTIME": f"127.0.0.1:{realtime_port}",
	}
	gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"unix:{web_socket}", "--workers", "1"]
	gunicorn += ["--threads", "8", "--timeout", "120", "socaid_app.wsgi:application"]
	worker = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "worker", "--quiet"]
	socketio = ["node", "--require", str(SCRIPTS / "bind_loopback.js"), "apps/frappe/socketio.js"]
	proxy = [shutil.which("haproxy") or "/usr/sbin/haproxy", "-f", str(SCRIPTS / "haproxy.cfg")]

	# what the site tests have left in the queue would keep the worker from the work of these
	for queue in get_queues():
		for job in queue.get_jobs():
			if job.kwargs.get("site") == site:
				job.delete()

	with (artifacts() / f"web-{site}.log").open("w") as log:
		processes = [
			subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
			for command, cwd in ((gunicorn, sites), (worker, sites), (socketio, sites.parent), (proxy, sites))
		]
		try:
			wait_for(f"{url}/api/method/ping", processes)
			yield url
		finally:
			for process in processes:
				process.terminate()
			for process in processes:
				try:
					process.wait(timeout=20)
				except subprocess.TimeoutExpired:
					process.kill()


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


def wait_for(url: str, processes: list[subprocess.Popen]) -> None:
	opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
	for _ in range(120):
		ended = [process.args for process in processes if process.poll() is not None]
		assert not ended, f"{ended} ended; see the log among the artifacts"
		try:
			opener.open(url, timeout=5).close()
			return
		except OSError:
			time.sleep(0.5)
	raise AssertionError(f"{url} does not answer; see its log among the artifacts")


@pytest.fixture(scope="session")
def browser():
	from playwright.sync_api import sync_playwright

	executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
	assert executable, "no Chromium: apt-get install chromium"
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
		yield browser
		browser.close()


@pytest.fixture
def open_context(browser, base_url, request):
	"""`open_context()` is a fresh visitor; `open_context(**options)` one with another screen.

	When the test fails, every page still open is photographed.
	"""
	contexts = []

	def open_one(**options):
		usual = {
			"base_url": base_url,
			"locale": "zh-CN",
			"timezone_id": "Asia/Shanghai",
			"viewport": {"width": 1366, "height": 900},
			"reduced_motion": "reduce",
		}
		context = browser.new_context(**usual | options)
		context.add_init_script(path=CLOCK)
		context.set_default_timeout(int(os.environ.get("SOCAID_BROWSER_TIMEOUT") or 40_000))
		contexts.append(context)
		return context

	yield open_one

	failed = getattr(request.node, "failed", False)
	for number, page in enumerate(page for context in contexts for page in context.pages):
		if failed:
			page.screenshot(path=artifacts() / f"failed-{request.node.name}-{number}.png", full_page=True)
	for context in contexts:
		context.close()


@pytest.fixture
def phones(browser, base_url, tmp_path, request, shoot):
	"""`phones("first")` is a phone with a profile of its own, see phones.py."""
	from tests.browser.phones import Phone

	found = []

	def take(name: str):
		found.append(Phone(browser.browser_type, tmp_path / name, base_url))
		return found[-1]

	yield take
	for phone in found:
		if phone.context and getattr(request.node, "failed", False):
			shoot(phone.page, f"failed-{request.node.name}-{phone.folder.name}")
		if phone.context:
			phone.close()


@pytest.fixture(scope="session")
def sessions(base_url):
	"""User → the cookies of a session that is open. To log in makes Frappe gather anew what that user's Desk begins with."""
	return {}


@pytest.fixture
def page_as(open_context, sessions):
	"""`page_as(user)` is a page logged in as that user, with a new password the first time, then in the same session.

	`page.errors` lists the uncaught JavaScript errors of the page so far, `page.refused` what its policy
	(overrides/headers.py) kept it from loading.
	"""

	def open_page(user: str, path: str = "/app", **options):
		context = open_context(**options)
		context.add_cookies(sessions.get(user, []))
		# what an earlier test did to the user may have ended the session
		if user not in sessions or not context.request.get("/api/method/frappe.auth.get_logged_user").ok:
			log_in(context, user)
			sessions[user] = context.cookies()
		page = context.new_page()
		page.errors, page.refused = [], []
		page.on("pageerror", lambda error: page.errors.append(error.stack or str(error)))
		page.on("console", lambda line: page.refused.append(line.text) if POLICY in line.text else None)
		page.goto(path)
		page.wait_for_function("window.frappe && frappe.boot && document.body.dataset.route !== undefined")
		return page

	return open_page


def log_in(context, user: str) -> None:
	import frappe
	from frappe.utils.password import update_password

	password = secrets.token_urlsafe(16)
	update_password(user, password)
	frappe.db.commit()
	answer = context.request.post("/api/method/login", form={"usr": user, "pwd": password})
	assert answer.ok, answer.text()


@pytest.fixture(scope="session")
def shoot():
	"""`shoot(page, "03 调查核实")` keeps a screenshot of that step."""

	def take(page, name: str, full_page: bool = True) -> Path:
		path = artifacts() / f"{name}.png"
		page.screenshot(path=path, full_page=full_page)
		return path

	return take


@pytest.hookimpl(tryfirst=True, hookwrapper=True)
def pytest_runtest_makereport(item, call):
	report = (yield).get_result()
	if report.when == "call":
		item.failed = report.failed


@pytest.fixture(scope="session")
def staff(site):
	"""One user per role of the case, see people.py."""
	import frappe

	from tests.browser.people import make_staff

	found = make_staff()
	frappe.db.commit()
	return found


@pytest.fixture
def desk_as(page_as, shoot):
	"""`desk_as(user)` is that user's Desk, ready to be used. Screenshots are numbered in the order taken."""
	from itertools import count

	from tests.browser.screens import Desk

	numbers = count(1)

	def log_in(user: str, prefix: str = "", **options):
		def take(page, name: str):
			return shoot(page, f"{prefix}{next(numbers):02d} {name}")

		return Desk(page_as(user, **options), take).settle()

	return log_in
