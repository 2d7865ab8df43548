import frappe
from frappe import _
from frappe.utils import get_first_day, getdate, today

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.moving_in import roster_records as rosters
from socaid_app.moving_in import roster_steps


class RosterImport(GuardedRecord):
	"""A list of an old system on its way into the register (moving_in/)."""

	GUARD = Guard(
		state="status",
		writable={rosters.DRAFTED: ALL, rosters.CHECKED: ("title", "paid_through")},
		approved=True,
		refusal=rosters.RosterRefused,
	)

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.paid_through:
			self.paid_through = get_first_day(getdate(self.paid_through))
			if self.paid_through > getdate(today()):
				frappe.throw(
					_("The former system cannot have paid for a month to come."), rosters.RosterRefused
				)
		if self.status == rosters.DRAFTED:
			roster_steps.read_columns(self)
