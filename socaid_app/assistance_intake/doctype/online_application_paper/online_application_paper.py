from socaid_app.permissions.rows import RowOfRecord


class OnlineApplicationPaper(RowOfRecord):
	pass
