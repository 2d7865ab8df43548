from frappe import _lt

from socaid_app.assistance_intake import reserve_steps
from socaid_app.assistance_intake.reserve_bookings import ReserveRefused
from socaid_app.casework.records import ANY, Guard, GuardedRecord


class ReserveRequest(GuardedRecord):
	"""A township asks the county for money, or gives the rest back (assistance_intake/reserve_steps.py)."""

	GUARD = Guard(
		state="status",
		writable={reserve_steps.ASKED: ("kind", "amount", "reason")},
		fixed={ANY: ("reserve",)},
		approved=True,
		refusal=ReserveRefused,
		way_out=_lt("It is answered. Make another request."),
	)

	division_from = "reserve"

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.is_new():
			reserve_steps.begin(self)
		if self.status == reserve_steps.ASKED:
			reserve_steps.check(self)
