import frappe
from frappe import _lt

from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord
from socaid_app.means_testing.violations import violation_referrals


class ViolationReferral(GuardedRecord):
	"""One authority a violation case was referred to, its letter and its answer (means_testing/violations/violation_referrals.py)."""

	GUARD = Guard(
		state="status",
		writable={ANY: NOTHING},
		refusal=violation_referrals.ReferralRefused,
		way_out=_lt("What was referred stays as the letter says it; refer the case once more."),
	)
	TURNS = ("violation",)

	def before_validate(self) -> None:
		if self.violation:
			self.division = frappe.db.get_value("Violation Case", self.violation, "division")
		self.set_division()

	def validate(self) -> None:
		if self.is_new():
			violation_referrals.check(self)
