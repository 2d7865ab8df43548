from frappe import _lt

from socaid_app.assistance_intake import case_deliberations as meetings
from socaid_app.casework import duties
from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord


class CaseDeliberation(GuardedRecord):
	"""A meeting of the county on a single hardship (assistance_intake/case_deliberations.py)."""

	GUARD = Guard(
		state="status",
		writable={meetings.CALLED: ALL},
		fixed={ANY: ("application",)},
		refusal=meetings.MeetingRefused,
		way_out=_lt("What was voted on stays. Declare it void and call another meeting."),
	)
	TURNS = ("application",)

	division_from = "application"

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.is_new():
			duties.require(meetings.LEAD)
		if self.status == meetings.CALLED and self.application:
			meetings.fill(self)
