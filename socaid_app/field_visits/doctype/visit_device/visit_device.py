from frappe import _lt

from socaid_app.casework.records import ANY, NOTHING, Guard, Guarded
from socaid_app.field_visits.pocket import pocket_devices  # noqa: F401 – its steps are declared there


class VisitDevice(Guarded):
	"""A phone that carries families' files along (field_visits/pocket/pocket_devices.py)."""

	GUARD = Guard(
		writable={ANY: NOTHING}, way_out=_lt("A device registers itself when its holder logs in on it.")
	)
