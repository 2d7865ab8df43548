"""The ledger of what is paid to whom from when.

A row is never changed: what changes ends one entitlement and opens the next. The roll of a month is the
rows whose first month has come and whose last has not passed.
"""

from __future__ import annotations

import json
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_months, create_batch, flt, get_first_day, getdate, today

from socaid_app.casework import events
from socaid_app.casework.records import step
from socaid_app.policy import clock, losses, means, terms
from socaid_app.policy.income import money
from socaid_app.socaid_app import rules, turns

DOCTYPE = "Entitlement"
# A person has one of these at a time (Social Assistance Law Art. 15; 民发〔2021〕43号 Art. 27).
BASIC_LIVING = frozenset({terms.DIBAO, terms.TEKUN})
MANAGED = "Recipient Household"
REFRESHED_AT_ONCE = 1_000

# An entitlement, what follows it or nothing, and from which month: records, or rows with the same columns and shares.
Change = tuple[Document, Document | None, date]


class DuplicateBenefit(frappe.ValidationError):
	pass


def grant(
	*,
	category: str,
	household: str | None,
	recipient: str,
	division: str,
	area: str,
	amount: float,
	start_month: date | str,
	shares: list[dict],
	application: str | None,
	decided_on: date | str,
	snapshot: dict | str | None,
	member_count: int,
	end_month: date | str | None = None,
	previous_entitlement: str | None = None,
	restates: bool = False,
) -> Document:
	"""Open an entitlement from ``start_month`` (any day of it); returns the submitted record.

	``amount`` in yuan a month (one-off: in all); ``shares`` are [{recipient, share, care_grade, care_amount}].
	Raises DuplicateBenefit when one of the persons already has a basic living benefit in that month, unless what
	they have is restated (``restates``).
	"""
	entitlement = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"category": category,
			"household": household,
			"recipient": recipient,
			"division": division,
			"area": area,
			"amount": flt(amount, 2),
			"start_month": get_first_day(getdate(start_month)),
			"end_month": get_first_day(getdate(end_month)) if end_month else None,
			"shares": shares,
			"member_count": member_count,
			"application": application,
			"decided_on": decided_on,
			"basis_snapshot": snapshot
			if isinstance(snapshot, str)
			else json.dumps(snapshot, ensure_ascii=False),
			"rule_version": means.RULE_VERSION,
			"previous_entitlement": previous_entitlement,
		}
	)
	entitlement.flags.ignore_permissions = True
	entitlement.flags.restates = restates
	entitlement.insert()
	entitlement.submit()
	return entitlement


def active(recipient: str, on: date | str | None = None) -> list[frappe._dict]:
	"""What a person has a share in on a day: rows of scheme, category, entitlement, household.

	One that is confirmed and starts later counts too: nobody is granted a second one in between.
	"""
	month = get_first_day(getdate(on or today()))
	share, entitlement = frappe.qb.DocType("Entitlement Share"), frappe.qb.DocType(DOCTYPE)
	return (
		frappe.qb.from_(share)
		.join(entitlement)
		.on((entitlement.name == share.parent) & (share.parenttype == DOCTYPE))
		.select(
			entitlement.scheme,
			entitlement.category,
			entitlement.name.as_("entitlement"),
			entitlement.household,
			entitlement.end_month,
		)
		.where(
			(share.recipient == recipient)
			& (entitlement.docstatus == 1)
			& (entitlement.payment != terms.ONE_OFF)
			& (entitlement.end_month.isnull() | (entitlement.end_month >= month))
		)
		.run(as_dict=True)
	)


def of_household(household: str, on: date | str | None = None) -> list[str]:
	"""Names of the standing (not one-off) entitlements of a household that have not ended on a day."""
	month = get_first_day(getdate(on or today()))
	table = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(table)
		.select(table.name)
		.where(
			(table.household == household)
			& (table.docstatus == 1)
			& (table.payment != terms.ONE_OFF)
			& (table.end_month.isnull() | (table.end_month >= month))
		)
		.run()
	)
	return [row[0] for row in rows]


def refuse_duplicates(entitlement: Document) -> None:
	"""低保 xor 特困, and neither twice (Law Art. 15; 43号 Art. 27)."""
	if entitlement.scheme not in BASIC_LIVING or entitlement.flags.restates:
		return
	turns.take((row.recipient for row in entitlement.shares), entitlement.household)
	for row in entitlement.shares:
		for other in active(row.recipient, entitlement.start_month):
			if other.scheme in BASIC_LIVING and other.entitlement != entitlement.previous_entitlement:
				frappe.throw(
					_(
						"{0} already receives {1} ({2}). One person may hold one basic living benefit at a time (Social Assistance Law Art. 15; 民发〔2021〕43号 Art. 27). End that entitlement first."
					).format(row.member_name or row.recipient, other.category, other.entitlement),
					DuplicateBenefit,
				)


def end(entitlement: str, last_month: date | str, reason: str) -> None:
	"""Set the last paid month. Reductions and terminations come through a Benefit Adjustment, never from a form.

	What the law wants before an end is asked by the record (hooks ``socaid_loss_gates`` and ``socaid_end_gates``).
	Where support goes on under another number, open the next entitlement first, then end this one: whether it is less
	is asked of the next one.
	"""
	doc = frappe.get_doc(DOCTYPE, entitlement)
	doc.flags.ignore_permissions = True
	doc.planned_end_month = doc.end_month
	doc.end_month, doc.end_reason = get_first_day(getdate(last_month)), reason
	if doc.end_month < get_first_day(getdate(today())):
		doc.status = "Ended"
	with step(doc):
		doc.save()


def annul(entitlement: str, reason: str, goes_on_as: str = "") -> None:
	"""Take back an entitlement whose first month has not come: it is on no roll, and the record of it stays.

	``goes_on_as``: the entitlement that carries the support on instead, where that is not its successor.
	"""
	doc = frappe.get_doc(DOCTYPE, entitlement)
	doc.flags.ignore_permissions = doc.flags.ignore_links = True
	doc.flags.goes_on_as = goes_on_as
	doc.planned_end_month = doc.end_month
	doc.end_reason, doc.status = reason, "Cancelled"
	with step(doc):
		doc.cancel()


def reopen(entitlement: str, last_month: date | str | None) -> None:
	"""An end that rested on an error is undone; nobody may have been granted another basic living benefit since."""
	doc = frappe.get_doc(DOCTYPE, entitlement)
	doc.flags.ignore_permissions = True
	for row in doc.shares if doc.scheme in BASIC_LIVING else ():
		for other in active(row.recipient):
			if other.scheme in BASIC_LIVING and other.entitlement != entitlement:
				frappe.throw(
					_("{0} receives {1} ({2}) by now. End that entitlement before this one goes on.").format(
						row.member_name or row.recipient, other.category, other.entitlement
					),
					DuplicateBenefit,
				)
	doc.end_month, doc.end_reason, doc.planned_end_month = last_month, None, None
	doc.status = "Active"
	with step(doc):
		doc.save()


def share_of(row: Document) -> dict:
	"""A person's part as the next entitlement takes it over."""
	return {
		"recipient": row.recipient,
		"share": row.share,
		"care_grade": row.care_grade,
		"care_amount": row.care_amount,
	}


def move(household: str, division: str) -> None:
	"""A household that moves receives from the new place next month; the old rows stay for past rolls."""
	this_month = get_first_day(getdate(today()))
	for name in of_household(household):
		old = frappe.get_doc(DOCTYPE, name)
		last = max(this_month, getdate(old.start_month))
		first = get_first_day(add_months(last, 1))
		if old.division == division or (old.end_month and getdate(old.end_month) < first):
			continue
		grant(
			category=old.category,
			household=household,
			recipient=old.recipient,
			division=division,
			area=old.area,
			amount=old.amount,
			start_month=first,
			end_month=old.end_month,
			shares=[share_of(row) for row in old.shares],
			application=old.application,
			decided_on=old.decided_on,
			snapshot=old.basis_snapshot,
			member_count=old.member_count,
			previous_entitlement=name,
		)
		end(name, last, _("Household transferred"))


# --- what the law wants before something is taken -----------------------------------------------------------------
def require_end_allowed(entitlement: Document) -> None:
	"""Asks the modules above whether an entitlement may end with its ``end_month``; they raise where it may not."""
	month = get_first_day(add_months(entitlement.end_month, 1))
	events.tell("socaid_loss_gates", entitlement, successor(entitlement.name, month), month)
	if not goes_on(entitlement):
		events.tell("socaid_end_gates", entitlement)


def require_successor_allowed(entitlement: Document) -> None:
	"""A lower entitlement is a reduction of the one it follows, whoever writes it."""
	if entitlement.previous_entitlement:
		earlier = frappe.get_doc(DOCTYPE, entitlement.previous_entitlement)
		events.tell("socaid_loss_gates", earlier, entitlement, getdate(entitlement.start_month))


def require_annul_allowed(entitlement: Document) -> None:
	"""What was granted and has not begun is granted all the same."""
	month = getdate(entitlement.start_month)
	name = entitlement.flags.goes_on_as
	instead = frappe.get_doc(DOCTYPE, name) if name else successor(entitlement.name, month)
	events.tell("socaid_loss_gates", entitlement, instead, month)


def refused_losses(changes: list[Change]) -> dict[str, str]:
	"""The same of many at once, before any of them is written: {entitlement: why it may not be changed so}."""
	found: dict[str, str] = {}
	for answer in events.ask("socaid_loss_gate_sets", changes):
		found |= answer
	return found


def successor(entitlement: str, month: date) -> Document | None:
	"""The entitlement under which support goes on by ``month``."""
	name = frappe.db.get_value(
		DOCTYPE,
		{"previous_entitlement": entitlement, "docstatus": 1, "start_month": ["<=", month]},
		"name",
		order_by="start_month desc, creation desc",
	)
	return frappe.get_doc(DOCTYPE, name) if name else None


def decided_end(entitlement: Document) -> date | None:
	"""The last month that was decided from the start, before anybody ended it earlier; None where there was none."""
	stored = entitlement
	if isinstance(entitlement, Document):
		stored = entitlement.get_doc_before_save() or entitlement
	last = stored.planned_end_month if stored.end_reason else stored.end_month
	return getdate(last) if last else None


def support(entitlement: Document) -> losses.Support:
	"""What an entitlement gives, for the law library."""
	rows = entitlement.shares
	return losses.Support(
		money(entitlement.amount),
		{row.recipient: money(row.share) for row in rows},
		{row.recipient: row.care_grade for row in rows if row.care_grade},
		decided_end(entitlement),
	)


def goes_on(entitlement: Document) -> bool:
	"""Whether the same support continues without a gap: after a transfer, with a new amount or grade of care, for
	those who outlive one of them.
	"""
	return bool(
		frappe.db.exists(
			DOCTYPE,
			{
				"previous_entitlement": entitlement.name,
				"scheme": entitlement.scheme,
				"recipient": ["in", [entitlement.recipient, *(row.recipient for row in entitlement.shares)]],
				"docstatus": 1,
				"start_month": ["<=", get_first_day(add_months(entitlement.end_month, 1))],
			},
		)
	)


def end_expired() -> int:
	"""Daily: mark entitlements whose last month has passed, and refresh their households; returns how many.

	Safe to run again.
	"""
	this_month = get_first_day(getdate(today()))
	table = frappe.qb.DocType(DOCTYPE)
	gone = (table.docstatus == 1) & (table.status == "Active") & (table.end_month < this_month)
	rows = frappe.qb.from_(table).select(table.household).where(gone).run()
	if rows:
		frappe.qb.update(table).set(table.status, "Ended").where(gone).run()
		refresh_households([row[0] for row in rows if row[0]])
	return len(rows)


def refresh_household(household: str | None) -> None:
	"""Keep the household's summary columns true: what it receives, how much, and when it is reviewed next."""
	if household:
		refresh_households([household])


def refresh_households(households: list[str]) -> None:
	"""The same of many, in chunks of a few statements each; the modules above hear whose ledger changed."""
	for names in create_batch(sorted(set(households)), REFRESHED_AT_ONCE):
		_refresh(names)
		events.tell("socaid_ledger_changed", names)


def _refresh(names: list[str]) -> None:
	month = get_first_day(getdate(today()))
	table = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(table)
		.select(
			table.name,
			table.household,
			table.category,
			table.amount,
			table.scheme,
			table.start_month,
			table.previous_entitlement,
		)
		.where(
			table.household.isin(names)
			& (table.docstatus == 1)
			& (table.payment != terms.ONE_OFF)
			& (table.end_month.isnull() | (table.end_month >= month))
		)
		.orderby(table.start_month)
		.run(as_dict=True)
	)
	standing: dict[str, list] = {}
	for row in rows:
		standing.setdefault(row.household, []).append(row)
	current = frappe.get_all(
		MANAGED,
		filters={"name": ["in", names]},
		fields=["name", "current_benefit", "current_amount", "next_review_on", "review_class"],
		order_by="name",
	)
	for household in current:
		values = summary(standing.get(household.name, []), household)
		if any(household[field] != value for field, value in values.items()):
			frappe.db.set_value(MANAGED, household.name, values, update_modified=False)


def summary(standing: list[frappe._dict], current: frappe._dict) -> dict:
	"""The columns of a household that ``standing``, what it receives, makes; ``current``: its review so far.

	A benefit that began before it was entered here was reviewed on its days elsewhere: the next of them is due, or the
	one after ``current.last_review_on`` where that is known, be it past.
	"""
	# what follows another number next month is not paid beside it this month; the nightly job looks again
	names = {row.name for row in standing}
	paid = [row for row in standing if row.previous_entitlement not in names]
	values = {
		"current_benefit": "、".join(dict.fromkeys(row.category for row in standing)) or None,
		"current_amount": sum(flt(row.amount) for row in paid),
	}
	if standing and not current.next_review_on:
		values["review_class"] = current.review_class or "General"
		key = "jilin_review_key_months" if values["review_class"] == "Key" else "jilin_review_general_months"
		if standing[0].scheme == terms.TEKUN:
			key = "tekun_review_months"
		start = getdate(standing[-1].start_month)
		months = int(rules.parameters().get(key, start))
		values["next_review_on"] = (
			clock.add_months(getdate(current.last_review_on), months)
			if current.last_review_on
			else clock.next_of_cycle(start, months, getdate(today()))
		)
	elif not standing:
		values["next_review_on"] = None
	return values
