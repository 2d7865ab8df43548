from socaid_app.casework.records import ALL, ANY, Guard
from socaid_app.petition_desk import hearings, transfers
from socaid_app.petition_desk.petition_records import PetitionPaper, WrongDay

OPEN, ENDED = "Announced", "Ended"


class HearingEnded(WrongDay):
	"""The days by which a hearing lengthened the clocks stay, as do its minutes."""


class PetitionHearing(PetitionPaper):
	"""A hearing on a petition or on its review (petition_desk/hearings.py)."""

	GUARD = Guard(
		writable={OPEN: ALL}, fixed={ANY: ("petition",)}, once=("signed_record",), refusal=HearingEnded
	)
	TURNS = ("petition",)

	def record_state(self) -> str:
		return ENDED if self.ended_on else OPEN

	def validate(self) -> None:
		hearings.check(self)
		transfers.refuse_the_concerned(self)
		self.in_order("announced_on", "held_on", "ended_on")
		self.not_later_than_today("ended_on")

	def on_update(self) -> None:
		hearings.lengthen(self)
