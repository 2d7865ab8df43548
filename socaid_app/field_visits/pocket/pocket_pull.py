"""What a phone takes along: the visits of its holder this week and of each family what the visit needs."""

from __future__ import annotations

import hashlib
import html
import json
import re

import frappe
from frappe import _
from frappe.model import display_fieldtypes, table_fields
from frappe.model.meta import Meta
from frappe.utils import add_days, cint, cstr, now_datetime, strip_html, today
from frappe.utils.caching import redis_cache

from socaid_app.field_visits import payload, visits
from socaid_app.field_visits.pocket import pocket_devices, pocket_entries, pocket_holdings
from socaid_app.permissions import access_log
from socaid_app.permissions.loading import load_many
from socaid_app.socaid_app import safety

VISIT, HOUSEHOLD, PERSON = "Home Visit", "Recipient Household", "Recipient"
GUIDE = "Policy Guide"
DAYS, MOST = 6, 100
# Seconds for which the lists of the form are kept.
A_WHILE = 60
RISK_TAB = "safety_tab"
LINE_ENDS = re.compile(r"</(p|li|div|h\d)>|<br\s*/?>")
PLAN = (
	"name",
	"status",
	"planned_on",
	"planned_start",
	"expected_minutes",
	"purpose",
	"form_kind",
	"risk_level",
	"risk_score",
	"approved_by",
	"due_back_at",
)


@frappe.whitelist(methods=["POST"])
def pull(
	device: str,
	token: str,
	after: str = "",
	limit: int = 20,
	lists_version: str = "",
	app_version: str = "",
	clock: str = "",
	queue_age_minutes: int | str = "",
	failures: int | str = "",
) -> dict:
	"""One page (docs/offline-protocol.md). The number of queries does not depend on how many visits it has."""
	caller = pocket_devices.contact(
		device,
		token,
		app_version=app_version,
		clock=clock,
		queue_age_minutes=queue_age_minutes,
		failures=failures,
	)
	if not caller:
		return pocket_devices.WIPE
	frappe.has_permission(VISIT, "read", throw=True)
	order = _visits_of_user()
	names = [row.name for row in order]
	place = {name: number for number, name in enumerate(names, 1)}
	start = cint(after)
	page = names[start : start + min(max(cint(limit), 1), MOST)]
	docs = load_many(VISIT, page)
	files = _files({doc.household for doc in docs})
	due = pocket_entries.callbacks_of(files)
	if not start:
		pocket_holdings.release(device, {row.household for row in order})
	if new := set(pocket_holdings.note(device, files)):
		access_log.record_all(
			"Export",
			HOUSEHOLD,
			{doc.household: doc.name for doc in docs if doc.household in new},
			_("Taken along to the visit on device {0}").format(device),
		)
	# the pages after the first belong to the same lists
	lists, version = (
		(None, lists_version) if start and lists_version else _lists(frappe.local.lang, _answers())
	)
	reached = start + len(page)
	return {
		"server_time": str(now_datetime()),
		"rules": pocket_devices.rules(),
		"protocol": pocket_devices.PROTOCOL,
		"lists_version": version,
		"lists": None if lists_version == version else lists,
		"next": str(reached) if reached < len(names) else "",
		"visits": [
			{
				**{field: payload.plain(doc.get(field)) for field in PLAN},
				"route_order": place[doc.name],
				"household": files[doc.household],
				"callbacks": [row for row in due.get(doc.household, []) if row.visit in (None, "", doc.name)],
				"visitors": [
					{key: row.get(key) for key in ("officer", "officer_name", "user", "leader", "signed")}
					for row in doc.visitors
				],
				"fields": {field: payload.value_of(doc, field) for field in payload.fields(doc)},
				"versions": payload.versions(doc),
			}
			for doc in docs
		],
	}


def _visits_of_user() -> list[frappe._dict]:
	"""Open visits of the session's user, under way first, then by day and the order of the round."""
	visit, visitor, stop = (frappe.qb.DocType(name) for name in (VISIT, "Home Visit Visitor", "Route Stop"))
	rows = (
		frappe.qb.from_(visit)
		.join(visitor)
		.on((visitor.parent == visit.name) & (visitor.parenttype == VISIT))
		.left_join(stop)
		.on(stop.visit == visit.name)
		.select(
			visit.name,
			visit.household,
			visit.status,
			visit.planned_on,
			visit.planned_start,
			stop.arrives_at,
		)
		.where(visitor.user == frappe.session.user)
		.where(
			(visit.status == visits.UNDER_WAY)
			| ((visit.status == visits.PLANNED) & visit.planned_on[today() : add_days(today(), DAYS)])
		)
		.run(as_dict=True)
	)
	return sorted(
		{row.name: row for row in rows}.values(),
		key=lambda row: (
			row.status != visits.UNDER_WAY,
			str(row.planned_on),
			row.planned_start or row.arrives_at or "99",
			row.name,
		),
	)


def _files(households: set[str]) -> dict[str, dict]:
	"""Household → where it is and who belongs to it, with masks for numbers."""
	if not households:
		return {}
	home, member, person, kin = (
		frappe.qb.DocType(name) for name in (HOUSEHOLD, "Household Member", PERSON, "Kinship Code")
	)
	far = safety.parameter("visit_far_metres")
	files = {
		row.name: row | {"members": [], "far_metres": far}
		for row in frappe.qb.from_(home)
		.select(home.name, home.head_name, home.address, home.latitude, home.longitude)
		.where(home.name.isin(households))
		.run(as_dict=True)
	}
	for row in (
		frappe.qb.from_(member)
		.join(person)
		.on(person.name == member.recipient)
		.left_join(kin)
		.on(kin.name == member.kinship)
		.select(
			member.parent,
			member.recipient,
			member.member_name.as_("name"),
			kin.kinship_name.as_("kinship"),
			person.phone,
		)
		.where((member.parenttype == HOUSEHOLD) & member.parent.isin(households))
		.orderby(member.parent, member.idx)
		.run(as_dict=True)
	):
		files[row.pop("parent")]["members"].append(row)
	return files


def _answers() -> bool:
	return bool(frappe.has_permission(GUIDE, "read"))


@redis_cache(ttl=A_WHILE)
def _lists(language: str, answers: bool) -> tuple[dict, str]:
	"""Every field of the form and of its tables with its Chinese and its choices, the parts of the form, the policy
	``answers`` for whoever may read them, and the version of it all. A change of the form reaches phones a little later."""
	meta = frappe.get_meta(VISIT)
	lists = {"fields": _fields(VISIT), "sections": _sections(meta)}
	lists["tables"] = {table.fieldname: _fields(table.options) for table in meta.get_table_fields()}
	lists["entries"] = {
		kind: {name: field for name, field in _fields(doctype).items() if name in asked}
		for kind, (doctype, asked) in pocket_entries.ASKED.items()
	}
	lists["guides"] = _guides() if answers else []
	text = json.dumps(lists, sort_keys=True, ensure_ascii=False)
	return lists, hashlib.sha256(text.encode()).hexdigest()


def _guides() -> list[dict]:
	"""The policy answers in force, as plain text: [{question, topic, answer, sources}]."""
	rows = frappe.get_all(
		GUIDE,
		filters={"status": "In Force"},
		fields=["name", "question", "topic", "answer"],
		order_by="topic, question, name",
		limit=0,
	)
	sources = {}
	for row in frappe.get_all(
		"Policy Guide Source",
		filters={"parent": ["in", [row.name for row in rows] or [""]]},
		fields=["parent", "document", "article"],
		order_by="parent, idx",
		limit=0,
	):
		sources.setdefault(row.parent, []).append(f"{row.document}{row.article or ''}")
	return [
		{
			"question": row.question,
			"topic": _(row.topic, context=GUIDE),
			# paragraphs and list entries stay lines of their own
			"answer": html.unescape(strip_html(LINE_ENDS.sub("\n", cstr(row.answer)))).strip(),
			"sources": "；".join(sources.get(row.name, [])),
		}
		for row in rows
	]


def _sections(meta: Meta) -> list[dict]:
	"""The form in its order: [{tab, risk: 1 for what is assessed beforehand, label, depends_on, names: [field]}]."""
	found, tab = [], None
	for field in meta.fields:
		label = _(field.label, context=VISIT) if field.label else ""
		if field.fieldtype == "Tab Break":
			tab = {"tab": label, "risk": int(field.fieldname == RISK_TAB)}
		if field.fieldtype in ("Tab Break", "Section Break"):
			section = {"label": "" if field.fieldtype == "Tab Break" else label}
			found.append({**tab, **section, "depends_on": field.depends_on or "", "names": []})
		elif field.fieldtype not in display_fieldtypes:
			found[-1]["names"].append(field.fieldname)
	return [section for section in found if section["names"]]


def _fields(doctype: str) -> dict[str, dict]:
	return {
		field.fieldname: {
			"label": _(field.label, context=doctype) if field.label else "",
			"type": field.fieldtype,
			"read_only": cint(field.read_only),
			"reqd": cint(field.reqd),
			"hidden": cint(field.hidden),
			"depends_on": field.depends_on or "",
			"options": [
				{"value": word, "label": word and _(word, context=doctype)}
				for word in (field.options or "").split("\n")
			]
			if field.fieldtype == "Select"
			else field.options
			if field.fieldtype in ("Link", *table_fields)
			else None,
		}
		for field in frappe.get_meta(doctype).fields
		if field.fieldtype not in display_fieldtypes
	}
