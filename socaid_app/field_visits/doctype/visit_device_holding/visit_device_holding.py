from frappe import _lt

from socaid_app.casework.records import ANY, NOTHING, Guard, Guarded


class VisitDeviceHolding(Guarded):
	"""From when to when a device held a household's file; written by every pull."""

	GUARD = Guard(writable={ANY: NOTHING}, way_out=_lt("What a device holds is written when it fetches it."))
