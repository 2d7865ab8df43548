import frappe
from frappe import _lt

from socaid_app.assistance_archives import rooms
from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord


class ArchiveRoomAccess(GuardedRecord):
	"""Who was in a room, when, why and with whom (assistance_archives/rooms.py)."""

	GUARD = Guard(
		writable={ANY: NOTHING},
		once=("left_at",),
		refusal=rooms.AccessInvalid,
		way_out=_lt("An entry of the log stays as it was written; only the time of leaving is added."),
	)

	division_from = "room"

	def before_validate(self) -> None:
		self.set_division()
		if self.visitor_user:
			self.visitor = frappe.utils.get_fullname(self.visitor_user)

	def validate(self) -> None:
		if self.is_new() or self.has_value_changed("left_at"):
			rooms.check_entry(self)
