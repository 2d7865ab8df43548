"""A county that works with the app already is not greeted as a new one."""

import frappe


def execute() -> None:
	if frappe.db.get_single_value("County Onboarding", "dismissed_by"):
		return
	if frappe.db.exists("Entitlement", {"docstatus": 1}):
		frappe.db.set_single_value(
			"County Onboarding", {"dismissed_by": "Administrator", "dismissal_reason": "升级前已在使用"}
		)
