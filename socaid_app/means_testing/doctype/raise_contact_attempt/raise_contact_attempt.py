from socaid_app.permissions.rows import RowOfRecord


class RaiseContactAttempt(RowOfRecord):
	"""One call, message or visit, and what came of it."""
