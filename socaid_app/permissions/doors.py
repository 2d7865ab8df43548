"""The functions that a request may call: `doors.csv` lists every one of Frappe's and ours, and how it was judged.

=============== ==========================================================================================
who             guest, staff (anybody logged in), administrators (System Manager), or a right: "write Dashboard";
                "replaced" names the function of ours that answers instead
verbs           by which it answers; what changes something does not answer to GET
inner           whether a request may name it for another function to call (a link field's query, a tree)
judged          why whoever may call it learns and changes nothing beyond their own
=============== ==========================================================================================

A function that is not listed, of another app or of a newer Frappe, answers administrators alone, and so does one of
Frappe's that no longer looks as it did when it was judged (signatures.py), until it is judged here or a site opens
it: ``socaid_doors`` in its configuration, ``{"path.of.function": "staff"}``, which takes a login on the server. One
place judges whatever the way in: Frappe asks for each function whether it is in ``frappe.whitelisted``.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import frappe
from frappe import _

from socaid_app.permissions import signatures

LISTED = Path(__file__).with_name("doors.csv")
GUEST, STAFF, ADMINISTRATORS, REPLACED = "guest", "staff", "administrators", "replaced"
# The key in the environment of the request.
ASKED = "socaid.asked"
ALL_VERBS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"})
# What Frappe's functions take from their own callers, and would take from a request as well.
POWERS = (
	"ignore_permissions",
	"ignore_validate",
	"ignore_mandatory",
	"ignore_links",
	"ignore_user_permissions_for",
	"flags",
	"run",
	"debug",
	"for_update",
	"update_modified",
	"join",
)


class NotReviewed(frappe.PermissionError):
	"""Nobody has judged this function yet."""


class Door(NamedTuple):
	who: str
	verbs: frozenset[str]
	inner: bool
	judged: str = ""


UNKNOWN = Door(ADMINISTRATORS, ALL_VERBS, False)


@cache
def listed() -> dict[str, Door]:
	"""The inventory, by the path of the function."""
	with LISTED.open(encoding="utf-8", newline="") as file:
		return {
			row["function"]: Door(
				row["who"], frozenset(_verbs(row["verbs"])), row["inner"] == "yes", row["judged"]
			)
			for row in csv.DictReader(file)
		}


def _verbs(text: str) -> list[str]:
	verbs = text.split()
	return [*verbs, "HEAD"] if "GET" in verbs else verbs


def door_of(function) -> Door:
	path = signatures.path_of(function)
	opened = frappe.conf.get("socaid_doors")
	if isinstance(opened, dict) and path in opened:
		return Door(opened[path], ALL_VERBS, True)
	if not signatures.is_as_judged(function):
		return UNKNOWN
	return listed().get(path) or UNKNOWN


def is_open(function) -> bool:
	"""Whether the session's user may have this function answer the present request.

	The first function that is asked for is the request's own; what is asked for after it was named inside the
	request, and answers only where it is made for that. Without a request the server asks, not a user.
	"""
	request = getattr(frappe.local, "request", None)
	if not request:
		return True
	door = door_of(function)
	asked = request.environ.setdefault(ASKED, function)
	if asked is function:
		if door is UNKNOWN and frappe.session.user != "Guest" and not is_administrator():
			frappe.throw(
				_(
					"{0} came with a newer version and answers administrators only, until a release of this app has"
					" reviewed it. Please tell the administrator."
				).format(signatures.path_of(function)),
				NotReviewed,
			)
		return request.method in door.verbs and may(door.who)
	return door.inner and may(door.who)


def may(who: str) -> bool:
	if is_administrator() or who == GUEST:
		return True
	if frappe.session.user == "Guest":
		return False
	if who == STAFF:
		return True
	right, _space, doctype = who.partition(" ")
	return bool(doctype) and bool(frappe.has_permission(doctype, right))


def is_administrator() -> bool:
	return frappe.session.user == "Administrator" or "System Manager" in frappe.get_roles()


class Reviewed(type(frappe.whitelisted)):
	"""``frappe.whitelisted``: what is in it depends on who asks (list in Frappe 15.55, set later)."""

	def __contains__(self, function) -> bool:
		return super().__contains__(function) and (not frappe.flags.socaid_fence or is_open(function))


def install() -> None:
	"""Once a process (:func:`socaid_app.overrides.install`)."""
	if not isinstance(frappe.whitelisted, Reviewed):
		frappe.whitelisted = Reviewed(frappe.whitelisted)


def drop_powers() -> None:
	"""Hook ``before_request``: a request says what, not by which right."""
	for power in POWERS:
		frappe.local.form_dict.pop(power, None)
