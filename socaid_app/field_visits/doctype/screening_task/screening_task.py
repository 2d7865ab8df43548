import frappe
from frappe import _

from socaid_app.casework.records import ANY, Guard, GuardedRecord
from socaid_app.field_visits import screening_tasks

# What a person may write on a task by its form; all else comes from screening_tasks.py.
ENTERED = ("officer", "priority", "note")


class TaskNotPlanned(frappe.ValidationError):
	pass


class ScreeningTask(GuardedRecord):
	"""One household of a round: to be visited, or left out and why."""

	GUARD = Guard(writable={ANY: ENTERED})

	def before_insert(self) -> None:
		self.refuse_entry_by_hand()

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.check_officer()

	def refuse_entry_by_hand(self) -> None:
		frappe.throw(
			_(
				"Tasks are generated from the benefits in force. Open the round and generate again: households that came since are added."
			),
			TaskNotPlanned,
		)

	def check_officer(self) -> None:
		if self.officer and self.has_value_changed("officer"):
			screening_tasks.check_officer(self.officer, self.division)
