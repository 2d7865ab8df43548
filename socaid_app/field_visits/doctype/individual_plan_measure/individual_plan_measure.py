from socaid_app.permissions.rows import RowOfRecord


class IndividualPlanMeasure(RowOfRecord):
	pass
