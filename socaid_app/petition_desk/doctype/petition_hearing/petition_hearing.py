from socaid_app.petition_desk import hearings, transfers
from socaid_app.petition_desk.records import PetitionPaper


class PetitionHearing(PetitionPaper):
	"""A hearing on a petition or on its review (petition_desk/hearings.py)."""

	def validate(self) -> None:
		hearings.check(self)
		transfers.refuse_the_concerned(self)
		self.in_order("announced_on", "held_on", "ended_on")
		self.not_later_than_today("ended_on")

	def on_update(self) -> None:
		hearings.lengthen(self)
