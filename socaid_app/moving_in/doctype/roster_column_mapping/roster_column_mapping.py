from socaid_app.casework.records import ANY, Guard, Guarded


class RosterColumnMapping(Guarded):
	"""What a heading of a former system means; the next roster of it is understood by that."""

	GUARD = Guard(writable={ANY: ("meaning",)})
