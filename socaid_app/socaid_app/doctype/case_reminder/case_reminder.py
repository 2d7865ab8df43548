import frappe
from frappe import _, _lt
from frappe.utils import now_datetime

from socaid_app.casework.records import ANY, Guard, GuardedRecord

MANUAL_NEEDED, MANUAL_DONE = "Manual Needed", "Manual Done"
FAILED = "Failed"
SYSTEM = "System"
# What somebody enters who gave the notice in person.
MANUAL = ("status", "channel", "note", "is_manual", "handled_by", "sent_at")
FIXED = ("reference_doctype", "reference_name", "kind", "due_on", "recipient_user")


class ReminderInvalid(frappe.ValidationError):
	pass


class CaseReminder(GuardedRecord):
	"""One reminder about a case: sent by the system, or by a person when the system could not."""

	GUARD = Guard(
		state="status",
		writable={MANUAL_NEEDED: MANUAL, FAILED: MANUAL},
		fixed={ANY: FIXED},
		refusal=ReminderInvalid,
		way_out=_lt(
			"Only a reminder that failed can be changed, to Manual Done once somebody has been told."
		),
	)

	def before_validate(self) -> None:
		self.copy_division()
		self.set_division()

	def validate(self) -> None:
		self.keep_what_was_sent()
		self.check_manual_notice()

	def copy_division(self) -> None:
		if self.reference_doctype and frappe.get_meta(self.reference_doctype).has_field("division"):
			self.division = frappe.db.get_value(self.reference_doctype, self.reference_name, "division")

	def keep_what_was_sent(self) -> None:
		before = self.get_doc_before_save()
		if not before:
			return
		if self.status != before.status and (
			before.status not in (MANUAL_NEEDED, FAILED) or self.status != MANUAL_DONE
		):
			frappe.throw(
				_("Only a reminder that failed can be changed, to Manual Done once somebody has been told."),
				ReminderInvalid,
			)

	def check_manual_notice(self) -> None:
		if self.status != MANUAL_DONE:
			return
		self.is_manual = 1
		if self.channel == SYSTEM:
			frappe.throw(_("State how the person was told: by phone, SMS or visit."), ReminderInvalid)
		self.handled_by = self.handled_by or frappe.session.user
		self.sent_at = self.sent_at or now_datetime()


@frappe.whitelist()
def record_manual_notice(name: str, channel: str, note: str | None = None) -> str:
	"""Record that a person gave the notice the system could not; returns the status."""
	reminder = frappe.get_doc("Case Reminder", name)
	reminder.check_permission("write")
	reminder.update(
		{"status": MANUAL_DONE, "channel": channel, "note": note, "handled_by": frappe.session.user}
	)
	reminder.save()
	return reminder.status
