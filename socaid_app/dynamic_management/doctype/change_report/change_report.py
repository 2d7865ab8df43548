from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.dynamic_management import change_reports


class ChangeReport(GuardedRecord):
	"""A family reports a change (dynamic_management/change_reports.py)."""

	GUARD = Guard(
		state="status",
		writable={change_reports.RECEIVED: ALL},
		approved=True,
		refusal=change_reports.ReportRefused,
		way_out=_lt(
			"What the family told stays as it was told once it was dealt with. Enter another report."
		),
	)

	def before_validate(self) -> None:
		if self.household:
			self.division_from = "household"
		self.set_division()

	def validate(self) -> None:
		change_reports.check(self)
		if self.status == change_reports.RECEIVED:
			change_reports.set_due_date(self)
