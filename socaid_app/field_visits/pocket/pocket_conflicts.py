"""What two hands entered differently: a person decides, and both values stay on record."""

from __future__ import annotations

import json

import frappe
from frappe import _, _lt
from frappe.model import table_fields
from frappe.model.document import Document
from frappe.utils import now_datetime

from socaid_app.casework import records
from socaid_app.casework.steps import Ask, Turn
from socaid_app.field_visits import payload, visits
from socaid_app.field_visits.pocket import pocket_devices, pocket_sync
from socaid_app.socaid_app import safety

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
	if frappe.session.user not in safety.visitors_users(visit):
		frappe.throw(_("Only the visitors of this visit enter what they saw there."), visits.NotAVisitor)
	left = _decide(visit, record, field, row, choice, value, reason)
	with records.step(record):
		# its visitors decide about it, though none writes the item by hand
		record.save(ignore_permissions=True)
	return {"versions": payload.versions(visit), "open": left}


def _decide(
	visit: Document,
	record: Document,
	field: str,
	row: str,
	choice: str,
	value,
	reason: str,
	gates: bool = True,
) -> int:
	"""How many conflicts of the item are left after this one; the item is not saved yet."""
	conflicts = json.loads(record.answer)["conflicts"]
	found = [hit for hit in conflicts if (hit["field"], hit["row"]) == (field, row) and "decided" not in hit]
	if not found or choice not in (MINE, THEIRS, OTHER):
		frappe.throw(_("This conflict has been decided already. Fetch the visit again."), NoSuchConflict)
	hit = found[0]
	if choice != THEIRS:
		_write(visit, field, row, hit["mine"] if choice == MINE else value)
		pocket_sync.save(visit, record, gates and visit.status != visits.FINISHED)
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
	return left


def _write(visit, field: str, row: str, value) -> None:
	if not row:
		pocket_sync.set_value(visit, field, value)
		return
	rows = {one["name"]: one for one in payload.value_of(visit, field)}
	rows.pop(row, None) if value is None else rows.update({row: {**value, "name": row}})
	pocket_sync.set_value(visit, field, list(rows.values()))


# --- at the desk ------------------------------------------------------------------------------------------
CHOICE = Ask("choice", label=_lt("What Stands"), fieldtype="Select", options=(MINE, THEIRS))
REASON = Ask("reason", label=_lt("Reason"))


def _turns(record: Document) -> list[Turn]:
	"""A button for every conflict that nobody has decided yet, with both values in words."""
	return [
		Turn(
			label=_("Decide: {0}").format(hit["label"]),
			values={"field": hit["field"], "row": hit["row"]},
			asks=(
				Ask(
					"choice",
					label=_lt("What Stands"),
					fieldtype="Select",
					options=[
						{"value": MINE, "label": _("The phone: {0}").format(words["mine"])},
						{"value": THEIRS, "label": _("The record: {0}").format(words["theirs"])},
					],
				),
				REASON,
			),
		)
		for hit in json.loads(record.answer or "{}").get("conflicts", [])
		if "decided" not in hit
		for words in [_words_of(hit)]
	]


@pocket_sync.step(
	_lt("Decide the Conflict"),
	at=pocket_sync.CONFLICT,
	duty=safety.SUPERVISE,
	asks=(CHOICE, REASON),
	each=_turns,
	stamps=("decided_by", "decided_at"),
)
def decide(record: Document, field: str, choice: str, reason: str, row: str = "") -> None:
	"""A supervisor chooses between what the phone brought and what stands in the record; the other stays on record."""
	visit = frappe.get_doc(pocket_sync.VISIT, record.visit, for_update=True)
	_decide(visit, record, field, row, choice, None, reason, gates=False)


def tell_form(record: Document) -> dict:
	"""What an item says, in words: {content: [[field, value]], conflicts: [{label, base, mine, theirs, who, when, decided}]}."""
	data = json.loads(record.payload or "{}").get("data") or {}
	content = [
		[_label(field), _in_words(field, value)]
		for field, value in (data.get("fields") or {}).items()
		if frappe.get_meta(pocket_sync.VISIT).has_field(field)
	]
	texts = {
		"latitude": _("Latitude"),
		"longitude": _("Longitude"),
		"accuracy": _("Accuracy (m)"),
		"caption": _("Caption", context="Visit Photo"),
		"taken_at": _("Taken At", context="Visit Photo"),
	}
	content += [[label, str(data[key])] for key, label in texts.items() if data.get(key)]
	conflicts = [
		hit | _words_of(hit) | {"decided": _decision(hit.get("decided"))}
		for hit in json.loads(record.answer or "{}").get("conflicts", [])
	]
	return {"content": content, "conflicts": conflicts}


def _decision(decided: dict | None) -> str:
	if not decided:
		return ""
	words = {
		MINE: _("The phone"),
		THEIRS: _("The record"),
		OTHER: _("Another value"),
		pocket_sync.LATER: _("Replaced by a later entry"),
	}[decided["choice"]]
	who = frappe.db.get_value("User", decided["who"], "full_name") or decided["who"]
	return "，".join(filter(None, (words, who, decided["when"][:16], decided["reason"])))


def _words_of(hit: dict) -> dict[str, str]:
	return {side: _in_words(hit["field"], hit[side]) for side in ("base", MINE, THEIRS)}


def _label(field: str) -> str:
	return _(frappe.get_meta(pocket_sync.VISIT).get_label(field), context=pocket_sync.VISIT)


def _in_words(field: str, value) -> str:
	"""A value, or a row, or all rows of a table, as a clerk reads it."""
	df = frappe.get_meta(pocket_sync.VISIT).get_field(field)
	if value in (None, "", []):
		return _("Empty")
	if df.fieldtype not in table_fields:
		return _word(df, pocket_sync.VISIT, value)
	rows = value if isinstance(value, list) else [value]
	columns = frappe.get_meta(df.options).fields
	return "；".join(
		"，".join(
			_word(column, df.options, row[column.fieldname])
			for column in columns
			if row.get(column.fieldname) and not column.hidden
		)
		for row in rows
	)


def _word(df, doctype: str, value) -> str:
	if df.fieldtype == "Check":
		return _(df.label, context=doctype) if value else _("No")
	if df.fieldtype == "Select":
		return _(value, context=doctype)
	if df.fieldtype == "Signature":
		return _("Signature")
	if df.fieldtype == "Link" and df.options == "Recipient":
		return frappe.db.get_value("Recipient", value, "full_name") or value
	return str(value)
