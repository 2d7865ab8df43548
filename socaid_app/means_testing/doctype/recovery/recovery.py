import frappe
from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.means_testing.recoveries import recovery_steps


class Recovery(GuardedRecord):
	"""What has to come back from a family (means_testing/recoveries/). Its sums are those of its bookings."""

	GUARD = Guard(
		state="status",
		writable={recovery_steps.DRAFTED: ALL},
		fixed={"": ("household",)},
		approved=True,
		refusal=recovery_steps.RecoveryRefused,
		way_out=_lt("What is owed follows the decision; money and waivers are booked by the steps."),
	)

	def before_validate(self) -> None:
		if self.entitlement and not self.household:
			self.household = frappe.db.get_value("Entitlement", self.entitlement, "household")
		if home := self.household or self.entitlement:
			kind = "Recipient Household" if self.household else "Entitlement"
			self.division = frappe.db.get_value(kind, home, "division")
		self.set_division()

	def validate(self) -> None:
		recovery_steps.fill(self)
