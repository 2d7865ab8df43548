from frappe import _lt

from socaid_app.casework.records import Guard
from socaid_app.service_management import attendance
from socaid_app.service_management.own_records import StaffRecord


class AttendanceMark(StaffRecord):
	"""Somebody came to the office, or left it; written once, by themselves (service_management/attendance.py)."""

	GUARD = Guard(writable={}, way_out=_lt("A mark stays as it is. Ask for a correction of the day."))

	def before_validate(self) -> None:
		if self.is_new():
			self.officer = None
		super().before_validate()

	def validate(self) -> None:
		if self.is_new():
			attendance.mark(self)

	def after_insert(self) -> None:
		attendance.after_mark(self)
