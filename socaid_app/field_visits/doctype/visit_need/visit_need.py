from socaid_app.permissions.rows import RowOfRecord


class VisitNeed(RowOfRecord):
	pass
