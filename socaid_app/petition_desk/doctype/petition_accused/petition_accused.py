from socaid_app.permissions.rows import RowOfRecord


class PetitionAccused(RowOfRecord):
	pass
