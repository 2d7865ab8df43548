"""Rules that were shipped raise the warnings the new ones do; what a county has chosen meanwhile stays."""

import frappe

from socaid_app.means_testing import rule_records


def execute() -> None:
	table = frappe.qb.DocType(rule_records.DOCTYPE)
	by_kind: dict[str, list[str]] = {}
	for key, record in rule_records.shipped().items():
		if kind := record.get("warning"):
			by_kind.setdefault(kind, []).append(key)
	for kind, keys in by_kind.items():
		(
			frappe.qb.update(table)
			.set(table.warning, kind)
			.where(table.name.isin(keys) & (table.warning.isnull() | (table.warning == "")))
			.run()
		)
