import frappe
from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.means_testing import opinion_hearings


class OpinionHearing(GuardedRecord):
	"""What a family said before something was taken from it (means_testing/opinion_hearings.py)."""

	GUARD = Guard(
		state="status",
		writable={opinion_hearings.BEING_HEARD: ALL},
		fixed={"": ("adjustment",)},
		approved=True,
		refusal=opinion_hearings.HearingInvalid,
		way_out=_lt("What was taken down stays. Declare it void and hear the family again."),
	)
	TURNS = ("adjustment",)

	def before_validate(self) -> None:
		if self.adjustment:
			self.division = frappe.db.get_value("Benefit Adjustment", self.adjustment, "division")
		self.set_division()

	def validate(self) -> None:
		if self.status == opinion_hearings.BEING_HEARD and self.adjustment:
			opinion_hearings.fill(self)
