from socaid_app.permissions.rows import RowOfRecord


class HouseholdMember(RowOfRecord):
	pass
