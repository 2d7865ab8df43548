from frappe.utils import today

from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord
from socaid_app.petition_desk import reception
from socaid_app.socaid_app import safety


class ReceptionRecord(GuardedRecord):
	"""Who came or rang, what was asked and what was explained; see petition_desk/reception.py."""

	GUARD = Guard(writable={ANY: ALL})

	division_from = "household"

	def before_validate(self) -> None:
		reception.complete(self)
		self.set_division()

	def validate(self) -> None:
		reception.check(self)
		if self.is_new() or self.has_value_changed("received_by"):
			safety.require_proofs(today(), users=[self.received_by])
