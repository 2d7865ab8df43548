from socaid_app.permissions.rows import RowOfRecord


class HolidayCalendarDay(RowOfRecord):
	pass
