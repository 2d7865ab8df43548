import frappe
from frappe import _
from frappe.utils import getdate

from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord


class OutreachInvalid(frappe.ValidationError):
	pass


class OutreachActivity(GuardedRecord):
	"""Making assistance known: posters, handbooks, events, posts, and what came of them."""

	GUARD = Guard(writable={ANY: ALL})

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.inspected_on and getdate(self.inspected_on) < getdate(self.held_on):
			frappe.throw(_("Inspected before it was put up."), OutreachInvalid)
