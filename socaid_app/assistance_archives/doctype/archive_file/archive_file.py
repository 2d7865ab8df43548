import frappe
from frappe import _

from socaid_app.assistance_archives import completeness, file_catalogue
from socaid_app.casework.records import ANY, Guard, GuardedRecord


class OpenedByTheSystem(frappe.ValidationError):
	pass


class ArchiveFile(GuardedRecord):
	"""一户一档. Files are opened and filled by assistance_archives/filing.py and bound by binding.py."""

	GUARD = Guard(writable={ANY: ("file_note",)})

	def onload(self) -> None:
		self.set_onload("documents", file_catalogue.show(self.name))
		self.set_onload("missing", completeness.missing([self.name]))

	def before_insert(self) -> None:
		if not self.flags.by_step:
			frappe.throw(
				_("Archive files open by themselves when the first application is accepted."),
				OpenedByTheSystem,
			)

	def before_validate(self) -> None:
		self.set_division()


def on_doctype_update() -> None:
	"""For the household's open file, and for lists by box."""
	frappe.db.add_index("Archive File", ["category", "household"], "category_household")
	frappe.db.add_index("Archive File", ["opened_by"], "opened_by")
