import frappe

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.service_management import service_checks, surveys
from socaid_app.service_management.service_checks import PLANNED


class ServiceCheck(GuardedRecord):
	"""One check: planned by the night or begun by hand, answered on the phone (service_management/service_checks.py)."""

	GUARD = Guard(
		state="status",
		writable={PLANNED: ALL},
		fixed={PLANNED: ("template", "due_on", "service_object", "person", "assistance_application")},
		approved=True,
	)
	division_from = "service_object"

	def in_charge(self) -> str | None:
		return self.responsible if self.status == PLANNED else None

	def before_validate(self) -> None:
		self.division = self.division or service_checks.own_division()
		self.set_division()

	def validate(self) -> None:
		if self.is_new():
			self.concerns = frappe.get_cached_value(service_checks.TEMPLATE, self.template, "concerns")
			service_checks.require_concerned(self)
			service_checks.ask(self)
			surveys.give_code(self)
		surveys.keep_channel(self)
