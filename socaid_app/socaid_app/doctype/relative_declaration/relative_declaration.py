import frappe
from frappe import _, _lt
from frappe.utils import getdate

from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord

# A recusal ends by somebody above the staff it is about.
MAY_END = "End Declarations of Relatives"


class EndedByAnother(frappe.ValidationError):
	pass


class RelativeDeclaration(GuardedRecord):
	GUARD = Guard(
		writable={ANY: NOTHING},
		once=("ended_on",),
		by={"ended_on": MAY_END},
		way_out=_lt("A declaration stays as it was signed: enter the day it ends, and make another."),
	)

	division_from = "recipient"

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.staff_kind == "Handling Staff" and not self.staff:
			frappe.throw(
				_("Choose the user account of the handling staff member, so that the system can recuse it.")
			)
		if not self.is_new() and self.has_value_changed("ended_on") and self.staff == frappe.session.user:
			frappe.throw(
				_("This declaration is about you. Another person enters that it has ended."), EndedByAnother
			)
		if self.ended_on and getdate(self.ended_on) < getdate(self.declared_on):
			frappe.throw(_("The end lies before the declaration."))
