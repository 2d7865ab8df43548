from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.means_testing import comparison_requests as requests
from socaid_app.means_testing import reply_import  # noqa: F401 its step


class ComparisonRequest(GuardedRecord):
	"""What an agency is asked about the persons of a case or a roll, and what became of it (means_testing/comparison_requests.py)."""

	GUARD = Guard(
		state="status",
		writable={requests.DRAFTED: ALL},
		approved=True,
		refusal=requests.RequestRefused,
		way_out=_lt("What was approved is what is asked. Withdraw the request and make another one."),
	)

	def before_validate(self) -> None:
		requests.follow_case(self)
		self.set_division()

	def validate(self) -> None:
		if self.status == requests.DRAFTED:
			requests.fill(self)

	def on_update(self) -> None:
		requests.keep_roll(self)
