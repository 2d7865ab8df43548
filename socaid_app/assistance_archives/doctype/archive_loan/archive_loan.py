import frappe
from frappe import _lt
from frappe.utils import today

from socaid_app.assistance_archives import loans
from socaid_app.casework.records import ALL, Guard, GuardedRecord


class ArchiveLoan(GuardedRecord):
	"""A file in somebody's hands. Its steps are in assistance_archives/loans.py."""

	GUARD = Guard(
		state="status",
		writable={loans.REQUESTED: ALL},
		system=loans.KEPT,
		approved=True,
		refusal=loans.LoanRefused,
		way_out=_lt("This request has been decided and stays as it is. Make a new one."),
	)

	division_from = "archive_file"
	TELLS_WHO_IS_IN_CHARGE = True

	def in_charge(self) -> str | None:
		"""What is in somebody's hands has to be brought back."""
		return self.borrower if self.status in (loans.LOAN_LENT, loans.LOST) else None

	def before_insert(self) -> None:
		for field in loans.KEPT:
			self.set(field, None)
		self.status, self.requested_on = loans.REQUESTED, today()
		self.borrower = self.borrower or frappe.session.user

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.check_request()
		self.due_status = loans.due_status(self)

	def after_insert(self) -> None:
		loans.tell_deciders(self)

	def check_request(self) -> None:
		"""What was granted stays as it was asked for."""
		if self.flags.by_step:
			return
		if self.is_new() or self.status == loans.REQUESTED:
			loans.check_request(self)
