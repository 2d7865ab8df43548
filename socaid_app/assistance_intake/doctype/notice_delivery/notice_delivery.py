import frappe
from frappe import _, _lt
from frappe.utils import cint, getdate, now_datetime, today

from socaid_app.assistance_intake import deadlines, notices
from socaid_app.casework import letters
from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord
from socaid_app.policy import terms
from socaid_app.socaid_app import rules

TO_DELIVER, DELIVERED, OVERDUE = "To Deliver", "Delivered", "Overdue"
# The decision each notice tells; a notice of a decision that was not taken must not exist.
STATES_OF_KIND = {
	notices.ACCEPTANCE: set(terms.RUNNING_STATES) | {terms.CONFIRMED, terms.REJECTED, terms.TERMINATED},
	notices.NOT_ACCEPTED: {terms.NOT_ACCEPTED},
	notices.CONFIRMATION: {terms.CONFIRMED},
	notices.REJECTION: {terms.REJECTED},
	notices.TERMINATION: {terms.TERMINATED},
}
FIXED = ("application", "document_kind", "recipient", "issued_on", "document_number", "content")


class NoticeInvalid(frappe.ValidationError):
	pass


class NoticeDelivery(GuardedRecord):
	"""One written notice with its number, its last day for delivery and the proof of delivery."""

	GUARD = Guard(
		state="status",
		writable={TO_DELIVER: ALL, OVERDUE: ALL},
		fixed={ANY: FIXED},
		once=("receipt",),
		refusal=NoticeInvalid,
		way_out=_lt("This notice has been delivered; the proof of it stays."),
	)
	TURNS = ("application",)

	division_from = "application"

	def before_validate(self) -> None:
		self.set_division()

	def before_insert(self) -> None:
		self.document_number = letters.next_number(self.document_kind, getdate(self.issued_on).year)

	def validate(self) -> None:
		self.begin_log()
		self.check_decision()
		self.set_due_date()
		self.check_delivery()
		self.set_status()

	def on_update(self) -> None:
		if self.status == DELIVERED and self.has_value_changed("status"):
			deadlines.refresh(self.application)

	def begin_log(self) -> None:
		if not self.get_doc_before_save():
			self.message_log = None

	def check_decision(self) -> None:
		state = frappe.db.get_value("Assistance Application", self.application, "workflow_state")
		states = STATES_OF_KIND.get(self.document_kind)
		if self.is_new() and states and state not in states:
			frappe.throw(
				_("{0} cannot be issued: the application stands at {1}.").format(
					_(self.document_kind), _(state)
				),
				NoticeInvalid,
			)

	def set_due_date(self) -> None:
		key = frappe.get_cached_value(letters.DOCTYPE, self.document_kind, "delivery_days")
		days = cint(rules.parameters().get(key, getdate(self.issued_on)))
		due, provisional = rules.calendar().add_workdays(getdate(self.issued_on), days)
		self.due_on, self.due_provisional = due, int(provisional)

	def check_delivery(self) -> None:
		if not self.delivered_on:
			return
		if getdate(self.delivered_on) > getdate(today()):
			frappe.throw(_("The date of delivery lies in the future."), NoticeInvalid)
		if getdate(self.delivered_on) < getdate(self.issued_on):
			frappe.throw(_("The notice was not yet issued on the date of delivery."), NoticeInvalid)
		if not self.method:
			frappe.throw(_("State how the notice was delivered."), NoticeInvalid)
		if not (self.received_by or self.receipt or self.refusal_note):
			frappe.throw(
				_("Record who signed for the notice, the signed receipt, or the refusal to sign."),
				NoticeInvalid,
			)
		if not self.delivered_by:
			self.delivered_by = frappe.session.user

	def set_status(self) -> None:
		if self.delivered_on:
			self.status = DELIVERED
		else:
			self.status = OVERDUE if getdate(self.due_on) < getdate(today()) else TO_DELIVER

	def log_message(self, channel: str, outcome: str) -> None:
		"""Append a line to the log of notifications, without touching open forms."""
		line = f"{now_datetime():%Y-%m-%d %H:%M} {channel}: {outcome}"
		self.message_log = "\n".join(part for part in (self.message_log, line) if part)
		self.db_set("message_log", self.message_log, update_modified=False)


@frappe.whitelist()
def deliver(
	name: str,
	method: str,
	delivered_on: str,
	received_by: str | None = None,
	receipt: str | None = None,
	refusal_note: str | None = None,
) -> str:
	"""Record the delivery of a notice; returns its status."""
	notice = frappe.get_doc("Notice Delivery", name)
	notice.check_permission("write")
	if notice.status == DELIVERED:
		frappe.throw(_("This notice has already been delivered."), NoticeInvalid)
	notice.update(
		{
			"method": method,
			"delivered_on": delivered_on,
			"received_by": received_by,
			"receipt": receipt,
			"refusal_note": refusal_note,
			"delivered_by": frappe.session.user,
		}
	)
	notice.save()
	return notice.status
