"""What a phone brings back, item by item: applied once, in conflict, held for the supervisor or refused – and kept."""

from __future__ import annotations

import json
import re
import traceback
from datetime import datetime

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, add_to_date, cint, cstr, get_datetime, now_datetime, strip_html, today

from socaid_app.casework import records
from socaid_app.casework.steps import Steps
from socaid_app.field_visits import differences, payload, visits
from socaid_app.field_visits.pocket import pocket_devices, pocket_entries, pocket_photos
from socaid_app.field_visits.pocket.field_merge import changed_rows, merge_rows, version_reached
from socaid_app.socaid_app import safety

ITEM, VISIT = "Visit Sync Item", "Home Visit"
APPLIED, CONFLICT, HELD, REFUSED = "Applied", "In Conflict", "Held", "Refused"
ACCEPTED, REJECTED, SETTLED = "Accepted", "Rejected", "Settled"
OUTCOMES = {APPLIED: "done", CONFLICT: "conflict", HELD: "held", REFUSED: "refused"}
FIELDS, RISK, CHECK_IN, CHECK_OUT = "fields", "risk", "check_in", "check_out"
SIGN, PHOTO = "sign", "photo"
# How a conflict was decided that nobody has to look at any more.
LATER = "later"
KINDS = {
	FIELDS: "Form Content",
	RISK: "Risk Assessment",
	CHECK_IN: "Check In",
	CHECK_OUT: "Check Out",
	SIGN: "Visitor Signs",
	PHOTO: "Photo",
	pocket_entries.NOTE: "Note",
	pocket_entries.LEAD: "Lead",
	pocket_entries.PROBLEM: "Problem",
	pocket_entries.CALLBACK: "Callback",
}
MOST_ITEMS, DAYS_TO_DECIDE = 50, 3
ROW_KEY = re.compile(r"[a-z0-9-]{8,36}")

step = Steps(ITEM)


class ItemRefused(frappe.ValidationError):
	pass


class TooManyEntries(frappe.ValidationError):
	pass


class TooEarly(frappe.ValidationError):
	"""An entry that an earlier one, still on its way, makes room for."""


class AfterTheEnd(frappe.ValidationError):
	"""The other visitor has checked out before this arrived: the supervisor decides whether it is added."""


class VisitOver(frappe.ValidationError):
	pass


@frappe.whitelist(methods=["POST"])
def push(
	device: str, token: str, protocol: int, clock: str, items: str | list, app_version: str = ""
) -> dict:
	"""{server_time, answers: [{id, outcome, message, versions, conflicts}]}; see docs/offline-protocol.md."""
	caller = pocket_devices.contact(device, token, clock=clock, app_version=app_version)
	if not caller:
		return pocket_devices.WIPE
	if not pocket_devices.OLDEST_PROTOCOL <= cint(protocol) <= pocket_devices.PROTOCOL:
		frappe.throw(
			_("This version of the app is not understood. Update it."), pocket_devices.ProtocolUnknown
		)
	items = frappe.parse_json(items)
	if len(items) > MOST_ITEMS:
		frappe.throw(
			_("At most {0} entries are taken at once; {1} came, and none was taken.").format(
				MOST_ITEMS, len(items)
			),
			TooManyEntries,
		)
	kept = {row.name: row for row in _kept([_id(item) for item in items])}
	return {"server_time": str(now_datetime()), "answers": [_answer(caller, item, kept) for item in items]}


def _id(item: dict) -> str:
	return str(item.get("id") or "") if isinstance(item, dict) else ""


def _kept(names: list[str]) -> list[frappe._dict]:
	"""Those of the items that have come before."""
	return frappe.get_all(
		ITEM,
		filters={"name": ["in", names or [""]]},
		fields=["name", "user", "author", "visit", "payload", "answer"],
		limit=0,
	)


def _answer(caller: frappe._dict, item: dict, kept: dict[str, frappe._dict]) -> dict:
	name = _id(item)
	if not pocket_photos.ID.fullmatch(name) or item.get("kind") not in KINDS:
		return _said(name, "refused", _("The server does not know this kind of entry."))
	sent = json.dumps(item, ensure_ascii=False, sort_keys=True)
	if known := kept.get(name):
		if not _is_the_same(known, caller.user, item):
			return _said(name, "refused", _("Another entry has this number already."))
		return json.loads(known.answer)
	if not frappe.db.exists(VISIT, item.get("visit") or ""):
		return _said(name, "refused", _("The visit is not there any more."))
	frappe.db.savepoint("pocket_item")
	try:
		return _take(caller, item, sent)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		# the database has dropped the whole transaction; the phone sends everything again
		raise
	except Exception as error:
		frappe.db.rollback(save_point="pocket_item")
		# where it broke, without the values: they are a family's
		frappe.log_error(type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
		frappe.clear_messages()
		return _said(name, "again", _("The entry could not be judged now. It is sent again."))


def _is_the_same(known: frappe._dict, user: str, item: dict) -> bool:
	"""Sent before, by this user or, where it went from phone to phone, by the other visitor."""
	if known.user != user:
		who = {known.user, known.author} & {user, item.get("author")}
		if not who or user not in safety.visitors_users(frappe.get_doc(VISIT, known.visit)):
			return False
	before = json.loads(known.payload)
	return {**before, "author": None} == {**item, "author": None}


def _said(name: str, outcome: str, message: str = "", **more) -> dict:
	return {"id": name, "outcome": outcome, "message": message, "versions": {}, "conflicts": [], **more}


def _take(caller: frappe._dict, item: dict, sent: str) -> dict:
	visit = frappe.get_doc(VISIT, item["visit"], for_update=True)
	visit.check_permission("write")
	record = frappe.get_doc(
		{
			"doctype": ITEM,
			"name": item["id"],
			"visit": visit.name,
			"kind": KINDS[item["kind"]],
			"device": caller.name,
			"user": caller.user,
			"author": item.get("author") or caller.user,
			"made_at": get_datetime(item["made_at"]),
			"happened_at": _corrected(item["made_at"], caller.clock_difference),
			"received_at": now_datetime(),
			"clock_difference": caller.clock_difference,
			"payload": sent,
		}
	)
	frappe.db.savepoint("pocket_entry")
	try:
		_require_visitor(visit, record)
		beside = item["kind"] in pocket_entries.KINDS
		if not beside and frappe.db.exists(ITEM, {"visit": visit.name, "status": HELD}):
			_hold(record, _("An earlier entry of this visit waits for the supervisor."))
		else:
			apply(visit, record)
	except (pocket_photos.PhotoIncomplete, visits.VisitIncomplete, TooEarly) as error:
		# nothing is written, so that the same entry is judged anew when the rest has come
		frappe.db.rollback(save_point="pocket_entry")
		words = _words(error)
		frappe.clear_messages()
		return _said(record.name, "again", words)
	except (safety.VisitMayNotStart, AfterTheEnd) as error:
		frappe.db.rollback(save_point="pocket_entry")
		_hold(record, _words(error))
	except (frappe.ValidationError, frappe.PermissionError) as error:
		frappe.db.rollback(save_point="pocket_entry")
		record.update({"status": REFUSED, "message": _words(error)})
	frappe.clear_messages()
	answer = _said(
		record.name,
		OUTCOMES[record.status],
		record.message or "",
		versions=payload.versions(frappe.db.get_value(VISIT, visit.name, ["field_versions"], as_dict=True)),
		conflicts=record.flags.conflicts or [],
	)
	record.answer = json.dumps(answer, ensure_ascii=False, default=str)
	with records.step(record):
		# nobody enters what a device sent by hand
		record.insert(ignore_permissions=True, set_name=record.name)
	return answer


def _words(error: Exception) -> str:
	said = [message.get("message") for message in frappe.get_message_log()]
	lines = [line for one in said for line in (one if isinstance(one, list) else [one]) if line]
	return "；".join(strip_html(str(line)) for line in lines) or strip_html(str(error))


def _corrected(made_at: str, difference: int) -> datetime:
	return min(add_to_date(get_datetime(made_at), seconds=difference), now_datetime())


def _require_visitor(visit: Document, record: Document) -> None:
	"""Who sends it and who entered it were both sent there."""
	if not {record.author, record.user} <= safety.visitors_users(visit):
		frappe.throw(_("Only the visitors of this visit enter what they saw there."), visits.NotAVisitor)


def _hold(record: Document, why: str) -> None:
	record.update({"status": HELD, "message": why, "decide_by": add_days(today(), DAYS_TO_DECIDE)})


def apply(visit: Document, record: Document, gates: bool = True) -> None:
	"""Do what the item says; without ``gates`` a supervisor has looked at what they forbid."""
	item = json.loads(record.payload)
	data = item.get("data") or {}
	record.status = APPLIED
	if item["kind"] in (FIELDS, RISK):
		_fill(visit, record, data, gates)
		return
	if item["kind"] in pocket_entries.KINDS:
		pocket_entries.enter(visit, record, item["kind"], data)
		return
	if item["kind"] == SIGN:
		_sign(visit, data)
		save(visit, record, gates)
		return
	if item["kind"] == PHOTO:
		pocket_photos.attach(visit, record.device, record.name, data)
		# taken before the visit ended, it may arrive after
		late = visit.status == visits.FINISHED and record.happened_at <= get_datetime(visit.check_out_at)
		save(visit, record, gates and not late)
		pocket_photos.forget(record.device, record.name)
		return
	begins = item["kind"] == CHECK_IN
	if visit.status in ((visits.UNDER_WAY, visits.FINISHED) if begins else (visits.FINISHED,)):
		_by_both(visit, record, begins)
		return
	if visit.status != (visits.PLANNED if begins else visits.UNDER_WAY):
		frappe.throw(
			_("The visit stands at “{0}”.").format(_(visit.status, context=VISIT)),
			TooEarly if visit.status == visits.PLANNED else visits.WrongStep,
		)
	position = {key: data.get(key) for key in ("latitude", "longitude")}
	if begins:
		if gates:
			safety.require_open_gate(visit)
		reason = data.get("reason")
		visits.begin(visit, record.happened_at, accuracy=data.get("accuracy"), reason=reason, **position)
		visit.status = visits.UNDER_WAY
	else:
		visits.end(visit, **position)
		visit.check_out_at = max(record.happened_at, get_datetime(visit.check_in_at))
		visit.status = visits.FINISHED
	with records.step(visit):
		visit.save()


def _by_both(visit: Document, record: Document, begins: bool) -> None:
	"""Both visitors check in and out: the visit lasts from the first to the last of it, whichever arrives first."""
	if begins and record.happened_at < get_datetime(visit.check_in_at):
		visit.check_in_at = record.happened_at
	elif not begins and record.happened_at > get_datetime(visit.check_out_at):
		visit.check_out_at = record.happened_at
	else:
		return
	with records.step(visit):
		visit.save()


def _sign(visit: Document, data: dict) -> None:
	row = next((row for row in visit.visitors if row.officer == data.get("officer")), None)
	if not row or not data.get("signature"):
		frappe.throw(_("Only the visitors of this visit enter what they saw there."), ItemRefused)
	row.update({"signature": data["signature"], "signed": 1})


def _fill(visit: Document, record: Document, data: dict, gates: bool) -> None:
	known, allowed = payload.versions(visit), set(payload.fields(visit))
	conflicts, touched, replaced, earlier = (
		[],
		[],
		set(),
		_earlier(visit, record, [one for one in data.get("after") or [] if isinstance(one, str)]),
	)
	for field, mine in (data.get("fields") or {}).items():
		if field not in allowed:
			frappe.throw(_("“{0}” is not filled in on site.").format(field), ItemRefused)
		here = payload.value_of(visit, field)
		base = next((one.sent[field] for one in reversed(earlier) if field in one.sent), None)
		base = base if base is not None else (data.get("base") or {}).get(field)
		rows = changed_rows(base, mine) if isinstance(mine, list) and isinstance(base, list) else ()
		replaced |= {(field, row) for row in ("", *rows)}
		if here == mine:
			continue
		reached = version_reached(
			cint((data.get("versions") or {}).get(field)),
			[one.made[field] for one in earlier if field in one.made],
		)
		if reached == cint(known.get(field)):
			set_value(visit, field, mine)
		elif isinstance(mine, list) and isinstance(base, list):
			merged, collisions = merge_rows(base, here, mine)
			set_value(visit, field, merged)
			conflicts += [
				_conflict(visit, field, hit.key, hit.mine, hit.theirs, hit.base) for hit in collisions
			]
		else:
			conflicts.append(_conflict(visit, field, "", mine, here, base))
			continue
		touched.append(field)
	if touched:
		save(visit, record, gates)
	after = payload.versions(visit)
	record.made = json.dumps(
		{
			field: [cint(known.get(field)), after[field]]
			for field in touched
			if cint(known.get(field)) != after[field]
		}
	)
	if conflicts:
		record.update({"status": CONFLICT, "decide_by": add_days(today(), DAYS_TO_DECIDE)})
		record.flags.conflicts = conflicts
	_replace(earlier, replaced)


def _replace(earlier: list[frappe._dict], fields: set[tuple[str, str]]) -> None:
	"""The later word of the same hand stands for its earlier one: nobody is asked about that any more, both stay on record."""
	for one in earlier:
		if one.status != CONFLICT:
			continue
		record = frappe.get_doc(ITEM, one.name, for_update=True)
		conflicts = json.loads(record.answer)["conflicts"]
		left = [hit for hit in conflicts if "decided" not in hit]
		hits = [hit for hit in left if (hit["field"], hit["row"]) in fields]
		for hit in hits:
			hit["decided"] = {
				"choice": LATER,
				"value": None,
				"who": frappe.session.user,
				"when": str(now_datetime()),
				"reason": "",
			}
		if not hits:
			continue
		if len(hits) == len(left):
			record.status = SETTLED
		keep_answer(record, conflicts=conflicts)
		with records.step(record):
			# decided by what the same hand sent later, not by a clerk
			record.save(ignore_permissions=True)


def save(visit: Document, record: Document, gates: bool) -> None:
	"""Without ``gates`` in the name of whoever entered it, whoever decided that it stands."""
	if visit.status in (visits.REVIEWED, visits.CANCELLED):
		frappe.throw(
			_("The visit has been reviewed or cancelled: what stands in the record stays."), VisitOver
		)
	if visit.status == visits.FINISHED:
		if gates:
			frappe.throw(
				_("The visit has ended already. The supervisor decides whether this is added."), AfterTheEnd
			)
		# what differs from the file was drawn up before
		differences.draw_up(visit)
	if gates:
		visit.save()
		return
	visit.set(records.CHANGED_BY, record.author)
	with records.step(visit):
		visit.save()


def set_value(visit: Document, field: str, value) -> None:
	"""Rows keep the key that the phone gave them."""
	if not isinstance(value, list):
		visit.set(field, value)
		return
	known = {row.name for row in visit.get(field)}
	if wrong := [
		row for row in value if row.get("name") not in known and not ROW_KEY.fullmatch(cstr(row.get("name")))
	]:
		frappe.throw(
			_("A new row has no usable key: {0}").format(cstr(wrong[0].get("name"))[:40]), ItemRefused
		)
	visit.set(field, [row if row["name"] in known else {**row, "__islocal": 1} for row in value])


def _earlier(visit: Document, record: Document, after: list[str]) -> list[frappe._dict]:
	"""What was sent of this visit before that whoever wrote this knew of: by the same device, or ``after`` it was handed
	over from another phone. [{name, status, made: field → [from, to], sent: field → value}]"""
	filters = [["visit", "=", visit.name], ["kind", "in", (KINDS[FIELDS], KINDS[RISK])]]
	if record.creation:
		# it was held, and others have come after it
		filters.append(["creation", "<", record.creation])
	rows = frappe.get_all(
		ITEM,
		filters=filters,
		or_filters=[["device", "=", record.device], ["name", "in", after or [""]]],
		fields=["name", "status", "made", "payload"],
		order_by="creation",
	)
	for row in rows:
		row.made = json.loads(row.made or "{}")
		row.sent = json.loads(row.payload).get("data", {}).get("fields", {})
	return rows


def _conflict(visit: Document, field: str, row: str, mine, theirs, base) -> dict:
	return {
		"field": field,
		"row": row,
		"label": _(visit.meta.get_label(field), context=VISIT),
		"mine": mine,
		"theirs": theirs,
		"base": base,
		"who": frappe.db.get_value("User", visit.modified_by, "full_name"),
		"when": str(visit.modified),
	}


def keep_answer(record: Document, **values) -> None:
	"""What the phone is told when it asks again."""
	answer = {**json.loads(record.answer), "outcome": OUTCOMES.get(record.status, "done"), **values}
	record.answer = json.dumps(answer, ensure_ascii=False, default=str)


# --- the supervisor ---------------------------------------------------------------------------------------
def _first_of_the_held(record: Document) -> bool:
	"""What was held is decided in the order it was made in."""
	first = frappe.get_all(
		ITEM,
		filters={"visit": record.visit, "status": HELD},
		order_by="happened_at, creation",
		limit=1,
		pluck="name",
	)
	return first == [record.name]


def _not_on_this_visit(record: Document) -> str:
	if frappe.session.user in safety.visitors_users(frappe.get_doc(VISIT, record.visit)):
		return _("What a gate held is decided by somebody who was not on the visit.")
	return ""


supervised = {
	"at": HELD,
	"duty": safety.SUPERVISE,
	"when": _first_of_the_held,
	"who": _not_on_this_visit,
	"asks": ("decision_reason",),
	"stamps": ("decided_by", "decided_at"),
}


@step(_lt("Accept the Entry"), primary=True, **supervised)
def accept(record: Document, decision_reason: str) -> None:
	"""It takes effect although a gate was closed; the reason stands beside it."""
	visit = frappe.get_doc(VISIT, record.visit, for_update=True)
	apply(visit, record, gates=False)
	collided = record.status == CONFLICT
	record.status = CONFLICT if collided else ACCEPTED
	keep_answer(record, versions=payload.versions(visit), conflicts=record.flags.conflicts or [])


@step(_lt("Reject the Entry"), to=REJECTED, **supervised)
def reject(record: Document, decision_reason: str) -> None:
	"""It takes no effect and stays on record; the phone hears of it when it sends the entry again."""
	keep_answer(
		record, outcome="refused", message=_("The supervisor has rejected it: {0}").format(decision_reason)
	)
