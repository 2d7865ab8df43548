"""Accounts of the staff: how one is made, what duties and places it has, and which are nobody's to touch here.

The functions write past the permissions of User, Has Role and User Permission, which no role of the app has; who may
ask for it is said by their callers (:mod:`socaid_app.socaid_app.account_steps`, the import of a new county's staff).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import frappe
from frappe import _
from frappe.defaults import clear_default

from socaid_app.permissions.scope import COUNTY_ROLES, STAFF_ROLES

USER, DIVISION, PERMISSION = "User", "Administrative Division", "User Permission"
MODULE_PROFILE = "社会救助工作人员"
ADMINISTRATOR, MONITOR = "Socaid Administrator", "System Monitor"
# These open everything, or accusations: given and taken by the Administrator alone.
OUT_OF_REACH = frozenset({"System Manager", "Accusation Handler", "Administrator"})
GRANTABLE = frozenset(STAFF_ROLES | {MONITOR}) - OUT_OF_REACH
# Whoever configures sees no case, and a program that reads figures is nobody.
ALONE = frozenset({ADMINISTRATOR, MONITOR})


class AccountRefused(frappe.ValidationError):
	pass


def staff_roles(user: str) -> list[str]:
	"""The roles of an account that are duties of the staff."""
	held = frappe.get_all("Has Role", {"parenttype": USER, "parent": user}, pluck="role", order_by="role")
	return [role for role in held if role in GRANTABLE]


def places(user: str) -> list[str]:
	"""The divisions an account is limited to."""
	return frappe.get_all(
		PERMISSION, {"user": user, "allow": DIVISION}, pluck="for_value", order_by="for_value"
	)


def is_out_of_reach(user: str) -> bool:
	"""Whether an account is the Administrator's to change."""
	return user in frappe.STANDARD_USERS or bool(
		frappe.db.exists("Has Role", {"parenttype": USER, "parent": user, "role": ["in", list(OUT_OF_REACH)]})
	)


def check_duties(roles: Iterable[str], divisions: Iterable[str]) -> None:
	"""Raises AccountRefused for roles that are not given this way, or not together, or see nothing without a place."""
	roles = set(roles)
	if strange := sorted(roles - GRANTABLE):
		_refuse(_("{0}: given by the Administrator alone.").format("、".join(map(_, strange))))
	if len(roles) > 1 and (alone := sorted(roles & ALONE)):
		_refuse(
			_("{0} sees no case, hence goes with no other duty. Give the person two accounts.").format(
				_(alone[0])
			)
		)
	if not list(divisions) and (local := sorted(roles - COUNTY_ROLES - ALONE)):
		_refuse(
			_("{0}: choose the township or village, or nothing is seen.").format("、".join(map(_, local)))
		)


def make(values: Mapping, roles: Iterable[str], divisions: Iterable[str]) -> str:
	"""A new account; returns its name. ``values``: email, first_name, mobile_no. No password is made; where the site
	sends mail, whoever gets the account chooses it by a link."""
	mails = sends_mail()
	earlier, frappe.flags.in_import = frappe.flags.in_import, True
	try:
		user = frappe.get_doc(
			{
				"doctype": USER,
				**values,
				# Frappe sets no defaults while it imports
				"enabled": 1,
				"language": "zh",
				"time_zone": "Asia/Shanghai",
				"send_welcome_email": int(mails),
				"module_profile": MODULE_PROFILE
				if frappe.db.exists("Module Profile", MODULE_PROFILE)
				else None,
				"roles": [{"role": role} for role in roles],
			}
		)
		user.flags.no_welcome_mail = not mails
		said = list(frappe.local.message_log)
		user.insert(ignore_permissions=True)
		# Frappe advises on nicknames, which nobody here logs in with
		frappe.local.message_log = said
	finally:
		frappe.flags.in_import = earlier
	set_places(user.name, divisions)
	return user.name


def set_duties(user: str, roles: Iterable[str], divisions: Iterable[str]) -> None:
	"""Other duties and places in place of those there are; roles that are no duties stay."""
	account, roles = frappe.get_doc(USER, user), set(roles)
	kept = [row.role for row in account.roles if row.role not in GRANTABLE]
	account.role_profile_name = None
	account.set("roles", [{"role": role} for role in [*kept, *sorted(roles)]])
	account.save(ignore_permissions=True)
	set_places(user, divisions)


def set_places(user: str, divisions: Iterable[str]) -> None:
	wanted = set(divisions)
	for row in frappe.get_all(
		PERMISSION, {"user": user, "allow": DIVISION}, ["name", "for_value"], order_by="name"
	):
		if row.for_value in wanted:
			wanted.discard(row.for_value)
		else:
			frappe.delete_doc(PERMISSION, row.name, ignore_permissions=True)
	for division in sorted(wanted):
		frappe.get_doc(
			{
				"doctype": PERMISSION,
				"user": user,
				"allow": DIVISION,
				"for_value": division,
				"apply_to_all_doctypes": 1,
			}
		).insert(ignore_permissions=True)


def switch(user: str, enabled: bool) -> None:
	"""An account that is off opens nothing, and its sessions end."""
	# Frappe would save it along, with the rights of whoever is logged in
	frappe.db.set_value("Notification Settings", user, "enabled", int(enabled))
	frappe.clear_document_cache("Notification Settings", user)
	account = frappe.get_doc(USER, user)
	account.enabled = int(enabled)
	account.save(ignore_permissions=True)
	if not enabled:
		frappe.sessions.clear_sessions(user=user, force=True)


def forget_second_factor(user: str) -> None:
	"""At the next login, with the password, the person sets up the second factor anew."""
	clear_default(f"{user}_otplogin")
	clear_default(f"{user}_otpsecret")


def sends_mail() -> bool:
	return bool(frappe.db.exists("Email Account", {"default_outgoing": 1, "enable_outgoing": 1}))


def password_link(user: str) -> str:
	"""By this link the person chooses a password; mailed where the site sends mail, and then ''."""
	mails = sends_mail()
	link = frappe.get_doc(USER, user).reset_password(send_email=mails)
	return "" if mails else link


def _refuse(sentence: str) -> None:
	frappe.throw(sentence, AccountRefused)
