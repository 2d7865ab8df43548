"""Who asks, when nobody is logged in: the address of a visitor, and how often it has asked.

Frappe's ``request_ip`` is the first entry of X-Forwarded-For, which is whatever the visitor wrote into it. Here it is
the address the connection comes from, unless that is a proxy named in the site configuration:
``socaid_proxy_addresses``, a list of addresses or networks, ``unix:`` for a socket file. A proxy appends the address it
sees, as nginx does with ``proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;``; the header is read from its
end, as long as what stands there is a named proxy too. Nobody is believed for being on this machine.

The same address counts for Frappe's own limits, logs and restrictions of addresses (:func:`answer_for_frappe`).
"""

from __future__ import annotations

import ipaddress
import time

import frappe
from frappe.auth import HTTPRequest
from frappe.utils import cint, now_datetime, today

UNKNOWN = "0.0.0.0"
SOCKET_FILE = "unix:"
DAY = 24 * 60 * 60


def address() -> str:
	"""The visitor's address. Of IPv6 only the network: one household owns all of a /64."""
	forwarded = frappe.get_request_header("X-Forwarded-For") or ""
	hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
	found = frappe.request.environ.get("REMOTE_ADDR") or SOCKET_FILE
	while hops and _is_proxy(found):
		found = hops.pop()
	return _network(found)


def _is_proxy(peer: str) -> bool:
	named = frappe.conf.get("socaid_proxy_addresses") or ()
	if peer == SOCKET_FILE:
		return SOCKET_FILE in named
	try:
		found = ipaddress.ip_address(peer)
	except ValueError:
		return False
	return any(found in ipaddress.ip_network(name, strict=False) for name in named if name != SOCKET_FILE)


def answer_for_frappe() -> None:
	"""Have Frappe take the judged address for its own.

	The web server's entry (wsgi.py) calls this when it starts. A process that was started otherwise learns of it with
	its first request, as hook ``before_request``.
	"""
	HTTPRequest.set_request_ip = _set_request_ip
	if getattr(frappe.local, "request", None):
		_set_request_ip()


def _set_request_ip(http_request: HTTPRequest | None = None) -> None:
	frappe.local.request_ip = address()


def _network(text: str) -> str:
	try:
		found = ipaddress.ip_address(text)
	except ValueError:
		return UNKNOWN
	if found.version == 4:
		return str(found)
	if found.ipv4_mapped:
		return str(found.ipv4_mapped)
	return str(ipaddress.ip_network((found, 64), strict=False).network_address)


def tally(purpose: str, seconds: int, who: str | None = None) -> int:
	"""Count one more request of this visitor for a purpose; returns how many there were in this window."""
	key = _key(purpose, seconds, who)
	pipeline = frappe.cache.pipeline()
	pipeline.incr(key)
	pipeline.expire(key, seconds)
	return pipeline.execute()[0]


def tallied(purpose: str, seconds: int, who: str | None = None) -> int:
	"""How many there were so far, without counting this one."""
	return cint(frappe.cache.get(_key(purpose, seconds, who)))


def rest_of_day() -> int:
	"""Seconds until the county's midnight: a count by the day begins anew, notices end, nothing is kept longer."""
	now = now_datetime()
	return max(DAY - (now.hour * 60 + now.minute) * 60 - now.second, 1)


def rest_of_minute() -> int:
	"""Seconds until a count by the minute begins anew."""
	return 60 - int(time.time()) % 60


def _key(purpose: str, seconds: int, who: str | None) -> bytes:
	return frappe.cache.make_key(f"socaid-visitor:{purpose}:{who or address()}:{_window(seconds)}")


def _window(seconds: int) -> str:
	"""A count by the day is of the county's day, whatever the clock of the server; a shorter one of the clock."""
	return today() if seconds == DAY else str(int(time.time() // seconds))
