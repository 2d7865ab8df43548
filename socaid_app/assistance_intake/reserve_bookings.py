"""The ledger of a township's reserve (备用金台账): one row for each movement, appended and never changed.

Whoever books holds the row of the reserve first and sums its movements with locks, so that two payments at once are made
one after the other and the second finds what the first has left.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import add_months, flt, get_first_day, getdate, today

from socaid_app.casework import records
from socaid_app.permissions.divisions import township_of
from socaid_app.policy import reserves as law
from socaid_app.policy.income import money
from socaid_app.socaid_app import rules

RESERVE, ENTRY = "Relief Reserve", "Reserve Entry"
OPEN, CLOSED = "Reserve Open", "Reserve Closed"
NO_RECEIPT, AWAITED, THERE = "No Receipt Needed", "Receipt Awaited", "Receipt There"


class ReserveRefused(frappe.ValidationError):
	pass


class NotEnough(ReserveRefused):
	pass


def written_once(entry):
	"""Hook ``socaid_written_once``: a movement says for ever who was paid."""
	return entry.name.isnotnull()


def of_township(division: str | None) -> str | None:
	"""The open reserve of the township in which a division lies."""
	township = township_of(division or "")
	return township and frappe.db.get_value(RESERVE, {"division": township, "status": OPEN})


def holds(division: str | None, amount: float) -> bool:
	"""Whether the township has an open reserve with so much in it now; what is booked is asked again."""
	reserve = of_township(division)
	return bool(reserve) and flt(frappe.db.get_value(RESERVE, reserve, "balance")) >= flt(amount) > 0


# --- the balance --------------------------------------------------------------------------------------------------
def lock(reserve: str) -> frappe._dict:
	"""The reserve as it is now; nobody else books on it until the end of the transaction."""
	fields = ["name", "status", "division", "township", "title"]
	return frappe.db.get_value(RESERVE, reserve, fields, as_dict=True, for_update=True)


def account(reserve: str) -> law.Sums:
	"""The sums of all movements, as they are and not as this transaction saw them when it began to read."""
	entry = frappe.qb.DocType(ENTRY)
	return law.sums(
		frappe.qb.from_(entry)
		.select(entry.kind, entry.amount)
		.where(entry.reserve == reserve)
		.for_update()
		.run()
	)


# --- booking ------------------------------------------------------------------------------------------------------
def book(reserve: str, kind: str, amount: Decimal, **values) -> str:
	"""Append a movement of ``amount`` (positive); returns its name. Raises NotEnough rather than go below nothing."""
	held = lock(reserve)
	if held.status != OPEN:
		frappe.throw(_("{0} is closed; nothing is booked on it.").format(held.title), ReserveRefused)
	before = account(reserve).balance
	if kind in law.OUTGOING:
		if found := law.breaches(before, money(amount)):
			frappe.throw(str(found[0]), NotEnough)
	elif amount <= 0:
		frappe.throw(_("Enter an amount above zero."), ReserveRefused)
	moved = law.signed(kind, amount)
	entry = frappe.get_doc(
		{
			"doctype": ENTRY,
			"reserve": reserve,
			"kind": kind,
			"amount": float(moved),
			"balance_after": float(before + moved),
			"booked_on": today(),
			"booked_by": frappe.session.user,
			"division": held.division,
			"township": held.township,
			**values,
		}
	)
	with records.step(entry):
		entry.insert(ignore_permissions=True)
	follow(reserve)
	return entry.name


def follow(reserve: str) -> None:
	"""The columns that lists show are the sums of the movements."""
	found = account(reserve)
	columns = ("allotted", "paid", "given_back", "returned", "balance")
	frappe.db.set_value(RESERVE, reserve, {column: float(getattr(found, column)) for column in columns})


def pay(application: Document, entitlement: str, amount: float) -> str:
	"""Pay an entitlement of a case from the reserve of its township; no payment list pays it again."""
	reserve = of_township(application.division)
	if not reserve:
		frappe.throw(
			_("This township has no open reserve. Pay by the payment list, or ask the county to set one up."),
			ReserveRefused,
		)
	entry = book(
		reserve,
		law.PAID,
		money(amount),
		application=application.name,
		entitlement=entitlement,
		household=application.household or frappe.db.get_value("Entitlement", entitlement, "household"),
		payee_name=application.applicant_name,
		receipt_state=AWAITED,
		receipt_due=rules.days_after("reserve_receipt_days"),
		booking_key=f"{law.PAID}:{entitlement}",
	)
	month = frappe.db.get_value("Entitlement", entitlement, "start_month")
	frappe.db.set_value("Entitlement", entitlement, "paid_elsewhere_until", month, update_modified=False)
	return entry


# --- a month ------------------------------------------------------------------------------------------------------
def month_sums(since: date, until: date | None = None, condition=None) -> dict[str, dict[str, Decimal]]:
	"""Reserve → kind → positive sum (and ``payments``, how many), of the movements of ``since`` ≤ day < ``until``."""
	entry = frappe.qb.DocType(ENTRY)
	query = (
		frappe.qb.from_(entry)
		.select(entry.reserve, entry.kind, Sum(entry.amount), Count("*"))
		.where(entry.booked_on >= since)
		.groupby(entry.reserve, entry.kind)
	)
	if until:
		query = query.where(entry.booked_on < until)
	if condition is not None:
		query = query.where(condition(entry))
	found: dict[str, dict] = {}
	for reserve, kind, total, number in query.run():
		row = found.setdefault(reserve, {})
		row[kind] = abs(money(total))
		if kind == law.PAID:
			row["payments"] = number
	return found


def opening(reserve: str, month: date) -> Decimal:
	entry = frappe.qb.DocType(ENTRY)
	rows = (
		frappe.qb.from_(entry)
		.select(Coalesce(Sum(entry.amount), 0))
		.where((entry.reserve == reserve) & (entry.booked_on < month))
		.run()
	)
	return money(rows[0][0])


def figures(reserve: str, month: date) -> dict[str, float | int]:
	"""A month of the ledger as the columns of its statement."""
	month = get_first_day(getdate(month))
	found = month_sums(month, getdate(add_months(month, 1)), lambda entry: entry.reserve == reserve)
	return columns_of(opening(reserve, month), found.get(reserve, {}))


def columns_of(first: Decimal, row: dict) -> dict[str, float | int]:
	part = law.sums((kind, amount) for kind, amount in row.items() if kind != "payments")
	return {
		"opening": float(first),
		"allotted": float(part.allotted),
		"paid": float(part.paid),
		"payments": row.get("payments", 0),
		"given_back": float(part.given_back),
		"returned": float(part.returned),
		"closing": float(first + part.balance),
	}


def reserve_month(statement) -> frappe._dict:
	"""For the print: the movements of a statement's month between the balances at its ends."""
	month = getdate(statement.month)
	entries = frappe.get_all(
		ENTRY,
		filters={
			"reserve": statement.reserve,
			"booked_on": ["between", [month, frappe.utils.get_last_day(month)]],
		},
		fields=["booked_on", "kind", "amount", "balance_after", "payee_name", "receipt_no", "booked_by"],
		order_by="creation, name",
	)
	return frappe._dict(
		figures(statement.reserve, month),
		entries=entries,
		money_in=sum(flt(row.amount) for row in entries if row.amount > 0),
		money_out=-sum(flt(row.amount) for row in entries if row.amount < 0),
	)
