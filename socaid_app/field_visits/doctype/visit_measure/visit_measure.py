from socaid_app.permissions.rows import RowOfRecord


class VisitMeasure(RowOfRecord):
	pass
