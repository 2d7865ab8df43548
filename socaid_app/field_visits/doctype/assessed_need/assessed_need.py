from socaid_app.permissions.rows import RowOfRecord


class AssessedNeed(RowOfRecord):
	pass
