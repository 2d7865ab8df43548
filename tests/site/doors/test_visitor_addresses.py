"""A visitor's address is what the connection says, or a proxy that was named; for Frappe's own limits as well."""

import frappe
import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from socaid_app import visitors
from tests import builders
from tests.builders import notices as public_builders


@pytest.fixture
def address(site, monkeypatch):
	def judge(peer: str, forwarded: str = "", named=()) -> str:
		environ = EnvironBuilder(
			headers={"X-Forwarded-For": forwarded, "Remote-Addr": "6.6.6.6"},
			environ_base={"REMOTE_ADDR": peer} if peer else {},
		).get_environ()
		monkeypatch.setattr(frappe.local, "request", Request(environ), raising=False)
		monkeypatch.setitem(frappe.local.conf, "socaid_proxy_addresses", named)
		frappe.local.http_request = frappe.auth.HTTPRequest.__new__(frappe.auth.HTTPRequest)
		visitors.answer_for_frappe()
		frappe.local.http_request.set_request_ip()
		assert frappe.local.request_ip == visitors.address(), "Frappe and the app judge alike"
		return frappe.local.request_ip

	return judge


@pytest.mark.parametrize(
	("peer", "forwarded", "named", "expected"),
	[
		("198.51.100.7", "", (), "198.51.100.7"),
		("198.51.100.7", "6.6.6.6", (), "198.51.100.7"),
		# this machine is not believed for being this machine
		("127.0.0.1", "6.6.6.6", (), "127.0.0.1"),
		("", "6.6.6.6", (), "0.0.0.0"),
		("127.0.0.1", "6.6.6.6, 198.51.100.7", ["127.0.0.1"], "198.51.100.7"),
		("", "6.6.6.6, 198.51.100.7", ["unix:"], "198.51.100.7"),
		("10.0.0.9", "6.6.6.6, 198.51.100.7, 10.0.0.8", ["10.0.0.0/28"], "198.51.100.7"),
		# whoever reaches the inner proxy past the outer one
		("10.0.0.9", "6.6.6.6, 198.51.100.7", ["10.0.0.9"], "198.51.100.7"),
		("10.0.0.9", "", ["10.0.0.9"], "10.0.0.9"),
		("10.0.0.9", "rubbish", ["10.0.0.9"], "0.0.0.0"),
		("2001:db8:1:2:3:4:5:6", "", (), "2001:db8:1:2::"),
		("::ffff:198.51.100.7", "", (), "198.51.100.7"),
	],
)
def test_only_proxies_that_were_named_are_believed(address, peer, forwarded, named, expected):
	assert address(peer, forwarded, named) == expected


def login(http, peer: str, forwarded: str, user: str, password: str = "falsch"):
	return http.request(
		"POST",
		"/api/method/login",
		data={"usr": user, "pwd": password},
		headers={"X-Forwarded-For": forwarded},
		environ_base={"REMOTE_ADDR": peer},
	)


@pytest.fixture
def three_attempts(site):
	"""After three failures a name and an address are locked for a minute."""
	frappe.db.set_single_value("System Settings", "allow_consecutive_login_attempts", 3)
	yield
	frappe.db.set_single_value("System Settings", "allow_consecutive_login_attempts", 10)
	frappe.db.commit()


def test_failed_logins_are_counted_for_the_connection_whatever_the_header_says(client, three_attempts):
	guest, peer = client("Guest"), public_builders.address()
	guest.get("/api/method/ping")
	for number in range(4):
		login(guest, peer, f"10.3.0.{number}", f"nobody{builders.digits()}@example.invalid")
	locked = login(guest, peer, "10.3.9.9", f"nobody{builders.digits()}@example.invalid")
	assert locked.json["exc_type"] == "SecurityException"


def test_requests_for_passwords_are_limited_for_the_connection_whatever_the_header_says(client):
	guest, peer = client("Guest"), public_builders.address()
	limit = frappe.get_system_settings("password_reset_limit") or 3
	codes = [
		guest.request(
			"POST",
			"/api/method/frappe.core.doctype.user.user.reset_password",
			json={"user": "nobody@example.invalid"},
			headers={"X-Forwarded-For": f"10.4.0.{number}"},
			environ_base={"REMOTE_ADDR": peer},
		).status_code
		for number in range(limit + 1)
	]
	assert codes == [200] * limit + [429]


def test_the_log_of_logins_names_the_connection(client):
	guest, peer = client("Guest"), public_builders.address()
	guest.get("/api/method/ping")
	name = f"nobody{builders.digits()}@example.invalid"
	login(guest, peer, "6.6.6.6", name)
	assert frappe.db.get_value("Activity Log", {"user": name}, "ip_address") == peer
