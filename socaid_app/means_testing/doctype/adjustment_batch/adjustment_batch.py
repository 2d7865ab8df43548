from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.means_testing.batches import batch_records, batch_steps


class AdjustmentBatch(GuardedRecord):
	"""Many benefits changed by one decision (means_testing/batches/)."""

	GUARD = Guard(
		state="status",
		writable={batch_records.DRAFTED: ALL},
		approved=True,
		refusal=batch_records.BatchRefused,
	)

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		# what is missing Frappe says
		if self.status == batch_records.DRAFTED and self.category and self.effective_month:
			batch_steps.check(self)
