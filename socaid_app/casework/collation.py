"""What people wrote is compared as text: the columns that hold it are binary.

The collation of Frappe's tables (utf8mb4_unicode_ci) gives every four-byte character one weight, so that 李𬱖 and 李𫖯
are one name, one group and one key. ``utf8mb4_bin`` compares characters. Compared with a column of the other kind,
the binary one decides. Names are brought to one form before they are stored (:mod:`socaid_app.casework.written`), so
nothing that should be the same is lost; initials, which are small letters, find names whatever the case.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import frappe
from frappe.model.document import Document

from socaid_app.casework import written

TEXT = "utf8mb4_bin"
# What people type; where a link leads to a DocType that is named by such a text, it holds the text as well.
TYPED = frozenset({"Data", "Small Text", "Text", "Long Text", "Autocomplete"})


def text_columns(only: str = "") -> dict[str, set[str]]:
	"""Table → columns that hold what people wrote, or a copy of a name; of all DocTypes, or of one."""
	kinds = frappe.get_all(
		"DocType",
		filters={"module": ["in", frappe.get_module_list("socaid_app")], "issingle": 0, "is_virtual": 0},
		pluck="name",
		order_by="name",
	)

	@cache
	def named_by_text(kind: str) -> bool:
		return kind in kinds and _named_by_text(kind)

	columns = defaultdict(set)
	for kind in kinds:
		if only not in ("", kind):
			continue
		for df in frappe.get_meta(kind).fields:
			typed = df.fieldtype in TYPED and not df.read_only
			named = df.fieldtype == "Link" and named_by_text(df.options)
			if typed or named or written.rule_of(kind, df.fieldname):
				columns[f"tab{kind}"].add(df.fieldname)
		if named_by_text(kind):
			columns[f"tab{kind}"].add("name")
	return columns


def _named_by_text(kind: str) -> bool:
	"""Whether records are named by what somebody typed; codes are digits and letters that no collation confuses."""
	meta = frappe.get_meta(kind)
	autoname = meta.autoname or ""
	field = meta.get_field(autoname.removeprefix("field:"))
	return bool(autoname.startswith("field:") and field and field.fieldtype in TYPED)


def compare_as_text(doctype: str = "") -> None:
	"""After every migrate, and when the columns of a DocType were changed: make binary what is not yet; one statement
	for each table."""
	wanted = text_columns(doctype)
	if not wanted:
		return
	changes = defaultdict(list)
	# the columns as the database has them: Frappe's DocTypes do not know a collation
	for table, column, kind, nullable, default in frappe.db.sql(
		"""select table_name, column_name, column_type, is_nullable, column_default
		from information_schema.columns
		where table_schema = database() and collation_name != %s and table_name in %s""",
		(TEXT, tuple(wanted)),
	):
		if column in wanted[table]:
			null = "null" if nullable == "YES" else "not null"
			default = "" if default is None else f"default {default}"
			changes[table].append(
				f"modify `{column}` {kind} character set utf8mb4 collate {TEXT} {null} {default}"
			)
	for table, columns in sorted(changes.items()):
		frappe.db.sql_ddl(f"alter table `{table}` {', '.join(columns)}")


# --- an administrator changes a form ------------------------------------------------------------------------
def follow_field(doc: Document, _method: str | None = None) -> None:
	"""Hook ``on_update`` of Custom Field: Frappe has made or changed its column, unless many are made at once."""
	if not frappe.flags.in_create_custom_fields:
		compare_as_text(doc.dt)
