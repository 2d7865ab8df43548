from socaid_app.casework.records import ALL, ANY, Guard, Guarded


class CallbackScript(Guarded):
	"""What is asked. Callbacks keep a copy, so a script may be reworded at any time."""

	GUARD = Guard(writable={ANY: ALL})
