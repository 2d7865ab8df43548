from socaid_app.permissions.rows import RowOfRecord


class PublicityEntry(RowOfRecord):
	pass
