from socaid_app.casework.records import Guard
from socaid_app.service_management import assessments
from socaid_app.service_management.own_records import StaffRecord


class StaffAssessment(StaffRecord):
	"""How somebody did in a period, computed from what the system knows (service_management/assessments.py)."""

	GUARD = Guard(
		state="status",
		writable={assessments.DRAFT: ("officer", "period_from", "period_to", "remark")},
		approved=True,
	)
	# a period of somebody is assessed once
	TURNS = (("officer", "period_from", "period_to"),)

	def validate(self) -> None:
		if self.is_new() or self.status == assessments.DRAFT:
			assessments.compute(self)
