from socaid_app.permissions.rows import RowOfRecord


class VisitVerification(RowOfRecord):
	pass
