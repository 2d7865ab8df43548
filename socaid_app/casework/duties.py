"""Who does what: a table of duties and roles in the settings, which a county changes without code.

A duty opens a step; which records somebody sees and writes is still said by the DocType's permissions and the scope.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import frappe
from frappe import _

SETTINGS, TABLE = "Socaid Settings", "Duty Role"
SHIPPED = Path(__file__).parent.parent / "setup" / "duties.json"


class NotYourDuty(frappe.PermissionError):
	pass


class DutyOfNobody(frappe.ValidationError):
	pass


@cache
def shipped() -> Mapping[str, list[str]]:
	"""Every duty of the app with the roles a new county begins with."""
	return json.loads(SHIPPED.read_text(encoding="utf-8"))


def roles_of(duty: str) -> frozenset[str]:
	"""The roles that have the duty in this county. Raises KeyError for a duty the app does not know."""
	begins_with = shipped()[duty]
	rows = frappe.get_cached_doc(SETTINGS).get("duties") or []
	return frozenset(row.role for row in rows if row.duty == duty) or frozenset(begins_with)


def holds(duty: str, user: str | None = None) -> bool:
	"""Whether the user (default: the session's) has the duty."""
	user = user or frappe.session.user
	return user == "Administrator" or not roles_of(duty).isdisjoint(frappe.get_roles(user))


def require(duty: str, error: type[Exception] = NotYourDuty) -> None:
	if not holds(duty):
		frappe.throw(refusal(duty), error)


def refusal(duty: str) -> str:
	return _("This is done by: {0}.").format(names(duty))


def names(duty: str) -> str:
	"""The roles with the duty, in words."""
	return "、".join(_(role) for role in sorted(roles_of(duty)))


def check(settings) -> None:
	"""From ``validate`` of the settings: each duty is somebody's, no line stands twice. Raises DutyOfNobody."""
	lines = list(dict.fromkeys((row.duty, row.role) for row in settings.duties))
	if len(lines) < len(settings.duties):
		settings.set("duties", [{"duty": duty, "role": role} for duty, role in lines])
	missing = [duty for duty in shipped() if duty not in {duty for duty, _role in lines}]
	if missing:
		frappe.throw(
			_("Nobody would have these duties: {0}. Choose at least one role for each.").format(
				"、".join(_(duty, context=TABLE) for duty in missing)
			),
			DutyOfNobody,
		)


def seed() -> None:
	"""Duties that no line of the settings names yet get the roles they are shipped with; lines of duties that this
	release does not know any more go."""
	settings = frappe.get_single(SETTINGS)
	known = [row for row in settings.duties if row.duty in shipped()]
	there = {row.duty for row in known}
	new = {duty: roles for duty, roles in shipped().items() if duty not in there}
	if not new and len(known) == len(settings.duties):
		return
	settings.set("duties", known)
	for duty, roles in new.items():
		for role in roles:
			settings.append("duties", {"duty": duty, "role": role})
	settings.flags.ignore_mandatory = True
	settings.save(ignore_permissions=True)
