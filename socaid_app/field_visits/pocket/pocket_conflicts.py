"""What two hands entered differently: a person decides, and both values stay on record."""

from __future__ import annotations

import json

import frappe
from frappe import _
from frappe.utils import now_datetime

from socaid_app.casework import records
from socaid_app.field_visits import payload
from socaid_app.field_visits.pocket import pocket_devices, pocket_sync

MINE, THEIRS, OTHER = "mine", "theirs", "other"


class NoSuchConflict(frappe.ValidationError):
	pass


@frappe.whitelist(methods=["POST"])
def resolve(
	device: str,
	token: str,
	item: str,
	field: str,
	choice: str,
	row: str = "",
	value: str | int | float | dict | list | None = None,
	reason: str = "",
) -> dict:
	"""Decide one conflict of an item: {versions, open: how many are left}. ``value``: with the choice "other"."""
	if not pocket_devices.contact(device, token):
		return pocket_devices.WIPE
	record = frappe.get_doc(pocket_sync.ITEM, item, for_update=True)
	visit = frappe.get_doc(pocket_sync.VISIT, record.visit, for_update=True)
	visit.check_permission("write")
	conflicts = json.loads(record.answer)["conflicts"]
	found = [hit for hit in conflicts if (hit["field"], hit["row"]) == (field, row) and "decided" not in hit]
	if not found or choice not in (MINE, THEIRS, OTHER):
		frappe.throw(_("This conflict has been decided already. Fetch the visit again."), NoSuchConflict)
	hit = found[0]
	if choice != THEIRS:
		_write(visit, field, row, hit["mine"] if choice == MINE else value)
		visit.save()
	hit["decided"] = {
		"choice": choice,
		"value": value if choice == OTHER else hit[choice],
		"who": frappe.session.user,
		"when": str(now_datetime()),
		"reason": reason[:500],
	}
	left = sum("decided" not in one for one in conflicts)
	if not left:
		record.status = pocket_sync.SETTLED
	pocket_sync.keep_answer(record, conflicts=conflicts, versions=payload.versions(visit))
	with records.step(record):
		# whoever writes the visit decides about it
		record.save(ignore_permissions=True)
	return {"versions": payload.versions(visit), "open": left}


def _write(visit, field: str, row: str, value) -> None:
	if not row:
		pocket_sync.set_value(visit, field, value)
		return
	rows = {one["name"]: one for one in payload.value_of(visit, field)}
	rows.pop(row, None) if value is None else rows.update({row: {**value, "name": row}})
	pocket_sync.set_value(visit, field, list(rows.values()))
