"""Numbers that run without gaps, also when two archivists work at once."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.policy import archives


def take(key: str, count: int = 1) -> range:
	"""The next ``count`` numbers of a series, from 1 on.

	The row of the series stays locked until the transaction ends, and a rollback gives the numbers back: hence no
	number is given twice and none is left out.
	"""
	# Raw SQL: INSERT ... ON DUPLICATE KEY UPDATE, so that two first numbers cannot collide either.
	frappe.db.sql(
		"insert into `tabSeries` (name, current) values (%(key)s, %(count)s)"
		" on duplicate key update current = current + %(count)s",
		{"key": key, "count": count},
	)
	series = frappe.qb.DocType("Series")
	((last,),) = frappe.qb.from_(series).select(series.current).where(series.name == key).for_update().run()
	return range(last - count + 1, last + 1)


def names(doctype: str, count: int) -> list[str]:
	"""Record names as the DocType's naming rule ``format:XX-{YYYY}-{###}`` would give them one by one."""
	rule = frappe.get_meta(doctype).autoname.removeprefix("format:")
	prefix, hashes = rule.removesuffix("}").rsplit("{", 1)
	prefix = prefix.replace("{YYYY}", str(getdate(today()).year))
	return [f"{prefix}{number:0{len(hashes)}d}" for number in take(prefix, count)]


def fonds_code() -> str:
	return (frappe.db.get_single_value("Socaid Settings", "fonds_code") or "").strip()


def give(file: Document) -> None:
	"""Set the number of a file that is being bound; a file that was bound before keeps its own.

	The number is given at binding, not at opening: a case that ends without a bound file would leave a gap. Year
	is the year of binding, for daily-management files that of their documents.
	"""
	# retention asks the files, hence imported here
	from socaid_app.assistance_archives import retention

	if file.file_number:
		return
	file.fonds_code = fonds_code()
	file.class_code = frappe.db.get_value("Archive Template", file.template, "class_code")
	file.file_year = file.file_year or getdate(today()).year
	rule = retention.rule_for(file.archive_class, file.category, getdate(today()))
	file.retention_rule, file.retention_code, file.permanent = rule.name, rule.code, rule.permanent
	key = archives.series(file.fonds_code, file.class_code, file.file_year, file.retention_code)
	(file.item_number,) = take(f"SOCAID-ARCHIVE-{key}")
	file.file_number = archives.file_number(
		file.fonds_code, file.class_code, file.file_year, file.retention_code, file.item_number
	)
