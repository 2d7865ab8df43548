import frappe
from frappe import _

from socaid_app.petition_desk import reviews, transfers
from socaid_app.petition_desk.records import PetitionPaper

# Written while the review is open.
OPINION = ("conclusion", "findings", "opinion", "legal_basis", "request", "reviewing_body", "handler")


class PetitionReview(PetitionPaper):
	"""A review or recheck; its steps are in petition_desk/reviews.py."""

	KEPT = (
		"status",
		"due_on",
		"hearing_days",
		"answered_on",
		"answered_by",
		"delivered_on",
		"refusal_reason",
	)

	def before_insert(self) -> None:
		self.status = reviews.ASKED_FOR

	def validate(self) -> None:
		self.keep_request()
		self.not_later_than_today("requested_on")
		if self.is_new():
			reviews.admit(self)
		transfers.refuse_the_concerned(self)
		self.refuse_changes()
		reviews.check_handler(self)
		reviews.set_due(self)

	def after_insert(self) -> None:
		reviews.begin(self)

	def keep_request(self) -> None:
		"""The clock rests on the stage and the day."""
		if before := self.get_doc_before_save():
			self.stage, self.requested_on = before.stage, before.requested_on

	def refuse_changes(self) -> None:
		before = self.get_doc_before_save()
		if not before or self.flags.by_step or before.status == reviews.ASKED_FOR:
			return
		if any((self.get(field) or "") != (before.get(field) or "") for field in OPINION):
			frappe.throw(_("This review is closed; what was decided stays."), reviews.ReviewClosed)
