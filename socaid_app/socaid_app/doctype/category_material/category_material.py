from socaid_app.permissions.rows import RowOfRecord


class CategoryMaterial(RowOfRecord):
	pass
