"""Staff for the measurements."""

from __future__ import annotations

import frappe


def add_user(email: str, role: str, division: str | None = None) -> None:
	"""A user with one role, for ``division`` where one is named; whoever is there already stays as they are."""
	if frappe.db.exists("User", email):
		return
	frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": "bench",
			"send_welcome_email": 0,
			"roles": [{"role": role}],
		}
	).insert(ignore_permissions=True)
	if division:
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": email,
				"allow": "Administrative Division",
				"for_value": division,
				"apply_to_all_doctypes": 1,
			}
		).insert(ignore_permissions=True)
