import frappe
from frappe import _
from frappe.model.document import Document

MEASURED = ("checked_at", "period_from", "period_to", "expected", "sent", "missing", "last_run", "outcome")


class ReminderCheckFixed(frappe.ValidationError):
	pass


class ReminderCheck(Document):
	"""The weekly proof that reminders really went out. Made by the scheduler; people only annotate it."""

	def validate(self) -> None:
		before = self.get_doc_before_save()
		if not before:
			return
		if any(self.has_value_changed(field) for field in MEASURED):
			frappe.throw(_("A self-check cannot be changed; add a note."), ReminderCheckFixed)
