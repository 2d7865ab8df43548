"""What the script reports share."""

from __future__ import annotations

from collections.abc import Iterable

import frappe


def column(fieldname: str, label: str, fieldtype: str, width: int, options: str | None = None) -> dict:
	"""A column of a script report; ``label`` is already translated, ``options`` the DocType of a link."""
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": width,
		"options": options,
	}


def division_names(codes: Iterable[str | None]) -> dict[str, str]:
	"""How divisions are called, by code."""
	rows = frappe.get_all(
		"Administrative Division",
		filters={"name": ["in", list({code for code in codes if code})]},
		fields=["name", "division_name"],
		order_by="name",
	)
	return {row.name: row.division_name for row in rows}
