"""Who asks, when nobody is logged in: the address of a visitor, and how often it has asked.

Frappe's ``request_ip`` is the first entry of X-Forwarded-For, which is whatever the visitor wrote into it. The
last entry was written by the proxy nearest to us, which is why it alone is believed, and only when the request
came through a proxy at all. The proxy must append the address it sees, as nginx does with
``proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;``. Where several proxies stand one behind the
other, their number goes into the site configuration as ``socaid_proxies``.
"""

from __future__ import annotations

import ipaddress
import time

import frappe
from frappe.utils import cint

UNKNOWN = "0.0.0.0"
DAY = 24 * 60 * 60


def address() -> str:
	"""The visitor's address. Of IPv6 only the network: one household owns all of a /64."""
	peer = frappe.request.environ.get("REMOTE_ADDR") or ""
	# Without an address the proxy sits at the other end of a socket file.
	if peer and not _is_proxy(peer):
		return _network(peer)
	hops = [hop.strip() for hop in (frappe.get_request_header("X-Forwarded-For") or "").split(",")]
	hops = [hop for hop in hops if hop]
	if not hops:
		return _network(peer)
	proxies = max(cint(frappe.conf.get("socaid_proxies") or 1), 1)
	return _network(hops[-min(proxies, len(hops))])


def _is_proxy(peer: str) -> bool:
	"""Our own proxies: on this machine, or listed in ``socaid_proxy_addresses``."""
	try:
		local = ipaddress.ip_address(peer).is_loopback
	except ValueError:
		return False
	return local or peer in (frappe.conf.get("socaid_proxy_addresses") or ())


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
	"""Seconds until a count by the day begins anew."""
	return DAY - int(time.time()) % DAY


def _key(purpose: str, seconds: int, who: str | None) -> bytes:
	return frappe.cache.make_key(f"socaid-visitor:{purpose}:{who or address()}:{int(time.time() // seconds)}")
