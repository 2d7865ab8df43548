"""While the database or the cache is away, people read a page that says so, and a monitor learns it by the status."""

import errno
import json
import os
import shutil
import socket
import time
from pathlib import Path
from threading import Thread

import frappe
import frappe.app
import pymysql
import pytest
import redis
from frappe.utils.redis_wrapper import RedisWrapper
from werkzeug.test import Client

from socaid_app.overrides.unavailable import Unavailable
from socaid_app.permissions import files


@pytest.fixture
def away(monkeypatch):
	"""A site whose database nobody answers for: `away(path)` gives the answer of the whole web stack."""
	name = f"away-{frappe.generate_hash(length=8)}.localhost"
	folder = Path(os.environ["SITES_PATH"], name)
	(folder / "logs").mkdir(parents=True)
	nobody = {"db_type": "mariadb", "db_host": "127.0.0.1", "db_port": 1, "db_name": "x", "db_password": "x"}
	(folder / "site_config.json").write_text(json.dumps(nobody))
	monkeypatch.setattr(frappe.app, "_site", name)
	monkeypatch.setattr(frappe.app, "_sites_path", os.environ["SITES_PATH"])

	def ask(path, method="GET"):
		found = []
		browser = Client(Unavailable(frappe.app.application))
		# Frappe keeps its state per thread
		thread = Thread(target=lambda: found.append(browser.open(path, method=method)))
		thread.start()
		thread.join()
		return found[0]

	yield ask
	shutil.rmtree(folder)


@pytest.mark.parametrize("path", ["/app", "/login", "/disclosure", "/apply"])
def test_whoever_opens_a_page_reads_what_to_do(away, path):
	answer = away(path)
	assert (answer.status_code, answer.mimetype) == (503, "text/html")
	assert answer.headers["Retry-After"] == "60" and answer.headers["Cache-Control"] == "no-store"
	text = answer.get_data(as_text=True)
	assert "系统暂时不能使用" in text and "请直接到乡镇" in text
	assert "OperationalError" not in text and "127.0.0.1" not in text


@pytest.mark.parametrize(
	("path", "method"),
	[
		("/api/method/frappe.desk.form.save.savedocs", "POST"),
		("/api/method/frappe.desk.reportview.get", "GET"),
		("/api/method/socaid_app.upkeep.health.check", "GET"),
		("/", "POST"),
	],
)
def test_the_desk_is_told_that_nothing_was_saved(away, path, method):
	answer = away(path, method)
	assert (answer.status_code, answer.mimetype) == (503, "application/json")
	assert "没有保存" in answer.get_json()["unavailable"]


@pytest.mark.parametrize("silent", [False, True], ids=["refuses", "takes connections and says nothing"])
def test_without_the_cache_nobody_waits(monkeypatch, silent):
	with socket.socket() as listener:
		listener.bind(("127.0.0.1", 0))
		if silent:
			listener.listen()
		monkeypatch.setattr(
			frappe, "cache", RedisWrapper.from_url(f"redis://127.0.0.1:{listener.getsockname()[1]}")
		)
		reached = []
		browser = Client(Unavailable(lambda *request: reached.append(request)))
		began = time.monotonic()
		page, save = browser.get("/login"), browser.post("/api/method/frappe.desk.form.save.savedocs")
	assert time.monotonic() - began < 10
	assert [page.status_code, save.status_code] == [503, 503] and reached == []
	assert "系统暂时不能使用" in page.get_data(as_text=True) and "没有保存" in save.get_json()["unavailable"]


@pytest.mark.parametrize(
	("error", "known"),
	[
		(pymysql.err.OperationalError(2013, "Lost connection"), True),
		(redis.exceptions.ConnectionError("refused"), True),
		(redis.exceptions.TimeoutError("silent"), True),
		(KeyError("x"), False),
	],
)
def test_only_a_part_that_is_away_is_said_to_be(error, known):
	def application(environ, start_response):
		raise error

	browser = Client(Unavailable(application))
	if known:
		assert browser.get("/app").status_code == 503
	else:
		with pytest.raises(KeyError):
			browser.get("/app")


@pytest.mark.parametrize(
	("number", "known"), [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EIO, False)]
)
def test_a_full_disk_takes_no_half_of_an_attachment(transaction, monkeypatch, number, known):
	def full(handle):
		raise OSError(number, os.strerror(number))

	before = frappe.db.count("File")
	monkeypatch.setattr(os, "fsync", full)
	name = f"{frappe.generate_hash(length=8)}.txt"
	with pytest.raises(files.DiskFull if known else OSError, match="磁盘满了" if known else ""):
		frappe.get_doc(
			{"doctype": "File", "file_name": name, "content": "x" * 5000, "is_private": 1}
		).insert()
	assert frappe.db.count("File") == before
	assert Path(frappe.get_site_path("private", "files", name)).exists() is not known
	Path(frappe.get_site_path("private", "files", name)).unlink(missing_ok=True)


def test_a_site_takes_no_more_space_than_it_may(transaction, monkeypatch):
	def attach():
		name = f"{frappe.generate_hash(length=8)}.txt"
		doc = frappe.get_doc({"doctype": "File", "file_name": name, "content": name * 100, "is_private": 1})
		return doc.insert()

	used = files.space_used()
	monkeypatch.setitem(frappe.conf, "socaid_space_gib", used / files.GIB + 1)
	attach()
	monkeypatch.setitem(frappe.conf, "socaid_space_gib", used / files.GIB)
	with pytest.raises(files.SpaceUsedUp):
		attach()
