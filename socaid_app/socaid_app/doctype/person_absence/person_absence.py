from socaid_app.permissions.rows import RowOfRecord


class PersonAbsence(RowOfRecord):
	pass
