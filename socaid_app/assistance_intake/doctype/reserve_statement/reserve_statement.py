import frappe
from frappe import _

from socaid_app.assistance_intake import reserve_steps
from socaid_app.assistance_intake.reserve_bookings import ReserveRefused
from socaid_app.casework.records import Guard, GuardedRecord


class ReserveStatement(GuardedRecord):
	"""A month of a reserve beside cash and bank (assistance_intake/reserve_steps.py)."""

	GUARD = Guard(
		state="status",
		writable=dict.fromkeys((reserve_steps.TO_MAKE, reserve_steps.MADE), ("bank_paper",)),
		refusal=ReserveRefused,
	)

	def validate(self) -> None:
		if self.is_new() and not self.flags.by_step:
			frappe.throw(
				_("Statements are made out by the system after the month has ended."), ReserveRefused
			)
