import frappe
from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.means_testing.violations import violation_steps


class ViolationCase(GuardedRecord):
	"""What somebody may have done wrong to get support (means_testing/violations/violation_steps.py)."""

	GUARD = Guard(
		state="status",
		writable={
			violation_steps.INVESTIGATED: ALL,
			**dict.fromkeys(
				(violation_steps.STATED, violation_steps.DELIBERATED, violation_steps.CONCLUDED),
				("adjustment",),
			),
		},
		fixed={"": ("household",)},
		approved=True,
		notes=("adjustment",),
		refusal=violation_steps.ViolationRefused,
		way_out=_lt("Send it back to the investigation to change it; the family is heard about it anew."),
	)
	TURNS = ("name",)

	def before_validate(self) -> None:
		if self.household:
			self.division = frappe.db.get_value("Recipient Household", self.household, "division")
		self.investigator = self.investigator or frappe.session.user
		self.set_division()

	def validate(self) -> None:
		if self.status == violation_steps.INVESTIGATED and self.household:
			violation_steps.check(self)
			violation_steps.fill(self)
