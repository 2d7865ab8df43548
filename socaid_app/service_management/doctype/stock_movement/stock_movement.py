from socaid_app.casework.records import Guard, GuardedRecord
from socaid_app.service_management import stock_keeping


class StockMovement(GuardedRecord):
	"""One line of the ledger of supplies: booked when it is entered, never changed; a mistake is booked back."""

	GUARD = Guard(writable={}, way_out=stock_keeping.BOOK_BACK)
	division_from = "stock_item"

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.is_new():
			stock_keeping.book(self)
