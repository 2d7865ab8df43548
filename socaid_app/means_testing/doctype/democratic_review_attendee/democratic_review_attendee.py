from socaid_app.permissions.rows import RowOfRecord


class DemocraticReviewAttendee(RowOfRecord):
	pass
