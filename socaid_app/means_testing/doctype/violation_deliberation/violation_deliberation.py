import frappe
from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.means_testing.violations import deliberations


class ViolationDeliberation(GuardedRecord):
	"""A meeting that votes in secret on a violation case (means_testing/violations/deliberations.py)."""

	GUARD = Guard(
		state="status",
		writable={
			deliberations.CALLED: ALL,
			deliberations.COUNTED: ("minutes", "minutes_paper"),
		},
		fixed={"": ("violation",)},
		refusal=deliberations.DeliberationInvalid,
		way_out=_lt("What was voted on stays. Declare it void and call another meeting."),
	)
	TURNS = ("violation",)

	def before_validate(self) -> None:
		if self.violation:
			self.division = frappe.db.get_value("Violation Case", self.violation, "division")
		self.set_division()

	def validate(self) -> None:
		if self.status == deliberations.CALLED and self.violation:
			deliberations.fill(self)
