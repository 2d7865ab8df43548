from socaid_app.permissions.rows import RowOfRecord


class RevealRole(RowOfRecord):
	pass
