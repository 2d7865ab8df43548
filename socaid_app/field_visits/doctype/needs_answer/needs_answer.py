from socaid_app.permissions.rows import RowOfRecord


class NeedsAnswer(RowOfRecord):
	pass
