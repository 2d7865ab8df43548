from socaid_app.permissions.rows import RowOfRecord


class PublicityLog(RowOfRecord):
	pass
