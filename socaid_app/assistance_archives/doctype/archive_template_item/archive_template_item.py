from socaid_app.permissions.rows import RowOfRecord


class ArchiveTemplateItem(RowOfRecord):
	pass
