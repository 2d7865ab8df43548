import frappe
from frappe import _, _lt

from socaid_app.assistance_intake import online_applications
from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord


class OnlineApplication(GuardedRecord):
	"""What a citizen has sent from the public page (assistance_intake/online_applications.py)."""

	GUARD = Guard(
		state="status",
		writable={ANY: NOTHING},
		refusal=online_applications.OnlineRefused,
		way_out=_lt(
			"What the citizen wrote stays as it is. Take it over at the counter and put it right there."
		),
	)

	# the citizen adds papers while the clerk takes it over
	TURNS = ("name",)

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		online_applications.check(self)

	def on_trash(self) -> None:
		if not self.flags.keeping_time_over:
			frappe.throw(
				_("What citizens send is kept for the days of the log settings and then deleted by itself."),
				online_applications.OnlineRefused,
			)

	@staticmethod
	def clear_old_logs(days: int = online_applications.KEEP_DAYS) -> None:
		"""Called by Frappe's Log Settings every day."""
		online_applications.clear(days)
