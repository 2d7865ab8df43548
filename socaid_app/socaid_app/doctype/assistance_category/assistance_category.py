import frappe
from frappe import _

from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.policy import terms
from socaid_app.policy.cases import DELEGATED


class AssistanceCategory(Guarded):
	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		if self.route != terms.STANDARD and self.scheme != terms.TEMPORARY:
			frappe.throw(_("Quick relief and the expenditure route are for temporary assistance only."))
		if self.scheme in (terms.EDGE, terms.RIGID) and self.payment != terms.RECOGNITION:
			frappe.throw(_("Low-income and rigid-expenditure households are recognised, not paid monthly."))
		if self.confirming_authority == terms.TOWNSHIP and self.scheme not in DELEGATED:
			frappe.throw(
				_(
					"The county confirms {0}: the province has not delegated it to townships (吉民发〔2024〕5号). Choose County."
				).format(_(self.scheme, context=self.doctype))
			)
