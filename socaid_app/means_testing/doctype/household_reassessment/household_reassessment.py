import frappe
from frappe import _

from socaid_app.permissions.scope import ScopedDocument

HANDLING = ("status", "handled_note")


class ProposalNotEditable(frappe.ValidationError):
	pass


class HouseholdReassessment(ScopedDocument):
	"""A computed proposal (means_testing/reassessment.py). Its figures stay as they were computed."""

	division_from = "household"

	def before_validate(self) -> None:
		self.set_division()
		self.head_name = frappe.db.get_value("Recipient Household", self.household, "head_name")

	def validate(self) -> None:
		self.keep_figures()
		self.require_a_note()

	def keep_figures(self) -> None:
		if self.is_new():
			return
		before = self.get_doc_before_save()
		changed = [
			field.label
			for field in self.meta.get("fields", {"fieldname": ["not in", HANDLING]})
			if field.fieldname in self.meta.get_valid_columns() and self.has_value_changed(field.fieldname)
		]
		if changed and before:
			frappe.throw(
				_("The figures of a reassessment are computed and stay as they are: {0}.").format(
					"、".join(_(label) for label in changed)
				),
				ProposalNotEditable,
			)

	def require_a_note(self) -> None:
		if self.status != "Proposed" and not (self.handled_note or "").strip():
			frappe.throw(_("State how the proposal was handled."))
