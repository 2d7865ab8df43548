from socaid_app.petition_desk import deliveries, transfers
from socaid_app.petition_desk.records import PetitionPaper


class PetitionDelivery(PetitionPaper):
	"""A paper and the proof that it arrived (petition_desk/deliveries.py)."""

	def validate(self) -> None:
		deliveries.keep_delivered(self)
		deliveries.check(self)
		transfers.refuse_the_concerned(self)
		self.in_order("issued_on", "delivered_on")
		self.not_later_than_today("delivered_on")

	def on_update(self) -> None:
		deliveries.tell_petition(self)
