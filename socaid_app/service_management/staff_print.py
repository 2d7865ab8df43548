"""What the prints of the staff need from other records."""

from __future__ import annotations

import frappe


def staff_papers(officer: str) -> list[frappe._dict]:
	"""The papers of a file that whoever prints may see: kind, title, number, issued_on, valid_until."""
	return frappe.get_list(
		"Staff Paper",
		filters={"officer": officer, "replaced": 0},
		fields=["kind", "title", "number", "issued_on", "valid_until"],
		order_by="kind, issued_on",
		limit_page_length=0,
	)
