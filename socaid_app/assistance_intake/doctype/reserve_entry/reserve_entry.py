import frappe
from frappe import _

from socaid_app.assistance_intake import reserve_steps  # noqa: F401 – its steps are declared there
from socaid_app.assistance_intake.reserve_bookings import ReserveRefused
from socaid_app.casework.records import Guard, GuardedRecord


class ReserveEntry(GuardedRecord):
	"""One movement of a reserve: appended by a step, never changed (assistance_intake/reserve_bookings.py)."""

	GUARD = Guard(writable={}, refusal=ReserveRefused)

	def validate(self) -> None:
		if self.is_new() and not self.flags.by_step:
			frappe.throw(_("Movements follow from requests and payments; nobody enters one."), ReserveRefused)
