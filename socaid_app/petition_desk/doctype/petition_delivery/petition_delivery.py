from frappe.utils import getdate

from socaid_app.casework.records import ALL, ANY, Guard
from socaid_app.petition_desk import deliveries, transfers
from socaid_app.petition_desk.records import PetitionPaper

ISSUED, DELIVERED = "Issued", "Delivered"
# A paper that arrived has arrived: what clocks rest on stays.
ARRIVED = ("document_kind", "review", "issued_on", "method", "delivered_on")


class PetitionDelivery(PetitionPaper):
	"""A paper and the proof that it arrived (petition_desk/deliveries.py)."""

	GUARD = Guard(
		writable={ISSUED: ALL, DELIVERED: ("note",)},
		fixed={ANY: ("petition",), DELIVERED: ARRIVED},
		once=("receipt", "received_by"),
	)
	TURNS = ("petition",)

	def record_state(self) -> str:
		return DELIVERED if self.delivered_on else ISSUED

	def validate(self) -> None:
		deliveries.check(self)
		transfers.refuse_the_concerned(self)
		self.in_order("issued_on", "delivered_on")
		self.not_later_than_today("delivered_on")
		self.due_on = deliveries.due_on(getdate(self.issued_on)) if self.issued_on else None

	def on_update(self) -> None:
		deliveries.tell_petition(self)
