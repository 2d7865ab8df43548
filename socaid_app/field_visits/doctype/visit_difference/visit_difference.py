from socaid_app.permissions.rows import RowOfRecord


class VisitDifference(RowOfRecord):
	pass
