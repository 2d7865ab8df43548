import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.permissions.scope import ScopedDocument, scope_of


class RecheckByAnother(frappe.ValidationError):
	pass


class DataQualityIssue(ScopedDocument):
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
		if frappe.session.user == self.responsible:
			frappe.throw(
				_("The recheck is done by another person than the one responsible."), RecheckByAnother
			)
		self.rechecked_by, self.rechecked_on = frappe.session.user, today()
