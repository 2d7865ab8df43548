"""What the registry and the ledger of a month say, as a list of another body is held against it.

A few statements for a whole county. Full numbers are looked up, never loaded: of the list's own numbers it is asked whose
they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder.functions import Coalesce, NullIf
from frappe.utils import get_last_day, getdate

from socaid_app.casework.places import division_names
from socaid_app.means_testing.payments.payment_records import GROUPS
from socaid_app.moving_in.list_matching import Said
from socaid_app.permissions import sensitive
from socaid_app.permissions.divisions import bounds
from socaid_app.policy import terms
from socaid_app.policy.income import money

ENTITLEMENT, SHARE = "Entitlement", "Entitlement Share"
HOUSEHOLD, PERSON = "Recipient Household", "Recipient"
# Support that is paid every month; what a list says of one-off aid is asked of its own group.
ONE_OFF = ("Temporary",)


@dataclass(frozen=True)
class Benefit:
	"""Where a benefit of the ledger stands, and whose it is."""

	entitlement: str
	recipient: str
	household: str | None
	head_name: str | None
	division: str | None
	township: str | None


@dataclass(frozen=True)
class Ledger:
	"""``said``: what is held against the list; ``benefits``: by their references."""

	said: list[Said]
	benefits: dict[str, Benefit]


def ledger_of(
	division: str, month: date, scheme_group: str | None, *, per_person: bool, by_account: bool
) -> Ledger:
	"""The benefits of the month at or below a division. ``by_account``: known by the account they are paid into."""
	rows = _rows(division, month, per_person, scheme_group in ONE_OFF)
	places = division_names(row.division for row in rows)
	said, benefits = [], {}
	for row in rows:
		reference = f"{row.entitlement}:{row.recipient}" if per_person else row.entitlement
		benefits[reference] = Benefit(
			row.entitlement, row.recipient, row.household, row.head_name, row.division, row.township
		)
		said.append(
			Said(
				key=(row.account or "") if by_account else row.recipient,
				name=row.payee_name if by_account else row.full_name,
				category=row.category,
				amount=money(row.amount),
				account=row.account,
				division=places.get(row.division),
				# where a person under protection lives is no business of a list
				address=None if row.protected_person else row.address,
				head=row.head_name,
				members=row.member_count or None,
				dead=_dead(row.deceased_on, month),
				reference=reference,
				expected=not scheme_group or row.scheme in GROUPS[scheme_group],
			)
		)
	return Ledger(said, benefits)


def _dead(deceased_on, month: date) -> bool | None:
	"""Dead before the month, or alive; None where it happened in the month, for which support is still paid."""
	if not deceased_on or getdate(deceased_on) > getdate(get_last_day(month)):
		return False
	return True if getdate(deceased_on) < month else None


def _rows(division: str, month: date, per_person: bool, one_off: bool) -> list[frappe._dict]:
	low, high = bounds(division)
	ledger, home, person = (frappe.qb.DocType(name) for name in (ENTITLEMENT, HOUSEHOLD, PERSON))
	vault, payee = frappe.qb.DocType(sensitive.VAULT), frappe.qb.DocType(PERSON).as_("payee")
	query = frappe.qb.from_(ledger)
	holder, amount = ledger.recipient, ledger.amount
	if per_person:
		share = frappe.qb.DocType(SHARE)
		query = query.join(share).on((share.parent == ledger.name) & (share.parenttype == ENTITLEMENT))
		holder, amount = share.recipient, share.share
	paid_to = Coalesce(NullIf(home.payee, ""), ledger.recipient)
	wanted = (terms.MONTHLY, terms.ONE_OFF) if one_off else (terms.MONTHLY,)
	return (
		query.left_join(home)
		.on(home.name == ledger.household)
		.join(person)
		.on(person.name == holder)
		.left_join(payee)
		.on(payee.name == paid_to)
		.left_join(vault)
		.on(vault.recipient == payee.name)
		.select(
			ledger.name.as_("entitlement"),
			holder.as_("recipient"),
			ledger.household,
			ledger.category,
			ledger.scheme,
			ledger.member_count,
			ledger.division,
			ledger.township,
			amount.as_("amount"),
			home.head_name,
			home.address,
			person.full_name,
			person.deceased_on,
			person.protected_person,
			payee.full_name.as_("payee_name"),
			vault.bank_account.as_("account"),
		)
		.where(
			(ledger.docstatus == 1)
			& ledger.payment.isin(wanted)
			& (ledger.start_month <= month)
			& (ledger.end_month.isnull() | (ledger.end_month >= month))
			& ledger.division[low:high]
		)
		.orderby(ledger.name)
		.run(as_dict=True)
	)


@dataclass(frozen=True)
class Known:
	"""Somebody of the registry whom a list names."""

	recipient: str
	full_name: str
	division: str | None
	household: str | None


def persons_of(numbers: Iterable[str], division: str) -> tuple[dict[str, str], dict[str, Known]]:
	"""Whose these ID numbers are: number → recipient; and of those below the division, who they are."""
	found = sensitive.persons_by_number(numbers)
	low, high = bounds(division)
	known = {}
	names = sorted(set(found.values()))
	for at in range(0, len(names), sensitive.NUMBERS_AT_ONCE):
		some = names[at : at + sensitive.NUMBERS_AT_ONCE]
		homes = _homes(some)
		for row in frappe.get_all(
			PERSON,
			filters=[["name", "in", some], ["division", ">=", low], ["division", "<=", high]],
			fields=["name", "full_name", "division"],
			order_by="name",
		):
			known[row.name] = Known(row.name, row.full_name, row.division, homes.get(row.name))
	return found, known


def _homes(persons: list[str]) -> dict[str, str]:
	return dict(
		frappe.get_all(
			"Household Member",
			filters={
				"recipient": ["in", persons],
				"parenttype": HOUSEHOLD,
				"left_on": ["is", "not set"],
			},
			fields=["recipient", "parent"],
			order_by="creation",
			as_list=True,
		)
	)
