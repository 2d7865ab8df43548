"""公开检查: is what hangs and stands on the pages in time, accurate, private, and really on the board?

A sample that can be drawn again is looked at by the machine first (days, amounts against the ledger, forbidden
words, photo) and judged by the inspector. A fault becomes a Data Quality Issue with a day to be put right by.
"""

from __future__ import annotations

import json
import secrets
from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.query_builder import Case, Criterion
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import cint, flt, get_first_day, get_last_day, getdate, today

from socaid_app.casework import rectification
from socaid_app.casework.steps import Steps
from socaid_app.permissions.divisions import bounds, township_of
from socaid_app.policy import publicity as rules_of
from socaid_app.policy import sampling
from socaid_app.public_disclosure import catalogue, content, protection, timeliness
from socaid_app.public_disclosure.catalogue import PUBLICATION
from socaid_app.public_disclosure.content import NOTICE, RAISE_REQUEST
from socaid_app.public_disclosure.protection import APPLICATION, ENTITLEMENT
from socaid_app.socaid_app import rules

DOCTYPE = "Disclosure Inspection"
UNDER_WAY, FINISHED = "Inspection Under Way", "Inspection Finished"
YES, NO, NOT_APPLICABLE = "Yes", "No", "Not Applicable"
JUDGED = ("on_time", "accurate", "privacy_kept", "on_board")
AT_LEAST = 1


class InspectionRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=InspectionRefused)


@step(_lt("Draw Items"), at=UNDER_WAY, when=lambda doc: not doc.items, primary=True)
def draw(doc: Document, seed: int | None = None) -> int:
	"""Draw what is looked at, per kind, and let the machine look first; returns how many items.

	The share is the parameter ``disclosure_check_ratio``; at least one of every kind that was posted.
	"""
	population = _population(doc)
	if not population:
		frappe.throw(_("Nothing was published in this period and division."), InspectionRefused)
	doc.seed = cint(seed) or secrets.randbelow(2**31 - 1) + 1
	percent = flt(rules.parameters().get("disclosure_check_ratio", getdate(doc.inspected_on))) * 100
	sample = sampling.draw(population, percent, AT_LEAST, doc.seed)
	doc.fingerprint = sample.fingerprint
	for name in sample.names:
		field = "publication" if population[name] == PUBLICATION else "notice"
		doc.append("items", {field: name, **look_at(field, name)})
	doc.checked_count = len(doc.items)
	return doc.checked_count


def _not_looked_at(doc: Document) -> list[str]:
	if not doc.items:
		return [_("Draw the sample first.")]
	return [
		_("Row {0}: say what is wrong before you finish.").format(item.idx)
		for item in doc.items
		if faults(item) and not (item.problem or "").strip()
	]


@step(
	_lt("Finish Inspection"), at=UNDER_WAY, to=FINISHED, missing=_not_looked_at, primary=lambda doc: doc.items
)
def finish(doc: Document) -> list[str]:
	"""Close the inspection; every item with a fault becomes a Data Quality Issue. Returns the issues."""
	issues = []
	for item in doc.items:
		if not faults(item):
			continue
		item.rectify_by = item.rectify_by or rules.days_after("disclosure_rectify_days")
		item.issue = _raise_issue(doc, item)
		issues.append(item.issue)
	doc.fault_count = len(issues)
	return issues


def faults(item: Document) -> list[str]:
	"""The points of an item that were answered with No."""
	return [field for field in JUDGED if item.get(field) == NO]


def _population(doc: Document) -> dict[str, str]:
	"""Name → stratum (the kind of notice, or publications)."""
	place = []
	if doc.division:
		low, high = bounds(doc.division)
		place = [["division", ">=", low], ["division", "<=", high]]
	period = ["between", [doc.period_from, doc.period_to]]
	notices = frappe.get_all(
		NOTICE, filters=[*place, ["posted_on", *period]], fields=["name", "kind"], order_by="name"
	)
	publications = frappe.get_all(
		PUBLICATION, filters=[*place, ["published_on", *period]], pluck="name", order_by="name"
	)
	return {row.name: row.kind for row in notices} | dict.fromkeys(publications, PUBLICATION)


def _raise_issue(doc: Document, item: Document) -> str:
	doctype, name = (NOTICE, item.notice) if item.notice else (PUBLICATION, item.publication)
	division, prepared_by = frappe.db.get_value(doctype, name, ["division", "prepared_by"])
	named = prepared_by if prepared_by != "Administrator" else None
	return rectification.found(
		frappe._dict(doctype=doctype, name=name, division=division or doc.division),
		_("Disclosure inspection {0}: {1}").format(doc.name, item.problem),
		kind="Disclosure Inspection",
		source=doc,
		severity=rectification.CRITICAL if item.privacy_kept == NO else rectification.MAJOR,
		responsible=named or rectification.first_of(("Township Approver", "Disclosure Officer"), division),
		due_on=item.rectify_by,
	)


def note_rectification(issue: Document, method: str | None = None) -> None:
	"""Hook ``on_update`` of Data Quality Issue: the inspection shows what was put right, and when."""
	if issue.source_doctype != DOCTYPE or not issue.has_value_changed("status"):
		return
	frappe.db.set_value(
		"Disclosure Inspection Item",
		{"parent": issue.source_name, "issue": issue.name},
		"rectified_on",
		issue.rechecked_on if issue.status in rectification.PUT_RIGHT else None,
	)


# --- what the machine sees --------------------------------------------------------------------------------
def look_at(field: str, name: str) -> dict[str, str]:
	"""The answers the records give for one notice or publication: the four points and ``problem`` in words."""
	return _look_at_notice(name) if field == "notice" else _look_at_publication(name)


def _look_at_notice(name: str) -> dict[str, str]:
	notice = frappe.get_doc(NOTICE, name)
	late = _lateness(notice)
	wrong = differences(notice)
	leaks = leaks_of(notice)
	photo = [] if notice.photo else ["没有公示栏照片"]
	return {
		"on_time": NO if late else YES,
		"accurate": NOT_APPLICABLE if wrong is None else (NO if wrong else YES),
		"privacy_kept": NO if leaks else YES,
		"on_board": NO if photo else YES,
		"problem": "；".join([*late, *(wrong or []), *leaks, *photo])[:1000],
	}


def _lateness(notice: Document) -> list[str]:
	due = timeliness.notice_due(notice.kind, notice.roll_month, getdate(notice.creation))
	found = []
	if getdate(notice.posted_on) > due:
		found.append(f"应于{due}前公开，实际{notice.posted_on}")
	if (
		notice.ends_on
		and notice.status == "Completed"
		and getdate(notice.taken_down_on) <= getdate(notice.ends_on)
	):
		found.append(f"公示未满期，{notice.taken_down_on}撤下")
	return found


def differences(notice: Document) -> list[str] | None:
	"""Where the frozen text differs from the records of that day; None where these have moved on since."""
	if not notice.published_content:
		return None
	if content.digest(notice.published_content) != notice.content_hash:
		return ["公示内容与校验值不符"]
	rows = json.loads(notice.published_content)["rows"]
	if notice.kind == rules_of.CORRECTION:
		return None
	sources = [(row.source_doctype, row.source_name) for row in notice.entries]
	sources = sources or [(APPLICATION, notice.application)]
	if len(sources) != len(rows):
		return ["公示条目数与定稿不符"]
	on_file = _on_file(notice, sources)
	if on_file is None:
		return None
	found = []
	for number, (row, expected) in enumerate(zip(rows, on_file, strict=True), 1):
		for name, label in rules_of.COLUMNS[notice.kind]:
			if name in expected and row.get(name) != expected[name]:
				found.append(f"第{number}行{label}：公示{row.get(name)}，档案{expected[name]}")
	return found


def _on_file(notice: Document, sources: list[tuple[str, str]]) -> list[dict] | None:
	names = [name for _doctype, name in sources]
	if sources[0][0] == ENTITLEMENT:
		# the ledger is never overwritten: what it says today it said that day
		fields = ["name", "amount", "member_count", "category"]
		rows = {
			row.name: row
			for row in frappe.get_all(
				ENTITLEMENT, filters={"name": ["in", names]}, fields=fields, order_by="name"
			)
		}
		expected = [_expected(rows[name].amount, rows[name]) for name in names]
		if notice.kind == rules_of.RAISE:
			raised = frappe.db.get_value(
				RAISE_REQUEST, notice.standard_raise, ["proposed_amount", "current_amount"], as_dict=True
			)
			expected[0] |= {
				"amount": flt(raised.proposed_amount, 2),
				"previous_amount": flt(raised.current_amount, 2),
			}
		return expected
	case = frappe.db.get_value(
		APPLICATION,
		names[0],
		["publicity", "proposed_amount", "amount_departure", "confirmed_amount", "member_count", "category"],
		as_dict=True,
	)
	if notice.kind == rules_of.PRELIMINARY and (not case or case.publicity != notice.name):
		return None
	published = flt(case.proposed_amount) + flt(case.amount_departure)
	amount = published if notice.kind == rules_of.PRELIMINARY else case.confirmed_amount
	return [_expected(amount, case)]


def _expected(amount: float, row: frappe._dict) -> dict:
	return {
		"amount": flt(amount, 2),
		"member_count": cint(row.member_count),
		"category_name": row.category,
	}


def leaks_of(notice: Document) -> list[str]:
	"""What a posted notice says that it must not: forbidden words, minors by name, protected persons."""
	if not notice.published_content:
		return []
	posted = json.loads(notice.published_content)
	found = [str(finding) for row in posted["rows"] for finding in rules_of.row_findings(notice.kind, row)]
	found += [str(finding) for finding in rules_of.findings(posted["place"])]
	sources = [(row.source_doctype, row.source_name) for row in notice.entries]
	if protection.protected_sources(sources or [(APPLICATION, notice.application or "")]):
		found.append("含不应公开的个案")
	return found


def _look_at_publication(name: str) -> dict[str, str]:
	doc = frappe.get_doc(PUBLICATION, name)
	late = [f"应于{doc.due_on}前公开，实际{doc.published_on}"] if cint(doc.late) else []
	changed = [] if catalogue.text_hash(doc) == doc.content_hash else ["正文与校验值不符"]
	leaks = catalogue.findings(doc)
	return {
		"on_time": NO if late else YES,
		"accurate": NO if changed else YES,
		"privacy_kept": NO if leaks else YES,
		"on_board": NOT_APPLICABLE,
		"problem": "；".join([*late, *changed, *leaks])[:1000],
	}


# --- results -----------------------------------------------------------------------------------------------
def results(since: date, until: date, township: str | None, on: date) -> list[frappe._dict]:
	"""What finished inspections of a period found, by the township whose notices and texts were looked at.

	``looked_at``; ``untimely``, ``inaccurate``, ``indiscreet``, ``not_hung``: answered with No; ``judged``: accuracy
	could be told; ``faulty``; ``put_right``; ``overdue``: neither put right nor within its days on ``on``.
	"""
	item, inspection = frappe.qb.DocType("Disclosure Inspection Item"), frappe.qb.DocType(DOCTYPE)
	notice, publication = frappe.qb.DocType(NOTICE), frappe.qb.DocType(PUBLICATION)
	place = Coalesce(notice.township, publication.township, "")
	faulty = Criterion.any(item[field] == NO for field in JUDGED)

	def how_many(test: Criterion):
		return Sum(Case().when(test, 1).else_(0))

	query = (
		frappe.qb.from_(item)
		.join(inspection)
		.on((inspection.name == item.parent) & (item.parenttype == DOCTYPE))
		.left_join(notice)
		.on(notice.name == item.notice)
		.left_join(publication)
		.on(publication.name == item.publication)
		.select(
			place.as_("township"),
			Count("*").as_("looked_at"),
			how_many(item.on_time == NO).as_("untimely"),
			how_many(item.accurate == NO).as_("inaccurate"),
			how_many(item.accurate.isin([YES, NO])).as_("judged"),
			how_many(item.privacy_kept == NO).as_("indiscreet"),
			how_many(item.on_board == NO).as_("not_hung"),
			how_many(faulty).as_("faulty"),
			how_many(faulty & item.rectified_on.isnotnull()).as_("put_right"),
			how_many(faulty & item.rectified_on.isnull() & (item.rectify_by < on)).as_("overdue"),
		)
		.where((inspection.status == FINISHED) & inspection.inspected_on[since:until])
		.groupby(place)
		.orderby(place)
	)
	if township:
		query = query.where(place == township)
	return query.run(as_dict=True)


# --- coverage ---------------------------------------------------------------------------------------------
def coverage(month: date, township: str | None = None) -> list[frappe._dict]:
	"""Every village with somebody to be named in ``month``: listed, roll (name, state), notices posted that month.

	Rows of village, township, listed, roll, roll_status, notices.
	"""
	month = get_first_day(month)
	villages = content.rolls_of(month, township, getdate(today()))
	rolls: dict[str, frappe._dict] = {}
	for row in frappe.get_all(
		NOTICE,
		filters={"kind": rules_of.ROLL, "roll_month": month, "status": ["!=", "Withdrawn"]},
		fields=["name", "division", "status", "posted_on"],
		order_by="posted_on, name",
	):
		rolls[row.division] = row
	table = frappe.qb.DocType(NOTICE)
	counts = dict(
		frappe.qb.from_(table)
		.select(table.division, Count("*"))
		.where((table.kind != rules_of.ROLL) & table.posted_on[month : get_last_day(month)])
		.groupby(table.division)
		.run()
	)
	rows = []
	for village, gathered in sorted(villages.items()):
		if not gathered.rows:
			continue
		parent = township_of(village)
		roll = rolls.get(village) or rolls.get(parent) or frappe._dict()
		rows.append(
			frappe._dict(
				village=village,
				township=parent,
				listed=len(gathered.rows),
				roll=roll.name,
				roll_status=roll.status,
				posted_on=roll.posted_on,
				notices=counts.get(village, 0),
			)
		)
	return rows
