import frappe

from socaid_app.casework.records import Guard
from socaid_app.service_management.own_records import StaffRecord


class AttendanceDay(StaffRecord):
	"""A day of somebody, as it was computed (service_management/attendance.py); nobody writes it."""

	GUARD = Guard(writable={})

	def autoname(self) -> None:
		self.name = f"{self.officer}-{frappe.utils.getdate(self.day):%Y%m%d}"


def on_doctype_update() -> None:
	frappe.db.add_unique("Attendance Day", ["officer", "day"], "officer_day")
