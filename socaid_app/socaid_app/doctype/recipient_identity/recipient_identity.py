from socaid_app.casework.records import ANY, NOTHING, Guard, Guarded


class RecipientIdentity(Guarded):
	"""Full numbers of one person. No role has any permission here; see permissions/sensitive.py."""

	GUARD = Guard(writable={ANY: NOTHING})
