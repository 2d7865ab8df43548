"""What the disclosure pages show. Persons appear on them only as the frozen content of a notice names them.

Every function here returns the values of one template of ``templates/public``; website.py renders, limits and
keeps the pages. Nothing lists the notices of the whole county: one goes by township and village, as one would
walk from board to board, and the address of a notice cannot be guessed.
"""

from __future__ import annotations

import mimetypes
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import get_datetime, getdate, now_datetime, today
from pypika.functions import Date
from werkzeug.wrappers import Response

from socaid_app import website
from socaid_app.permissions.divisions import TOWNSHIP, significant
from socaid_app.petition_desk import guide_search
from socaid_app.policy import terms
from socaid_app.printing import cn_month
from socaid_app.public_disclosure import catalogue as disclosure_catalogue
from socaid_app.public_disclosure import content, timeliness
from socaid_app.public_disclosure.catalogue import attached_file
from socaid_app.website import Gone, Missing

NOTICE, PUBLICATION, ITEM, GUIDE = (
	"Publicity Notice",
	"Disclosure Publication",
	"Disclosure Catalogue Item",
	"Policy Guide",
)
DIVISION = "Administrative Division"
ROLL = "Monthly Roll"
HOME = ("disclosure", "信息公开")
KINDS = {
	"Preliminary": "初审公示",
	"Confirmed List": "确认公布",
	"Termination": "终止公示",
	ROLL: "月度名单",
	"Standard Raise": "提标公示",
	"Correction": "更正公示",
}
TOPICS = {
	"General": "综合",
	"Minimum Living": "最低生活保障",
	"Destitute Support": "特困人员救助供养",
	"Temporary Aid": "临时救助",
}
SCHEME_TOPICS = {
	terms.DIBAO: "Minimum Living",
	terms.TEKUN: "Destitute Support",
	terms.TEMPORARY: "Temporary Aid",
}
PUBLISHERS = {"County Bureau": "县民政局", "Township Office": "乡镇人民政府", "Village": "村（居）民委员会"}
FREQUENCIES = {"When Formed": "信息形成后", "Every Month": "每月", "Every Year": "每年1月31日前"}
GUIDE_TOPICS = {
	"Applying": "怎样申请",
	"Conditions": "哪些人可以享受",
	"Amounts": "标准和金额",
	"Checking": "核对与调查",
	"Publicity Matter": "公示",
	"Changes": "情况变化",
	"Rights and Remedies": "权利与救济",
	"Other Matter": "其他",
}
LISTED = 50
MONTH = re.compile(r"\d{4}-\d{2}")
# Names on them: search engines stay out. The rest of the disclosure pages is meant to be found.
CLOSED_TO_ROBOTS = ("/disclosure/notice/", "/disclosure/rolls/", "/petition/status")


@dataclass(frozen=True)
class Standing:
	"""A notice on the board, without the names on it."""

	key: str
	kind: str
	kind_name: str
	title: str
	village: str
	village_name: str
	posted_on: date
	ends_on: date | None
	month: str


def forget(doc=None, method: str | None = None) -> None:
	"""Hook ``doc_events`` of everything shown: the pages are made anew, once this is stored."""
	website.forget()


# --- places -----------------------------------------------------------------------------------------------
def home() -> dict:
	"""Townships with the number of current notices, and where else to go."""
	standing = _standing()
	counts = Counter(notice.village[:TOWNSHIP] for notice in standing)
	return {
		"title": "社会救助信息公开",
		"townships": [
			{"code": code, "name": name, "count": counts[significant(code)]}
			for code, name in _divisions("Township")
		],
		"latest": _published(limit=5),
		"county_count": len(standing),
	}


def place(code: str) -> dict:
	"""A township with its villages, or a village with its notices and rolls."""
	level, name, parent = _division(code)
	hanging = _standing(village=code)
	values = {
		"title": name,
		"code": code,
		"level": level,
		"crumbs": (HOME,),
		"villages": [],
		# what concerns a township as a whole hangs at the township
		"notices": [standing for standing in hanging if not standing.month],
		"months": sorted({standing.month for standing in hanging if standing.month}, reverse=True),
	}
	if level == "Village":
		return values | {"crumbs": _place_crumbs(parent)}
	counts = Counter(standing.village for standing in _standing(township=code))
	return values | {
		"villages": [
			{"code": village, "name": village_name, "count": counts[village]}
			for village, village_name in _divisions("Village", parent=code)
		]
	}


def notice(key: str) -> dict:
	"""One notice as it was frozen. Gone when it was taken down, Missing when there never was one."""
	found = content.public_notice(key)
	if not found:
		# a draft has its key already
		if frappe.db.exists(NOTICE, {"public_key": key, "posted_on": ["is", "set"]}):
			raise Gone
		raise Missing
	return {
		"title": found["title"],
		"crumbs": _place_crumbs(found["township"], found["division"]),
		"notice": found,
		"key": key,
		"kind_name": KINDS.get(found["kind"], ""),
	}


def roll(village: str, month: str) -> dict:
	"""The rolls of a village for a month ``2026-10`` that are posted now."""
	_level, name, parent = _division(village)
	if not MONTH.fullmatch(month):
		raise Missing
	rolls = [
		found
		for standing in _standing(village=village)
		if standing.month == month and (found := content.public_notice(standing.key))
	]
	if not rolls:
		raise Missing
	return {
		"title": f"{name}{int(month[:4])}年{int(month[5:])}月在保名单",
		"crumbs": _place_crumbs(parent, village),
		"rolls": rolls,
	}


def _place_crumbs(*codes: str | None) -> tuple[tuple[str, str], ...]:
	places = [code for code in dict.fromkeys(codes) if code and len(significant(code)) >= TOWNSHIP]
	return (HOME, *((f"disclosure/places/{code}", content.place_name(code)) for code in places))


def _division(code: str) -> tuple[str, str, str]:
	found = frappe.db.get_value(DIVISION, code, ["level", "division_name", "parent_administrative_division"])
	if not found or found[0] not in ("Township", "Village"):
		raise Missing
	return found


def _divisions(level: str, parent: str | None = None) -> list[tuple[str, str]]:
	county = significant(frappe.db.get_single_value("Socaid Settings", "county_division") or "")
	filters = {"level": level, "name": ["like", f"{county}%"]}
	if parent:
		filters["parent_administrative_division"] = parent
	rows = frappe.get_all(DIVISION, filters=filters, fields=["name", "division_name"], order_by="name")
	return [(row.name, row.division_name) for row in rows]


def _standing(township: str | None = None, village: str | None = None) -> list[Standing]:
	return [
		Standing(
			key=row.public_key,
			kind=row.kind,
			kind_name=KINDS[row.kind],
			title=row.title,
			village=row.division,
			village_name=row.division_name,
			posted_on=row.posted_on,
			ends_on=row.ends_on,
			month=f"{row.month:%Y-%m}" if row.kind == ROLL and row.month else "",
		)
		for row in content.current(township=township, village=village)
	]


# --- policies ---------------------------------------------------------------------------------------------
def guides() -> dict:
	"""Questions and answers in force by topic, or those that a search finds."""
	words = (frappe.form_dict.get("q") or "").strip()[:60]
	fields = ["name", "question", "topic", "assistance_category", "effective_from"]
	filters = _public_guides()
	if words:
		hits = {hit["name"]: hit["snippet"] for hit in guide_search.search(words, public_only=True)}
		filters["name"] = ["in", list(hits)]
	rows = frappe.get_all(GUIDE, filters=filters, fields=fields, order_by="topic, creation")
	if words:
		rows = [row | {"snippet": hits[row.name]} for row in rows]
		rows.sort(key=lambda row: list(hits).index(row["name"]))
	groups = [("找到的问答", rows)] if words else _by(rows, "topic", GUIDE_TOPICS)
	return {
		"title": "政策问答",
		"crumbs": (HOME,),
		"words": words,
		"groups": [group for group in groups if group[1]],
		"count": len(rows),
	}


def _by(rows: list, field: str, names: dict[str, str]) -> list[tuple[str, list]]:
	"""Heading and rows, in the order of ``names``; a group may be empty."""
	return [(name, [row for row in rows if row[field] == value]) for value, name in names.items()]


def guide(name: str) -> dict:
	"""One question with its answer, its sources and since when it is in force."""
	if not frappe.db.exists(GUIDE, {**_public_guides(), "name": name}):
		if frappe.db.exists(GUIDE, {"name": name, "public": 1, "status": "Replaced"}):
			raise Gone
		raise Missing
	doc = frappe.get_doc(GUIDE, name)
	return {
		"title": doc.question,
		"crumbs": (HOME, ("disclosure/guides", "政策问答")),
		"guide": doc,
		"topic": GUIDE_TOPICS.get(doc.topic, ""),
	}


def _public_guides() -> dict:
	return {"status": "In Force", "public": 1, "effective_from": ["<=", today()]}


# --- catalogue and publications ---------------------------------------------------------------------------
def catalogue() -> dict:
	"""What has to be published by whom and by when, and which offices are late today."""
	items = frappe.get_all(
		ITEM,
		filters={"disabled": 0},
		fields=[
			"name",
			"creation",
			"title",
			"topic",
			"content_required",
			"basis",
			"notice_kind",
			"publisher",
			"frequency",
			"due_days",
			"channels",
		],
		order_by="topic, name",
	)
	late = [*_late(), *_late_notices(), *_never_entered(items)]
	matched = {(item.notice_kind, item.topic) for item in items}
	for item in items:
		item.late = [row for row in late if _concerns(item, row, matched)]
	return {
		"title": "公开事项目录",
		"crumbs": (HOME,),
		"groups": [group for group in _by(items, "topic", TOPICS) if group[1]],
		"late_count": sum(any(_concerns(item, row, matched) for item in items) for row in late),
		"publishers": PUBLISHERS,
		"frequencies": FREQUENCIES,
		"as_of": getdate(today()),
	}


def _concerns(item: dict, row: dict, matched: set[tuple[str, str]]) -> bool:
	"""Whether something late belongs to an item: its own, or notices of its kind and, where told, its scheme."""
	if row["item"] or row["kind"] != item.notice_kind:
		return row["item"] == item.name
	return row["topic"] in ("", item.topic) or (row["kind"], row["topic"]) not in matched


def _late_row(office: str | None, due: date, what: str = "", item: str = "", kind: str = "", topic: str = ""):
	bureau = frappe.db.get_single_value("Socaid Settings", "bureau_name") or PUBLISHERS["County Bureau"]
	return {
		"item": item,
		"kind": kind,
		"topic": topic,
		"office": content.place_name(office) or bureau,
		"what": what,
		"due_on": due,
		"days": (getdate(today()) - due).days,
	}


def _late() -> list[dict]:
	"""Publications whose last day has passed."""
	rows = frappe.get_all(
		PUBLICATION,
		filters={"status": "To Be Published", "due_on": ["<", today()]},
		fields=["catalogue_item", "township", "due_on"],
		order_by="due_on",
	)
	return [_late_row(row.township, row.due_on, item=row.catalogue_item) for row in rows]


def _late_notices() -> list[dict]:
	"""Notices that were drawn up and not posted in time, counted by township, kind, scheme and month of the roll."""
	table, category = frappe.qb.DocType(NOTICE), frappe.qb.DocType("Assistance Category")
	formed = Date(table.creation)
	rows = (
		frappe.qb.from_(table)
		.left_join(category)
		.on(category.name == table.category_name)
		.select(table.township, table.kind, table.roll_month, category.scheme, formed.as_("formed_on"))
		.select(Count("*").as_("found"))
		.where((table.status == "Draft") & table.posted_on.isnull())
		.groupby(table.township, table.kind, table.roll_month, category.scheme, formed)
		.orderby(formed, table.township, table.kind)
		.run(as_dict=True)
	)
	counts: Counter[tuple] = Counter()
	dues: dict[tuple, date] = {}
	for row in rows:
		due = timeliness.notice_due(row.kind, row.roll_month, row.formed_on)
		if due < getdate(today()):
			key = (row.township, row.kind, SCHEME_TOPICS.get(row.scheme, ""), row.roll_month)
			counts[key] += row.found
			dues[key] = min(due, dues.get(key, due))
	return [
		_late_row(
			township,
			dues[key],
			f"{cn_month(month)}名单{found}份，" if kind == ROLL else f"{KINDS[kind]}{found}份，",
			kind=kind,
			topic=topic,
		)
		for key, found in counts.items()
		for township, kind, topic, month in [key]
	]


def _never_entered(items: list[dict]) -> list[dict]:
	"""Monthly and yearly items for whose latest period an office has entered nothing at all."""
	late = []
	for item in items:
		period = disclosure_catalogue.last_period(item.frequency, getdate(today()))
		if not period or getdate(item.creation) >= period[1]:
			continue
		since, due = period
		entered = _offices_with_entry(item, since, due)
		for office in (
			[None] if item.publisher == "County Bureau" else [c for c, _n in _divisions("Township")]
		):
			if office not in entered:
				late.append(_late_row(office, due, "还没有编制，", item=item.name))
	return late


def _offices_with_entry(item: dict, since: date, due: date) -> set[str | None]:
	"""Townships (None: the county) that have entered something for the period."""
	if item.notice_kind:
		filters = {
			"kind": item.notice_kind,
			"roll_month" if item.notice_kind == ROLL else "creation": [">=", since],
		}
		return set(
			frappe.get_all(NOTICE, filters=filters, pluck="township", distinct=True, order_by="township")
		)
	filters = {"catalogue_item": item.name}
	filters |= (
		{"due_on": due} if item.frequency == disclosure_catalogue.EVERY_YEAR else {"formed_on": [">=", since]}
	)
	rows = frappe.get_all(PUBLICATION, filters=filters, pluck="township", distinct=True, order_by="township")
	return {township or None for township in rows}


def publications() -> dict:
	"""What was published, newest first."""
	return {"title": "公开信息", "crumbs": (HOME,), "publications": _published(limit=LISTED)}


def publication(name: str) -> dict:
	"""One publication. Gone when it was taken down."""
	status = frappe.db.get_value(PUBLICATION, name, "status")
	if status == "Taken Down":
		raise Gone
	if status != "Published Online":
		raise Missing
	doc = frappe.get_doc(PUBLICATION, name)
	return {
		"title": doc.title,
		"crumbs": (HOME, ("disclosure/publications", "公开信息")),
		"publication": doc,
		"item": frappe.get_cached_value(ITEM, doc.catalogue_item, "title"),
		"office": content.place_name(doc.township),
	}


def attachment(name: str) -> Response:
	"""The file of a publication. It is stored as a private file and leaves by this door alone, hence is gone
	with the publication."""
	doc = publication(name)["publication"]
	file = attached_file(doc)
	if not file:
		raise Missing
	body = file.get_content()
	response = Response(body, mimetype=mimetypes.guess_type(file.file_name)[0] or "application/octet-stream")
	response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.file_name)}"
	response.headers["Cache-Control"] = "no-cache"
	return response


def _published(limit: int) -> list[dict]:
	return frappe.get_all(
		PUBLICATION,
		filters={"status": "Published Online"},
		fields=["name", "title", "published_on", "catalogue_item", "modified"],
		order_by="published_on desc, name desc",
		limit=limit,
	)


def contact() -> dict:
	"""Where to ask and to complain (标准目录 综合：监督检查)."""
	return {
		"title": "咨询与投诉",
		"crumbs": (HOME,),
		"townships": [{"code": code, "name": name} for code, name in _divisions("Township")],
	}


# --- machines ---------------------------------------------------------------------------------------------
def feed() -> dict:
	"""Atom feed of publications, and of new notices by place and kind: no names, no address of a notice."""
	entries = [
		{
			"path": f"disclosure/publications/{row.name}",
			"id": row.name,
			"title": row.title,
			"updated": row.modified,
		}
		for row in _published(limit=LISTED)
	]
	# one entry per village, kind and day, so that a busy day does not fill the feed
	seen = set()
	for standing in _standing():
		about = (standing.village, standing.kind, standing.posted_on)
		if about in seen:
			continue
		seen.add(about)
		entries.append(
			{
				"path": f"disclosure/places/{standing.village}",
				"id": "-".join(map(str, about)).replace(" ", ""),
				"title": f"{standing.village_name}张贴了{standing.kind_name}",
				"updated": get_datetime(standing.posted_on),
			}
		)
	entries.sort(key=lambda entry: entry["updated"], reverse=True)
	entries = entries[: 2 * LISTED]
	return {
		"title": "社会救助信息公开",
		"entries": entries,
		"updated": entries[0]["updated"] if entries else now_datetime(),
	}


def robots() -> dict:
	"""Robots keep out of names; what an administrator wrote in Website Settings follows."""
	return {
		"closed": CLOSED_TO_ROBOTS,
		"more": frappe.db.get_single_value("Website Settings", "robots_txt") or "",
	}
