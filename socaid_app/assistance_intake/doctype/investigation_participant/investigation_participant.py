from socaid_app.permissions.rows import RowOfRecord


class InvestigationParticipant(RowOfRecord):
	pass
