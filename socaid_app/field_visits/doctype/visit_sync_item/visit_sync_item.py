from frappe import _lt

from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord
from socaid_app.field_visits.pocket import pocket_conflicts, pocket_sync  # noqa: F401 – their steps are declared there


class VisitSyncItem(GuardedRecord):
	"""One thing that was entered without network, kept as it was sent (field_visits/pocket/pocket_sync.py)."""

	GUARD = Guard(writable={ANY: NOTHING}, way_out=_lt("What a device sent stays as it was sent."))

	division_from = "visit"

	def onload(self) -> None:
		self.set_onload("in_words", pocket_conflicts.tell_form(self))

	def before_validate(self) -> None:
		self.set_division()
