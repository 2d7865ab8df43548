import frappe
from frappe import _, _lt
from frappe.utils import getdate, today

from socaid_app.casework.records import ALL, Guard, GuardedRecord, require_second_person
from socaid_app.permissions.scope import scope_of

# What whoever rechecks an issue enters.
RECHECK = ("status", "accountability")


class RecheckByAnother(frappe.ValidationError):
	pass


class DataQualityIssue(GuardedRecord):
	GUARD = Guard(
		state="status",
		writable={
			"Open": ALL,
			"Rectified": ("status", "measure", "result", "due_on", "accountability"),
			"Rechecked": RECHECK,
			"Closed": RECHECK,
		},
		approved=True,
		notes=RECHECK,
		way_out=_lt("Set the issue back to Open, or enter another issue."),
	)

	def before_validate(self) -> None:
		if self.household:
			self.division = frappe.db.get_value("Recipient Household", self.household, "division")
		elif not self.division:
			# An issue without a place belongs to the place its author works for.
			self.division = next(iter(scope_of().divisions), None)
		self.set_division()

	def validate(self) -> None:
		if getdate(self.due_on) < getdate(self.found_on):
			frappe.throw(_("The date to rectify by lies before the date found."))
		if self.status in ("Rectified", "Rechecked", "Closed") and not (self.measure and self.result):
			frappe.throw(_("Enter the measure and the result of the rectification first."))
		self.note_recheck()

	def note_recheck(self) -> None:
		"""The recheck is by another person than the one responsible (服务方案 1.1.2-18)."""
		before = self.get_doc_before_save()
		for field in ("rechecked_by", "rechecked_on"):
			self.set(field, before.get(field) if before else None)
		if self.status not in ("Rechecked", "Closed") or (
			before and before.status in ("Rechecked", "Closed")
		):
			return
		if frappe.session.user in (self.responsible, before and before.responsible):
			frappe.throw(
				_("The recheck is done by another person than the one responsible."), RecheckByAnother
			)
		require_second_person(
			self,
			_(
				"The recheck is done by another person than the one who last wrote down the measure or the result."
			),
			RecheckByAnother,
		)
		self.rechecked_by, self.rechecked_on = frappe.session.user, today()
