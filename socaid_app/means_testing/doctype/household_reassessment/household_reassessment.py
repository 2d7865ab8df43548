import frappe
from frappe import _, _lt

from socaid_app.casework.records import Guard, GuardedRecord
from socaid_app.means_testing import adjustments  # noqa: F401 - its button

PROPOSED = "Proposed"
HANDLING = ("status", "handled_note")
# Refused in words, because somebody who changes a figure means it.
FIGURES = (
	"status",
	"category",
	"reference_doctype",
	"reference_name",
	"assessed_on",
	"amount_before",
	"amount_after",
	"proposal",
	"eligible",
	"incomplete",
	"assessment",
	"facts",
)


class ProposalNotEditable(frappe.ValidationError):
	pass


class HouseholdReassessment(GuardedRecord):
	"""A computed proposal (means_testing/reassessment.py). Its figures stay as they were computed."""

	GUARD = Guard(
		state="status",
		writable={PROPOSED: HANDLING},
		entered=FIGURES,
		refusal=ProposalNotEditable,
		way_out=_lt("The figures of a reassessment are computed and stay as they are."),
	)

	SAID_WITH_STEP = ("handled_note",)

	division_from = "household"

	def before_validate(self) -> None:
		self.set_division()
		self.head_name = frappe.db.get_value("Recipient Household", self.household, "head_name")

	def validate(self) -> None:
		self.require_a_note()

	def require_a_note(self) -> None:
		if self.status != PROPOSED and not (self.handled_note or "").strip():
			frappe.throw(_("State how the proposal was handled."))
