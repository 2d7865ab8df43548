"""The amount to be granted follows from the assessment; what was entered below it becomes a departure, once."""

import frappe
from frappe.utils import flt

APPLICATION = "Assistance Application"


def execute() -> None:
	"""Cases that are decided keep what they have; a higher amount that nobody decided is not kept."""
	for case in frappe.get_all(
		APPLICATION,
		filters={"docstatus": 0},
		fields=["name", "payment", "proposed_amount", "granted_amount", "modified_by"],
		order_by="creation",
	):
		proposed, granted = flt(case.proposed_amount, 2), flt(case.granted_amount, 2)
		values = {"granted_amount": proposed}
		if case.payment == "One-off" and 0 < granted < proposed:
			values = {
				"amount_departure": granted - proposed,
				"departure_reason": "升级前填写的核定金额",
				"departure_by": case.modified_by,
			}
		frappe.db.set_value(APPLICATION, case.name, values, update_modified=False)
