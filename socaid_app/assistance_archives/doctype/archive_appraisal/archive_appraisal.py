import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.assistance_archives import appraisals
from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.permissions.scope import scope_of


class ArchiveAppraisal(GuardedRecord):
	"""A list of expired files and what becomes of them. Its steps are in assistance_archives/appraisals.py."""

	GUARD = Guard(
		state="status",
		writable={appraisals.PREPARING: ALL},
		system=appraisals.KEPT,
		refusal=appraisals.AppraisalInvalid,
	)

	def before_insert(self) -> None:
		for field in appraisals.KEPT:
			self.set(field, None)
		self.status, self.prepared_by = appraisals.PREPARING, frappe.session.user
		self.set("items", [])
		self.division = next(iter(scope_of().divisions), None)

	def before_validate(self) -> None:
		self.keep_steps()
		self.set_division()

	def validate(self) -> None:
		self.refuse_changes_of_a_proposed_list()
		if getdate(self.as_of) > getdate(today()):
			frappe.throw(_("The day of the appraisal lies in the future."), appraisals.AppraisalInvalid)

	def keep_steps(self) -> None:
		"""Of the list, staff change the decisions and may take rows off; all else comes from the files."""
		before = self.get_doc_before_save()
		if not before or self.flags.by_step:
			return
		decided = {row.name: {field: row.get(field) for field in appraisals.DECIDED} for row in self.items}
		self.set("items", [row.as_dict() for row in before.items if row.name in decided])
		for row in self.items:
			row.update(decided[row.name])

	def refuse_changes_of_a_proposed_list(self) -> None:
		if self.flags.by_step or self.is_new():
			return
		appraisals.require_preparer(self)
		if self.status != appraisals.PREPARING:
			frappe.throw(
				_(
					"This list has been proposed for signature and stays as it is. Give it up to make another."
				),
				appraisals.AppraisalInvalid,
			)
