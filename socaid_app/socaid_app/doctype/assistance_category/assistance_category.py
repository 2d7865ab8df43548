import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.policy import terms


class AssistanceCategory(Document):
	def validate(self) -> None:
		if self.route != terms.STANDARD and self.scheme != terms.TEMPORARY:
			frappe.throw(_("Quick relief and the expenditure route are for temporary assistance only."))
		if self.scheme in (terms.EDGE, terms.RIGID) and self.payment != terms.RECOGNITION:
			frappe.throw(_("Low-income and rigid-expenditure households are recognised, not paid monthly."))
