import frappe
from frappe import _

from socaid_app.casework.records import ANY, NOTHING, Guard, Guarded


class LogIsAppendOnly(frappe.ValidationError):
	pass


class SensitiveAccessLog(Guarded):
	"""Written by permissions/access_log.py alone."""

	GUARD = Guard(writable={ANY: NOTHING}, refusal=LogIsAppendOnly)

	def before_insert(self) -> None:
		if not self.flags.by_step:
			self.refuse()

	def validate(self) -> None:
		if not self.is_new():
			self.refuse()

	def on_trash(self) -> None:
		self.refuse()

	def refuse(self) -> None:
		frappe.throw(_("The access log can neither be changed nor deleted."), LogIsAppendOnly)
