from socaid_app.permissions.rows import RowOfRecord


class ScreeningDelay(RowOfRecord):
	pass
