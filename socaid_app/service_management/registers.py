"""Registers of the office, of things and of premises (第二、三、五章): each kind is a record that an administrator writes.

An entry bears what its register asks, as it asked when it was entered. Where the register names a role, another person
approves it; it is begun and ended, or carried out at once, by its responsible person or the role named for that; people
sign it themselves, and what was resolved is followed up in the common ledger. What is marked as personal is erased when
the days of the register are over.
"""

from __future__ import annotations

from contextlib import suppress

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, cstr, flt, get_datetime, getdate, now_datetime, today

from socaid_app.casework import number_series, people, records, rectification, steps
from socaid_app.casework.steps import AUTHOR, Ask, Steps
from socaid_app.permissions.divisions import significant
from socaid_app.permissions.scope import STAFF_ROLES, of_parents, scope_condition
from socaid_app.permissions.scope import has_permission as is_in_scope
from socaid_app.service_management import stock_keeping
from socaid_app.service_management.check_planning import day_of

DOCTYPE, REGISTER, VALUE, PERSON, OBJECT = (
	"Register Entry",
	"Service Register",
	"Register Value",
	"Register Person",
	"Service Object",
)
ENTERED, TO_APPROVE, APPROVED, UNDER_WAY, DONE, REFUSED, WITHDRAWN = (
	"Entered",
	"To Approve",
	"Approved",
	"Under Way",
	"Done",
	"Refused",
	"Withdrawn",
)
OPEN = (ENTERED, TO_APPROVE, APPROVED, UNDER_WAY)
AT_ENTRY, AT_START, AT_END = "At Entry", "At Start", "At End"
# What a particular is; the rest of a row is what was entered.
PARTICULAR = ("item", "answer_kind", "asked_at", "required", "personal", "choices", "not_below", "kept_as")
METER = "Meter Reading"
# What an entry tells of its thing → the column of the thing that keeps it.
KEPT = {
	METER: "meter_reading",
	"Next Maintenance On": "next_service_on",
	"Inspection Valid Until": "valid_until",
	"Insured Until": "insured_until",
}
AUDITOR = "Socaid Auditor"
ERASED = "（已按期清除）"


class EntryIncomplete(frappe.ValidationError):
	pass


class RegisterNotInUse(frappe.ValidationError):
	pass


class ThingInUse(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, incomplete=EntryIncomplete)


def register_of(entry: Document) -> Document:
	return frappe.get_cached_doc(REGISTER, entry.register)


# --- what is entered ------------------------------------------------------------------------------------------------
def begin(entry: Document) -> None:
	"""From ``validate`` of a new entry: the particulars of its register, whatever was sent, its number and last day."""
	register = register_of(entry)
	if register.disabled:
		frappe.throw(_("The register “{0}” is no longer kept.").format(register.name), RegisterNotInUse)
	given = {row.item: row.value for row in entry.particulars}
	entry.set("particulars", [])
	for row in register.particulars:
		value = _written(row.answer_kind, given.get(row.item))
		entry.append("particulars", {name: row.get(name) for name in PARTICULAR} | {"value": value})
	year = getdate(entry.entered_on).year
	if register.number_mark:
		(number,) = number_series.take(f"SOCAID-REGISTER-{register.number_mark}-{year}-")
		entry.entry_number = f"{register.number_mark}〔{year}〕{number:04d}号"
	entry.due_on = entry.due_on or add_days(entry.entered_on, cint(register.due_days))


def open_stages(entry: Document) -> set[str]:
	"""Which particulars may be written, by when they are asked; once approved, what was approved stays."""
	register = register_of(entry)
	following = AT_START if register.start_label else AT_END
	match entry.status:
		case "Entered":
			return {AT_ENTRY} if register.approving_role else {AT_ENTRY, following}
		case "Approved":
			return {following}
		case "Under Way":
			return {AT_END}
	return set()


def keep_particulars(entry: Document) -> None:
	"""From ``validate``: no particular gets lost, and none is changed whose time is over. Raises RecordClosed."""
	before = entry.get_doc_before_save()
	sent = {row.name: row.value for row in entry.particulars}
	stages = open_stages(before)
	records.put_rows_back(entry, before, "particulars")
	for row in entry.particulars:
		value = _written(row.answer_kind, sent.get(row.name, row.value))
		if cstr(value).strip() == cstr(row.value).strip():
			continue
		if row.asked_at not in stages:
			frappe.throw(
				_("“{0}” cannot be changed at “{1}”.").format(row.item, _(before.status, context=DOCTYPE)),
				records.RecordClosed,
			)
		row.value = value


def _written(kind: str, value: str | None) -> str:
	"""A day or moment as the controls of a form know it; what is none stays for the step to refuse."""
	value = cstr(value).strip()
	if value and kind in ("Date", "Moment"):
		with suppress(ValueError, TypeError, frappe.ValidationError):
			return str(getdate(value) if kind == "Date" else get_datetime(value).replace(microsecond=0))
	return value


def what_is_missing(entry: Document, *stages: str) -> list[str]:
	"""Particulars of these stages that are not entered, or are not what they should be."""
	lacks = []
	meter = frappe.db.get_value(OBJECT, entry.service_object or "", "meter_reading")
	numbers = {row.item: row.value for row in entry.particulars if row.answer_kind == "Number"}
	for row in entry.particulars:
		if row.asked_at not in stages:
			continue
		value = cstr(row.value).strip()
		if not value:
			if row.required:
				lacks.append(_("Fill in “{0}”.").format(row.item))
		elif not _fits(row, value):
			lacks.append(_("“{0}” is none for “{1}”.").format(value, row.item))
		elif row.not_below and flt(value) < flt(numbers.get(row.not_below)):
			lacks.append(_("“{0}” is less than “{1}”.").format(row.item, row.not_below))
		elif row.kept_as == METER and flt(value) < flt(meter):
			lacks.append(
				_(
					"“{0}” is less than the last reading, {1}. If the meter was changed, correct it at {2}."
				).format(row.item, f"{flt(meter):.1f}".removesuffix(".0"), entry.service_object)
			)
	if entry.concerns not in (None, "", "Nothing") and not entry.service_object:
		lacks.append(_("Choose the thing."))
	return lacks


def _fits(row: Document, value: str) -> bool:
	try:
		match row.answer_kind:
			case "Number":
				return float(value) >= 0 and float(value) < 1e12
			case "Date":
				return bool(getdate(value))
			case "Moment":
				return bool(get_datetime(value))
			case "Choice":
				return value in choices(row.choices)
			case "Yes or No":
				return value in ("Yes", "No")
	except (ValueError, TypeError, frappe.ValidationError):
		return False
	return True


def choices(text: str | None) -> list[str]:
	return [line.strip() for line in cstr(text).splitlines() if line.strip()]


# --- who --------------------------------------------------------------------------------------------------------------
def _holds(role: str | None) -> bool:
	return frappe.session.user == "Administrator" or role in frappe.get_roles()


def not_for_you(entry: Document) -> str:
	"""Carried out by the responsible person, or whoever holds the role of the register."""
	if frappe.session.user == entry.responsible or _holds(entry.doing_role):
		return ""
	who = people.full_names([entry.responsible]).get(entry.responsible, entry.responsible)
	return _("This is done by: {0}.").format("、".join(filter(None, [who, _(entry.doing_role or "")])))


def not_for_you_to_approve(entry: Document) -> str:
	return "" if _holds(entry.approving_role) else _("This is done by: {0}.").format(_(entry.approving_role))


def not_for_you_to_withdraw(entry: Document) -> str:
	return "" if frappe.session.user == entry.owner else not_for_you(entry)


# --- steps ------------------------------------------------------------------------------------------------------------
@step(
	_lt("Submit for Approval"),
	at=ENTERED,
	to=TO_APPROVE,
	when=lambda entry: entry.approving_role,
	missing=lambda entry: what_is_missing(entry, AT_ENTRY),
	primary=True,
)
def submit_entry(entry: Document) -> None:
	"""All that is asked before the decision is there."""


@step(
	_lt("Approve"),
	at=TO_APPROVE,
	to=APPROVED,
	who=not_for_you_to_approve,
	not_by=("owner", AUTHOR),
	asks=(Ask("approval_note", reqd=False),),
	stamps=("approved_by", "approved_on"),
	primary=True,
)
def approve_entry(entry: Document, approval_note: str = "") -> None:
	"""By another person than whoever entered it."""


@step(
	_lt("Refuse"),
	at=TO_APPROVE,
	to=REFUSED,
	who=not_for_you_to_approve,
	not_by=("owner", AUTHOR),
	asks=("refusal_reason",),
)
def refuse_entry(entry: Document, refusal_reason: str) -> None:
	"""With the reason, which is shown on the record."""


def _may_go_on(entry: Document) -> bool:
	"""Whether nobody has to approve it any more."""
	return entry.status == (APPROVED if entry.approving_role else ENTERED)


def _needs_start(entry: Document) -> bool:
	return _may_go_on(entry) and bool(register_of(entry).start_label)


@step(
	lambda entry: register_of(entry).start_label,
	at=(ENTERED, APPROVED),
	to=UNDER_WAY,
	when=_needs_start,
	who=not_for_you,
	missing=lambda entry: what_is_missing(entry, AT_ENTRY, AT_START),
	stamps=("started_by", "started_at"),
	primary=True,
)
def start_entry(entry: Document) -> None:
	"""Issued, departed, published, called: a thing is with one person at a time. Raises ThingInUse."""
	_take_thing(entry)
	_keep_on_thing(entry, AT_ENTRY, AT_START)
	for row in entry.people:
		row.answer_by = entry.due_on
	if entry.replaces:
		earlier = frappe.get_doc(DOCTYPE, entry.replaces, for_update=True)
		if earlier.status == UNDER_WAY:
			earlier.update(
				{"status": DONE, "finished_by": frappe.session.user, "finished_at": now_datetime()}
			)
			with records.step(earlier):
				earlier.save(ignore_permissions=True)


def _take_thing(entry: Document) -> None:
	if not entry.service_object:
		return
	thing = frappe.get_doc(OBJECT, entry.service_object)
	for day, label in ((thing.valid_until, "valid_until"), (thing.insured_until, "insured_until")):
		if day and getdate(day) < getdate(today()):
			frappe.throw(
				_("{0}: {1} was {2}.").format(
					thing.object_name,
					_(thing.meta.get_label(label), context=OBJECT),
					frappe.format(day, "Date"),
				),
				ThingInUse,
			)
	other = frappe.db.get_value(
		DOCTYPE,
		{"service_object": thing.name, "status": UNDER_WAY, "name": ["!=", entry.name]},
		["name", "responsible"],
		as_dict=True,
	)
	if other:
		holder = people.full_names([other.responsible]).get(other.responsible, other.responsible)
		frappe.throw(
			_("{0} is with {1} ({2}) now.").format(thing.object_name, holder, other.name), ThingInUse
		)
	if thing.disabled:
		frappe.throw(_("“{0}” is no longer in use.").format(thing.object_name), ThingInUse)


def _keep_on_thing(entry: Document, *stages: str) -> None:
	"""What the thing bears from now on: where its meter stands, when it is looked after next."""
	kept = {
		KEPT[row.kept_as]: flt(row.value) if row.kept_as == METER else row.value
		for row in entry.particulars
		if row.kept_as and row.asked_at in stages and cstr(row.value).strip()
	}
	if kept and entry.service_object:
		thing = frappe.get_doc(OBJECT, entry.service_object, for_update=True)
		thing.update(kept)
		with records.step(thing):
			# whoever drives need not be allowed to write the rest of it
			thing.save(ignore_permissions=True)


def _take_into_stock(entry: Document) -> None:
	"""What was bought and accepted is received by whoever accepts it; raises what a movement entered by hand would."""
	for row in entry.supplies:
		if not row.movement:
			movement = frappe.get_doc(
				{
					"doctype": stock_keeping.MOVEMENT,
					"kind": stock_keeping.RECEIPT,
					"purpose": f"{entry.register}：{entry.entry_number or entry.name}",
					**{name: row.get(name) for name in ("stock_item", "quantity", "batch", "expires_on")},
				}
			)
			row.movement = movement.insert().name


def _may_end(entry: Document) -> bool:
	return entry.status == UNDER_WAY or (_may_go_on(entry) and not register_of(entry).start_label)


@step(
	lambda entry: register_of(entry).finish_label,
	at=(ENTERED, APPROVED, UNDER_WAY),
	to=DONE,
	when=_may_end,
	who=not_for_you,
	missing=lambda entry: what_is_missing(entry, AT_ENTRY, AT_START, AT_END),
	stamps=("finished_by", "finished_at"),
	primary=lambda entry: not entry.approving_role or entry.status != ENTERED,
)
def finish_entry(entry: Document) -> None:
	"""Filed, returned, concluded: resolutions go to the common ledger, supplies into stock, and the next is entered
	where it begins again."""
	_keep_on_thing(entry, *(() if entry.status == UNDER_WAY else (AT_ENTRY, AT_START)), AT_END)
	_take_into_stock(entry)
	for row in entry.tasks:
		if not row.issue:
			row.issue = rectification.found(
				entry,
				f"{entry.subject}：{row.task}",
				kind="Resolution",
				due_on=row.due_on,
				responsible=row.responsible,
			)
	steps.done(entry)
	register = register_of(entry)
	if cint(register.repeat_every) and not register.disabled:
		_next(entry, day_of(entry.due_on or today(), cint(register.repeat_every), register.repeat_unit, 1))


def _next(entry: Document, due_on) -> None:
	following = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			**{name: entry.get(name) for name in ("register", "subject", "responsible", "division")},
			"due_on": max(getdate(due_on), getdate(today())),
			"people": [_called(row) for row in entry.people],
		}
	)
	following.insert(ignore_permissions=True)


def _called(row: Document) -> dict:
	return {name: row.get(name) for name in ("user", "person_name", "unit")}


@step(
	_lt("Withdraw the Entry"),
	at=(ENTERED, TO_APPROVE, APPROVED),
	to=WITHDRAWN,
	who=not_for_you_to_withdraw,
	asks=("withdrawn_reason",),
)
def withdraw_entry(entry: Document, withdrawn_reason: str) -> None:
	"""It is not carried out; the reason stays."""


# --- people -----------------------------------------------------------------------------------------------------------
def _roles() -> list[dict]:
	return [{"value": role, "label": _(role)} for role in sorted(STAFF_ROLES)]


@step(
	_lt("Add People by Role"),
	at=(ENTERED, UNDER_WAY),
	when=lambda entry: entry.people_label,
	who=not_for_you,
	asks=(Ask("role", label=_lt("Role"), fieldtype="Select", options=lambda entry: _roles()),),
)
def add_people(entry: Document, role: str) -> None:
	"""Everybody who holds the role and works in a part of the division, once each."""
	known = {row.user for row in entry.people}
	directory = people.Directory()
	for user in sorted(directory.roles):
		if role in directory.roles[user] and user not in known and _belongs(directory, user, entry.division):
			answer_by = entry.due_on if entry.status == UNDER_WAY else None
			entry.append("people", {"user": user, "answer_by": answer_by})


def _belongs(directory: people.Directory, user: str, division: str | None) -> bool:
	"""Whether a user works for the division, or for a part of it."""
	inside = significant(division or "")
	return user in directory.users(directory.roles[user], division) or any(
		code.startswith(inside) for code in directory.divisions.get(user, ())
	)


def own_row(entry: Document) -> Document | None:
	return next((row for row in entry.people if row.user == frappe.session.user and not row.signed_at), None)


@step(
	lambda entry: register_of(entry).sign_label or _("Sign"),
	at=UNDER_WAY,
	when=own_row,
	permission="read",
	primary=True,
)
def sign_entry(entry: Document) -> None:
	"""Whoever stands in the list was there, or has read this version; for oneself only."""
	own_row(entry).signed_at = now_datetime()


@step(
	_lt("Begin a New Version"),
	at=(UNDER_WAY, DONE),
	when=lambda entry: (
		register_of(entry).versions
		and not frappe.db.exists(
			DOCTYPE, {"replaces": entry.name, "status": ["not in", [REFUSED, WITHDRAWN]]}
		)
	),
	who=not_for_you,
)
def begin_version(entry: Document) -> str:
	"""The next version begins as this one is; it is signed anew. Returns its name."""
	following = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			**{name: entry.get(name) for name in ("register", "subject", "responsible", "division")},
			"version": cint(entry.version) + 1,
			"replaces": entry.name,
			"particulars": [{"item": row.item, "value": row.value} for row in entry.particulars],
			"people": [_called(row) for row in entry.people],
		}
	)
	with records.step(following):
		following.insert()
	steps.nothing_to_save(entry)
	return following.name


# --- who sees it --------------------------------------------------------------------------------------------------------
def _named(user: str) -> str:
	return f"""exists (select 1 from `tab{PERSON}` named where named.parent = `tab{DOCTYPE}`.name
		and named.parenttype = '{DOCTYPE}' and named.user = {frappe.db.escape(user)})"""


def query_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions``: what lies in one's divisions and is not restricted to others, and whatever
	one is to sign."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	mine = f"`tab{DOCTYPE}`.%s = {frappe.db.escape(user)}"
	roles = ", ".join(frappe.db.escape(role) for role in frappe.get_roles(user))
	open_to = [f"`tab{DOCTYPE}`.restricted = 0", mine % "owner", mine % "responsible"]
	open_to += [f"`tab{DOCTYPE}`.{role} in ({roles})" for role in ("approving_role", "doing_role")]
	if AUDITOR in frappe.get_roles(user):
		open_to.append("1=1")
	inside = scope_condition(DOCTYPE, user) or "1=1"
	return f"(({inside} and ({' or '.join(open_to)})) or {_named(user)})"


def row_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""The same for the rows of entries."""
	return of_parents(doctype, query_condition, user)


def has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool:
	"""Hook ``has_permission``: whoever is only to sign an entry reads it."""
	user = user or frappe.session.user
	if user == "Administrator":
		return True
	stored = (
		frappe.db.get_value(
			DOCTYPE,
			doc.name,
			["owner", "responsible", "restricted", "approving_role", "doing_role"],
			as_dict=True,
		)
		if isinstance(doc.name, str)
		else None
	)
	if not stored:
		return is_in_scope(doc, ptype, user)
	roles = frappe.get_roles(user)
	concerned = (
		not stored.restricted
		or user in (stored.owner, stored.responsible)
		or not {stored.approving_role, stored.doing_role, AUDITOR}.isdisjoint(roles)
	)
	if concerned and is_in_scope(doc, ptype, user):
		return True
	return ptype in (None, "read", "print", "select") and bool(
		frappe.db.exists(PERSON, {"parent": doc.name, "parenttype": DOCTYPE, "user": user})
	)


# --- personal data ------------------------------------------------------------------------------------------------------
def erase_personal() -> None:
	"""Every night: what is marked as personal goes when the days of its register are over; one statement."""
	frappe.db.sql(
		f"""update `tab{VALUE}` value join `tab{DOCTYPE}` entry on entry.name = value.parent
		and value.parenttype = '{DOCTYPE}' join `tab{REGISTER}` register on register.name = entry.register
		set value.value = %(erased)s where value.personal = 1 and register.keep_days > 0
		and entry.status in %(closed)s and value.value is not null and value.value != %(erased)s
		and date_add(date(coalesce(entry.finished_at, entry.modified)), interval register.keep_days day) < %(today)s""",
		{"erased": ERASED, "closed": (DONE, REFUSED, WITHDRAWN), "today": today()},
	)
