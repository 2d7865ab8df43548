"""The lines of a payment list, drafted from the ledger in the background.

One chunk of the ledger is read, computed (policy/payments.py) and written in one transaction together with how far the
draft has come: a job that was killed goes on from there, and no line is lost or written twice.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Max, Min, NullIf
from frappe.utils import cint, now
from pypika.terms import ExistsCriterion, LiteralValue

from socaid_app.casework import row_sets
from socaid_app.casework.background import ResumableJob
from socaid_app.means_testing.payments import registry_check
from socaid_app.means_testing.payments.payment_records import (
	CASH,
	DRAFTED,
	DRAFTING,
	FROZEN,
	GROUPS,
	LINE,
	LINE_WITHDRAWN,
	LIST,
	PROPOSED,
	TO_PAY_AGAIN,
	TRANSFER,
	figures,
	seal,
)
from socaid_app.permissions.divisions import township_of
from socaid_app.permissions.scope import Scope
from socaid_app.permissions.sensitive import VAULT
from socaid_app.policy import payments, terms
from socaid_app.policy.income import exact, money
from socaid_app.policy.payments import Claim, Right, Settled
from socaid_app.socaid_app import rules
from socaid_app.socaid_app.entitlements import DOCTYPE as ENTITLEMENT
from socaid_app.socaid_app.entitlements import MANAGED as HOUSEHOLD
from socaid_app.socaid_app.paid_months import in_force

CHUNK = 5_000
# More decisions than these in a row are not followed back for what was paid before.
LONGEST_CHAIN = 6
PERSON = "Recipient"
COPIED = ("category", "scheme", "household", "recipient", "recipient_name", "division", "township")


# --- the job --------------------------------------------------------------------------------------------------
JOB = ResumableJob("payment-list", f"{__name__}.run", LIST, (DRAFTING,))


def run(payment_list: str) -> None:
	"""Draft a list to its end, from wherever it stands."""
	done = 0
	while draft_chunk(payment_list):
		frappe.db.commit()
		done += CHUNK
		show_progress(payment_list, done * 100 / (done + CHUNK))
	frappe.db.commit()
	show_progress(payment_list, 100)


def show_progress(payment_list: str, percent: float) -> None:
	"""The bar stays over the form until it is full."""
	frappe.publish_progress(percent, title=_("Drafting the payment list"), doctype=LIST, docname=payment_list)


def clear(payment_list: str) -> None:
	"""A draft begins anew: its lines were a proposal and go."""
	frappe.db.delete(LINE, {"payment_list": payment_list})


def draft_chunk(payment_list: str) -> bool:
	"""The next lines of a list, stored with how far it has come; False when there is nothing more to do."""
	doc = frappe.db.get_value(
		LIST,
		payment_list,
		["name", "status", "month", "scheme_group", "division", "drafted_upto", "line_count", "drafted_by"],
		as_dict=True,
		for_update=True,
	)
	if not doc or doc.status != DRAFTING:
		return False
	since = first_months(doc)
	rows = candidates(doc, since)
	lines = _lines(doc, rows, since)
	reached = {"drafted_upto": rows[-1].entitlement} if rows else {}
	last = len(rows) < CHUNK
	if last:
		lines += _paid_again(doc)
	_write(doc, lines)
	reached["line_count"] = cint(doc.line_count) + len(lines)
	frappe.db.set_value(LIST, payment_list, reached, update_modified=False)
	if last:
		finish(doc)
	return not last


def finish(doc) -> None:
	"""Everything is there: what the registry says against lines is shown, and the sums."""
	registry_check.screen(doc.name)
	frappe.db.set_value(
		LIST, doc.name, figures(doc.name) | {"status": DRAFTED, "drafted_at": now(), "drafted_upto": None}
	)
	frappe.publish_realtime(
		"doc_update",
		{"doctype": LIST, "name": doc.name, "modified": now()},
		doctype=LIST,
		docname=doc.name,
		after_commit=True,
	)


# --- the ledger -----------------------------------------------------------------------------------------------
def first_months(doc) -> dict[str, date]:
	"""Since which month lists have been paid from this ledger, by county or township."""
	table = frappe.qb.DocType(LIST)
	rows = (
		frappe.qb.from_(table)
		.select(table.division, Min(table.month))
		.where(
			(table.scheme_group == doc.scheme_group) & (table.month <= doc.month) & table.status.isin(FROZEN)
		)
		.groupby(table.division)
		.run()
	)
	return dict(rows)


def _since(since: dict[str, date], township: str | None) -> date | None:
	"""For a place: its own lists, or those of everything above it."""
	known = [month for division, month in since.items() if division == township or not township_of(division)]
	return min(known, default=None)


def candidates(doc, since: dict[str, date]) -> list[frappe._dict]:
	"""The next rows of the ledger that may be due, with the payee and account of today."""
	entitlement, household = frappe.qb.DocType(ENTITLEMENT), frappe.qb.DocType(HOUSEHOLD)
	wanted = [
		*in_force(entitlement, min(since.values(), default=doc.month), doc.month),
		entitlement.scheme.isin(GROUPS[doc.scheme_group]),
		entitlement.name > (doc.drafted_upto or ""),
		LiteralValue(Scope(divisions=(doc.division,)).condition(ENTITLEMENT)),
	]
	query = (
		frappe.qb.from_(entitlement)
		.left_join(household)
		.on(household.name == entitlement.household)
		.select(
			entitlement.name.as_("entitlement"),
			*(entitlement[field] for field in COPIED),
			entitlement.payment,
			entitlement.start_month,
			entitlement.end_month,
			entitlement.amount,
			entitlement.previous_entitlement,
		)
		.where(Criterion.all(wanted))
		.orderby(entitlement.name)
		.limit(CHUNK)
	)
	return _with_payee(query, Coalesce(NullIf(household.payee, ""), entitlement.recipient))


def _with_payee(query, payee) -> list[frappe._dict]:
	person, vault = frappe.qb.DocType(PERSON), frappe.qb.DocType(VAULT)
	return (
		query.left_join(person)
		.on(person.name == payee)
		.left_join(vault)
		.on(vault.recipient == person.name)
		.select(
			person.name.as_("payee"),
			person.full_name.as_("payee_name"),
			person.bank_name,
			person.bank_account.as_("account_mask"),
			vault.bank_account.as_("account"),
		)
		.run(as_dict=True)
	)


def _lines(doc, rows: list[frappe._dict], since: dict[str, date]) -> list[dict]:
	settled = _settled([row.entitlement for row in rows])
	before = _before([row for row in rows if row.previous_entitlement and row.entitlement not in settled])
	found = []
	for row in rows:
		what = payments.due(
			Right(row.start_month, row.end_month, money(row.amount), row.payment == terms.ONE_OFF),
			doc.month,
			_since(since, row.township),
			settled.get(row.entitlement),
			before.get(row.entitlement),
		)
		if what:
			found.append((row, what))
	taken = _deductions(doc, found)
	return [_line(row, what, taken.get(row.entitlement, ())) for row, what in found]


def _settled(names: list[str]) -> dict[str, date]:
	"""The last month that a list covers, or that another system paid before; a withdrawn list covers nothing."""
	if not names:
		return {}
	line = frappe.qb.DocType(LINE)
	elsewhere = dict(
		frappe.get_all(
			ENTITLEMENT,
			filters={"name": ["in", names], "paid_elsewhere_until": ["is", "set"]},
			fields=["name", "paid_elsewhere_until"],
			order_by="name",
			as_list=True,
		)
	)
	return elsewhere | dict(
		frappe.qb.from_(line)
		.select(line.entitlement, Max(line.to_month))
		.where(line.entitlement.isin(names) & (line.status != LINE_WITHDRAWN))
		.groupby(line.entitlement)
		.run()
	)


def _before(rows: list[frappe._dict]) -> dict[str, Settled]:
	"""What was paid under the number that an entitlement follows, or under the one before that."""
	found: dict[str, Settled] = {}
	asked = {row.entitlement: row.previous_entitlement for row in rows}
	for _step in range(LONGEST_CHAIN):
		if not asked:
			break
		earlier = {
			row.name: row
			for row in frappe.get_all(
				ENTITLEMENT,
				filters={"name": ["in", list(set(asked.values()))]},
				fields=["name", "amount", "previous_entitlement"],
				order_by="name",
			)
		}
		settled = _settled(list(earlier))
		for entitlement, name in list(asked.items()):
			if name in settled:
				found[entitlement] = Settled(settled[name], money(earlier[name].amount))
		asked = {
			entitlement: earlier[name].previous_entitlement
			for entitlement, name in asked.items()
			if name not in settled and name in earlier and earlier[name].previous_entitlement
		}
	return found


def _deductions(doc, found: list[tuple]) -> dict[str, list[Claim]]:
	"""What is taken off, by entitlement. Hook ``socaid_payment_deductions``: functions of the month and the names of
	entitlements, which give rows of entitlement, reference and amount in the order in which they are taken."""
	claims: dict[str, list[Claim]] = {}
	names = [row.entitlement for row, _what in found]
	for path in frappe.get_hooks("socaid_payment_deductions") if names else ():
		for claim in frappe.get_attr(path)(doc.month, names):
			claims.setdefault(claim["entitlement"], []).append(
				Claim(claim["reference"], money(claim["amount"]))
			)
	if not claims:
		return {}
	limit = exact(rules.parameters().get("payment_deduction_limit", doc.month))
	gross = {row.entitlement: what.gross for row, what in found}
	return {
		name: payments.deduct(gross[name], asked, limit) for name, asked in claims.items() if name in gross
	}


def _line(row: frappe._dict, what: payments.Due, taken) -> dict:
	deduction = payments.total(claim.amount for claim in taken)
	return _payee(row) | {
		**{field: row[field] for field in COPIED},
		"entitlement": row.entitlement,
		"claim": row.entitlement,
		"from_month": what.first,
		"to_month": what.last,
		"amount": what.amount,
		"arrears": what.arrears,
		"reissued": payments.NOTHING,
		"deduction": deduction,
		"deduction_reference": "；".join(f"{claim.reference} {claim.amount}" for claim in taken) or None,
		"net": what.gross - deduction,
	}


def _payee(row: frappe._dict) -> dict:
	cash = row.scheme == terms.TEMPORARY and not row.account
	return {
		"payee": row.payee,
		"payee_name": row.payee_name,
		"bank_name": row.bank_name,
		"account_mask": row.account_mask if row.account else None,
		"account": row.account,
		"method": CASH if cash else TRANSFER,
	}


# --- what was returned or held, and is to be paid again ---------------------------------------------------------
def _paid_again(doc) -> list[dict]:
	"""Lines of earlier lists that are to be paid again, with the payee and account of today."""
	old, newer = frappe.qb.DocType(LINE), frappe.qb.DocType(LINE).as_("newer")
	household = frappe.qb.DocType(HOUSEHOLD)
	taken_up = (
		frappe.qb.from_(newer)
		.select(newer.name)
		.where((newer.reissue_of == old.name) & (newer.status != LINE_WITHDRAWN))
	)
	query = (
		frappe.qb.from_(old)
		.left_join(household)
		.on(household.name == old.household)
		.select(
			old.name.as_("old"),
			old.entitlement,
			*(old[field] for field in COPIED),
			old.from_month,
			old.to_month,
			old.net,
		)
		.where(
			(old.status == TO_PAY_AGAIN)
			& old.scheme.isin(GROUPS[doc.scheme_group])
			& LiteralValue(Scope(divisions=(doc.division,)).condition(LINE))
			& ExistsCriterion(taken_up).negate()
		)
		.orderby(old.name)
	)
	rows = _with_payee(query, Coalesce(NullIf(household.payee, ""), old.recipient))
	return [
		_payee(row)
		| {
			**{field: row[field] for field in (*COPIED, "entitlement", "from_month", "to_month")},
			"claim": row.old,
			"reissue_of": row.old,
			"amount": payments.NOTHING,
			"arrears": payments.NOTHING,
			"reissued": money(row.net),
			"deduction": payments.NOTHING,
			"net": money(row.net),
		}
		for row in rows
	]


# --- writing -----------------------------------------------------------------------------------------------------
STORED = (
	*COPIED,
	"entitlement",
	"payee",
	"payee_name",
	"bank_name",
	"account_mask",
	"method",
	"from_month",
	"to_month",
	"amount",
	"arrears",
	"reissued",
	"deduction",
	"deduction_reference",
	"net",
	"reissue_of",
)


def _write(doc, lines: list[dict]) -> None:
	first = cint(doc.line_count) + 1
	columns = ("name", "payment_list", "serial", "month", "status", "claim", "account_seal", *STORED)
	row_sets.insert(
		LINE,
		columns,
		[
			(
				f"{doc.name}-{serial:06d}",
				doc.name,
				serial,
				doc.month,
				PROPOSED,
				f"{doc.name}:{line['claim']}",
				seal(doc.name, line["account"]),
				*(line.get(field) for field in STORED),
			)
			for serial, line in enumerate(lines, first)
		],
		doc.drafted_by,
	)
