from socaid_app.permissions.rows import RowOfRecord


class ApplicationProperty(RowOfRecord):
	pass
