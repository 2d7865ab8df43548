from socaid_app.casework.records import ANY, NOTHING, Guard, Guarded


class RecordTurn(Guarded):
	"""How often somebody had the turn with a record. No role has any permission here; see casework/waiting.py."""

	GUARD = Guard(writable={ANY: NOTHING})
