"""Conditions become records (System Problem), and those who run the system are told: once, and again daily while it lasts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import frappe
from frappe import _
from frappe.core.doctype.sms_settings.sms_settings import send_sms
from frappe.utils import add_to_date, get_datetime, now_datetime

from socaid_app.casework import messages, records
from socaid_app.upkeep import conditions, system_readings
from socaid_app.upkeep.conditions import BROKEN, Condition

DOCTYPE = "System Problem"
ROLES = ("Socaid Administrator", "System Manager")
# Whoever was told and did nothing is told again.
AGAIN_HOURS = 24


def limits() -> conditions.Limits:
	return conditions.Limits.of(frappe.conf.socaid_upkeep_limits)


def watch() -> list[str]:
	"""Every five minutes: names of the problems that somebody was told of now."""
	now = now_datetime()
	# a record past its date is no fault of the system, and a count for each rule every five minutes is many
	found = conditions.of(system_readings.take(now, leave_out=("overdue",)), limits())
	return enter(found, now)


def enter(found: Iterable[Condition], now: datetime) -> list[str]:
	"""Bring the register to what was found: new ones, worse ones, those that are gone. Safe to repeat."""
	current = {one.key: one for one in found}
	told = []
	for row in frappe.get_all(DOCTYPE, filters={"gone_at": ["is", "not set"]}, fields=["name", "problem"]):
		if row.problem not in current:
			_set(frappe.get_doc(DOCTYPE, row.name), gone_at=now)
			continue
		doc = frappe.get_doc(DOCTYPE, row.name)
		condition = current.pop(row.problem)
		worse = condition.level == BROKEN != doc.level
		_set(doc, **_words(condition), last_seen=now)
		if worse or _again(doc, now):
			told.append(_tell(doc, now))
	for condition in current.values():
		doc = frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"problem": condition.key,
				**_words(condition),
				"since": now,
				"last_seen": now,
			}
		)
		with records.step(doc):
			doc.insert(ignore_permissions=True)
		told.append(_tell(doc, now))
	return told


def _again(doc, now: datetime) -> bool:
	return doc.level == BROKEN and get_datetime(doc.told_at or doc.since) <= add_to_date(
		now, hours=-AGAIN_HOURS
	)


def _words(condition: Condition) -> dict[str, str]:
	return {"level": condition.level, "says": condition.says, "to_do": condition.to_do}


def _set(doc, **values) -> None:
	with records.step(doc):
		doc.update(values)
		doc.save(ignore_permissions=True)


def _tell(doc, now: datetime) -> str:
	"""In the system and by e-mail; what is broken by text message as well."""
	users = administrators()
	subject = _("System: {0}").format(doc.says)
	messages.tell_staff(users, subject, DOCTYPE, doc.name)
	if doc.level == BROKEN and messages.sms_enabled():
		_text(users, subject)
	_set(doc, told_at=now)
	return doc.name


def _text(users: list[str], text: str) -> None:
	phones = frappe.get_all(
		"User", filters={"name": ["in", users], "mobile_no": ["is", "set"]}, pluck="mobile_no"
	)
	if phones:
		try:
			send_sms(phones, text, success_msg=False)
		except Exception:
			# the other channels have said it
			frappe.log_error(title="Text message of a system problem failed")


def administrators() -> list[str]:
	"""Who is told: enabled users with a role that runs the system; Administrator where there is nobody."""
	holder, user = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
	found = (
		frappe.qb.from_(user)
		.join(holder)
		.on((holder.parent == user.name) & (holder.parenttype == "User"))
		.select(user.name)
		.distinct()
		.where(holder.role.isin(ROLES) & (user.enabled == 1) & user.name.notin(["Administrator", "Guest"]))
		.orderby(user.name)
	).run(pluck=True)
	return found or ["Administrator"]
