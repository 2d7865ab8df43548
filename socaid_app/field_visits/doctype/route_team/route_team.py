from socaid_app.permissions.rows import RowOfRecord


class RouteTeam(RowOfRecord):
	pass
