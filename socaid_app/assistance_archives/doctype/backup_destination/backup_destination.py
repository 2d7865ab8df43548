import frappe
from frappe import _
from frappe.utils import cint

from socaid_app.assistance_archives.backups import destinations
from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.permissions.scope import NeverDeleted

# Set by the operations alone.
STATE = ("last_success", "last_check", "last_message", "key_label", "key_changed_on")


class KeepTooShort(frappe.ValidationError):
	pass


class DestinationTaken(frappe.ValidationError):
	pass


class BackupDestination(Guarded):
	GUARD = Guard(writable={ANY: ALL})

	def before_validate(self) -> None:
		self.keep_state()

	def validate(self) -> None:
		self.repository = (self.repository or "").strip()
		destinations.check_address(self.kind, self.repository)
		if cint(self.keep_days) < 1:
			frappe.throw(_("Copies are kept for at least one day."), KeepTooShort)
		self.require_own_repository()

	def on_trash(self) -> None:
		frappe.throw(
			_("A backup destination is never deleted: its ledger refers to it. Disable it instead."),
			NeverDeleted,
		)

	def keep_state(self) -> None:
		"""Forms and imports write their settings only; where the key or the last success is, the jobs know."""
		before = frappe.db.get_value(self.doctype, self.name, STATE, as_dict=True) or {}
		self.update({field: before.get(field) for field in STATE})

	def require_own_repository(self) -> None:
		other = frappe.db.get_value(
			self.doctype, {"repository": self.repository, "name": ["!=", self.name or ""]}
		)
		if other:
			frappe.throw(
				_("{0} keeps its copies there already. Two copies in one place are one copy.").format(other),
				DestinationTaken,
			)
