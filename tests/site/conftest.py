"""Fixtures of the site tier: every test runs as Administrator in a transaction that is rolled back."""

import json
from contextlib import contextmanager
from threading import Thread

import pytest

# Files of a minute or more, the longest first: begun last, they would leave the other processes with nothing to do.
LONG = (
	"test_customising.py",
	"test_publicity_privacy.py",
	"test_query_budget.py",
	"test_demo.py",
	"test_figures.py",
	"test_life_events.py",
	"test_backups.py",
	"test_archive_filing.py",
)


# Files of these folders share what is made once for all of them, and run in one process.
TOGETHER = ("tests/site/county/demo/",)


def pytest_collection_modifyitems(items):
	items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
	from xdist.scheduler import LoadFileScheduling

	class Together(LoadFileScheduling):
		def _split_scope(self, nodeid):
			return next((path for path in TOGETHER if nodeid.startswith(path)), super()._split_scope(nodeid))

	return Together(config, log)


@pytest.fixture(autouse=True)
def transaction(site):
	import frappe

	frappe.set_user("Administrator")
	# pages of the public set it, and tests do
	frappe.local.lang = "zh"
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback()
	# what a test answered as a request would make all others run inside it
	if hasattr(frappe.local, "request"):
		del frappe.local.request
	# nobody else has changed the words and the forms meanwhile, and to read them again takes as long as a small test
	forget(keep=(b"|merged_translations", b"|doctype_meta"))


def forget(keep: tuple[bytes, ...] = ()) -> None:
	"""Drop what caches learnt from records that the rollback has taken away; ``keep``: how a name ends that stays."""
	import frappe
	from frappe.cache_manager import user_cache_keys

	frappe.cache.delete_keys("document_cache::")
	# not clear_user_cache(): without a user it also drops the metadata of every DocType, which is slow to rebuild
	for key in user_cache_keys:
		frappe.cache.delete_key(key)
	frappe.local.document_cache = {}
	frappe.local.role_permissions = {}
	# made by its first use
	getattr(frappe.local, "request_cache", {}).clear()
	kept = frappe.local.cache.items() if keep else ()
	frappe.local.cache = {name: value for name, value in kept if name.endswith(keep)}
	# which records refer to others by name, asked once per request
	frappe.local.dynamic_link_map = None
	frappe.clear_messages()


@pytest.fixture
def as_user():
	"""`with as_user("clerk@example.invalid"): ...` does the block as that user."""
	import frappe

	@contextmanager
	def switch(user: str):
		before = frappe.session.user
		frappe.set_user(user)
		try:
			yield
		finally:
			frappe.set_user(before)

	return switch


@pytest.fixture
def count_queries():
	"""`with count_queries() as queries: ...` collects the SQL statements that the block sends."""
	import frappe

	@contextmanager
	def collect():
		queries: list[str] = []
		send = frappe.db.sql

		def sql(*args, **kwargs):
			result = send(*args, **kwargs)
			queries.append(str(frappe.db.last_query))
			return result

		frappe.db.sql = sql
		try:
			yield queries
		finally:
			frappe.db.sql = send

	return collect


class Client:
	"""HTTP requests of one user through the whole of Frappe's web stack, authenticated by an API key.

	Frappe keeps its state per thread, and ends it with the request; each request therefore runs in a thread
	of its own, on its own connection. It sees only what has been committed.
	"""

	def __init__(self, site: str, user: str):
		import frappe
		from frappe.utils.password import set_encrypted_password

		self.site = site
		self.headers = {"Accept": "application/json"}
		if user != "Guest":
			key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
			frappe.db.set_value("User", user, "api_key", key, update_modified=False)
			set_encrypted_password("User", user, secret, "api_secret")
			self.headers["Authorization"] = f"token {key}:{secret}"
		frappe.db.commit()

	def request(self, method: str, path: str, **kwargs):
		import frappe

		# what the test has done so far becomes visible to the request, and the other way round
		frappe.db.commit()
		answer: list = []
		thread = Thread(target=lambda: answer.append(self._open(method, path, kwargs)))
		thread.start()
		thread.join()
		frappe.db.rollback()
		forget()
		return answer[0]

	def _open(self, method: str, path: str, kwargs: dict):
		import os

		import frappe.app
		from werkzeug.test import Client as WSGIClient

		frappe.app._site, frappe.app._sites_path = self.site, os.environ["SITES_PATH"]
		kwargs["headers"] = self.headers | kwargs.get("headers", {})
		# a jar of its own would drop the Cookie header of a test
		browser = WSGIClient(frappe.app.application, use_cookies=False)
		response = browser.open(path, method=method, **kwargs)
		response.get_data()
		return response

	def get(self, path: str, headers: dict | None = None, **params):
		query = {key: _text(value) for key, value in params.items()}
		return self.request("GET", path, headers=headers or {}, **({"query_string": query} if query else {}))

	def post(self, path: str, **data):
		return self.request("POST", path, json=data)

	def put(self, path: str, **data):
		return self.request("PUT", path, json=data)

	def delete(self, path: str):
		return self.request("DELETE", path)

	def call(self, method: str, **arguments):
		"""POST to a whitelisted function."""
		return self.post(f"/api/method/{method}", **arguments)


def _text(value) -> str:
	return value if isinstance(value, str) else json.dumps(value)


@pytest.fixture
def client(site):
	"""`client(user)` gives a Client. What such a test writes is committed, and stays until the site is
	dropped: use names of its own."""
	return lambda user: Client(site, user)
