from socaid_app.permissions.rows import RowOfRecord


class ApplicationMaterial(RowOfRecord):
	pass
