import frappe
from frappe import _

from socaid_app.casework.records import ANY, Guard
from socaid_app.permissions import outgoing
from socaid_app.petition_desk import transfers
from socaid_app.petition_desk.petition_records import ByStepOnly, PetitionPaper

SENT, REPORTED = "Sent", "Reported"
FIXED = ("petition", "kind", "to_unit", "to_division", "reason", "sent_on", "feedback_required", "due_on")
REPORT = ("received_on", "received_by", "feedback_on", "feedback")


class PetitionTransfer(PetitionPaper):
	"""A petition sent to another unit; made by the petition's own steps (petition_desk/transfers.py)."""

	GUARD = Guard(writable={SENT: REPORT}, fixed={ANY: FIXED})
	TURNS = ("petition",)

	def before_insert(self) -> None:
		if not self.flags.by_step:
			frappe.throw(_("Use “Pass On” or “Send Back” on the petition."), ByStepOnly)

	def record_state(self) -> str:
		return REPORTED if self.feedback_on else SENT

	def validate(self) -> None:
		transfers.check(self)
		transfers.refuse_the_concerned(self)
		self.in_order("sent_on", "received_on", "feedback_on")
		self.not_later_than_today("received_on", "feedback_on")

	def after_insert(self) -> None:
		outgoing.record(self, (), f"{self.to_unit}：{self.reason or self.kind}", self.petition)

	def on_update(self) -> None:
		transfers.tell_petition(self)
