from frappe import _lt

from socaid_app.casework.records import Guard, GuardedRecord, all_but
from socaid_app.moving_in import reconciliation_steps as reconciliations
from socaid_app.moving_in.reconciliation_records import NOT_READ


class ListReconciliation(GuardedRecord):
	"""A list of another body held against the registry and the ledger of a month (moving_in/reconciliation_steps.py)."""

	GUARD = Guard(
		state="status",
		writable={NOT_READ: all_but()},
		refusal=reconciliations.ReconciliationRefused,
		way_out=_lt("What a list was compared with stays. Enter another reconciliation."),
	)

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.status == NOT_READ:
			reconciliations.prepare(self)
