from socaid_app.permissions.rows import RowOfRecord


class ApplicationMember(RowOfRecord):
	pass
