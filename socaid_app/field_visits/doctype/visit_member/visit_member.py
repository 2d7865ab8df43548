from socaid_app.permissions.rows import RowOfRecord


class VisitMember(RowOfRecord):
	pass
