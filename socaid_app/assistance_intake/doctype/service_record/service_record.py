import frappe
from frappe import _, _lt
from frappe.utils import get_datetime

from socaid_app.casework.records import ALL, Guard, GuardedRecord


class ServiceRecordInvalid(frappe.ValidationError):
	pass


class ServiceRecord(GuardedRecord):
	"""A service to an applicant that is no step of a case: advice, copying, guidance, handing information on."""

	GUARD = Guard(
		state="closed",
		writable={"0": ALL, "1": ("closed", "feedback", "follow_up_on", "receipt", "received_at")},
		way_out=_lt("This service is settled. Untick “Settled” first if it has to be put right."),
	)

	def before_validate(self) -> None:
		self.copy_case()
		self.set_division()

	def validate(self) -> None:
		self.check_handover()
		self.require_answer_before_settling()

	def copy_case(self) -> None:
		if not self.application:
			return
		case = frappe.db.get_value(
			"Assistance Application",
			self.application,
			["household", "applicant_name", "division"],
			as_dict=True,
		)
		self.division = case.division
		self.household = self.household or case.household
		self.person_name = self.person_name or case.applicant_name

	def check_handover(self) -> None:
		if self.sent_at and self.received_at and get_datetime(self.received_at) < get_datetime(self.sent_at):
			frappe.throw(_("The information was received before it was sent."), ServiceRecordInvalid)

	def require_answer_before_settling(self) -> None:
		if self.closed and not self.advice:
			frappe.throw(_("Enter the answer or the service given before settling."), ServiceRecordInvalid)
