from socaid_app.permissions.rows import RowOfRecord


class DifferenceSighting(RowOfRecord):
	pass
