from socaid_app.casework.records import Guard, all_but
from socaid_app.petition_desk import hearings, transfers
from socaid_app.petition_desk.records import PetitionPaper

OPEN, ENDED = "Announced", "Ended"


class PetitionHearing(PetitionPaper):
	"""A hearing on a petition or on its review (petition_desk/hearings.py)."""

	GUARD = Guard(writable={OPEN: all_but("petition")}, once=("signed_record",))

	def record_state(self) -> str:
		return ENDED if self.ended_on else OPEN

	def validate(self) -> None:
		hearings.check(self)
		transfers.refuse_the_concerned(self)
		self.in_order("announced_on", "held_on", "ended_on")
		self.not_later_than_today("ended_on")
		self.refuse_public_files()

	def on_update(self) -> None:
		hearings.lengthen(self)
