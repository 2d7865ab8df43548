import frappe
from frappe import _, _lt

from socaid_app.casework.records import Guard, GuardedRecord
from socaid_app.moving_in import difference_steps as differences
from socaid_app.moving_in.reconciliation_records import WAITING


class ReconciliationDifference(GuardedRecord):
	"""What a list and the register do not say alike, until it is settled with evidence (moving_in/difference_steps.py).

	It is written by the comparison alone, and changes no benefit.
	"""

	GUARD = Guard(
		state="status",
		writable={},
		refusal=differences.DifferenceRefused,
		way_out=_lt("A difference is moved on by its steps: check, measure, end."),
	)

	def in_charge(self) -> str | None:
		return self.officer if self.status in WAITING else None

	def before_insert(self) -> None:
		if not self.flags.by_step:
			frappe.throw(_("Differences come from the reading of a list."), differences.DifferenceRefused)
