import frappe
from frappe import _
from frappe.model.document import Document


class LogIsAppendOnly(frappe.ValidationError):
	pass


class SensitiveAccessLog(Document):
	"""Written by permissions/access_log.py alone."""

	def before_insert(self) -> None:
		if not self.flags.by_access_log:
			self.refuse()

	def validate(self) -> None:
		if not self.is_new():
			self.refuse()

	def on_trash(self) -> None:
		self.refuse()

	def refuse(self) -> None:
		frappe.throw(_("The access log can neither be changed nor deleted."), LogIsAppendOnly)
