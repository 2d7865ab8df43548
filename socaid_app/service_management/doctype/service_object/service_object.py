import frappe
from frappe import _

from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord


class ObjectInItself(frappe.ValidationError):
	pass


class ServiceObject(GuardedRecord):
	"""A place or a thing that is checked; the QR code on it opens the check that waits there."""

	GUARD = Guard(writable={ANY: ALL})

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.part_of and self.part_of == self.name:
			frappe.throw(_("A place is not part of itself."), ObjectInItself)
