from socaid_app.permissions.rows import RowOfRecord


class PetitionRepresentative(RowOfRecord):
	pass
