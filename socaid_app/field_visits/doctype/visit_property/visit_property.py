from socaid_app.permissions.rows import RowOfRecord


class VisitProperty(RowOfRecord):
	pass
