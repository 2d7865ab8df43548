import frappe
from frappe.utils import now_datetime, time_diff_in_seconds

from socaid_app.casework.records import Guard
from socaid_app.service_management import exams
from socaid_app.service_management.own_records import StaffRecord


class ExamAttempt(StaffRecord):
	"""Somebody sits an exam: what was asked, answered and gained; only steps write it (service_management/exams.py)."""

	GUARD = Guard(state="status", writable={})

	def onload(self) -> None:
		"""The time of the server, by which the form counts down."""
		if self.status == exams.UNDER_WAY and self.user == frappe.session.user:
			self.set_onload("seconds_left", max(0, int(time_diff_in_seconds(self.ends_at, now_datetime()))))
