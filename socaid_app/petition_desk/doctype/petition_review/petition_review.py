from socaid_app.casework.records import ANY, Guard
from socaid_app.petition_desk import reviews, transfers
from socaid_app.petition_desk.petition_records import PetitionPaper

# Written while the review is open.
OPINION = ("conclusion", "findings", "opinion", "legal_basis", "reviewing_body", "handler")
# The clock rests on these, and the request is in the petitioner's words.
REQUEST = ("stage", "requested_on")
STEPS = (
	"status",
	"due_on",
	"hearing_days",
	"answered_on",
	"answered_by",
	"delivered_on",
	"refusal_reason",
)


class PetitionReview(PetitionPaper):
	"""A review or recheck; its steps are in petition_desk/reviews.py."""

	GUARD = Guard(
		state="status",
		writable={reviews.ASKED_FOR: OPINION},
		system=STEPS,
		fixed={ANY: REQUEST},
		refusal=reviews.ReviewClosed,
	)
	TURNS = ("petition",)

	KEPT = STEPS

	def in_charge(self) -> str | None:
		return self.handler if self.status == reviews.ASKED_FOR and not self.restricted else None

	def before_insert(self) -> None:
		self.status = reviews.ASKED_FOR

	def validate(self) -> None:
		self.not_later_than_today("requested_on")
		if self.is_new():
			reviews.admit(self)
		transfers.refuse_the_concerned(self)
		reviews.check_handler(self)
		reviews.set_due(self)

	def after_insert(self) -> None:
		reviews.begin(self)
