from socaid_app.permissions.rows import RowOfRecord


class ScreeningMeeting(RowOfRecord):
	pass
