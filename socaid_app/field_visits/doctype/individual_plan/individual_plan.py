import frappe
from frappe import _, _lt
from frappe.utils import getdate

from socaid_app.casework.records import ALL, Guard, GuardedRecord, all_but
from socaid_app.field_visits import plan_measures, transitions
from socaid_app.field_visits.plan_measures import DRAFT, ENDED, EVALUATED, OPEN_MEASURES, UNDER_WAY

# An evaluation may find that the plan has to go on.
WAYS = {DRAFT: (UNDER_WAY,), UNDER_WAY: (EVALUATED,), EVALUATED: (UNDER_WAY, ENDED), ENDED: ()}


class PlanIncomplete(frappe.ValidationError):
	pass


class IndividualPlan(GuardedRecord):
	"""What is done for one family or person beside the benefit (服务方案 1.1.1-32, -33)."""

	GUARD = Guard(
		state="status",
		entered=("status",),
		writable={
			DRAFT: ALL,
			UNDER_WAY: all_but("household", "recipient", "group", "assessment", "situation", "goal"),
			EVALUATED: ("status", "measures", "evaluation", "effect", "evaluate_on"),
		},
		approved=True,
		notes=("evaluation", "effect", "status"),
		refusal=transitions.TransitionRefused,
		way_out=_lt("Make another plan, or take this one up again where that is still open."),
	)

	SAID_WITH_STEP = ("evaluation", "effect")

	division_from = "household"

	def in_charge(self) -> str | None:
		return None if self.status == ENDED else self.owner

	def before_validate(self) -> None:
		self.set_division()
		self.head_name = frappe.db.get_value("Recipient Household", self.household, "head_name")
		if self.is_new() and self.assessment:
			plan_measures.fill_from_assessment(self)

	def validate(self) -> None:
		if not self.flags.by_step:
			transitions.check(self, WAYS)
		plan_measures.require_approval(self)
		plan_measures.check_ends(self)
		self.check_person()
		self.check_dates()
		self.require_measures()
		self.require_evaluation()

	def check_person(self) -> None:
		member = {"parent": self.household, "parenttype": "Recipient Household", "recipient": self.recipient}
		if self.recipient and not frappe.db.exists("Household Member", member):
			frappe.throw(_("The person of the plan is not a member of this household."), PlanIncomplete)

	def check_dates(self) -> None:
		if self.evaluate_on and self.starts_on and getdate(self.evaluate_on) < getdate(self.starts_on):
			frappe.throw(_("The plan is evaluated after it starts; correct the dates."), PlanIncomplete)

	def require_measures(self) -> None:
		if self.status != DRAFT and not self.measures:
			frappe.throw(_("A plan under way has at least one measure."), PlanIncomplete)

	def require_evaluation(self) -> None:
		if self.status not in (EVALUATED, ENDED):
			return
		if not (self.evaluation or "").strip():
			frappe.throw(_("Enter the evaluation before the plan is evaluated or ended."), PlanIncomplete)
		if self.assessment and not self.effect and not self.end_note:
			frappe.throw(_("Say how far the goal was reached."), PlanIncomplete)
		unfinished = [
			_(row.kind, context=row.doctype) for row in self.measures if row.status in OPEN_MEASURES
		]
		if self.status == ENDED and unfinished:
			frappe.throw(
				_("Finish these measures before the plan ends: {0}.").format("、".join(unfinished)),
				PlanIncomplete,
			)
