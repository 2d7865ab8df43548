import frappe
from frappe import _
from frappe.utils import cint, flt

from socaid_app.casework.records import ALL, Guard, Guarded
from socaid_app.service_management import emergency_plans


class EmergencyPlanInvalid(frappe.ValidationError):
	pass


class EmergencyPlan(Guarded):
	"""What is done when something happens, in versions; no personal record, hence read by all staff."""

	GUARD = Guard(state="status", writable={emergency_plans.DRAFT: ALL}, approved=True)
	TURNS = ("replaces",)

	def validate(self) -> None:
		if any(cint(row.minutes) < 1 for row in self.measures):
			frappe.throw(_("A measure is to be done within at least one minute."), EmergencyPlanInvalid)
		if any(cint(row.answer_minutes) < 0 for row in self.contacts) or any(
			flt(row.hours) < 0 for row in self.reports
		):
			frappe.throw(_("Times are not negative."), EmergencyPlanInvalid)
		people = [row.user for row in self.contacts]
		if len(set(people)) < len(people):
			frappe.throw(_("Everybody is called once."), EmergencyPlanInvalid)
