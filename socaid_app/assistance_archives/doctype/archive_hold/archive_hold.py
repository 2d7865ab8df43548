import frappe
from frappe import _, _lt
from frappe.utils import today

from socaid_app.assistance_archives import retention
from socaid_app.assistance_archives.retention import HoldInvalid
from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord

SET_BY_STEP = ("placed_on", "placed_by", "released_on", "released_by", "release_reason")


class ArchiveHold(GuardedRecord):
	"""Why a file must not be destroyed. Released by another person (assistance_archives/retention.py)."""

	GUARD = Guard(
		writable={ANY: NOTHING},
		refusal=HoldInvalid,
		way_out=_lt("A hold stands as it was placed. Release it with a reason and place another."),
	)

	division_from = "archive_file"

	def before_insert(self) -> None:
		for field in SET_BY_STEP:
			self.set(field, None)
		self.placed_on, self.placed_by = today(), frappe.session.user

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.refuse_destroyed()

	def on_update(self) -> None:
		retention.refresh_holds([self.archive_file])

	def refuse_destroyed(self) -> None:
		# the lock makes a destruction that is under way come first or last, never in between
		status = frappe.db.get_value("Archive File", self.archive_file, "status", for_update=True)
		if self.is_new() and status == retention.DESTROYED:
			frappe.throw(_("This file has been destroyed."), HoldInvalid)
