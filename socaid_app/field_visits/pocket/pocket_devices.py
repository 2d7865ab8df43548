"""The phones that carry visits along: registered by their holder, lost with one click, wiped at the next contact."""

from __future__ import annotations

import hashlib
import hmac
import secrets

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, get_datetime, now_datetime

from socaid_app.casework import records
from socaid_app.casework.steps import Steps
from socaid_app.field_visits.pocket import pocket_holdings
from socaid_app.socaid_app import safety

DEVICE = "Visit Device"
ACTIVE, LOST, WIPED, CLOSED = "Active", "Lost", "Wiped", "Closed"
# What the phone and the server speak; the two before are understood too.
PROTOCOL, OLDEST_PROTOCOL = 1, 1
# What the county sets by a Policy Parameter, and the least and the most of it: nobody locks all phones out by a slip.
RULES = {
	"lock_minutes": ("visit_phone_lock_minutes", 1, 60),
	"wrong_tries": ("visit_phone_wrong_tries", 3, 20),
	"days_without_contact": ("visit_phone_days_without_contact", 1, 30),
}
WIPE = {"wipe": True}

step = Steps(DEVICE)


class DeviceUnknown(frappe.PermissionError):
	pass


class ProtocolUnknown(frappe.ValidationError):
	pass


def rules() -> dict[str, int]:
	"""Minutes until a phone locks itself, wrong PINs and days without the server until it wipes itself."""
	return {rule: min(max(safety.parameter(key), least), most) for rule, (key, least, most) in RULES.items()}


def _hash(token: str) -> str:
	return hashlib.sha256(token.encode()).hexdigest()


@frappe.whitelist(methods=["POST"])
def register(label: str, platform: str = "", app_version: str = "") -> dict:
	"""A device of the session's user: {device, token, rules, protocol, server_time}. The token is told once."""
	frappe.has_permission("Home Visit", "write", throw=True)
	token = secrets.token_urlsafe(32)
	device = frappe.get_doc(
		{
			"doctype": DEVICE,
			"label": label.strip()[:140],
			"platform": platform[:140],
			"app_version": app_version[:140],
			"user": frappe.session.user,
			"status": ACTIVE,
			"last_contact": now_datetime(),
			"token_hash": _hash(token),
		}
	)
	with records.step(device):
		# nobody enters a device by hand
		device.insert(ignore_permissions=True)
	return {
		"device": device.name,
		"token": token,
		"rules": rules(),
		"protocol": PROTOCOL,
		"server_time": str(now_datetime()),
	}


def contact(device: str, token: str, **told) -> frappe._dict | None:
	"""The device that calls, its contact noted; None where it has to wipe itself. Raises DeviceUnknown.

	``told``: app_version, queue_age_minutes, failures, and ``clock``, the time of the device.
	"""
	row = frappe.db.get_value(
		DEVICE, device, ["name", "user", "status", "token_hash", "clock_difference"], as_dict=True
	)
	known = row and row.user == frappe.session.user and row.token_hash
	if not known or not hmac.compare_digest(row.token_hash, _hash(token)):
		frappe.throw(_("This device is not known for your account. Register it again."), DeviceUnknown)
	clock = told.pop("clock", "")
	row.clock_difference = round((now_datetime() - get_datetime(clock)).total_seconds()) if clock else 0
	frappe.db.set_value(
		DEVICE,
		row.name,
		{
			"last_contact": now_datetime(),
			"clock_difference": row.clock_difference,
			**{
				field: value[:140] if isinstance(value, str) else cint(value)
				for field, value in told.items()
				if value != ""
			},
		},
		update_modified=False,
	)
	return row if row.status == ACTIVE else None


@frappe.whitelist(methods=["POST"])
def wiped(device: str, token: str) -> dict:
	"""The device says that it holds nothing any more; its token ends."""
	contact(device, token)
	doc = frappe.get_doc(DEVICE, device, for_update=True)
	doc.update({"wiped_at": now_datetime(), "token_hash": None})
	if doc.status == ACTIVE:
		doc.status = WIPED
	with records.step(doc):
		# what its holder may not write is written by the device
		doc.save(ignore_permissions=True)
	pocket_holdings.release(device)
	return {"wiped": True}


@step(
	_lt("Report Lost"),
	at=ACTIVE,
	to=LOST,
	duty="Supervise Visits",
	stamps=("lost_by", "lost_at"),
	primary=True,
)
def lost(device: Document) -> None:
	"""One click: at its next contact the device wipes itself and gets nothing else."""


@step(_lt("Close the Device"), at=ACTIVE, to=CLOSED, duty="Supervise Visits")
def close(device: Document) -> None:
	"""A phone that is handed in; it is wiped like a lost one."""
