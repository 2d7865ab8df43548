from socaid_app.permissions.rows import RowOfRecord


class ScreeningStage(RowOfRecord):
	pass
