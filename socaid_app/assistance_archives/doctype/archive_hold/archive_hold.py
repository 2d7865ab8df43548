import frappe
from frappe import _
from frappe.utils import today

from socaid_app.assistance_archives import retention
from socaid_app.assistance_archives.retention import HoldInvalid
from socaid_app.permissions.scope import ScopedDocument

SET_BY_STEP = ("placed_on", "placed_by", "released_on", "released_by", "release_reason")
GROUND = ("archive_file", "kind", "reference", "reason")


class ArchiveHold(ScopedDocument):
	"""Why a file must not be destroyed. Released by another person (assistance_archives/retention.py)."""

	division_from = "archive_file"

	def before_insert(self) -> None:
		for field in SET_BY_STEP:
			self.set(field, None)
		self.placed_on, self.placed_by = today(), frappe.session.user

	def before_validate(self) -> None:
		self.keep_steps()
		self.set_division()

	def validate(self) -> None:
		self.refuse_destroyed()
		self.refuse_change()

	def on_update(self) -> None:
		retention.refresh_holds([self.archive_file])

	def keep_steps(self) -> None:
		before = self.get_doc_before_save()
		if before and not self.flags.by_step:
			for field in SET_BY_STEP:
				self.set(field, before.get(field))

	def refuse_destroyed(self) -> None:
		# the lock makes a destruction that is under way come first or last, never in between
		status = frappe.db.get_value("Archive File", self.archive_file, "status", for_update=True)
		if self.is_new() and status == retention.DESTROYED:
			frappe.throw(_("This file has been destroyed."), HoldInvalid)

	def refuse_change(self) -> None:
		if not self.is_new() and not self.flags.by_step and any(map(self.has_value_changed, GROUND)):
			frappe.throw(
				_("A hold stands as it was placed. Release it with a reason and place another."), HoldInvalid
			)
