from socaid_app.permissions.rows import RowOfRecord


class ApplicationSupporter(RowOfRecord):
	pass
