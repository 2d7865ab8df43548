from socaid_app.permissions.rows import RowOfRecord


class VisitProblemAction(RowOfRecord):
	pass
