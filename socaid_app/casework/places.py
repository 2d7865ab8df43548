"""Names of divisions for reports and messages, which would otherwise show twelve-digit codes."""

from __future__ import annotations

from collections.abc import Iterable

import frappe


def division_names(codes: Iterable[str | None]) -> dict[str, str]:
	"""code → name, for the codes that exist; one query."""
	wanted = sorted({code for code in codes if code})
	if not wanted:
		return {}
	return dict(
		frappe.get_all(
			"Administrative Division",
			filters={"name": ["in", wanted]},
			fields=["name", "division_name"],
			order_by="name",
			as_list=True,
		)
	)


def add_names(rows: list[dict], *fields: str) -> None:
	"""Put ``<field>_name`` beside each of ``fields`` in every row; the code itself where nothing is known."""
	names = division_names(row.get(field) for row in rows for field in fields)
	for row in rows:
		for field in fields:
			row[f"{field}_name"] = names.get(row.get(field), row.get(field))
