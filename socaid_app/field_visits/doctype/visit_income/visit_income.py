from socaid_app.permissions.rows import RowOfRecord


class VisitIncome(RowOfRecord):
	pass
