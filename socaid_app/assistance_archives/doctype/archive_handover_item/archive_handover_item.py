from socaid_app.permissions.rows import RowOfRecord


class ArchiveHandoverItem(RowOfRecord):
	pass
