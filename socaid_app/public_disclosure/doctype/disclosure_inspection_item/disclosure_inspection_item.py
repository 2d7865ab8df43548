from socaid_app.permissions.rows import RowOfRecord


class DisclosureInspectionItem(RowOfRecord):
	pass
