import frappe

from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord
from socaid_app.service_management import registers, service_checks
from socaid_app.service_management.registers import APPROVED, ENTERED, OPEN, UNDER_WAY


class RegisterEntry(GuardedRecord):
	"""One line of a register, from its entry to its end (service_management/registers.py)."""

	GUARD = Guard(
		state="status",
		writable={
			ENTERED: ALL,
			APPROVED: ("particulars", "supplies", "remark"),
			UNDER_WAY: ("particulars", "tasks", "supplies", "remark"),
		},
		fixed={ANY: ("register",)},
		approved=True,
	)
	# a thing is with one person at a time
	TURNS = ("service_object",)

	def in_charge(self) -> str | None:
		return self.responsible if self.status in OPEN else None

	def before_validate(self) -> None:
		self.division = self.division or service_checks.own_division()
		self.set_division()

	def validate(self) -> None:
		if self.is_new():
			registers.begin(self)
		else:
			registers.keep_particulars(self)

	def onload(self) -> None:
		may_write = frappe.has_permission(self.doctype, "write", doc=self)
		self.set_onload("open_stages", sorted(registers.open_stages(self)) if may_write else [])
