"""Who has an account, with which duties, for which places: what an administrator keeps, and a director looks over."""

from __future__ import annotations

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import format_datetime

from socaid_app.reporting import column, division_names
from socaid_app.socaid_app.staff_accounts import DIVISION, GRANTABLE, PERMISSION

CONTEXT = "Staff Account Change"
NONE = "—"


def execute(filters: dict | None = None):
	columns = [
		column("full_name", _("Name of the Staff Member"), "Data", 140),
		column("account", _("Account (E-mail Address)"), "Data", 290),
		column("duties", _("Duties of the Person"), "Data", 260),
		column("places", _("Places to Work For"), "Data", 220),
		column("state", _("Status", context=CONTEXT), "Data", 90),
		column("last_active", _("Last at Work"), "Data", 170),
	]
	return columns, rows()


def rows() -> list[dict]:
	duties, places = defaultdict(list), defaultdict(list)
	for row in frappe.get_all(
		"Has Role", {"parenttype": "User"}, ["parent", "role"], order_by="role", limit=0
	):
		if row.role in GRANTABLE or row.role in ("System Manager", "Accusation Handler"):
			duties[row.parent].append(_(row.role))
	granted = frappe.get_all(
		PERMISSION, {"allow": DIVISION}, ["user", "for_value"], order_by="for_value", limit=0
	)
	names = division_names(row.for_value for row in granted)
	for row in granted:
		places[row.user].append(names.get(row.for_value, row.for_value))
	return [
		{
			"full_name": user.full_name,
			"account": user.name,
			"duties": "、".join(duties[user.name]) or NONE,
			"places": "、".join(places[user.name]) or NONE,
			"state": _("Account in Use") if user.enabled else _("Switched Off"),
			"last_active": format_datetime(user.last_active, "yyyy-MM-dd HH:mm")
			if user.last_active
			else NONE,
		}
		for user in frappe.get_all(
			"User",
			{"name": ["not in", frappe.STANDARD_USERS]},
			["name", "full_name", "enabled", "last_active"],
			order_by="enabled desc, full_name",
			limit=0,
		)
	]
