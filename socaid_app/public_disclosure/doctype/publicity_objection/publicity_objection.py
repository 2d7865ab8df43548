from socaid_app.permissions.rows import RowOfRecord


class PublicityObjection(RowOfRecord):
	pass
