from socaid_app.permissions.rows import RowOfRecord


class ArchiveAppraisalItem(RowOfRecord):
	pass
