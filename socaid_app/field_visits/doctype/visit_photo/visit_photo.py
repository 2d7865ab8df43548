from socaid_app.permissions.rows import RowOfRecord


class VisitPhoto(RowOfRecord):
	pass
