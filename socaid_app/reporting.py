"""What the script reports share."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import east_asian_width

import frappe

# Pixels: a full-width character of a heading, any other, and what stands beside the text.
FULL_WIDTH, NARROW, AROUND = 15, 9, 32


def column(fieldname: str, label: str, fieldtype: str, width: int, options: str | None = None) -> dict:
	"""A column of a script report; ``label`` is already translated, ``options`` the DocType of a link. It is no narrower
	than its heading, which says what the figures are.
	"""
	heading = sum(FULL_WIDTH if east_asian_width(sign) in "WF" else NARROW for sign in label)
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": max(width, heading + AROUND),
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
