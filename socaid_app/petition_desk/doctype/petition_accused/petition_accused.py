import frappe

from socaid_app.permissions.rows import RowOfRecord


class PetitionAccused(RowOfRecord):
	pass


def on_doctype_update() -> None:
	"""Who is meant is asked by every list of petitions (petition_desk/secrecy.py)."""
	for field in ("user", "accused_name", "unit_division"):
		frappe.db.add_index("Petition Accused", [field], f"{field}_index")
