import frappe
from frappe import _, _lt
from frappe.utils import today

from socaid_app.casework.records import Guard, GuardedRecord, all_but
from socaid_app.field_visits.problems import CLOSED, IN_PROGRESS, OPEN, ProblemClosed, ResultMissing
from socaid_app.permissions.scope import scope_of

STEPS = ("status", "closed_on")


class FollowUpKept(frappe.ValidationError):
	pass


class VisitProblem(GuardedRecord):
	GUARD = Guard(
		state="status",
		writable={
			**dict.fromkeys((OPEN, IN_PROGRESS), all_but("household", "visit")),
			CLOSED: ("reopen_reason",),
		},
		system=STEPS,
		refusal=ProblemClosed,
		way_out=_lt("A closed problem is taken up again first; one of another family is another problem."),
	)

	SAID_WITH_STEP = ("result", "reopen_reason")

	division_from = "household"

	def in_charge(self) -> str | None:
		return None if self.status == CLOSED else self.responsible or self.owner

	def before_validate(self) -> None:
		self.copy_household()
		self.set_division()

	def validate(self) -> None:
		self.note_step()
		self.keep_follow_ups()

	def copy_household(self) -> None:
		if self.visit and not self.household:
			self.household = frappe.db.get_value("Home Visit", self.visit, "household")
		if self.household:
			self.head_name = frappe.db.get_value("Recipient Household", self.household, "head_name")
		elif not self.division:
			# A problem of no household belongs to the place its author works for.
			self.division = next(iter(scope_of().divisions), None)

	def note_step(self) -> None:
		"""Closed and taken up again by the workflow alone; in progress as soon as something was done."""
		before = self.get_doc_before_save()
		was = before.status if before else OPEN
		if self.status == CLOSED and was != CLOSED:
			self.require_result()
			self.closed_on = today()
		elif was == CLOSED and self.status == IN_PROGRESS:
			self.note_reason()
		elif was != CLOSED and self.follow_ups:
			self.status = IN_PROGRESS

	def note_reason(self) -> None:
		reason = (self.reopen_reason or "").strip()
		if not reason:
			frappe.throw(_("State why the problem is taken up again."), ResultMissing)
		self.append("follow_ups", {"done_on": today(), "action": reason, "done_by": frappe.session.user})
		self.closed_on = self.reopen_reason = None

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
		if not (self.result or "").strip():
			frappe.throw(_("Enter the result before closing the problem."), ResultMissing)
