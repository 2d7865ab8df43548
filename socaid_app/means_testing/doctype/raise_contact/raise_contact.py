from frappe import _lt

from socaid_app.casework.records import NOTHING, Guard, GuardedRecord
from socaid_app.means_testing.batches import raise_contacts


class RaiseContact(GuardedRecord):
	"""A family that has to be told of a raise, and how it was told (means_testing/batches/raise_contacts.py)."""

	GUARD = Guard(
		state="status",
		writable=dict.fromkeys(raise_contacts.STATES, NOTHING),
		refusal=raise_contacts.ContactRefused,
		way_out=_lt("Note a contact instead."),
	)

	def before_validate(self) -> None:
		self.set_division()
