"""Names with characters at the private places of old systems get the true ones (GB18030-2022), their initials too.

Only rows that have such a character are read. What was published or frozen stays as it was.
"""

from __future__ import annotations

import frappe

from socaid_app.casework.written import NAMES
from socaid_app.policy import names, texts

# Copies of a name in the records that refer to a person.
COPIES = frozenset({"member_name", "head_name", "applicant_name"})
PRIVATE = r"[\x{E000}-\x{F8FF}]"
FROZEN = ("Publicity Entry", "Publicity Notice")


def execute() -> None:
	fields = frappe.get_all(
		"DocField",
		filters={"fieldname": ["in", sorted(NAMES | COPIES)], "parent": ["not in", FROZEN]},
		fields=["parent", "fieldname"],
		order_by="parent, fieldname",
	)
	modules = frappe.get_module_list("socaid_app")
	ours = set(frappe.get_all("DocType", {"module": ["in", modules]}, pluck="name", order_by="name"))
	for doctype, field in sorted({(row.parent, row.fieldname) for row in fields if row.parent in ours}):
		if frappe.db.has_column(doctype, field):
			_put_right(doctype, field)


def _put_right(doctype: str, field: str) -> None:
	table = frappe.qb.DocType(doctype)
	rows = frappe.qb.from_(table).select(table.name, table[field]).where(table[field].regexp(PRIVATE)).run()
	for name, text in rows:
		true = texts.canonical(text)
		if true == text:
			continue
		values = {field: true}
		if doctype == "Recipient":
			values["pinyin"] = names.initials(true)
		frappe.db.set_value(doctype, name, values, update_modified=False)
