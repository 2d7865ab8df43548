import frappe
from frappe import _
from frappe.utils import getdate

from socaid_app.permissions.scope import ScopedDocument


class RelativeDeclaration(ScopedDocument):
	division_from = "recipient"

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.staff_kind == "Handling Staff" and not self.staff:
			frappe.throw(
				_("Choose the user account of the handling staff member, so that the system can recuse it.")
			)
		if self.ended_on and getdate(self.ended_on) < getdate(self.declared_on):
			frappe.throw(_("The end lies before the declaration."))
