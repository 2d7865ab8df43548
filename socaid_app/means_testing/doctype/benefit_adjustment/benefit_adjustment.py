import frappe
from frappe import _lt

from socaid_app.casework import duties
from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.means_testing import adjustments
from socaid_app.means_testing.adjustment_amounts import DepartureRefused

# The state of a draft that a batch has made, in which nothing is written.
OF_A_BATCH = "Drafted by a Batch"


class BenefitAdjustment(GuardedRecord):
	"""A change of support that was granted (means_testing/adjustments.py). Its amounts are computed."""

	GUARD = Guard(
		state="status",
		writable={adjustments.DRAFTED: ALL},
		by={"amount_departure": adjustments.GRANT_ANOTHER, "departure_reason": adjustments.GRANT_ANOTHER},
		fixed={"": ("entitlement",)},
		approved=True,
		refusal=adjustments.AdjustmentRefused,
		way_out=_lt("Send it back to the draft to change it; what takes more from the family is heard anew."),
	)
	TURNS = ("entitlement",)

	def record_state(self) -> str:
		"""What a batch has drafted says what was previewed; a family is decided on otherwise by a draft of its own."""
		return OF_A_BATCH if self.batch and self.status == adjustments.DRAFTED else super().record_state()

	def before_validate(self) -> None:
		if self.entitlement:
			self.division = frappe.db.get_value("Entitlement", self.entitlement, "division")
		self.set_division()

	def validate(self) -> None:
		# without a benefit Frappe says what is missing
		if self.status == adjustments.DRAFTED and self.entitlement and not self.batch:
			adjustments.check_draft(self)
			adjustments.check_reference(self)
			adjustments.fill(self)

	def before_insert(self) -> None:
		self.refuse_departure_of_others()

	def refuse_departure_of_others(self) -> None:
		"""A new record has no stored one to be held against."""
		if self.amount_departure and not self.flags.by_step:
			duties.require(adjustments.GRANT_ANOTHER, DepartureRefused)
