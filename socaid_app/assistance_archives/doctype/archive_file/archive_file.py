import frappe
from frappe import _

from socaid_app.permissions.scope import ScopedDocument

# What the archivist writes; all else is set by filing, binding and custody, or by none.
WRITTEN = ("file_note",)
MANAGED = frozenset({"modified", "modified_by", "creation", "owner", "idx", "docstatus", "name"})


class OpenedByTheSystem(frappe.ValidationError):
	pass


class ArchiveFile(ScopedDocument):
	"""一户一档. Files are opened and filled by assistance_archives/filing.py and bound by binding.py."""

	def before_insert(self) -> None:
		if not self.flags.by_step:
			frappe.throw(
				_("Archive files open by themselves when the first application is accepted."),
				OpenedByTheSystem,
			)

	def before_validate(self) -> None:
		self.keep_steps()
		self.set_division()

	def validate(self) -> None:
		pass

	def keep_steps(self) -> None:
		"""Only the steps change what they are there to set, whatever a client sends."""
		before = self.get_doc_before_save()
		if not before or self.flags.by_step:
			return
		for field in self.meta.get_valid_columns():
			if field not in WRITTEN and field not in MANAGED:
				self.set(field, before.get(field))


def on_doctype_update() -> None:
	"""For the household's open file, and for lists by box."""
	frappe.db.add_index("Archive File", ["category", "household"], "category_household")
	frappe.db.add_index("Archive File", ["opened_by"], "opened_by")
