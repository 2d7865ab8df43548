import frappe
from frappe import _

from socaid_app.casework.records import Guard, GuardedRecord


class EntrySealed(frappe.ValidationError):
	pass


class RecoveryEntry(GuardedRecord):
	"""One booking of a recovery: appended by a step, never changed (means_testing/recoveries/bookings.py)."""

	GUARD = Guard(writable={}, refusal=EntrySealed)

	def validate(self) -> None:
		if not self.is_new():
			frappe.throw(_("A booking stays as it is; another one corrects it."), EntrySealed)
		if not self.flags.by_step:
			frappe.throw(_("Bookings are made by the steps of a recovery; nobody enters one."), EntrySealed)
