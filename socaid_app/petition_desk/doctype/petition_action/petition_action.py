from socaid_app.permissions.rows import RowOfRecord


class PetitionAction(RowOfRecord):
	pass
