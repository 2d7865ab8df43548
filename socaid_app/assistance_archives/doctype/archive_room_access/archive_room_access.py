import frappe
from frappe import _

from socaid_app.assistance_archives import rooms
from socaid_app.permissions.scope import ScopedDocument

ENTRY = (
	"room",
	"visitor",
	"visitor_user",
	"visitor_unit",
	"purpose",
	"entered_at",
	"accompanied_by",
	"confidentiality",
)


class ArchiveRoomAccess(ScopedDocument):
	"""Who was in a room, when, why and with whom (assistance_archives/rooms.py)."""

	division_from = "room"

	def before_validate(self) -> None:
		self.set_division()
		if self.visitor_user:
			self.visitor = frappe.utils.get_fullname(self.visitor_user)

	def validate(self) -> None:
		self.refuse_change()
		if self.is_new() or self.has_value_changed("left_at"):
			rooms.check_entry(self)

	def refuse_change(self) -> None:
		before = self.get_doc_before_save()
		if before and (before.left_at or any(self.has_value_changed(field) for field in ENTRY)):
			frappe.throw(
				_("An entry of the log stays as it was written; only the time of leaving is added."),
				rooms.AccessInvalid,
			)
