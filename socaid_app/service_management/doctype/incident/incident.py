import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from socaid_app.casework import alarm_calls
from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord
from socaid_app.service_management import incidents, service_checks
from socaid_app.service_management.incidents import COMMAND, REPORTED, RESPONDING


class IncidentInvalid(frappe.ValidationError):
	pass


class Incident(GuardedRecord):
	"""Something that happened, or nearly did; its steps and clocks: service_management/incidents.py."""

	GUARD = Guard(
		state="status",
		writable={REPORTED: ALL, RESPONDING: ("tasks",)},
		fixed={ANY: ("near_miss",)},
		by={"tasks": COMMAND},
		approved=True,
		notes=("tasks",),
	)
	division_from = "service_object"

	def before_validate(self) -> None:
		self.division = self.division or service_checks.own_division()
		self.set_division()

	def validate(self) -> None:
		if get_datetime(self.occurred_at) > now_datetime():
			frappe.throw(_("It cannot have happened in the future."), IncidentInvalid)
		if self.is_new():
			self.set("tasks", [])

	def after_insert(self) -> None:
		incidents.tell_of_report(self)

	def onload(self) -> None:
		self.set_onload("alarm", alarm_calls.told(self))
