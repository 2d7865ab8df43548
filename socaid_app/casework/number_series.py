"""Numbers that run without gaps, many at once, also when two people work at once."""

from __future__ import annotations

import frappe
from frappe.utils import getdate, today


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
	return [f"{prefix}{number:0{len(hashes)}d}" for number in take(prefix, count)] if count else []
