"""Who looked at which sensitive record, and why: append-only, each entry chained to the one before.

Changing or removing an entry breaks the chain from there on, which :func:`verify_chain` shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import frappe
from frappe import _
from frappe.auth import SAFE_HTTP_METHODS
from frappe.utils import get_datetime_str, now_datetime

from socaid_app import visitors

LOG = "Sensitive Access Log"
# What the hash covers, in this order.
CHAINED = (
	"user",
	"happened_at",
	"action",
	"reference_doctype",
	"reference_name",
	"field",
	"purpose",
	"case_name",
	"row_count",
	"ip_address",
)
LOCK_SECONDS = 10
# Entries verified at a time.
CHUNK = 5000


class ChainBusy(frappe.ValidationError):
	pass


def record(
	action: str,
	reference_doctype: str,
	reference_name: str | None,
	purpose: str,
	field: str | None = None,
	case: str | None = None,
	rows: int | None = None,
):
	"""Append an entry for the session's user; returns the document.

	A named lock keeps two entries from following the same one; it is held until the transaction ends, since
	only then can the next writer see this entry.
	"""
	in_get = bool(frappe.request) and frappe.request.method in SAFE_HTTP_METHODS
	if in_get:
		# A GET (print, export) writes nothing but this entry, and ends without a commit.
		frappe.db.rollback()
	_lock()
	entry = frappe.get_doc(
		{
			"doctype": LOG,
			"user": frappe.session.user,
			"happened_at": now_datetime().replace(microsecond=0),
			"action": action,
			"reference_doctype": reference_doctype,
			"reference_name": reference_name,
			"field": field,
			"purpose": purpose,
			"case_name": case,
			"row_count": rows,
			"ip_address": visitors.address() if frappe.request else None,
		}
	)
	entry.previous_hash = _last_hash()
	entry.chain_hash = chain_hash(entry)
	entry.flags.by_step = True
	entry.insert(ignore_permissions=True)
	if in_get:
		frappe.db.commit()
	return entry


def record_all(action: str, reference_doctype: str, cases: Mapping[str, str], purpose: str) -> None:
	"""Append an entry for each record (name → case), a chunk in one statement; each is chained as by :func:`record`."""
	_lock()
	previous, stamp = _last_hash(), now_datetime()
	shared = {
		"creation": stamp,
		"modified": stamp,
		"owner": frappe.session.user,
		"modified_by": frappe.session.user,
		"user": frappe.session.user,
		"happened_at": stamp.replace(microsecond=0),
		"action": action,
		"reference_doctype": reference_doctype,
		"purpose": purpose,
		"ip_address": visitors.address() if frappe.request else None,
	}
	rows = []
	for name, case in cases.items():
		entry = frappe._dict(shared, reference_name=name, case_name=case, row_count=0, previous_hash=previous)
		entry.name = frappe.db.get_next_sequence_val(LOG)
		previous = entry.chain_hash = chain_hash(entry)
		rows.append(entry)
	if rows:
		frappe.db.bulk_insert(LOG, list(rows[0]), [tuple(row.values()) for row in rows], chunk_size=CHUNK)


def chain_hash(entry) -> str:
	"""SHA-256 over the previous hash and the fields of the entry."""
	parts = [entry.previous_hash or ""]
	for field in CHAINED:
		value = entry.get(field)
		if field == "happened_at":
			value = get_datetime_str(value)[:19]
		parts.append(str(value or ""))
	return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@frappe.whitelist()
def verify_chain() -> dict:
	"""Whether the log is whole: ``{"entries": n, "broken_at": name or None}``. For auditors."""
	frappe.only_for(("Socaid Auditor", "Socaid Administrator", "System Manager"))
	previous, last, count = "", 0, 0
	fields = ["name", "previous_hash", "chain_hash", *CHAINED]
	while entries := frappe.get_all(
		LOG, filters={"name": [">", last]}, fields=fields, order_by="name asc", limit_page_length=CHUNK
	):
		for entry in entries:
			count += 1
			if (entry.previous_hash or "") != previous or chain_hash(entry) != entry.chain_hash:
				return {"entries": count, "broken_at": entry.name}
			previous, last = entry.chain_hash, entry.name
	return {"entries": count, "broken_at": None}


def _last_hash() -> str:
	# for_update: read what is committed now, not what this transaction's snapshot shows
	row = frappe.db.get_value(LOG, {}, "chain_hash", order_by="name desc", for_update=True)
	return row or ""


def _lock() -> None:
	"""Raises ChainBusy when another session holds the log for longer than LOCK_SECONDS."""
	name = f"{frappe.conf.db_name}:access-log"
	# Raw SQL: named locks have no query-builder form.
	if not frappe.db.sql("select get_lock(%s, %s)", (name, LOCK_SECONDS))[0][0]:
		frappe.throw(_("The access log is busy. Please try again in a moment."), ChainBusy)

	def release():
		frappe.db.sql("select release_lock(%s)", (name,))

	frappe.db.after_commit.add(release)
	frappe.db.after_rollback.add(release)
