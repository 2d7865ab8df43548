from socaid_app.permissions.rows import RowOfRecord


class ListLayoutWord(RowOfRecord):
	pass
