from socaid_app.permissions.rows import RowOfRecord


class VisitExpense(RowOfRecord):
	pass
