from socaid_app.permissions.rows import RowOfRecord


class ChangedFact(RowOfRecord):
	pass
