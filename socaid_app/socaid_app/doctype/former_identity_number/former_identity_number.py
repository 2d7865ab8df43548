from socaid_app.casework.records import ANY, NOTHING, Guard, Guarded


class FormerIdentityNumber(Guarded):
	"""A full ID number that was corrected: it still finds the person and belongs to nobody else. No role has any
	permission here; see permissions/sensitive.py."""

	GUARD = Guard(writable={ANY: NOTHING})
