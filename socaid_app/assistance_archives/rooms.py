"""Rooms: their climate and safety are checked at intervals, and everybody who enters is written down."""

from __future__ import annotations

from datetime import date, datetime

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, flt, get_datetime, getdate, now_datetime

from socaid_app.assistance_archives import issues, storage
from socaid_app.assistance_archives.storage import LOCATION, ROOM
from socaid_app.casework.steps import Steps

CHECK, ACCESS = "Archive Room Check", "Archive Room Access"
NOT_LOOKED_AT, FAULT = "Not Looked At", "Fault Found"
WITHIN, FAULTS = "Within Limits", "Faults Found"
ASPECTS = ("fire_safety", "theft_protection", "pest_control", "damp_protection", "light_protection")
LIMITS = ("temperature_min", "temperature_max", "humidity_min", "humidity_max")
READINGS = ("room", "checked_on", "temperature", "humidity", *ASPECTS)


class CheckIncomplete(frappe.ValidationError):
	pass


class AccessInvalid(frappe.ValidationError):
	pass


def require_room(location: str) -> frappe._dict:
	room = frappe.db.get_value(
		LOCATION,
		location,
		["name", "location_name", "kind", "custodian", *LIMITS],
		as_dict=True,
	)
	if not room:
		frappe.throw(_("Choose the room."), AccessInvalid)
	if room.kind != ROOM:
		frappe.throw(_("{0} is no room.").format(room.location_name), AccessInvalid)
	return room


# --- checks -----------------------------------------------------------------------------------------------
def judge(check: Document) -> None:
	"""From ``validate``: result and faults of a check against the limits its room had at the time.

	Raises CheckIncomplete while an aspect was not looked at, or a fault has no measure.
	"""
	if check.is_new():
		room = require_room(check.room)
		check.update({field: room[field] for field in LIMITS})
	if get_datetime(check.checked_on) > now_datetime():
		frappe.throw(_("The time of the check lies in the future."), CheckIncomplete)
	# no air is without any moisture: nought means that nobody read the instrument
	if not 0 < flt(check.humidity) <= 100:
		frappe.throw(
			_("Read temperature and humidity: humidity lies above 0 and up to 100 %."), CheckIncomplete
		)
	skipped = [
		_(check.meta.get_label(field), context=check.doctype)
		for field in ASPECTS
		if check.get(field) == NOT_LOOKED_AT
	]
	if skipped:
		frappe.throw(_("Not looked at yet: {0}.").format("、".join(skipped)), CheckIncomplete)
	faults = [
		*_outside(_("Temperature (°C)"), check.temperature, check.temperature_min, check.temperature_max),
		*_outside(_("Humidity (%)"), check.humidity, check.humidity_min, check.humidity_max),
		*(
			_("{0}: fault found").format(_(check.meta.get_label(field), context=check.doctype))
			for field in ASPECTS
			if check.get(field) == FAULT
		),
	]
	check.findings = "；".join(faults) or None
	check.result = FAULTS if faults else WITHIN
	if faults and not (check.measure or "").strip():
		frappe.throw(_("{0}. Enter the measure taken.").format(check.findings), CheckIncomplete)


def _outside(label: str, value: float, low: float, high: float) -> list[str]:
	if flt(low) <= flt(value) <= flt(high):
		return []
	return [
		_("{0} {1}, allowed {2} to {3}").format(label, f"{flt(value):g}", f"{flt(low):g}", f"{flt(high):g}")
	]


def report_faults(check: Document) -> None:
	"""After a check was entered: one issue for its faults, for the custodian of the room."""
	if check.result != FAULTS or check.issue:
		return
	room = require_room(check.room)
	issue = issues.raise_issue(
		_("Room check {0}, {1}: {2}").format(check.name, room.location_name, check.findings),
		check,
		room.custodian,
	)
	check.db_set("issue", issue, update_modified=False)


def next_check(room: Document, last: str | datetime | None = None) -> date | None:
	"""The day by which a room is looked at again: so many days after its last check, or after it was set up."""
	if room.kind != ROOM:
		return None
	last = last or frappe.db.get_value(CHECK, {"room": room.name}, "checked_on", order_by="checked_on desc")
	return getdate(add_days(getdate(last or room.creation), cint(room.check_every_days) or 1))


def note_check(check: Document) -> None:
	"""After a check was entered: the room waits for the next one."""
	room = frappe.get_doc(LOCATION, check.room)
	frappe.db.set_value(LOCATION, room.name, "next_check_on", next_check(room), update_modified=False)


# --- who enters -------------------------------------------------------------------------------------------
def check_entry(access: Document) -> None:
	"""From ``validate``: who is no custodian of the room enters only with one, and leaves after entering."""
	require_room(access.room)
	entered = get_datetime(access.entered_at)
	if entered > now_datetime():
		frappe.throw(_("The time of entering lies in the future."), AccessInvalid)
	if access.left_at and not entered <= get_datetime(access.left_at) <= now_datetime():
		frappe.throw(_("Leaving lies after entering and not in the future."), AccessInvalid)
	keepers = storage.custodians_of(access.room)
	if access.visitor_user in keepers and access.visitor_user:
		return
	if access.accompanied_by not in keepers or not access.accompanied_by:
		frappe.throw(
			_("Who does not keep this room enters with one of its custodians: {0}.").format(
				"、".join(sorted(frappe.utils.get_fullname(user) for user in keepers))
				or _("none appointed yet")
			),
			AccessInvalid,
		)
	if not access.confidentiality:
		frappe.throw(_("Remind the visitor of confidentiality, and tick it."), AccessInvalid)


@Steps(ACCESS, refusal=AccessInvalid)(
	_lt("Leaves Now"), when=lambda access: not access.left_at, stamps=("left_at",), logged=False, primary=True
)
def leave(access: Document) -> None:
	"""The visitor leaves now."""
