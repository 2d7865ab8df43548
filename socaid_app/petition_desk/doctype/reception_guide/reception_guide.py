from socaid_app.permissions.rows import RowOfRecord


class ReceptionGuide(RowOfRecord):
	pass
