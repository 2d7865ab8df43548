from socaid_app.permissions.rows import RowOfRecord


class PaymentLayoutColumn(RowOfRecord):
	pass
