"""Cases that were accepted before have a code as well: their notice, printed again, shows it."""

import frappe

from socaid_app.assistance_intake import case_codes
from socaid_app.policy import terms


def execute() -> None:
	rows = frappe.get_all(
		"Assistance Application",
		filters={"workflow_state": ["in", terms.RUNNING_STATES], "tracking_hash": ["is", "not set"]},
		fields=["name", "applicant", "agent_phone"],
		order_by="name",
	)
	phones = dict(
		frappe.get_all(
			"Recipient Identity",
			filters={"name": ["in", [row.applicant for row in rows] or [""]]},
			fields=["name", "phone"],
			order_by="name",
			as_list=True,
		)
	)
	hashes = {
		row.name: {
			"tracking_hash": case_codes.fingerprint(row.name, phones.get(row.applicant) or row.agent_phone)
		}
		for row in rows
	}
	frappe.db.bulk_update("Assistance Application", hashes, update_modified=False)
