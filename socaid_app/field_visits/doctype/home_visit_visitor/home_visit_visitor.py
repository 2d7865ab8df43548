from socaid_app.permissions.rows import RowOfRecord


class HomeVisitVisitor(RowOfRecord):
	pass
