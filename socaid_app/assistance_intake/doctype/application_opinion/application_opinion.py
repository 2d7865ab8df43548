from socaid_app.permissions.rows import RowOfRecord


class ApplicationOpinion(RowOfRecord):
	pass
