import frappe
from frappe import _

from socaid_app.assistance_archives import rooms
from socaid_app.permissions.scope import ScopedDocument


class CheckIsRecorded(frappe.ValidationError):
	pass


class ArchiveRoomCheck(ScopedDocument):
	"""What somebody read and saw in a room; judged by assistance_archives/rooms.py."""

	division_from = "room"

	def before_validate(self) -> None:
		self.keep_computed()
		self.set_division()

	def validate(self) -> None:
		self.refuse_change()
		rooms.judge(self)

	def after_insert(self) -> None:
		rooms.report_faults(self)

	def keep_computed(self) -> None:
		before = self.get_doc_before_save()
		self.checked_by = before.checked_by if before else frappe.session.user
		self.issue = before.issue if before else None
		for field in rooms.LIMITS if before else ():
			self.set(field, before.get(field))

	def refuse_change(self) -> None:
		if not self.is_new() and any(self.has_value_changed(field) for field in rooms.READINGS):
			frappe.throw(
				_("What was read and seen stays as it was. Enter another check instead."), CheckIsRecorded
			)
