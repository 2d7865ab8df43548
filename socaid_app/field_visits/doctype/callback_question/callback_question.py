from socaid_app.permissions.rows import RowOfRecord


class CallbackQuestion(RowOfRecord):
	pass
