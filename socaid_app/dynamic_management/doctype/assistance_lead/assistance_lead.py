from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.dynamic_management import leads

WHO = ("recipient", "household", "person_name", "phone", "place", "consent")


class AssistanceLead(GuardedRecord):
	"""Somebody who may need help was reported (dynamic_management/leads.py)."""

	GUARD = Guard(
		state="status",
		writable={leads.REPORTED: ALL, leads.ASSIGNED: WHO, leads.CONTACTED: WHO},
		refusal=leads.LeadRefused,
		way_out=_lt("What was reported stays as it was told. Enter another lead, or note it as a duplicate."),
	)

	def in_charge(self) -> str | None:
		return self.follower if self.status in (leads.ASSIGNED, leads.CONTACTED) else None

	def before_validate(self) -> None:
		leads.fill(self)
		self.set_division()

	def validate(self) -> None:
		leads.check(self)
		if self.status == leads.REPORTED:
			leads.set_due_dates(self)
			self.resembles = leads.find_resembling(self)
