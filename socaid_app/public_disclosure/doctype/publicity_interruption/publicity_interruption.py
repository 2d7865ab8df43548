from socaid_app.permissions.rows import RowOfRecord


class PublicityInterruption(RowOfRecord):
	pass
