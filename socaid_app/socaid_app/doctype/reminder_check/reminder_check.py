import frappe
from frappe import _lt

from socaid_app.casework.records import ANY, Guard, Guarded

MEASURED = ("checked_at", "period_from", "period_to", "expected", "sent", "missing", "last_run", "outcome")


class ReminderCheckFixed(frappe.ValidationError):
	pass


class ReminderCheck(Guarded):
	"""The weekly proof that reminders really went out. Made by the scheduler; people only annotate it."""

	GUARD = Guard(
		writable={ANY: ("note",)},
		entered=MEASURED,
		refusal=ReminderCheckFixed,
		way_out=_lt("A self-check cannot be changed; add a note."),
	)
