import frappe
from frappe import _, _lt
from frappe.utils import cint, getdate, today

from socaid_app.casework import holidays, messages
from socaid_app.casework.people import Directory
from socaid_app.casework.records import ALL, Guard, GuardedRecord, require_second_person
from socaid_app.socaid_app import rules

ACCEPTED, VERIFYING, VERIFIED, APPROVED, NOT_APPROVED, NOTIFIED = (
	"Accepted",
	"Verifying",
	"Verified",
	"Approved",
	"Not Approved",
	"Notified",
)
DECIDED = (APPROVED, NOT_APPROVED)
# The only ways a status may move, whatever a county makes of the workflow.
STEPS = {
	ACCEPTED: {VERIFYING, VERIFIED},
	VERIFYING: {VERIFIED},
	VERIFIED: {VERIFYING, APPROVED, NOT_APPROVED},
	APPROVED: {NOTIFIED},
	NOT_APPROVED: {NOTIFIED},
	NOTIFIED: set(),
}
# What the person writes who decides, and who tells the household.
DECISION = ("status", "result_note")
FOLLOW_UP = ("status", "notified_on", "follow_up")
MAY_DECIDE = frozenset({"Township Approver", "County Reviewer", "County Approver"})


class StandardRaiseInvalid(frappe.ValidationError):
	pass


class StandardRaise(GuardedRecord):
	"""A household whose benefit may have to rise (提标): received, verified, decided by another person, told."""

	GUARD = Guard(
		state="status",
		writable={
			ACCEPTED: ALL,
			VERIFYING: ALL,
			VERIFIED: DECISION,
			APPROVED: FOLLOW_UP,
			NOT_APPROVED: FOLLOW_UP,
			NOTIFIED: ("follow_up",),
		},
		approved=True,
		entered=("status",),
		notes=(*DECISION, *FOLLOW_UP),
		once=("application",),
		refusal=StandardRaiseInvalid,
		way_out=_lt(
			"What was verified is what is decided on: send the case back to verification to correct it."
		),
	)

	SAID_WITH_STEP = ("findings", "result_note")

	division_from = "household"

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.copy_current_benefit()
		self.set_due_date()
		self.check_step()
		self.record_step()

	def on_update(self) -> None:
		self.tell_result()

	def copy_current_benefit(self) -> None:
		if self.entitlement:
			household, amount = frappe.db.get_value("Entitlement", self.entitlement, ["household", "amount"])
			if household != self.household:
				frappe.throw(_("The entitlement belongs to another household."), StandardRaiseInvalid)
			self.current_amount = amount

	def set_due_date(self) -> None:
		"""The service limit of the contract, in working days; a green-channel case is due the next working day."""
		received = getdate(self.received_on)
		days = 1 if self.urgent else cint(rules.parameters().get("service_raise_days", received))
		due, provisional = rules.calendar().add_workdays(received, days)
		self.due_on, self.due_provisional = due, int(provisional)

	def check_step(self) -> None:
		before = self.get_doc_before_save()
		if not before:
			if self.status != ACCEPTED:
				frappe.throw(_("A new case begins at Accepted."), StandardRaiseInvalid)
			return
		if self.status != before.status and self.status not in STEPS[before.status]:
			frappe.throw(
				_("A case at {0} cannot go to {1}.").format(
					_(before.status, context=before.doctype), _(self.status, context=self.doctype)
				),
				StandardRaiseInvalid,
			)

	def record_step(self) -> None:
		before = self.get_doc_before_save()
		if not before or self.status == before.status:
			return
		if self.status == VERIFIED:
			if not self.findings:
				frappe.throw(_("Enter what the verification found."), StandardRaiseInvalid)
			self.verified_by = frappe.session.user
		if self.status in DECIDED:
			self.check_decision()
			self.decided_by = frappe.session.user
		if self.status == NOTIFIED and not self.notified_on:
			self.notified_on = today()

	def check_decision(self) -> None:
		if frappe.session.user != "Administrator" and MAY_DECIDE.isdisjoint(frappe.get_roles()):
			frappe.throw(_("Only an approver or a county reviewer decides."), frappe.PermissionError)
		if self.verified_by == frappe.session.user:
			frappe.throw(
				_("You verified this case; another person must decide it (separation of duties)."),
				StandardRaiseInvalid,
			)
		require_second_person(
			self,
			_("You were the last to change this case; another person must decide it (separation of duties)."),
			StandardRaiseInvalid,
		)
		if not self.result_note:
			frappe.throw(_("State the result and the reason for it."), StandardRaiseInvalid)

	def tell_result(self) -> None:
		before = self.get_doc_before_save()
		if self.status in DECIDED and before and before.status not in DECIDED:
			users = set(Directory().users(["Township Officer", "Village Assistant"], self.division))
			users.discard(frappe.session.user)
			subject = _("{0}: {1} ({2})").format(
				self.head_name, _(self.status, context=self.doctype), self.name
			)
			messages.tell_staff(sorted(users), subject, self.doctype, self.name)


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``."""
	return holidays.settle(
		"Standard Raise",
		{"status": ["in", [ACCEPTED, VERIFYING, VERIFIED]]},
		("due_on", "due_provisional"),
		StandardRaise.set_due_date,
	)
