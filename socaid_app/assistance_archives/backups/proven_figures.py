"""What a county would ask of a restored system: the roll's total, the archive's copies, the access log.

The figures are taken with every backup and stand in its manifest; whoever restores it elsewhere takes them again.
"""

from __future__ import annotations

import hashlib

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Count, Sum
from frappe.utils import cstr, get_first_day, getdate

from socaid_app.assistance_archives import fixity
from socaid_app.permissions import access_log
from socaid_app.socaid_app.paid_months import in_force

# Which tables each of them is read from: one that was written while the backup ran proves nothing.
TABLES = {"roll": "tabEntitlement", "archive": "tabArchive Document", "access_log": f"tab{access_log.LOG}"}


def take(on: str) -> dict[str, dict[str, str | int]]:
	"""``on``: the day whose month the roll is of."""
	return {"roll": _roll(on), "archive": _archive(), "access_log": _access_log()}


def _roll(on: str) -> dict[str, str | int]:
	month = get_first_day(getdate(on))
	table = frappe.qb.DocType("Entitlement")
	count, persons, amount = (
		frappe.qb.from_(table)
		.where(Criterion.all(in_force(table, month)))
		.select(Count("*"), Sum(table.member_count), Sum(table.amount))
	).run()[0]
	return {
		"month": f"{month:%Y-%m}",
		"entitlements": count,
		"persons": int(persons or 0),
		"amount": f"{amount or 0:.2f}",
	}


def _archive() -> dict[str, str | int]:
	digest, count = hashlib.sha256(), 0
	document = frappe.qb.DocType(fixity.DOCUMENT)
	with_copy = document.content_hash.isnotnull() & (document.content_hash != "")
	query = frappe.qb.from_(document).select(document.name, document.content_hash).where(with_copy)
	for name, content in query.orderby(document.name).run():
		digest.update(f"{name}\t{content}\n".encode())
		count += 1
	return {"copies": count, "digest": digest.hexdigest()}


def _access_log() -> dict[str, str | int]:
	last = frappe.db.get_value(access_log.LOG, {}, "chain_hash", order_by="name desc")
	return {"entries": frappe.db.count(access_log.LOG), "last": cstr(last)}
