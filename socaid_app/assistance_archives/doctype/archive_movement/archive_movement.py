import frappe
from frappe import _

from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord


class WrittenByMoving(frappe.ValidationError):
	pass


class ArchiveMovement(GuardedRecord):
	"""A line of a file's history of places: appended by assistance_archives/storage.py, never changed."""

	GUARD = Guard(writable={ANY: NOTHING}, refusal=WrittenByMoving)

	division_from = "archive_file"

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		frappe.throw(
			_(
				"Movements are written when files are shelved, lent, handed over or destroyed. Do that instead."
			),
			WrittenByMoving,
		)


def on_doctype_update() -> None:
	"""For the history of a file, the latest first."""
	frappe.db.add_index("Archive Movement", ["archive_file", "moved_on"], "file_moved")
