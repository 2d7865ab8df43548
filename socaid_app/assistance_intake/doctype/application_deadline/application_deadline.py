from socaid_app.permissions.rows import RowOfRecord


class ApplicationDeadline(RowOfRecord):
	pass
