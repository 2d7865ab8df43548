import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.field_visits import transitions
from socaid_app.permissions.scope import ScopedDocument

SENT, ACCEPTED, COMPLETED, SENT_BACK = "Sent", "Accepted", "Completed", "Sent Back"
WAYS = {SENT: (ACCEPTED, SENT_BACK), ACCEPTED: (COMPLETED, SENT_BACK), SENT_BACK: (SENT,), COMPLETED: ()}


class ReferralIncomplete(frappe.ValidationError):
	pass


class ServiceReferral(ScopedDocument):
	"""A need handed to another office, and what came of it."""

	division_from = "household"

	def before_validate(self) -> None:
		self.set_division()
		self.head_name = frappe.db.get_value("Recipient Household", self.household, "head_name")

	def validate(self) -> None:
		transitions.check(self, WAYS)
		transitions.refuse_changes_at_the_end(self, WAYS)
		self.require_result()
		self.note_completion()

	def require_result(self) -> None:
		if self.status in (COMPLETED, SENT_BACK) and not (self.result or "").strip():
			frappe.throw(
				_("Enter the result: what the other office did, or why it sent the referral back."),
				ReferralIncomplete,
			)

	def note_completion(self) -> None:
		if self.status != COMPLETED:
			self.completed_on = None
			return
		self.completed_on = self.completed_on or today()
		if not getdate(self.sent_on) <= getdate(self.completed_on) <= getdate(today()):
			frappe.throw(_("The date of completion lies between the referral and today."), ReferralIncomplete)
