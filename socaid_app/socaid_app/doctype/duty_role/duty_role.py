from socaid_app.permissions.rows import RowOfRecord


class DutyRole(RowOfRecord):
	"""One role that has a duty (casework/duties.py)."""
