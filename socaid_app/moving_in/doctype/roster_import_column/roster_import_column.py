from socaid_app.permissions.rows import RowOfRecord


class RosterImportColumn(RowOfRecord):
	pass
