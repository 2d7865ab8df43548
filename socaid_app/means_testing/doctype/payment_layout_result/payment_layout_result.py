from socaid_app.permissions.rows import RowOfRecord


class PaymentLayoutResult(RowOfRecord):
	pass
