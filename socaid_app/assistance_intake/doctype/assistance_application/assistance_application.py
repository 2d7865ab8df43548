import frappe
from frappe import _

from socaid_app.assistance_intake import (
	application_case,
	assessment,
	carried_facts,
	case_steps,
	deadlines,
	declarations,
	departures,
	guard,
	handing_over,
	links,
	materials,
	receipts,
	relief_case,
	relief_payment,  # noqa: F401 – the step beside the workflow is declared there
)
from socaid_app.casework.records import GuardedRecord


class AssistanceApplication(GuardedRecord):
	"""One application from the counter to the decision."""

	GUARD = guard.FIELDS
	# One-off aid is counted by the year and the applicant (facts.py).
	TURNS = ("name", "applicant")
	SAID_WITH_STEP = ("opinion", "decision_reason", "decision_basis", "remedy_text", "relief_settlement")

	def turns(self):
		yield from super().turns()
		yield from receipts.subjects(self)

	def onload(self) -> None:
		self.set_onload("relief_open", relief_case.still_open(self))
		steps = case_steps.next_steps(self) if self.docstatus == 0 else []
		self.set_onload("next_steps", steps)
		self.set_onload("front_step", case_steps.front_step(steps))
		handing_over.tell_form(self)

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		guard.keep_entry(self)
		guard.check_edit(self)
		application_case.follow_category(self)
		application_case.find_household(self)
		application_case.complete_members(self)
		application_case.check_declared(self)
		application_case.check_resident_id(self)
		declarations.check(self)
		relief_case.check(self)
		receipts.check(self)
		carried_facts.follow(self)
		materials.sync(self)
		links.derive(self)
		application_case.file_apart(self)
		assessment.recompute(self)
		departures.follow(self)
		case_steps.take(self)
		deadlines.recompute(self)
		handing_over.follow(self)

	def on_update(self) -> None:
		case_steps.follow(self)
		departures.tell(self)
		handing_over.tell(self)

	def before_update_after_submit(self) -> None:
		frappe.throw(
			_("This case is decided and no longer changes. A new fact needs a new application or a review."),
			guard.ApplicationFrozen,
		)

	def before_cancel(self) -> None:
		frappe.throw(
			_(
				"A decided case is never cancelled: the record of it must stay (Social Assistance Law Art. 70)."
			),
			guard.ApplicationFrozen,
		)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		frappe.throw(_("The number of a case does not change."), guard.ApplicationFrozen)
