from socaid_app.permissions.rows import RowOfRecord


class CallbackAnswer(RowOfRecord):
	pass
