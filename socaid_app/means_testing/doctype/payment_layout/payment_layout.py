from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.means_testing.payments import payment_layouts


class PaymentLayout(Guarded):
	"""How a bank wants its file, and how it answers; edited in Desk (means_testing/payments/payment_layouts.py)."""

	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		payment_layouts.check(self)
