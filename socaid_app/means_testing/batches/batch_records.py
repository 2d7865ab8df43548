"""A batch, its states, and what its jobs share."""

from __future__ import annotations

import frappe
from frappe.utils import flt

from socaid_app.means_testing import adjustments
from socaid_app.policy import benefit_changes as law
from socaid_app.socaid_app import entitlements
from socaid_app.socaid_app.successions import Decisions

DOCTYPE, OMISSION = "Adjustment Batch", "Batch Omission"
ADJUSTMENT, SHARE = adjustments.DOCTYPE, "Adjustment Share"
DRAFTED, PREVIEWING, PREVIEWED, CARRYING_OUT, CARRIED_OUT, TAKING_BACK, TAKEN_BACK, GIVEN_UP = (
	"Batch Drafted",
	"Batch Being Previewed",
	"Batch Previewed",
	"Batch Being Carried Out",
	"Batch Carried Out",
	"Batch Being Taken Back",
	"Batch Taken Back",
	"Batch Given Up",
)
# While a job works on it.
AT_WORK = (PREVIEWING, CARRYING_OUT, TAKING_BACK)
# Drafts of a batch that are not decided.
WAITING = (adjustments.DRAFTED, adjustments.HEARD)
DECISIONS = Decisions(ADJUSTMENT, SHARE, law.NAMES)
# As many families are read, computed and written in one transaction.
CHUNK = 1_000


class BatchRefused(frappe.ValidationError):
	pass


def figures(name: str) -> dict:
	"""What a batch comes to: what its drafts and decisions change, and how many stand where."""
	# Raw SQL: conditional sums over the adjustments of a batch, in one reading.
	(row,) = frappe.db.sql(
		"""select
			coalesce(sum(kind = 'Raise'), 0) as raises,
			coalesce(sum(kind != 'Raise'), 0) as to_hear,
			coalesce(sum(status in %(decided)s), 0) as in_effect,
			coalesce(sum(amount_before), 0) as amount_before,
			coalesce(sum(amount_after), 0) as amount_after
		from `tabBenefit Adjustment` where batch = %(batch)s and status in %(counted)s""",
		{
			"batch": name,
			"decided": adjustments.DECIDED,
			"counted": (*WAITING, *adjustments.DECIDED),
		},
		as_dict=True,
	)
	row.difference = flt(row.amount_after) - flt(row.amount_before)
	row.left_out = frappe.db.count(OMISSION, {"batch": name})
	return row


def say_why(grounds: dict[str, str]) -> None:
	"""Write on each adjustment why the batch left it as it is; {its name: the reason}."""
	table = frappe.qb.DocType(ADJUSTMENT)
	by_ground: dict[str, list[str]] = {}
	for name, ground in grounds.items():
		by_ground.setdefault(ground, []).append(name)
	for ground, names in by_ground.items():
		frappe.qb.update(table).set(table.return_reason, ground).where(table.name.isin(names)).run()


# --- the ledger ---------------------------------------------------------------------------------------------------
READ = (
	"name",
	"household",
	"recipient",
	"recipient_name",
	"category",
	"scheme",
	"payment",
	"amount",
	"start_month",
	"end_month",
	"end_reason",
	"planned_end_month",
	"division",
	"township",
	"member_count",
	"docstatus",
)


def ledger_rows(names: list[str]) -> dict[str, frappe._dict]:
	"""These rows of the ledger, locked until the end of the transaction, with their shares."""
	table = frappe.qb.DocType(entitlements.DOCTYPE)
	rows = (
		frappe.qb.from_(table)
		.select(*(table[column] for column in READ))
		.where(table.name.isin(names or [""]))
		.orderby(table.name)
		.for_update()
		.run(as_dict=True)
	)
	with_shares(rows)
	return {row.name: row for row in rows}


def with_shares(rows: list[frappe._dict]) -> None:
	"""Each row of the ledger with its shares, as its record has them."""
	own: dict[str, list] = {}
	for share in frappe.get_all(
		"Entitlement Share",
		filters={"parent": ["in", [row.name for row in rows] or [""]], "parenttype": entitlements.DOCTYPE},
		fields=["parent", "recipient", "member_name", "share", "care_grade", "care_amount"],
		order_by="parent, idx",
	):
		own.setdefault(share.parent, []).append(share)
	for row in rows:
		row.shares = own.get(row.name, [])


def followed(names: list[str]) -> set[str]:
	"""Those among them that something follows by now."""
	return set(
		frappe.get_all(
			entitlements.DOCTYPE,
			filters={"previous_entitlement": ["in", names or [""]], "docstatus": 1},
			pluck="previous_entitlement",
			order_by="name",
		)
	)
