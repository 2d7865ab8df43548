from socaid_app.permissions.rows import RowOfRecord


class ApplicationIncome(RowOfRecord):
	pass
