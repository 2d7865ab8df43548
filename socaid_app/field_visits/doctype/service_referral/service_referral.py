import frappe
from frappe import _, _lt
from frappe.utils import getdate, today

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.field_visits import transitions

SENT, ACCEPTED, COMPLETED, SENT_BACK = "Sent", "Accepted", "Completed", "Sent Back"
WAYS = {SENT: (ACCEPTED, SENT_BACK), ACCEPTED: (COMPLETED, SENT_BACK), SENT_BACK: (SENT,), COMPLETED: ()}


class ReferralIncomplete(frappe.ValidationError):
	pass


class ServiceReferral(GuardedRecord):
	"""A need handed to another office, and what came of it."""

	GUARD = Guard(
		state="status",
		entered=("status",),
		writable={SENT: ALL, ACCEPTED: ("status", "due_on", "completed_on", "result"), SENT_BACK: ALL},
		refusal=transitions.TransitionRefused,
		way_out=_lt("What was handed over stays as it was; make another referral."),
	)

	SAID_WITH_STEP = ("result",)

	division_from = "household"

	def in_charge(self) -> str | None:
		return None if self.status == COMPLETED else self.owner

	def before_validate(self) -> None:
		if self.partner_body:
			self.sent_to = self.partner_body
		self.set_division()
		self.head_name = frappe.db.get_value("Recipient Household", self.household, "head_name")

	def validate(self) -> None:
		transitions.check(self, WAYS)
		self.require_fit_partner()
		self.require_result()
		self.note_completion()

	def require_fit_partner(self) -> None:
		"""A partner body is told of somebody who agreed to it, while its agreement is in force."""
		if not self.partner_body or not self.has_value_changed("partner_body"):
			return
		if not self.recipient:
			frappe.throw(_("Choose the person whom the body is to serve."), ReferralIncomplete)
		if not self.consented_on or getdate(self.consented_on) > getdate(today()):
			frappe.throw(
				_("Enter the day on which the person agreed that the body is told."), ReferralIncomplete
			)
		frappe.get_doc("Partner Body", self.partner_body).require_fit()

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
