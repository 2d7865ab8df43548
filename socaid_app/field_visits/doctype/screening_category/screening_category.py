from socaid_app.permissions.rows import RowOfRecord


class ScreeningCategory(RowOfRecord):
	pass
