from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.dynamic_management import carer_checks


class CarerCheck(GuardedRecord):
	"""How a carer fulfils the agreement (dynamic_management/carer_checks.py)."""

	GUARD = Guard(
		state="status",
		writable={carer_checks.UNDER_WAY: ALL},
		fixed={"": ("agreement",)},
		refusal=carer_checks.CheckRefused,
		way_out=_lt("A check that was recorded stays as it is. Check again."),
	)

	division_from = "agreement"

	def before_validate(self) -> None:
		if self.status == carer_checks.UNDER_WAY and self.agreement:
			carer_checks.fill(self)
		self.set_division()

	def validate(self) -> None:
		if self.status == carer_checks.UNDER_WAY:
			carer_checks.check(self)
