from socaid_app.permissions.rows import RowOfRecord


class PublicationLog(RowOfRecord):
	pass
