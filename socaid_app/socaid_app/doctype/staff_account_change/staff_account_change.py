from frappe import _lt
from frappe.utils import add_days, today

from socaid_app.casework.records import ALL, Guard, Guarded
from socaid_app.socaid_app import account_steps as steps
from socaid_app.socaid_app import staff_accounts

DAYS_TO_CONFIRM = 3


class StaffAccountChange(Guarded):
	"""What is to become of the account of a member of the staff (socaid_app/account_steps.py)."""

	GUARD = Guard(
		state="status",
		writable={steps.ASKED: ALL},
		approved=True,
		refusal=staff_accounts.AccountRefused,
		way_out=_lt("What was done to an account stays on record. Enter another change."),
	)

	def before_validate(self) -> None:
		steps.tidy(self)

	def validate(self) -> None:
		if self.is_new() and self.change_kind in steps.BY_TWO:
			self.decide_by = add_days(today(), DAYS_TO_CONFIRM)
		if self.status == steps.ASKED:
			steps.check(self)
