import frappe
from frappe import _

from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.policy import terms


class AssistanceCategory(Guarded):
	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		if self.route != terms.STANDARD and self.scheme != terms.TEMPORARY:
			frappe.throw(_("Quick relief and the expenditure route are for temporary assistance only."))
		if self.scheme in (terms.EDGE, terms.RIGID) and self.payment != terms.RECOGNITION:
			frappe.throw(_("Low-income and rigid-expenditure households are recognised, not paid monthly."))
