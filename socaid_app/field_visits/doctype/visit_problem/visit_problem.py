import frappe
from frappe import _, _lt

from socaid_app.casework.records import Guard, GuardedRecord, all_but
from socaid_app.field_visits.problems import CLOSED, IN_PROGRESS, OPEN, ProblemClosed, ResultMissing
from socaid_app.permissions.scope import scope_of

STEPS = ("status", "closed_on")


class FollowUpKept(frappe.ValidationError):
	pass


class VisitProblem(GuardedRecord):
	GUARD = Guard(
		state="status",
		writable={OPEN: all_but("household", "visit"), IN_PROGRESS: all_but("household", "visit")},
		system=STEPS,
		refusal=ProblemClosed,
		way_out=_lt("A closed problem is taken up again first; one of another family is another problem."),
	)

	division_from = "household"

	def before_validate(self) -> None:
		self.copy_household()
		self.set_division()

	def validate(self) -> None:
		self.keep_status()
		self.keep_follow_ups()
		self.require_result()

	def copy_household(self) -> None:
		if self.visit and not self.household:
			self.household = frappe.db.get_value("Home Visit", self.visit, "household")
		if self.household:
			self.head_name = frappe.db.get_value("Recipient Household", self.household, "head_name")
		elif not self.division:
			# A problem of no household belongs to the place its author works for.
			self.division = next(iter(scope_of().divisions), None)

	def keep_status(self) -> None:
		"""Closed by “Close” alone; in progress as soon as something was done."""
		if self.flags.by_step:
			return
		if self.status != CLOSED:
			self.status = IN_PROGRESS if self.follow_ups else OPEN

	def keep_follow_ups(self) -> None:
		"""What was done is added to, not rewritten."""
		before = self.get_doc_before_save()
		if not before:
			return
		now = {row.name: row for row in self.follow_ups}
		for old in before.follow_ups:
			row = now.get(old.name)
			if not row or row.action != old.action or str(row.done_on) != str(old.done_on):
				frappe.throw(
					_("What was done stays on record. Add a line instead of changing or removing one."),
					FollowUpKept,
				)

	def require_result(self) -> None:
		if self.status == CLOSED and not (self.result or "").strip():
			frappe.throw(_("Enter the result before closing the problem."), ResultMissing)
