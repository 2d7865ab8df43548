"""The reserve of a township from the county's allotment to the published month: who asks, who answers, who counts.

A movement is made by a step and by nobody's typing: an allotment and a return by the answer of another person, a payment by
the decision of a case (relief_payment.py, decision.py), what comes back by whoever keeps the cash.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_months, flt, get_first_day, getdate, today

from socaid_app.assistance_intake import reserve_bookings as ledger
from socaid_app.assistance_intake.reserve_bookings import AWAITED, ENTRY, RESERVE, THERE, ReserveRefused
from socaid_app.casework import duties, messages, records, steps
from socaid_app.casework.people import Directory
from socaid_app.casework.steps import AUTHOR, Ask, Steps
from socaid_app.policy import reserves as law
from socaid_app.policy.income import money, yuan
from socaid_app.socaid_app import rules

REQUEST, STATEMENT = "Reserve Request", "Reserve Statement"
ASKED, BOOKED, REFUSED = "Reserve Money Asked", "Reserve Money Booked", "Reserve Money Refused"
ALLOTMENT, RETURN = "Allotment Asked", "Return of the Rest"
TO_MAKE, MADE, CONFIRMED, PUBLISHED = (
	"Statement Awaited",
	"Statement Made",
	"Statement Confirmed",
	"Statement Published",
)
KEEP, ALLOT, CONFIRM = "Keep Reserves", "Allot Reserves", "Confirm Reserve Statements"

of_reserve = Steps(RESERVE, refusal=ReserveRefused)
of_request = Steps(REQUEST, refusal=ReserveRefused)
of_entry = Steps(ENTRY, refusal=ReserveRefused)
of_statement = Steps(STATEMENT, refusal=ReserveRefused)


# --- the reserve --------------------------------------------------------------------------------------------------
of_reserve.opens(
	"ask",
	_lt("Ask for Money"),
	REQUEST,
	at=ledger.OPEN,
	duty=KEEP,
	each=lambda doc: [steps.Turn(values={"reserve": doc.name, "kind": ALLOTMENT, "amount": _short(doc)})],
)


def _short(reserve: Document) -> float:
	return max(flt(flt(reserve.ceiling) - flt(reserve.balance), 2), 0)


@of_reserve(
	_lt("Close the Reserve"),
	at=ledger.OPEN,
	to=ledger.CLOSED,
	duty=ALLOT,
	missing=lambda doc: (
		[_("{0} are still in it; return them first.").format(yuan(money(doc.balance)))]
		if flt(doc.balance)
		else []
	),
)
def close(doc: Document) -> None:
	"""Once the rest has gone back to the county."""


@of_reserve(_lt("Open the Reserve Again"), at=ledger.CLOSED, to=ledger.OPEN, duty=ALLOT)
def reopen(doc: Document) -> None:
	"""The township keeps a reserve again."""


# --- asking for money, and giving it back -------------------------------------------------------------------------
def begin(doc: Document) -> None:
	"""From ``validate`` of a new request."""
	duties.require(KEEP)
	reserve = frappe.db.get_value(RESERVE, doc.reserve, ["status", "balance", "division"], as_dict=True)
	if reserve.status != ledger.OPEN:
		frappe.throw(_("This reserve is closed."), ReserveRefused)
	doc.balance_then = reserve.balance
	doc.due_on = rules.days_after("reserve_answer_days")


def check(doc: Document) -> None:
	if flt(doc.amount) <= 0:
		frappe.throw(_("Enter an amount above zero."), ReserveRefused)
	if doc.kind == RETURN and money(doc.amount) > money(frappe.db.get_value(RESERVE, doc.reserve, "balance")):
		frappe.throw(_("More cannot be returned than is in the reserve."), ReserveRefused)


@of_request(
	lambda doc: _("Book the Return") if doc.kind == RETURN else _("Allot the Money"),
	at=ASKED,
	to=BOOKED,
	duty=ALLOT,
	not_by=("owner", AUTHOR),
	asks=("document_number", Ask("answer_note", reqd=False)),
	stamps=("answered_by_user", "answered_on"),
	primary=True,
)
def grant(doc: Document, document_number: str, answer_note: str = "") -> str:
	"""By the county, and by another person than who asked; the ledger has it at once."""
	steps.done(doc)
	kind = law.RETURNED if doc.kind == RETURN else law.ALLOTTED
	return ledger.book(
		doc.reserve,
		kind,
		money(doc.amount),
		request=doc.name,
		receipt_no=document_number,
		note=doc.reason,
		booking_key=f"{REQUEST}:{doc.name}",
	)


@of_request(
	_lt("Refuse the Request"),
	at=ASKED,
	to=REFUSED,
	duty=ALLOT,
	not_by=("owner",),
	asks=("answer_note",),
	stamps=("answered_by_user", "answered_on"),
)
def refuse(doc: Document, answer_note: str) -> None:
	"""With the reason, which the township reads on the request."""


# --- a payment: its receipt, and what comes back ------------------------------------------------------------------
@of_entry(
	_lt("Enter the Receipt"),
	when=lambda doc: doc.receipt_state == AWAITED,
	duty=KEEP,
	asks=("received_by", "received_on", "receipt_no", "receipt_paper"),
	primary=True,
)
def enter_receipt(
	doc: Document, received_by: str, received_on: str, receipt_no: str, receipt_paper: str
) -> None:
	"""Whoever got the money has signed for it."""
	if not getdate(doc.booked_on) <= getdate(received_on) <= getdate(today()):
		frappe.throw(_("The money was received between the day it was booked and today."), ReserveRefused)
	doc.receipt_state = THERE


def left_of(entry: Document) -> float:
	"""What the family still has of a payment."""
	back = frappe.get_all(
		ENTRY, filters={"of_entry": entry.name}, pluck="amount", order_by="creation", limit_page_length=0
	)
	return flt(-flt(entry.amount) - sum(map(flt, back)), 2)


@of_entry(
	_lt("Book Money Given Back"),
	when=lambda doc: doc.kind == law.PAID and left_of(doc) > 0,
	duty=KEEP,
	asks=(
		Ask("back", label=_lt("Amount Given Back"), fieldtype="Currency", default=left_of),
		Ask("voucher", label=_lt("Receipt or Voucher No."), fieldtype="Data"),
		Ask("reason", label=_lt("Reason"), fieldtype="Small Text"),
	),
)
def give_back(doc: Document, back: float | str, voucher: str, reason: str) -> str:
	"""What was not handed over, or has to be returned, is in the reserve again."""
	steps.nothing_to_save(doc)
	ledger.lock(doc.reserve)
	if money(back) > money(left_of(doc)):
		frappe.throw(
			_("The family got {0}; more cannot come back.").format(yuan(money(left_of(doc)))), ReserveRefused
		)
	return ledger.book(
		doc.reserve,
		law.GIVEN_BACK,
		money(back),
		of_entry=doc.name,
		application=doc.application,
		household=doc.household,
		payee_name=doc.payee_name,
		receipt_no=voucher,
		note=reason,
	)


# --- the statement of a month ----------------------------------------------------------------------------------------
def nightly() -> int:
	"""Daily: every reserve has the statement of last month, and who is low on money is told once; returns how many
	statements are new. Idempotent."""
	month = get_first_day(add_months(getdate(today()), -1))
	reserves = frappe.get_all(
		RESERVE,
		filters={"creation": ["<", get_first_day(getdate(today()))], "status": ledger.OPEN},
		fields=["name", "division"],
		order_by="name",
	)
	there = set(frappe.get_all(STATEMENT, filters={"month": month}, pluck="reserve", order_by="reserve"))
	missing = [row for row in reserves if row.name not in there]
	for row in missing:
		enter_statement(row.name, row.division, month)
	tell_of_low()
	return len(missing)


def enter_statement(reserve: str, division: str, month) -> str:
	doc = frappe.get_doc(
		{
			"doctype": STATEMENT,
			"reserve": reserve,
			"month": month,
			"division": division,
			"due_on": rules.days_after("reserve_statement_days", frappe.utils.get_last_day(month)),
			"statement_key": f"{reserve}|{month}",
			**ledger.figures(reserve, month),
		}
	)
	with records.step(doc):
		doc.insert(ignore_permissions=True)
	return doc.name


def tell_of_low() -> None:
	"""Once per shortage: whoever keeps a reserve that has run low is told, unless money is asked for already."""
	table, request = frappe.qb.DocType(RESERVE), frappe.qb.DocType(REQUEST)
	waiting = frappe.qb.from_(request).select(request.reserve).where(request.status == ASKED)
	low = (
		frappe.qb.from_(table)
		.select(table.name, table.title, table.division, table.balance)
		.where((table.status == ledger.OPEN) & (table.balance < table.refill_below))
		.where(table.name.notin(waiting))
		.run(as_dict=True)
	)
	directory = Directory()
	for row in low:
		subject = _("{0}: {1} left. Ask the county for money.").format(row.title, yuan(money(row.balance)))
		told = {"document_type": RESERVE, "document_name": row.name, "subject": subject}
		if not frappe.db.exists("Notification Log", told):
			users = directory.of_first(("Township Officer",), row.division)
			messages.tell_staff(sorted(users), subject, RESERVE, row.name)


def without_receipt(doc: Document) -> list[str]:
	waiting = frappe.get_all(
		ENTRY,
		filters={
			"reserve": doc.reserve,
			"receipt_state": AWAITED,
			"booked_on": ["between", [doc.month, frappe.utils.get_last_day(doc.month)]],
		},
		pluck="payee_name",
		order_by="booked_on, name",
	)
	return [_("The signed receipt is missing of: {0}.").format("、".join(waiting))] if waiting else []


def _month_over(doc: Document) -> list[str]:
	return (
		[] if getdate(today()) > frappe.utils.get_last_day(doc.month) else [_("The month is not over yet.")]
	)


@of_statement(
	lambda doc: _("Make the Statement Again") if doc.status == MADE else _("Make the Statement"),
	at=(TO_MAKE, MADE),
	to=MADE,
	duty=KEEP,
	missing=_month_over,
	asks=(
		Ask("counted", default=lambda doc: None if doc.status == TO_MAKE else doc.counted),
		Ask("explanation", reqd=False),
		Ask("bank_paper", on_form=True),
	),
	stamps=("made_by", "made_on"),
	primary=lambda doc: doc.status == TO_MAKE,
)
def make(doc: Document, counted: float | str, explanation: str = "") -> None:
	"""The ledger of the month beside what is in the cash box and the bank on its last day."""
	doc.update(ledger.figures(doc.reserve, doc.month))
	doc.counted = flt(counted, 2)
	doc.difference = float(money(doc.counted) - money(doc.closing))
	if doc.difference and not explanation:
		frappe.throw(
			_("{0} differ from the ledger; write down why.").format(yuan(money(doc.difference))),
			ReserveRefused,
		)


def in_order(doc: Document) -> list[str]:
	found = without_receipt(doc)
	if flt(doc.difference):
		found.append(
			_("{0} differ from the ledger. Find out why, and make the statement again.").format(
				yuan(money(doc.difference))
			)
		)
	return found


@of_statement(
	_lt("Confirm the Statement"),
	at=MADE,
	to=CONFIRMED,
	duty=CONFIRM,
	not_by=("made_by",),
	another=_lt("Another person confirms the statement than who made it."),
	missing=in_order,
	stamps=("confirmed_by", "confirmed_on"),
	primary=True,
)
def confirm(doc: Document) -> None:
	"""To the cent, with a signed receipt for every payment."""


@of_statement(
	_lt("Note the Publication"),
	at=CONFIRMED,
	to=PUBLISHED,
	duty=KEEP,
	asks=("published_where",),
	stamps=("published_by", "published_on"),
)
def publish(doc: Document, published_where: str) -> None:
	"""The sums of the month hang where everybody can read them; nobody is named in them."""
