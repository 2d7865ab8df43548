"""A measure of a plan has more ends than one: the reminder of the due date asks for those that are still open.

A county that has changed the rule keeps it.
"""

import json

import frappe

RULE = "plan_measure"
BEFORE = [
	["Individual Plan", "status", "=", "Under Way"],
	["Individual Plan Measure", "status", "!=", "Done"],
]
AFTER = [
	["Individual Plan", "status", "=", "Under Way"],
	["Individual Plan Measure", "status", "in", ["Planned", "Under Way"]],
]


def execute() -> None:
	conditions = frappe.db.get_value("Due Rule", RULE, "conditions")
	if conditions and json.loads(conditions) == BEFORE:
		rule = frappe.get_doc("Due Rule", RULE)
		rule.conditions = json.dumps(AFTER)
		rule.save(ignore_permissions=True)
