import frappe
from frappe import _

from socaid_app.casework.records import NOTHING, Guard, GuardedRecord
from socaid_app.means_testing.payments.bank_returns import ReturnFileRefused


class PaymentReturn(GuardedRecord):
	"""That an answer of the bank was read: its figures and hash, not the file."""

	GUARD = Guard(writable={"": NOTHING}, refusal=ReturnFileRefused)
	TURNS = (("payment_list", "file_hash"),)

	division_from = "payment_list"

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.is_new() and not self.flags.by_step:
			frappe.throw(_("Read the return file on the payment list."), ReturnFileRefused)


def on_doctype_update() -> None:
	frappe.db.add_index("Payment Return", ["file_hash"], "file_hash")
