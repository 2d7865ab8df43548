import frappe
from frappe import _

from socaid_app.casework.records import NOTHING, Guard, GuardedRecord
from socaid_app.means_testing.batches.batch_records import BatchRefused


class BatchOmission(GuardedRecord):
	"""A family that a batch leaves as it is, and why. Written by the preview; no channel writes one."""

	GUARD = Guard(writable={"": NOTHING}, refusal=BatchRefused)

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.is_new() and not self.flags.by_step:
			frappe.throw(_("Preview the batch; it says whom it leaves out."), BatchRefused)
