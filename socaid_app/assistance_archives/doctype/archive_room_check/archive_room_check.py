import frappe
from frappe import _lt

from socaid_app.assistance_archives import rooms
from socaid_app.casework.records import ANY, Guard, GuardedRecord, all_but


class CheckIsRecorded(frappe.ValidationError):
	pass


class ArchiveRoomCheck(GuardedRecord):
	"""What somebody read and saw in a room; judged by assistance_archives/rooms.py."""

	GUARD = Guard(
		writable={ANY: all_but(*rooms.READINGS)},
		refusal=CheckIsRecorded,
		way_out=_lt("What was read and seen stays as it was. Enter another check instead."),
	)

	division_from = "room"

	def before_validate(self) -> None:
		self.keep_computed()
		self.set_division()

	def validate(self) -> None:
		rooms.judge(self)

	def after_insert(self) -> None:
		rooms.report_faults(self)
		rooms.note_check(self)

	def keep_computed(self) -> None:
		before = self.get_doc_before_save()
		self.checked_by = before.checked_by if before else frappe.session.user
		self.issue = before.issue if before else None
		for field in rooms.LIMITS if before else ():
			self.set(field, before.get(field))
