from socaid_app.casework.records import Guard, all_but
from socaid_app.petition_desk import deliveries, transfers
from socaid_app.petition_desk.records import PetitionPaper

ISSUED, DELIVERED = "Issued", "Delivered"


class PetitionDelivery(PetitionPaper):
	"""A paper and the proof that it arrived (petition_desk/deliveries.py)."""

	GUARD = Guard(
		writable={ISSUED: all_but("petition")},
		once=("receipt",),
	)

	def record_state(self) -> str:
		return DELIVERED if self.delivered_on else ISSUED

	def validate(self) -> None:
		deliveries.check(self)
		transfers.refuse_the_concerned(self)
		self.in_order("issued_on", "delivered_on")
		self.not_later_than_today("delivered_on")
		self.refuse_public_files()

	def on_update(self) -> None:
		deliveries.tell_petition(self)
