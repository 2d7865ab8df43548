import frappe
from frappe import _
from frappe.utils import cint, getdate

from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord
from socaid_app.service_management import check_planning, service_checks


class PlanInvalid(frappe.ValidationError):
	pass


class ServiceCheckPlan(GuardedRecord):
	"""A template for one place, thing or person, from a first day on; the night makes its checks."""

	GUARD = Guard(writable={ANY: ALL})
	division_from = "service_object"

	def before_validate(self) -> None:
		self.concerns = frappe.get_cached_value(service_checks.TEMPLATE, self.template, "concerns")
		self.division = self.division or service_checks.own_division()
		self.set_division()

	def validate(self) -> None:
		if self.concerns == "Case":
			frappe.throw(_("Checks of cases are begun on the case; they have no plan."), PlanInvalid)
		service_checks.require_concerned(self)
		if cint(self.every) < 0:
			frappe.throw(_("Enter an interval of at least one, and no negative days."), PlanInvalid)
		if self.ends_on and getdate(self.ends_on) < getdate(self.first_on):
			frappe.throw(_("The period ends before it begins."), PlanInvalid)
		check_planning.set_next(self)
