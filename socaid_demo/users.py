"""The demo county's accounts. Passwords are made here, returned once and kept nowhere.

Accounts that nobody is shown are written as rows: making a user through its document takes half a second,
most of it spent on clearing caches that nothing has filled yet.
"""

from __future__ import annotations

import secrets
from datetime import datetime

import frappe
from frappe.utils import add_to_date, now_datetime
from frappe.utils.password import update_password

from socaid_app.setup.seeds import MODULE_PROFILE
from socaid_demo import bulk
from socaid_demo.county_staff import StaffMember

DIVISION = "Administrative Division"
# Digits and letters that cannot be mistaken for one another when copied from a screen.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def create(staff: list[StaffMember]) -> list[dict]:
	"""Make the accounts that do not exist yet; returns those for the demo with their new passwords."""
	known = set(frappe.get_all("User", pluck="name", order_by="name"))
	_write_rows([member for member in staff if not member.shown and member.user not in known])
	shown = [member for member in staff if member.shown]
	importing, frappe.flags.in_import = frappe.flags.in_import, True
	try:
		for member in shown:
			if member.user not in known:
				_insert(member)
	finally:
		frappe.flags.in_import = importing
	return [_with_password(member) for member in shown]


def _with_password(member: StaffMember) -> dict[str, str]:
	password = new_password()
	update_password(member.user, password)
	name = frappe.db.get_value(DIVISION, member.division, "division_name") if member.division else "全县"
	return {
		"user": member.user,
		"full_name": member.full_name,
		"role": frappe._(member.role, "zh"),
		"division": name,
		"password": password,
	}


def new_password() -> str:
	return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def _insert(member: StaffMember) -> None:
	"""Welcome mails are off: the addresses do not exist."""
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": member.user,
			"first_name": member.full_name,
			**_defaults(),
			"language": "zh",
			"time_zone": "Asia/Shanghai",
			"send_welcome_email": 0,
			"module_profile": MODULE_PROFILE,
			"roles": [{"role": member.role}],
		}
	)
	user.flags.no_welcome_mail = True
	user.insert(ignore_permissions=True)
	user.db_set("creation", _yesterday(), update_modified=False)
	if member.division:
		frappe.get_doc({"doctype": "User Permission", **_permission(member)}).insert(ignore_permissions=True)


def _yesterday() -> datetime:
	"""Frappe refuses new users for an hour after the first sixty; those of the county are not the demo's."""
	return add_to_date(now_datetime(), days=-1)


def _defaults() -> dict:
	"""An enabled account with every part of Desk: Frappe does not fill in defaults while importing."""
	fields = frappe.get_meta("User").get("fields", {"fieldtype": "Check", "default": "1"})
	return {field.fieldname: 1 for field in fields}


def _permission(member: StaffMember) -> dict:
	return {"user": member.user, "allow": DIVISION, "for_value": member.division, "apply_to_all_doctypes": 1}


def _write_rows(members: list[StaffMember]) -> None:
	if not members:
		return
	now = now_datetime()
	common = {
		"owner": "Administrator",
		"modified_by": "Administrator",
		"creation": _yesterday(),
		"modified": now,
	}
	writer = bulk.Inserts()
	writer.write(
		"User",
		[
			{
				"name": member.user,
				"email": member.user,
				"first_name": member.full_name,
				"full_name": member.full_name,
				"enabled": 1,
				"user_type": "System User",
				"language": "zh",
				"time_zone": "Asia/Shanghai",
				"send_welcome_email": 0,
				**common,
			}
			for member in members
		],
	)
	writer.write(
		"Has Role",
		[
			{
				"name": frappe.generate_hash(length=10),
				"parent": member.user,
				"parenttype": "User",
				"parentfield": "roles",
				"idx": 1,
				"role": member.role,
				**common,
			}
			for member in members
		],
	)
	writer.write(
		"User Permission",
		[
			{"name": frappe.generate_hash(length=10), **_permission(member), **common}
			for member in members
			if member.division
		],
	)
