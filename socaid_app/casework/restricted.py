"""A record that few may know of: whoever may not read it is not told that it exists."""

import frappe
from frappe import _

from socaid_app.casework.records import GuardedRecord


class RestrictedRecord(GuardedRecord):
	"""The field ``restricted`` says whether it is one."""

	def is_hidden(self) -> bool:
		"""Whether the refused reader may not even know of it."""
		return bool(frappe.db.get_value(self.doctype, self.name, "restricted"))

	def raise_no_permission_to(self, perm_type: str) -> None:
		"""Of a hidden record what is said of a missing one."""
		if not self.is_new() and self.is_hidden():
			# why it was refused stands there already
			frappe.clear_messages()
			frappe.throw(_("{0} {1} not found").format(_(self.doctype), self.name), frappe.DoesNotExistError)
		super().raise_no_permission_to(perm_type)

	def notify_update(self) -> None:
		"""Open lists hear of every change, name and author included: not of restricted records."""
		if not self.restricted:
			super().notify_update()
