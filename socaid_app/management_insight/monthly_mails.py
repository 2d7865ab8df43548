"""The monthly mails to the leadership: templates of Frappe's Auto Email Report, switched off until somebody is named.

An administrator enters the addresses and, as user, the member of staff whose rights the figures are made with, and
switches them on. The Administrator is not taken: that account sees what is kept from everybody else.
"""

from __future__ import annotations

import json

import frappe
from frappe import _
from frappe.model.document import Document

MAIL = "Auto Email Report"
MODULE = "Management Insight"
SEEDED = "socaid_monthly_mails"
# Report → its filters, besides the month that is over.
TEMPLATES = {
	"Households and Cost": {"by": "Township and Category"},
	"Overdue and Whose": {},
	"Visits in Time": {},
	"Petitions and Satisfaction": {"by": "Township", "hide_small": 1},
	"Changes of the Month": {"by": "Reason"},
	"Processing Times": {},
	"Cost Forecast": {},
	"Statutory Statistics": {},
	"Service Figures": {},
}


class MailedByAdministrator(frappe.ValidationError):
	pass


def seed() -> None:
	"""Insert what is missing; one that is there, or was deleted by the county after the first time, stays as it is."""
	seeded = set(json.loads(frappe.db.get_default(SEEDED) or "[]"))
	for report, filters in TEMPLATES.items():
		if report in seeded or not frappe.db.exists("Report", report):
			continue
		seeded.add(report)
		if frappe.db.exists(MAIL, {"report": report}):
			continue
		doc = frappe.get_doc(
			{
				"doctype": MAIL,
				"report": report,
				"report_type": "Script Report",
				"user": "Administrator",
				"enabled": 0,
				"email_to": "",
				"frequency": "Monthly",
				"format": "XLSX",
				"filters": json.dumps(filters),
				"filter_meta": "[]",
				# the first of the month sends the month that is over
				"dynamic_date_period": "Monthly",
				"from_date_field": "month",
				"to_date_field": "month_end",
				"send_if_data": 1,
				"description": "每月1日发送上月数据。填写收件地址，选择以谁的权限统计（“用户”），再启用。",
			}
		)
		doc.insert(ignore_permissions=True, ignore_mandatory=True)
	frappe.db.set_default(SEEDED, json.dumps(sorted(seeded)))


def check(doc: Document, method: str | None = None) -> None:
	"""Hook of Auto Email Report: whose rights a mail is made with is a person's."""
	if not doc.enabled or doc.user != "Administrator":
		return
	if frappe.db.get_value("Report", doc.report, "module") == MODULE:
		frappe.throw(
			_(
				"Choose the member of staff whose figures are mailed as user. The Administrator sees what is kept from others."
			),
			MailedByAdministrator,
		)
