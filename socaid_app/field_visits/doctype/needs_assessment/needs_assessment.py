from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.field_visits import needs


class NeedsAssessment(GuardedRecord):
	"""What one person of a special group needs, by the answers to a questionnaire (field_visits/needs.py)."""

	GUARD = Guard(
		state="status",
		writable={needs.DRAFT: ALL},
		fixed={"": ("recipient",)},
		approved=True,
		refusal=needs.AssessmentRefused,
		way_out=_lt("What was assessed stays as it is. Assess the person again."),
	)
	TURNS = ("recipient",)

	division_from = "recipient"

	def in_charge(self) -> str | None:
		return self.owner if self.status == needs.DRAFT else None

	def before_validate(self) -> None:
		if self.status == needs.DRAFT and self.recipient:
			needs.fill(self)
		self.set_division()

	def validate(self) -> None:
		if self.status == needs.DRAFT and self.recipient:
			needs.check(self)
