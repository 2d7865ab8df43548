"""Payment lists and their lines: states, sums and the hash that freezes a list."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Sum
from frappe.utils import getdate

from socaid_app.permissions import seals
from socaid_app.policy import payments, terms
from socaid_app.policy.income import money
from socaid_app.socaid_app import rules

LIST, LINE, RETURN, LAYOUT = "Payment List", "Payment Line", "Payment Return", "Payment Layout"

# Payment List.status
NEW, DRAFTING, DRAFTED, CHECKED, RELEASED, SENT, RECONCILED, WITHDRAWN = (
	"Not Drafted",
	"Drafting",
	"Drafted",
	"Checked",
	"Released",
	"Sent",
	"Reconciled",
	"Withdrawn",
)
# Its lines say the same for ever.
FROZEN = (RELEASED, SENT, RECONCILED)

# Payment Line.status
PROPOSED, HELD, TO_PAY, PAID, RETURNED, TO_PAY_AGAIN, PAID_AGAIN, DROPPED, LINE_WITHDRAWN = (
	"Proposed",
	"Held",
	"Released",
	"Paid",
	"Returned",
	"To Pay Again",
	"Paid Again",
	"Dropped",
	"Withdrawn",
)
# Nothing more is paid for them.
GONE = (DROPPED, PAID_AGAIN, LINE_WITHDRAWN)
TRANSFER, CASH = "Bank Transfer", "Cash"

# Payment List.scheme_group
GROUPS = {
	"Dibao": (terms.DIBAO,),
	"Tekun": (terms.TEKUN,),
	"Temporary": (terms.TEMPORARY,),
	"Other": (terms.EDGE, terms.RIGID, terms.OTHER_SCHEME),
}

PREPARE, CHECK, RELEASE = "Prepare Payments", "Check Payments", "Release Payments"

AMOUNTS = ("amount", "arrears", "reissued", "deduction", "net")
# What the hash of a list covers, in this order. Held or not is part of it; what the bank answers comes later.
HASHED = (
	"serial",
	"name",
	"entitlement",
	"household",
	"recipient",
	"payee",
	"payee_name",
	"method",
	"bank_name",
	"account_mask",
	"account_seal",
	"from_month",
	"to_month",
	*AMOUNTS,
	"deduction_reference",
	"reissue_of",
	"hold_reason",
)


def written_once(line):
	"""Hook ``socaid_written_once``: the lines of released lists, which their hash covers."""
	table = frappe.qb.DocType(LIST)
	return line.payment_list.isin(frappe.qb.from_(table).select(table.name).where(table.status.isin(FROZEN)))


def figures(payment_list: str) -> dict:
	"""The sums of a list to the cent, as its columns; held lines are counted and not summed."""
	line = frappe.qb.DocType(LINE)
	held = Case().when(line.hold_reason == "", 0).when(line.hold_reason.isnull(), 0).else_(1)
	row = (
		frappe.qb.from_(line)
		.select(
			Count("*").as_("line_count"),
			Sum(held).as_("held_count"),
			*(Sum(line[field] * (1 - held)).as_(field) for field in AMOUNTS),
		)
		.where(line.payment_list == payment_list)
		.run(as_dict=True)
	)[0]
	sums = {field: float(money(row[field])) for field in AMOUNTS}
	sums["total"] = sums.pop("net")
	return {"line_count": row.line_count, "held_count": int(row.held_count or 0)} | sums


def seal(payment_list: str, account: str | None) -> str | None:
	"""By which the account of a line is known again without being told (permissions/seals.py)."""
	return seals.seal(f"payment:{payment_list}", account) if account else None


def is_sealed(sealed: str | None, payment_list: str, account: str | None) -> bool:
	"""Whether an account is the one of a line; lists of the time before the key are frozen with what they had."""
	if not (sealed and account):
		return not sealed and not account
	before = hashlib.sha256(f"{payment_list}:{account}".encode()).hexdigest()
	return any(hmac.compare_digest(sealed, known) for known in (seal(payment_list, account), before))


def transferred(line, payment_list: str):
	"""The lines of a list that the bank is asked to pay: neither in cash nor held."""
	return (
		(line.payment_list == payment_list)
		& (line.method == TRANSFER)
		& (line.hold_reason.isnull() | (line.hold_reason == ""))
	)


def lines_hash(payment_list) -> str:
	"""SHA-256 over the list as it stands in the database; the same for ever once it is released."""
	rows = frappe.get_all(
		LINE,
		filters={"payment_list": payment_list.name},
		fields=list(HASHED),
		order_by="serial",
		as_list=True,
	)
	amounts = {HASHED.index(field) for field in AMOUNTS}
	head = (
		payment_list.name,
		getdate(payment_list.month),
		payment_list.scheme_group,
		payment_list.division,
		Decimal(len(rows)),
	)
	return payments.digest(
		head, ([money(cell) if at in amounts else cell or "" for at, cell in enumerate(row)] for row in rows)
	)


def refresh_results(payment_list) -> dict:
	"""How many lines the bank has paid and returned, and how much, as columns of the list."""
	line = frappe.qb.DocType(LINE)
	rows = (
		frappe.qb.from_(line)
		.select(line.result == payments.PAID, Count("*"), Sum(line.net))
		.where((line.payment_list == payment_list) & line.result.isnotnull() & (line.result != ""))
		.groupby(line.result == payments.PAID)
		.run()
	)
	found = {bool(paid): (count, float(money(total))) for paid, count, total in rows}
	paid, returned = found.get(True, (0, 0)), found.get(False, (0, 0))
	return {
		"paid_count": paid[0],
		"paid_total": paid[1],
		"returned_count": returned[0],
		"returned_total": returned[1],
	}


def resolve_by() -> date:
	"""By when somebody says what becomes of a payment that did not arrive."""
	return rules.workdays_after("payment_resolve_days")


def answered_by() -> date:
	"""By when the bank is expected to answer."""
	return rules.workdays_after("payment_answer_days")
