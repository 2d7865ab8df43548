import frappe
from frappe import _

from socaid_app.casework.records import NOTHING, Guard, GuardedRecord
from socaid_app.means_testing.payments import line_steps
from socaid_app.means_testing.payments.line_steps import PaymentLineInvalid
from socaid_app.means_testing.payments.payment_records import LINE, PROPOSED


class PaymentLine(GuardedRecord):
	"""What a list pays to one household or person. Written by the draft and by steps; no channel writes a line."""

	GUARD = Guard(state="status", writable={PROPOSED: NOTHING}, refusal=PaymentLineInvalid)

	def validate(self) -> None:
		if self.is_new() and not self.flags.by_step:
			frappe.throw(
				_("Lines come from the ledger when a list is drafted; nobody enters one."), PaymentLineInvalid
			)

	def on_update(self) -> None:
		line_steps.refresh_list(self)


def on_doctype_update() -> None:
	"""For what a list has covered of an entitlement, and for the lines of a list in their order."""
	frappe.db.add_index(LINE, ["entitlement", "status", "to_month"], "entitlement_covered")
	frappe.db.add_index(LINE, ["payment_list", "serial"], "list_serial")
