"""Whoever's background check runs out is told as well, since without it nobody is assigned any more.

A county that has changed whom the rule tells keeps it.
"""

import frappe

RULE = "officer_background"


def execute() -> None:
	if not frappe.db.exists("Due Rule", RULE):
		return
	rule = frappe.get_doc("Due Rule", RULE)
	if [(row.told, row.role) for row in rule.recipients] == [("Role in the Division", "Service Manager")]:
		rule.append("recipients", {"told": "Named Person", "person": "user"})
		rule.save(ignore_permissions=True)
