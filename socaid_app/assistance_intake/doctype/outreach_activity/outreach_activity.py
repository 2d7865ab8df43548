import frappe
from frappe import _
from frappe.utils import getdate

from socaid_app.permissions.scope import ScopedDocument


class OutreachInvalid(frappe.ValidationError):
	pass


class OutreachActivity(ScopedDocument):
	"""Making assistance known: posters, handbooks, events, posts, and what came of them."""

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.inspected_on and getdate(self.inspected_on) < getdate(self.held_on):
			frappe.throw(_("Inspected before it was put up."), OutreachInvalid)
