from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.dynamic_management import monitoring_warnings


class MonitoringWarning(GuardedRecord):
	"""Something happened to a family that may need other help (dynamic_management/monitoring_warnings.py)."""

	GUARD = Guard(
		state="status",
		writable={monitoring_warnings.TO_TRIAGE: ALL},
		fixed={"": ("household", "recipient", "kind", "details")},
		refusal=monitoring_warnings.WarningRefused,
		way_out=_lt("What was found stays as it was found. Say in the triage what is right."),
	)
	TURNS = (("fact_key",),)

	division_from = "household"

	def before_validate(self) -> None:
		self.set_division()
		if self.is_new() and self.household:
			monitoring_warnings.fill(self)

	def validate(self) -> None:
		if self.is_new():
			monitoring_warnings.check(self)
