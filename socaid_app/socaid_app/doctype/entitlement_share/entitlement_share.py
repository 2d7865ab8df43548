from socaid_app.permissions.rows import RowOfRecord


class EntitlementShare(RowOfRecord):
	pass
