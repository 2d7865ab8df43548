from socaid_app.permissions.rows import RowOfRecord


class ListLayoutColumn(RowOfRecord):
	pass
