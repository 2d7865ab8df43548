import frappe

from socaid_app.casework.records import ANY, NOTHING, Guard, Guarded


class RosterImportRow(Guarded):
	"""A row of a roster that waits to be written. It may hold full numbers: no role has any permission here."""

	GUARD = Guard(writable={ANY: NOTHING})


def on_doctype_update() -> None:
	frappe.db.add_index("Roster Import Row", ["roster_import", "group_no"], "family")
