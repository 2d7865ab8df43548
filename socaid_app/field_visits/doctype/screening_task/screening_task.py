import frappe
from frappe import _

from socaid_app.field_visits import planning
from socaid_app.permissions.scope import ScopedDocument

# What a person may write on a task by its form; all else comes from planning.py.
ENTERED = frozenset({"officer", "priority", "note"})


class TaskNotPlanned(frappe.ValidationError):
	pass


class ScreeningTask(ScopedDocument):
	"""One household of a round: to be visited, or left out and why."""

	def before_insert(self) -> None:
		self.refuse_entry_by_hand()

	def before_validate(self) -> None:
		self.keep_what_planning_sets()
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

	def keep_what_planning_sets(self) -> None:
		before = self.get_doc_before_save()
		if not before:
			return
		for field in self.meta.get_valid_columns():
			if field not in ENTERED and self.meta.has_field(field):
				self.set(field, before.get(field))

	def check_officer(self) -> None:
		if self.officer and self.has_value_changed("officer"):
			planning.check_officer(self.officer, self.division)
