"""What a notice says: drawn from the records through the whitelist of its kind, then frozen with its hash.

The rows are gathered here and nowhere else; what leaves this module has passed the whitelist and the search for
forbidden words. The public pages read :func:`public_notice` and :func:`current` and nothing besides.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Order
from frappe.utils import cint, flt, get_first_day, getdate, today
from frappe.utils.caching import request_cache

from socaid_app import fonts
from socaid_app.casework.places import division_names
from socaid_app.permissions.divisions import TOWNSHIP, significant, township_of
from socaid_app.policy import publicity as rules_of
from socaid_app.policy import terms
from socaid_app.printing import cn_month, settings
from socaid_app.public_disclosure import protection
from socaid_app.public_disclosure.protection import APPLICATION, ENTITLEMENT

NOTICE = "Publicity Notice"
VERSION = 1
RAISE_REQUEST, CORRECTION = "Standard Raise", "Disclosure Correction"


class PublicityRefused(frappe.ValidationError):
	pass


class ForbiddenContent(PublicityRefused):
	"""A text or a name carries what must not be public."""


@dataclass
class Gathered:
	"""Rows with the permitted fields and where they come from; ``left_out``: minors not listed."""

	rows: list[dict] = field(default_factory=list)
	left_out: int = 0


# --- gathering --------------------------------------------------------------------------------------------
def gather(notice: Document | Mapping, on: date) -> Gathered:
	"""The rows of a notice as the records stand; ages are those of the day ``on``.

	Raises PublicityRefused where the case may not be published.
	"""
	return SOURCES[notice.kind](notice, on)


def _case(notice: Document, on: date) -> Gathered:
	case = _record(
		APPLICATION,
		notice.application,
		("name", "applicant_name", "member_count", "category", "division", "route", "workflow_state")
		+ ("protected_case", "proposed_amount", "amount_departure", "confirmed_amount"),
		person="applicant",
	)
	if not case:
		frappe.throw(_("A preliminary notice is prepared from an application."), PublicityRefused)
	if case.protected_case or protection.protected_cases([case.name]):
		frappe.throw(_("This case is protected and must not be published anywhere."), PublicityRefused)
	if dead := _dead_but_counted(case.name):
		frappe.throw(
			_(
				"{0} has died and is still counted. Have the case assessed again before it is published."
			).format("、".join(dead)),
			PublicityRefused,
		)
	if notice.kind == rules_of.PRELIMINARY:
		amount = flt(case.proposed_amount) + flt(case.amount_departure)
		if case.workflow_state != terms.PUBLICITY:
			frappe.throw(
				_("A notice is prepared when the preliminary opinion has been given (57号 Art. 19)."),
				PublicityRefused,
			)
	else:
		amount = case.confirmed_amount
		if case.workflow_state != terms.CONFIRMED or case.route == terms.QUICK_RELIEF:
			frappe.throw(
				_("Only confirmed cases are announced, small quick relief never (57号 Art. 24)."),
				PublicityRefused,
			)
	row = _row(APPLICATION, case.name, case.applicant_name, case.birth_date, on, case.division)
	row.update(member_count=cint(case.member_count), category_name=case.category, amount=flt(amount, 2))
	return Gathered([row])


def _dead_but_counted(application: str) -> list[str]:
	"""Names of those who died and for whom the amount of a case is meant as well: no notice may say so."""
	member, person = frappe.qb.DocType("Application Member"), frappe.qb.DocType("Recipient")
	rows = (
		frappe.qb.from_(member)
		.join(person)
		.on(person.name == member.recipient)
		.select(person.full_name)
		.where((member.parent == application) & (member.parenttype == APPLICATION) & (member.counted == 1))
		.where(person.deceased_on.isnotnull())
		.orderby(member.idx)
		.run()
	)
	return [row[0] for row in rows]


def _termination(notice: Document, on: date) -> Gathered:
	benefit = _benefit(notice.entitlement)
	if benefit.scheme != terms.TEKUN:
		frappe.throw(
			_("Only the end of support for the destitute is publicised beforehand (43号 Art. 26)."),
			PublicityRefused,
		)
	ground = notice.ground or rules_of.termination_ground(benefit.end_reason)
	row = _benefit_row(benefit, on)
	row.update(
		effective_month=_next_month(benefit.end_month or on),
		ground=rules_of.TERMINATION_GROUNDS.get(ground, ground),
	)
	return Gathered([row])


def _raised(notice: Document, on: date) -> Gathered:
	raised = _record(
		RAISE_REQUEST,
		notice.standard_raise,
		("name", "household", "entitlement", "raise_kind", "status", "current_amount", "proposed_amount"),
	)
	if not raised or raised.status not in ("Approved", "Notified"):
		frappe.throw(_("A raise is publicised when it has been approved."), PublicityRefused)
	if protection.protected_households([raised.household]):
		frappe.throw(_("This case is protected and must not be published anywhere."), PublicityRefused)
	benefit = _benefit(raised.entitlement)
	row = _benefit_row(benefit, on)
	row.update(
		previous_amount=flt(raised.current_amount, 2),
		amount=flt(raised.proposed_amount, 2),
		ground=rules_of.RAISE_GROUNDS.get(raised.raise_kind, rules_of.HOUSEHOLD_CHANGED),
	)
	return Gathered([row])


def _roll(notice: Document, on: date) -> Gathered:
	if not notice.roll_month or not notice.division:
		frappe.throw(_("A roll needs its month and its township or village."), PublicityRefused)
	gathered = rolls_of(getdate(notice.roll_month), notice.division, on)
	rows = [row for one in gathered.values() for row in one.rows]
	return Gathered(rows, sum(one.left_out for one in gathered.values()))


def rolls_of(month: date, division: str | None, on: date) -> dict[str, Gathered]:
	"""Village → its rows for a month: all benefits in force below ``division`` (None: everywhere), one query.

	Protected cases and small quick relief are not read at all; minors are counted.
	"""
	month = get_first_day(month)
	place = ""
	if division:
		column = "township" if len(significant(division)) == TOWNSHIP else "division"
		place = f"and e.{column} = %(division)s"
	# Raw SQL: the criterion of protection is written once, as SQL (protection.PROTECTED_BENEFIT).
	benefits = frappe.db.sql(
		f"""select e.name, e.recipient_name, e.member_count, e.category, e.amount, e.division, p.birth_date,
			c.scheme, c.route
		from tabEntitlement e
		join `tabAssistance Category` c on c.name = e.category
		left join tabRecipient p on p.name = e.recipient
		where e.docstatus = 1 and e.payment != 'Recognition' and c.route != 'Quick Relief'
			and e.start_month <= %(month)s and (e.end_month is null or e.end_month >= %(month)s)
			{place} and not {protection.PROTECTED_BENEFIT}
		order by e.division, e.category, e.recipient_name, e.name""",
		{"month": month, "division": division},
		as_dict=True,
	)
	found: dict[str, Gathered] = {}
	for benefit in benefits:
		village = found.setdefault(benefit.division, Gathered())
		if rules_of.is_minor(benefit.birth_date, on):
			village.left_out += 1
			continue
		row = _benefit_row(benefit, on)
		if benefit.scheme == terms.TEMPORARY:
			row["ground"] = rules_of.AID_GROUNDS.get(benefit.route, rules_of.URGENT)
		village.rows.append(row)
	return found


def _correction(notice: Document, on: date) -> Gathered:
	"""One row of three texts; it names nobody, hence not the rows of the corrected notice either."""
	texts = _record(
		CORRECTION, notice.correction, ("name", "problem", "problem_published", "investigation", "measure")
	)
	if not texts:
		frappe.throw(_("A notice of correction is made from a correction."), PublicityRefused)
	return Gathered(
		[
			{
				"source_doctype": CORRECTION,
				"source_name": texts.name,
				"problem": texts.problem_published or texts.problem,
				"investigation": texts.investigation,
				"measure": texts.measure,
			}
		]
	)


SOURCES: dict[str, Callable[[Document, date], Gathered]] = {
	rules_of.PRELIMINARY: _case,
	rules_of.CONFIRMED: _case,
	rules_of.TERMINATION: _termination,
	rules_of.ROLL: _roll,
	rules_of.RAISE: _raised,
	rules_of.CORRECTION: _correction,
}


def _record(
	doctype: str, name: str | None, fields: tuple[str, ...], person: str | None = None
) -> frappe._dict | None:
	"""The fields a notice needs, and of the ``person`` behind a link the date of birth; None for no record."""
	table = frappe.qb.DocType(doctype)
	query = (
		frappe.qb.from_(table).select(*(table[field] for field in fields)).where(table.name == (name or ""))
	)
	if person:
		recipient = frappe.qb.DocType("Recipient")
		query = query.left_join(recipient).on(recipient.name == table[person]).select(recipient.birth_date)
	rows = query.run(as_dict=True)
	return rows[0] if rows else None


def _benefit(name: str | None) -> frappe._dict:
	benefit = _record(
		ENTITLEMENT,
		name,
		("name", "scheme", "recipient_name", "member_count", "category", "amount", "division")
		+ ("end_month", "end_reason"),
		person="recipient",
	)
	if not benefit:
		frappe.throw(_("Choose the entitlement this notice is about."), PublicityRefused)
	if protection.protected_benefits([benefit.name]):
		frappe.throw(_("This case is protected and must not be published anywhere."), PublicityRefused)
	return benefit


def _benefit_row(benefit: frappe._dict, on: date) -> dict:
	row = _row(ENTITLEMENT, benefit.name, benefit.recipient_name, benefit.birth_date, on, benefit.division)
	row.update(
		member_count=cint(benefit.member_count),
		category_name=benefit.category,
		amount=flt(benefit.amount, 2),
	)
	return row


def _row(doctype: str, name: str, person: str, born: date | None, on: date, division: str) -> dict:
	return {
		"source_doctype": doctype,
		"source_name": name,
		"person_name": rules_of.public_name(person, born, on),
		"village_name": place_name(division),
	}


def _next_month(day: date | str) -> date:
	from socaid_app.policy import clock

	return clock.next_month(getdate(day))


@request_cache
def _place_names() -> dict[str, str]:
	"""All divisions of the county, read once: a month's rolls name each of them several times."""
	rows = frappe.get_all(
		"Administrative Division", fields=["name", "division_name"], order_by="name", as_list=True
	)
	return dict(rows)


def place_name(division: str | None) -> str:
	"""The name of a division alone: ``甲山村``."""
	if not division:
		return ""
	names = _place_names()
	if division not in names:
		names[division] = frappe.db.get_value("Administrative Division", division, "division_name") or ""
	return names[division]


def full_place(division: str | None) -> str:
	"""Township and village: ``甲山乡甲山村``."""
	township = township_of(division)
	return "".join(dict.fromkeys((place_name(township), place_name(division))))


# --- freezing ---------------------------------------------------------------------------------------------
def published(notice: Document | Mapping, rows: Iterable[Mapping]) -> dict:
	"""The content as the public gets it, built from the whitelist alone.

	``notice``: kind, division, name, posted_on, ends_on, place, complaint_phone, roll_month. Raises
	ForbiddenContent, naming what was found and in which row.
	"""
	kind, division = notice.get("kind"), notice.get("division")
	township = place_name(township_of(division))
	rows = [_value_row(kind, row) for row in rows]
	content = {
		"version": VERSION,
		"kind": kind,
		"title": title(notice),
		"intro": rules_of.INTROS[kind],
		"columns": [list(column) for column in rules_of.columns(kind, rows)],
		"rows": rows,
		"posted_on": _iso(notice.get("posted_on")),
		"ends_on": _iso(notice.get("ends_on")),
		"place": notice.get("place") or "",
		"division_name": full_place(division),
		"township_name": township,
		"office": f"{township}人民政府" if township else settings().bureau_name,
		"complaint_phone": notice.get("complaint_phone") or settings().bureau_phone or "",
		"basis": rules_of.BASIS[kind],
		"month": _iso(notice.get("roll_month")) if kind == rules_of.ROLL else None,
		"notice": notice.get("name") or "",
	}
	refuse_forbidden(content)
	return content


def _value_row(kind: str, row: Mapping) -> dict:
	values = rules_of.only_permitted(kind, row)
	for name, value in values.items():
		if name in rules_of.MONEY:
			values[name] = flt(value, 2)
		elif isinstance(value, date):
			values[name] = value.isoformat()
	return values


def refuse_forbidden(content: Mapping) -> None:
	found = []
	for number, row in enumerate(content["rows"], 1):
		found += [f"第{number}行{finding}" for finding in rules_of.row_findings(content["kind"], row)]
	found += [f"标题{finding}" for finding in rules_of.findings(content["title"])]
	for number, row in enumerate(content["rows"], 1):
		if boxes := fonts.missing("".join(value for value in row.values() if isinstance(value, str))):
			found.append(f"第{number}行含有本机字体没有、只能显示为方框的字{fonts.described(boxes)}")
	found += [f"张贴地点{finding}" for finding in rules_of.findings(content["place"])]
	if found:
		frappe.throw(
			_("This must not be published: {0}. Take it out, or correct the record it comes from.").format(
				"；".join(found[:5])
			),
			ForbiddenContent,
		)
	if content["complaint_phone"] and not rules_of.office_phone(content["complaint_phone"]):
		frappe.throw(
			_("The complaint phone is an office's number (landline or service number), not a mobile phone."),
			ForbiddenContent,
		)


def title(notice: Document | Mapping) -> str:
	"""Place and kind, never a name: ``甲山乡甲山村2026年11月社会救助对象名单``."""
	kind = notice.get("kind")
	month = cn_month(notice.get("roll_month")) if kind == rules_of.ROLL else ""
	return f"{full_place(notice.get('division'))}{month}{rules_of.TITLES[kind]}"


def dump(content: Mapping) -> str:
	"""The one text that is stored and hashed."""
	return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def digest(text: str | None) -> str:
	"""SHA-256 of a frozen content: proves later what was on the board."""
	return hashlib.sha256((text or "").encode()).hexdigest()


def row_values(notice: Mapping, born: date | str | None) -> dict:
	"""What a preliminary notice that was written as a row (demo, notices before version 1) still lacks.

	``notice``: the columns of the record. Its values were frozen when it was posted; they make its content.
	``born``: when the applicant was.
	"""
	on = getdate(notice.get("posted_on") or notice.get("creation"))
	name = rules_of.public_name(notice.get("applicant_name"), getdate(born) if born else None, on)
	values = {"public_key": new_key(), "title": title(notice), "applicant_name": name}
	if notice.get("posted_on"):
		row = {
			"person_name": name,
			"member_count": cint(notice.get("member_count")),
			"category_name": notice.get("category_name"),
			"amount": notice.get("proposed_amount"),
			"village_name": notice.get("village_name"),
		}
		values["published_content"] = dump(published(notice, [row]))
		values["content_hash"] = digest(values["published_content"])
		values["planned_end"] = notice.get("ends_on")
	if notice.get("status") == "Completed":
		values["taken_down_on"] = notice.get("completed_on")
	return values


def new_key() -> str:
	"""What names a notice in its public address: random, so that addresses cannot be gone through."""
	return secrets.token_hex(10)


def _iso(day: date | str | None) -> str | None:
	return getdate(day).isoformat() if day else None


# --- what the public pages read ---------------------------------------------------------------------------
def current(township: str | None = None, village: str | None = None, kind: str | None = None) -> list[dict]:
	"""Notices that hang today, newest first: public_key, kind, title, month, posted_on, ends_on, division,
	division_name, township, township_name. Dates are dates; ``ends_on`` None: until replaced, or interrupted.
	"""
	table = frappe.qb.DocType(NOTICE)
	query = (
		_live(table)
		.select(table.public_key, table.kind, table.title, table.roll_month.as_("month"))
		.select(table.posted_on, table.ends_on, table.division, table.township)
		.orderby(table.posted_on, order=Order.desc)
		.orderby(table.creation, order=Order.desc)
		.orderby(table.name)
	)
	for column, value in (("township", township), ("division", village), ("kind", kind)):
		if value:
			query = query.where(table[column] == value)
	rows = query.run(as_dict=True)
	names = division_names(code for row in rows for code in (row.division, row.township))
	for row in rows:
		row.division_name = names.get(row.division, "")
		row.township_name = names.get(row.township, "")
	return rows


def public_notice(public_key: str) -> dict | None:
	"""The frozen content of a notice that hangs today, with its public_key; None for every other key.

	``ends_on`` is the last day as it stands (interruptions may have moved it), ``interrupted`` whether it is
	off the board at present, ``content_hash`` the SHA-256 of the text as posted.
	"""
	if not isinstance(public_key, str) or len(public_key) != 20:
		return None
	table = frappe.qb.DocType(NOTICE)
	rows = (
		_live(table)
		.select(table.name, table.public_key, table.published_content, table.ends_on, table.planned_end)
		.select(table.content_hash, table.township, table.division)
		.where(table.public_key == public_key)
		.run(as_dict=True)
	)
	# the database takes a capital letter for a small one; a notice has one address
	if not rows or rows[0].public_key != public_key:
		return None
	row = rows[0]
	return {
		**json.loads(row.published_content),
		"public_key": public_key,
		"ends_on": _iso(row.ends_on),
		"interrupted": bool(row.planned_end and not row.ends_on),
		"content_hash": row.content_hash,
		"township": row.township,
		"division": row.division,
	}


def _live(table):
	"""Posted, not taken down, and not past its last day, whether or not the nightly job has run."""
	return (
		frappe.qb.from_(table)
		.where(table.posted_on.isnotnull() & table.taken_down_on.isnull())
		.where(table.status != "Withdrawn")
		.where(table.published_content.isnotnull() & table.public_key.isnotnull())
		.where(table.ends_on.isnull() | (table.ends_on >= getdate(today())))
	)
