"""Frappe's own test modules on one site, test by test; run with the bench's Python from its sites directory.

    frappe_tests.py run SITE RESULT MODULE …      run them; RESULT has a line for each test: module, test, outcome
    frappe_tests.py judge DIFFERENCES WITH [WITHOUT]
                                                  what is not as it should be; exit status 1 if anything is

Each module runs in a process of its own, as `bench run-tests --module` would run it, beside a web server on the
loopback interface, which some of them ask. WITH is the result of a site with this app, WITHOUT that of
one without it. DIFFERENCES (tests/frappe_differences.csv) lists the tests that are not passed, with the reason;
everything else is, and what is listed and passed after all is taken off the list.
"""

import csv
import json
import os
import socket
import subprocess
import sys
import unittest
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

OK, FAILED, SKIPPED = "ok", "failed", "skipped"
# A module that has not ended after this many seconds is stopped, and has failed.
PATIENCE = 900
NO_TESTS = "(no tests)"
COMMON = Path("common_site_config.json")
# What waits for a job to be done; all others are disturbed by the jobs they leave behind.
NEED_A_WORKER = {"frappe.desk.doctype.bulk_update.test_bulk_update"}


class Recorded(unittest.TextTestResult):
	"""Keeps the outcome of each test; a class or module that cannot be set up has a line too."""

	# one process runs one module
	outcomes: ClassVar[dict[str, str]] = {}

	def _note(self, test, outcome: str) -> None:
		name = test.id().removeprefix(f"{test.__class__.__module__}.")
		# a failed subtest is not made good by the end of its test
		if self.outcomes.get(name) != FAILED:
			self.outcomes[name] = outcome

	def addSuccess(self, test):
		super().addSuccess(test)
		self._note(test, OK)

	def addFailure(self, test, err):
		super().addFailure(test, err)
		self._note(test, FAILED)

	def addError(self, test, err):
		super().addError(test, err)
		self._note(test, FAILED)

	def addSkip(self, test, reason):
		super().addSkip(test, reason)
		self._note(test, SKIPPED)

	def addExpectedFailure(self, test, err):
		super().addExpectedFailure(test, err)
		self._note(test, OK)

	def addUnexpectedSuccess(self, test):
		super().addUnexpectedSuccess(test)
		self._note(test, FAILED)

	def addSubTest(self, test, subtest, err):
		super().addSubTest(test, subtest, err)
		if err:
			self._note(test, FAILED)


# --- one module -----------------------------------------------------------------------------------------------
def run_one(site: str, result: str, module: str) -> None:
	import frappe.test_runner

	trust_logins()
	frappe.test_runner.TimeLoggingTestResult = Recorded
	try:
		frappe.test_runner.main(site=site, module=module)
	except BaseException:
		append(result, [(module, "(the module)", FAILED)])
		raise
	finally:
		append(result, [(module, *each) for each in Recorded.outcomes.items()] or [(module, NO_TESTS, OK)])


def trust_logins() -> None:
	"""Frappe's tests open the Administrator's session without a password, and all that follows needs it. With this app
	no request may do that (petition_desk/guards.py); here it counts as a login by password."""
	import frappe
	from frappe.auth import LoginManager

	log_in_as = LoginManager.login_as

	def login_as(self, user):
		asked, frappe.local.form_dict = frappe.local.form_dict, frappe._dict(cmd="login")
		try:
			return log_in_as(self, user)
		finally:
			frappe.local.form_dict = asked

	LoginManager.login_as = login_as


def append(result: str, rows: list[tuple[str, str, str]]) -> None:
	with Path(result).open("a", encoding="utf-8", newline="") as file:
		csv.writer(file, lineterminator="\n").writerows(rows)


# --- all of them ----------------------------------------------------------------------------------------------
def run(site: str, result: str, modules: list[str]) -> None:
	Path(result).write_text("module,test,outcome\n")
	with beside(__file__, "serve", site, configured(site)):
		for module in modules:
			print(f"-- {module}", flush=True)
			if module in NEED_A_WORKER:
				worker = ("-m", "frappe.utils.bench_helper", "frappe", "--site", site, "worker", "--quiet")
				with beside(*worker, env=os.environ | {"FRAPPE_REDIS_QUEUE": queue_of(site)}):
					run_apart(site, result, module)
			else:
				run_apart(site, result, module)


def run_apart(site: str, result: str, module: str) -> None:
	try:
		subprocess.run(
			[sys.executable, __file__, "one", site, result, module],
			env=os.environ | {"CI": "true"},
			stdin=subprocess.DEVNULL,
			timeout=PATIENCE,
			check=False,
		)
	except subprocess.TimeoutExpired:
		append(result, [(module, "(the module)", FAILED)])


def queue_of(site: str) -> str:
	"""A copy of a site has a queue of its own, which a worker looks for in its environment."""
	own, common = (json.loads(path.read_text()) for path in (Path(site, "site_config.json"), COMMON))
	return own.get("redis_queue") or common["redis_queue"]


def configured(site: str) -> str:
	"""A free port, which the site's configuration names as its address."""
	with socket.socket() as free:
		free.bind(("127.0.0.1", 0))
		port = str(free.getsockname()[1])
	path = Path(site, "site_config.json")
	# Frappe's own limit of new users in an hour is tested as well
	own = {"host_name": f"http://127.0.0.1:{port}", "throttle_user_limit": 100}
	path.write_text(json.dumps(json.loads(path.read_text()) | own, indent=1, sort_keys=True))
	return port


@contextmanager
def beside(*arguments: str, env: dict[str, str] | None = None):
	"""Another Python at work while the block runs."""
	process = subprocess.Popen(
		[sys.executable, *arguments], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
	)
	try:
		yield
	finally:
		process.terminate()
		process.wait(30)


def serve(site: str, port: str) -> None:
	"""Frappe's development server, on the loopback interface alone."""
	import frappe.app
	from werkzeug.serving import run_simple

	frappe.app._site, frappe.app._sites_path = site, "."
	run_simple("127.0.0.1", int(port), frappe.app.application_with_statics(), threaded=True)


# --- what came of it ------------------------------------------------------------------------------------------
def judge(differences: str, with_app: str, without: str | None = None) -> list[str]:
	"""DIFFERENCES says of a test what becomes of it without the app and with it; all others are passed or skipped."""
	listed = {(row["module"], row["test"]): row for row in read(differences)}
	found, plain = outcomes(with_app), outcomes(without) if without else None
	said = []
	for test, outcome in found.items():
		wanted = listed[test]["with"] if test in listed else ""
		if wanted and outcome != wanted:
			said.append(f"{'.'.join(test)}: {outcome}; {differences} says {wanted}")
		elif not wanted and outcome == FAILED:
			said.append(f"{'.'.join(test)}: {outcome}")
		if plain is None:
			continue
		before = plain.get(test, "missing")
		if test in listed and listed[test]["without"] != before:
			said.append(f"{'.'.join(test)}: {before} without the app; {differences} says otherwise")
		elif test not in listed and before != outcome:
			said.append(f"{'.'.join(test)}: {before} without the app, {outcome} with it")
	ran = {module for module, _test in found}
	said += [f"{'.'.join(test)}: did not run" for test in listed if test[0] in ran and test not in found]
	said += [f"{'.'.join(test)}: missing with the app" for test in set(plain or ()) - set(found)]
	return said


def outcomes(path: str) -> dict[tuple[str, str], str]:
	return {(row["module"], row["test"]): row["outcome"] for row in read(path)}


def read(path: str) -> list[dict[str, str]]:
	with Path(path).open(encoding="utf-8", newline="") as file:
		return list(csv.DictReader(file))


def main(action: str, *arguments: str) -> int:
	if action == "judge":
		said = judge(*arguments)
		print("\n".join(said))
		print(f"Ran {len(outcomes(arguments[1]))} tests, {len(said)} of them not as they should be")
		return int(bool(said))
	if action == "run":
		run(arguments[0], arguments[1], list(arguments[2:]))
	else:
		{"one": run_one, "serve": serve}[action](*arguments)
	return 0


if __name__ == "__main__":
	sys.exit(main(*sys.argv[1:]))
