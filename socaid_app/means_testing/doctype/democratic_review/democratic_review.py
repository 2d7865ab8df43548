import frappe
from frappe import _
from frappe.utils import flt, getdate, today

from socaid_app.assistance_intake import links, relative_cases
from socaid_app.casework import relatives
from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.policy import terms
from socaid_app.socaid_app import rules

REPRESENTATIVE = "Villager Representative"
# The share is entered with three decimals.
ROUNDING = 0.001
VOTES = {"Agree": "agree", "Disagree": "disagree", "Abstain": "abstain"}


class DemocraticReviewInvalid(frappe.ValidationError):
	pass


class DemocraticReview(GuardedRecord):
	"""The meeting that judges a case whose publicity met an objection (57号 Art. 19)."""

	GUARD = Guard(state="docstatus", writable={"0": ALL})
	TURNS = ("application",)

	division_from = "application"

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.applicant_name = frappe.db.get_value(
			"Assistance Application", self.application, "applicant_name"
		)
		if getdate(self.held_on) > getdate(today()):
			frappe.throw(_("The meeting lies in the future."), DemocraticReviewInvalid)
		self.count_votes()

	def before_submit(self) -> None:
		self.require_state()
		self.require_representatives()
		self.require_signatures()
		self.refuse_relatives()

	def on_submit(self) -> None:
		links.refresh(self.application)

	def on_cancel(self) -> None:
		links.refresh(self.application)

	def count_votes(self) -> None:
		for field in VOTES.values():
			self.set(field, 0)
		for row in self.attendees:
			if row.vote in VOTES:
				self.set(VOTES[row.vote], self.get(VOTES[row.vote]) + 1)

	def require_state(self) -> None:
		state = frappe.db.get_value("Assistance Application", self.application, "workflow_state")
		if state != terms.DELIBERATION:
			frappe.throw(
				_("A democratic review is held only when the case has been sent to it (57号 Art. 19)."),
				DemocraticReviewInvalid,
			)

	def require_representatives(self) -> None:
		share = flt(rules.parameters().get("dr_villager_rep_min_ratio", getdate(self.held_on)))
		representatives = sum(row.kind == REPRESENTATIVE for row in self.attendees)
		if not self.attendees or representatives / len(self.attendees) < share - ROUNDING:
			frappe.throw(
				_(
					"{0} of {1} attendees are villagers' representatives; at least {2} % must be. Correct the list"
					" of attendees or hold the meeting again."
				).format(representatives, len(self.attendees), round(share * 100)),
				DemocraticReviewInvalid,
			)

	def require_signatures(self) -> None:
		unsigned = [row.attendee_name for row in self.attendees if not row.signed]
		if unsigned:
			frappe.throw(
				_("All attendees sign the record. Not signed: {0}.").format("、".join(unsigned)),
				DemocraticReviewInvalid,
			)

	def refuse_relatives(self) -> None:
		"""Staff and committee members related to the family neither chair nor vote (Law Art. 61; 57号 Art. 11)."""
		case = frappe.get_doc("Assistance Application", self.application)
		related = relatives.related_to(relative_cases.persons_of(case), getdate(self.held_on))
		officials = [row.attendee_name for row in self.attendees if row.kind != REPRESENTATIVE]
		names = [name for name in (self.chair, *officials) if related.includes(None, name)]
		if names:
			frappe.throw(
				_(
					"{0} is a near relative of this household and stands aside (Social Assistance Law Art. 61;"
					" 57号 Art. 11). Hold the review without that person."
				).format("、".join(dict.fromkeys(names))),
				DemocraticReviewInvalid,
			)
