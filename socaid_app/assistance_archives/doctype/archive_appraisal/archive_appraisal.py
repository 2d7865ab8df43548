import frappe
from frappe import _, _lt
from frappe.utils import getdate, today

from socaid_app.assistance_archives import appraisals
from socaid_app.casework.records import ALL, Guard, GuardedRecord, added_fields, changes
from socaid_app.permissions.scope import scope_of


class ArchiveAppraisal(GuardedRecord):
	"""A list of expired files and what becomes of them. Its steps are in assistance_archives/appraisals.py."""

	GUARD = Guard(
		state="status",
		writable={appraisals.PREPARING: ALL},
		system=appraisals.KEPT,
		refusal=appraisals.AppraisalInvalid,
		way_out=_lt(
			"This list has been proposed for signature and stays as it is. Give it up to make another."
		),
	)

	def in_charge(self) -> str | None:
		"""Until it is signed by whoever may, one person prepares the list."""
		return self.prepared_by if self.status == appraisals.PREPARING else None

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
		self.refuse_changes_by_others()
		if getdate(self.as_of) > getdate(today()):
			frappe.throw(_("The day of the appraisal lies in the future."), appraisals.AppraisalInvalid)

	def keep_steps(self) -> None:
		"""Of the list, staff change the decisions and may take rows off; all else comes from the files."""
		before = self.get_doc_before_save()
		if not before or self.flags.by_step:
			return
		written = (*appraisals.DECIDED, *added_fields("Archive Appraisal Item"))
		decided = {row.name: {field: row.get(field) for field in written} for row in self.items}
		self.set("items", [row.as_dict() for row in before.items if row.name in decided])
		for row in self.items:
			row.update(decided[row.name])

	def refuse_changes_by_others(self) -> None:
		before = self.get_doc_before_save()
		if before and not self.flags.by_step and changes(self, before):
			appraisals.require_preparer(self)
