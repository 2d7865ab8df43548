from socaid_app.permissions.rows import RowOfRecord


class PolicyGuideSource(RowOfRecord):
	pass
