"""Notices posted before their text was kept as a whole get it from their frozen columns, once."""

import frappe

from socaid_app.public_disclosure import content


def execute() -> None:
	for notice in frappe.get_all(
		content.NOTICE, filters={"public_key": ["is", "not set"]}, fields=["*"], order_by="creation"
	):
		applicant = frappe.db.get_value("Assistance Application", notice.application or "", "applicant")
		born = applicant and frappe.db.get_value("Recipient", applicant, "birth_date")
		frappe.db.set_value(
			content.NOTICE, notice.name, content.row_values(notice, born), update_modified=False
		)
