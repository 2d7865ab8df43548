from socaid_app.permissions.rows import RowOfRecord


class RouteStop(RowOfRecord):
	pass
