from socaid_app.permissions.rows import RowOfRecord


class ReconciliationPlace(RowOfRecord):
	pass
