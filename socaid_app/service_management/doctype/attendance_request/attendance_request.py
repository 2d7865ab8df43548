from socaid_app.casework.records import ALL, Guard
from socaid_app.service_management import attendance_requests
from socaid_app.service_management.own_records import StaffRecord


class AttendanceRequest(StaffRecord):
	"""Leave, or a correction of a day; asked for, and decided by another person (attendance_requests.py)."""

	GUARD = Guard(state="status", writable={attendance_requests.OPEN: ALL}, approved=True)

	def validate(self) -> None:
		attendance_requests.check(self)
