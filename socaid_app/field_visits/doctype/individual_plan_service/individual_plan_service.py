from socaid_app.permissions.rows import RowOfRecord


class IndividualPlanService(RowOfRecord):
	pass
