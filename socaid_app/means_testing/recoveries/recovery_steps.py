"""The steps of a recovery: confirmed, planned, paid in, deducted with consent, waived by two persons, cancelled."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, get_first_day, getdate, today

from socaid_app.casework import steps
from socaid_app.casework.relatives import why_not
from socaid_app.casework.steps import AUTHOR, Ask, Steps
from socaid_app.means_testing.recoveries import bookings, deductions, demands, overpayments
from socaid_app.policy import recoveries as law
from socaid_app.policy.income import money, yuan

DOCTYPE, ENTRY = bookings.RECOVERY, bookings.ENTRY
DRAFTED, OPEN, BALANCED, CANCELLED = "Recovery Drafted", bookings.OPEN, bookings.BALANCED, demands.CANCELLED
KEEP, CONFIRM, DECIDE_WAIVERS = "Keep Recoveries", "Confirm Recoveries", "Decide Waivers"


class RecoveryRefused(frappe.ValidationError):
	pass


step = Steps(
	DOCTYPE,
	refusal=RecoveryRefused,
	order=(
		"confirm",
		"record_receipt",
		"make_plan",
		"agree_to_deduction",
		"end_deduction",
		"propose_waiver",
		"waive",
		"refuse_waiver",
		"correct",
		"cancel",
	),
)


# --- the record ---------------------------------------------------------------------------------------------------
def fill(doc: Document) -> None:
	"""From ``validate``: the family, and for what is entered by hand the amount that was paid too much."""
	paid = (
		frappe.db.get_value(
			"Entitlement",
			doc.entitlement,
			["category", "scheme", "recipient", "recipient_name"],
			as_dict=True,
		)
		or frappe._dict()
	)
	head = frappe.db.get_value("Recipient Household", doc.household, "head_name") if doc.household else None
	doc.update({"head_name": head or paid.recipient_name, "category": paid.category, "scheme": paid.scheme})
	doc.person = doc.person or paid.recipient
	if doc.status != DRAFTED:
		return
	doc.kind = demands.PAID_TOO_MUCH
	doc.source_doctype = doc.source_name = None
	compute(doc)


def compute(doc: Document) -> None:
	"""The amount of what was paid too much, from lists and ledger; nobody types it."""
	if not doc.entitlement:
		frappe.throw(_("Choose the benefit that was paid too much."), RecoveryRefused)
	if demands.household_of(doc.entitlement) != doc.household:
		frappe.throw(_("The benefit is not that of this household."), RecoveryRefused)
	found = overpayments.months_of(doc.entitlement, doc.name or "")
	first, last = (
		doc.first_month and get_first_day(doc.first_month),
		doc.last_month and get_first_day(doc.last_month),
	)
	found = {
		month: amount
		for month, amount in found.items()
		if not (first and month < getdate(first)) and not (last and month > getdate(last))
	}
	doc.amount = float(sum(found.values(), law.NOTHING))
	doc.computation = "\n".join(f"{month:%Y-%m}：{yuan(amount)}" for month, amount in found.items())
	if found:
		doc.first_month, doc.last_month = min(found), max(found)


def is_relative(doc: Document) -> str:
	persons = frappe.get_all(
		"Household Member",
		filters={"parent": doc.household, "parenttype": "Recipient Household"},
		pluck="recipient",
		order_by="idx",
	)
	return why_not([*persons, doc.person], getdate(today()))


# --- confirming and planning --------------------------------------------------------------------------------------
def what_is_missing(doc: Document) -> list[str]:
	compute(doc)
	found = []
	if money(doc.amount) <= 0:
		found.append(_("Lists and ledger show nothing that was paid too much in these months."))
	if not (doc.reason or "").strip():
		found.append(_("Write down why it was paid too much."))
	return found


@step(
	_lt("Confirm Recovery"),
	at=DRAFTED,
	to=OPEN,
	duty=CONFIRM,
	not_by=("owner", AUTHOR, is_relative),
	another=_lt("Another person confirms what has to come back than the one who entered it."),
	missing=what_is_missing,
	stamps=("confirmed_by", "confirmed_on"),
	primary=True,
)
def confirm(doc: Document) -> None:
	"""It is owed from now on, in one instalment as long as there is no plan."""
	doc.set("instalments", [{"due_on": demands.due_day(), "amount": doc.amount}])
	steps.done(doc)
	bookings.book(doc.name, bookings.DEMAND, money(doc.amount))


@step(
	_lt("Plan Instalments"),
	at=OPEN,
	duty=KEEP,
	not_by=(is_relative,),
	asks=(
		Ask("count", label=_lt("Number of Instalments"), fieldtype="Int", default=6),
		Ask(
			"first_due",
			label=_lt("First Instalment Due On"),
			fieldtype="Date",
			default=lambda doc: demands.due_day(),
		),
	),
)
def make_plan(doc: Document, count: int, first_due: str) -> None:
	"""What is still owed, in equal parts a month apart; what was paid before stays covered."""
	if getdate(first_due) < getdate(today()):
		frappe.throw(_("The first instalment lies in the past."), RecoveryRefused)
	held = bookings.lock(doc.name)
	sums = bookings.account(doc.name)
	covered = sums.received + sums.waived
	try:
		parts = law.plan(sums.balance, cint(count), getdate(first_due))
	except ValueError as error:
		frappe.throw(str(error), RecoveryRefused)
	rows = [{"due_on": today(), "amount": float(covered)}] if covered > 0 else []
	rows += [{"due_on": part.due_on, "amount": float(part.amount)} for part in parts]
	doc.set("instalments", rows)
	steps.done(doc)
	bookings.follow(held)


# --- money comes in -----------------------------------------------------------------------------------------------
@step(
	_lt("Record Money Received"),
	at=OPEN,
	duty=KEEP,
	not_by=(is_relative,),
	asks=(
		Ask("kind", of=ENTRY, options=bookings.RECEIPTS, default=bookings.BANK),
		Ask("amount", of=ENTRY, default=lambda doc: doc.next_amount or doc.balance),
		Ask("received_on", of=ENTRY, default=lambda doc: today()),
		Ask("receipt_no", of=ENTRY),
	),
	primary=True,
)
def record_receipt(doc: Document, kind: str, amount: float, received_on: str, receipt_no: str) -> str:
	"""By bank with its reference, or in cash with the number of the receipt; the same one is never booked twice."""
	if kind not in bookings.RECEIPTS:
		frappe.throw(_("Choose how the money came in."), RecoveryRefused)
	if not getdate(doc.confirmed_on) <= getdate(received_on) <= getdate(today()):
		frappe.throw(_("The money came in between the demand and today."), RecoveryRefused)
	bookings.lock(doc.name)
	paid = money(amount or 0)
	bookings.require_balance(doc.name, paid, deductions.reserved(doc.name))
	steps.nothing_to_save(doc)
	return bookings.book(
		doc.name,
		kind,
		-paid,
		received_on=received_on,
		receipt_no=receipt_no,
		booking_key=bookings.key_of(kind, receipt_no),
	)


def corrigible(doc: Document) -> dict:
	return {"recovery": doc.name, "kind": ["in", list(bookings.RECEIPTS)]}


@step(
	_lt("Correct a Booking"),
	at=(OPEN, BALANCED),
	duty=CONFIRM,
	not_by=(is_relative,),
	when=lambda doc: doc.received,
	asks=(
		Ask("entry", label=_lt("Booking"), fieldtype="Link", options=ENTRY, filters=corrigible),
		Ask("note", of=ENTRY),
	),
)
def correct(doc: Document, entry: str, note: str) -> str:
	"""A receipt that was entered wrongly is booked back by another person, with the reason; both rows stay."""
	bookings.lock(doc.name)
	wrong = frappe.db.get_value(
		ENTRY, entry, ["name", "recovery", "kind", "amount", "booked_by"], as_dict=True, for_update=True
	)
	if not wrong or wrong.recovery != doc.name or wrong.kind not in bookings.RECEIPTS:
		frappe.throw(_("Only money received on this recovery is corrected."), RecoveryRefused)
	if wrong.booked_by == frappe.session.user:
		frappe.throw(_("Another person corrects a booking than the one who entered it."), RecoveryRefused)
	steps.nothing_to_save(doc)
	return bookings.book(
		doc.name,
		bookings.CORRECTION,
		-money(wrong.amount),
		corrects=wrong.name,
		note=note,
		booking_key=f"{bookings.CORRECTION}:{wrong.name}",
	)


# --- deductions ---------------------------------------------------------------------------------------------------
@step(
	_lt("Record Consent to Deduction"),
	at=OPEN,
	duty=KEEP,
	not_by=(is_relative,),
	when=lambda doc: doc.kind != demands.FINE,
	asks=("deduct_monthly", "consent_by", "consent_on", "consent_paper"),
)
def agree_to_deduction(
	doc: Document, deduct_monthly: float, consent_by: str, consent_on: str, consent_paper: str
) -> None:
	"""The family agrees in writing that so much is taken off its payments each month, within the county's limits."""
	if money(deduct_monthly) <= 0:
		frappe.throw(_("Enter how much is deducted each month."), RecoveryRefused)
	if getdate(consent_on) > getdate(today()):
		frappe.throw(_("The consent lies in the future."), RecoveryRefused)


@step(
	_lt("End the Deduction"),
	at=OPEN,
	duty=KEEP,
	when=lambda doc: doc.deduct_monthly,
	asks=(Ask("reason", label=_lt("Why It Ends")),),
)
def end_deduction(doc: Document, reason: str) -> None:
	"""The family takes its consent back at any time; what stands on a list already is paid as it stands."""
	doc.deduct_monthly = 0


# --- waivers ------------------------------------------------------------------------------------------------------
def _has_waiver(doc: Document) -> bool:
	return bool(money(doc.waiver_amount or 0))


@step(
	_lt("Propose Waiver"),
	at=OPEN,
	duty=KEEP,
	not_by=(is_relative,),
	when=lambda doc: not _has_waiver(doc),
	asks=("waiver_amount", "waiver_reason"),
	stamps=("waiver_proposed_by", "waiver_proposed_on"),
)
def propose_waiver(doc: Document, waiver_amount: float, waiver_reason: str) -> None:
	"""Why so much cannot be paid back; another person decides."""
	bookings.require_balance(doc.name, money(waiver_amount or 0), deductions.reserved(doc.name))


def _end_waiver(doc: Document) -> None:
	"""The bookings follow by themselves; what was proposed is decided on."""
	steps.nothing_to_save(doc)
	frappe.db.set_value(
		DOCTYPE,
		doc.name,
		{"waiver_amount": 0, "waiver_reason": None, "waiver_proposed_by": None, "waiver_proposed_on": None},
	)


WAIVER = {
	"at": OPEN,
	"duty": DECIDE_WAIVERS,
	"when": _has_waiver,
	"not_by": ("waiver_proposed_by", is_relative),
	"another": _lt("Another person decides on a waiver than the one who proposed it."),
}


@step(_lt("Waive"), primary=True, confirm=_lt("What is waived is not demanded any more."), **WAIVER)
def waive(doc: Document) -> str:
	"""Booked like money that came in, with who proposed it and why."""
	bookings.lock(doc.name)
	amount, reason, proposer = money(doc.waiver_amount), doc.waiver_reason, doc.waiver_proposed_by
	bookings.require_balance(doc.name, amount, deductions.reserved(doc.name))
	_end_waiver(doc)
	return bookings.book(doc.name, bookings.WAIVER, -amount, note=reason, proposed_by=proposer)


@step(_lt("Refuse Waiver"), asks=(Ask("reason", label=_lt("Reason")),), **WAIVER)
def refuse_waiver(doc: Document, reason: str) -> None:
	_end_waiver(doc)


# --- cancelling ---------------------------------------------------------------------------------------------------
def what_keeps_it(doc: Document) -> list[str]:
	found = []
	if doc.source_name:
		found.append(_("It rests on {0}: that decision is taken back, not this.").format(doc.source_name))
	if deductions.reserved(doc.name):
		found.append(_("It is being deducted from a payment."))
	return found


@step(
	_lt("Cancel Recovery"),
	at=(DRAFTED, OPEN),
	to=CANCELLED,
	duty=CONFIRM,
	not_by=("owner", is_relative),
	another=_lt("Another person cancels a recovery than the one who entered it."),
	missing=what_keeps_it,
	asks=("cancel_reason",),
)
def cancel(doc: Document, cancel_reason: str) -> None:
	"""With its reason; it is never deleted (社会救助法第70条)."""
	steps.nothing_to_save(doc)
	demands.cancel(doc.name, cancel_reason)
