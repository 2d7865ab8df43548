from socaid_app.permissions.rows import RowOfRecord


class ApplicationExpense(RowOfRecord):
	pass
