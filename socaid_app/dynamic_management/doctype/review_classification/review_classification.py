from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.dynamic_management import review_classes


class ReviewClassification(GuardedRecord):
	"""The class of a household is proposed and confirmed (dynamic_management/review_classes.py)."""

	GUARD = Guard(
		state="status",
		writable={review_classes.PROPOSED: ALL},
		fixed={"": ("household",)},
		approved=True,
		refusal=review_classes.ClassRefused,
		way_out=_lt("A class that was decided on stays on record. Propose another one."),
	)
	TURNS = ("household",)

	division_from = "household"

	def before_validate(self) -> None:
		self.set_division()
		# class and reason are what the registry says, where the clerk leaves them blank
		if self.status == review_classes.PROPOSED and self.household:
			review_classes.fill(self)

	def validate(self) -> None:
		if self.status == review_classes.PROPOSED and self.household:
			review_classes.check_alone(self)
