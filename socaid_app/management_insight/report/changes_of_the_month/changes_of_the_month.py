"""What changed on the roll of a month, and why: new, raised, reduced, suspended, stopped, resumed, changed over.

The same reading of the ledger as Monthly Changes, in two statements however many there are. The ground is that of the
decided adjustment; a new benefit has the cause of its application.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt

from socaid_app import figures
from socaid_app.casework.places import add_names
from socaid_app.management_insight import behind
from socaid_app.means_testing.adjustments import DECIDED, DOCTYPE
from socaid_app.means_testing.report.monthly_changes import monthly_changes as one_by_one
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import benefit_changes, terms
from socaid_app.reporting import column

GROUPS = {"Reason": ("ground", "cause"), "Township": ("township",), "Category": ("category",)}
CONTEXT = "Monthly Changes"
CASE = "Assistance Application"
MEASURED = ("households", "persons", "difference")
NARROWED = ("township", "category")

# A row begins with the month, or ended with the month before and nothing follows.
BEGUN = """
	select e.name, e.household, e.recipient_name, e.township, e.division, e.category, e.member_count as persons,
		case when earlier.name is null or earlier.docstatus != 1 then 'Joined'
			when earlier.end_month < %(before)s then 'Resumed'
			when earlier.scheme != e.scheme then 'Converted'
			when abs(e.amount - earlier.amount) < %(cent)s then 'Same Amount'
			when e.amount > earlier.amount then 'Raised' else 'Reduced' end as change_kind,
		case when earlier.name is null or earlier.docstatus != 1 or earlier.end_month < %(before)s then 0
			else earlier.amount end as paid_before,
		e.amount as paid_after,
		(select max(a.ground) from `tabBenefit Adjustment` a
			where a.result_entitlement = e.name and a.status in %(decided)s) as ground,
		if(earlier.name is null, application.cause, null) as cause
	from `tabEntitlement` e
	left join `tabEntitlement` earlier on earlier.name = e.previous_entitlement
	left join `tabAssistance Application` application on application.name = e.application
	where e.start_month = %(month)s and {where}
"""
ENDED = """
	select e.name, e.household, e.recipient_name, e.township, e.division, e.category, e.member_count as persons,
		if(exists (select 1 from `tabBenefit Adjustment` a where a.entitlement = e.name and a.kind = %(suspend)s
			and a.status in %(decided)s and a.effective_month = %(month)s), 'Suspended', 'Left') as change_kind,
		e.amount as paid_before, 0 as paid_after,
		(select max(a.ground) from `tabBenefit Adjustment` a where a.entitlement = e.name and a.kind in %(ending)s
			and a.status in %(decided)s and a.effective_month = %(month)s) as ground,
		null as cause
	from `tabEntitlement` e
	where e.end_month = %(before)s and {where} and not exists (select 1 from `tabEntitlement` later
		where later.previous_entitlement = e.name and later.docstatus = 1 and later.start_month = %(month)s)
"""


def execute(filters: dict | None = None):
	"""``filters``: month, by (one of GROUPS), township, category; list (a kind of change, or ``all``), reason (as the
	overview names it)."""
	filters = frappe._dict(filters or {})
	if behind.asked_list(filters):
		return list_columns(), listed(filters)
	by = filters.by if filters.by in GROUPS else "Reason"
	rows = counted(filters, by)
	shown = behind.with_total(rows, "change", MEASURED)
	if len(shown) > len(rows):
		behind.here(shown[-1], "households", list="all", reason="")
	message = behind.said(
		rows, figures.meanings("benefits_changed"), _("Nothing changed on the roll of this month.")
	)
	return columns(by), shown, message, chart(rows), summary(rows)


def _changed(filters: frappe._dict) -> tuple[str, dict]:
	"""SQL of the changes of the month that the reader may see, with its values."""
	month = behind.month_of(filters)
	where = ["e.docstatus = 1", "e.payment = %(monthly)s"]
	where += [f"e.{field} = %({field})s" for field in NARROWED if filters.get(field)]
	# Frappe filters lists, not queries: the same criterion is put in by hand.
	if condition := scope_condition("Entitlement"):
		where.append(condition.replace("`tabEntitlement`", "e"))
	values = {
		"month": month,
		"before": behind.before(month, 1),
		"cent": one_by_one.CENT,
		"monthly": terms.MONTHLY,
		"decided": tuple(DECIDED),
		"suspend": benefit_changes.SUSPEND,
		"ending": (benefit_changes.STOP, benefit_changes.SUSPEND),
		**{field: filters.get(field) for field in NARROWED},
	}
	both = f"{BEGUN} union all {ENDED}".format(where=" and ".join(where))
	return f"({both}) changed where change_kind != 'Same Amount'", values


def counted(filters: frappe._dict, by: str) -> list[frappe._dict]:
	"""Rows of {change, group, households, persons, difference}, in the order of the kinds of change."""
	changed, values = _changed(filters)
	fields = ", ".join(GROUPS[by])
	# Raw SQL: the ledger joined to itself, counted where it lies.
	rows = frappe.db.sql(
		f"""select change_kind, {fields}, count(*) as households, cast(sum(persons) as int) as persons,
			sum(paid_after - paid_before) as difference from {changed} group by change_kind, {fields}""",
		values,
		as_dict=True,
	)
	if by == "Township":
		add_names(rows, "township")
	for row in rows:
		row.difference = flt(row.difference, 2)
		row.change = _(row.change_kind, context=CONTEXT)
		row.group = row.get("township_name") or row.get("category") or reason(row)
		narrower = {field: row[field] or "" for field in NARROWED if field in row}
		behind.here(
			row, "households", list=row.change_kind, reason=_key(row) if by == "Reason" else "", **narrower
		)
	order = one_by_one.CHANGES.index
	return sorted(rows, key=lambda row: (order(row.change_kind), -row.households, row.group))


def _key(row: dict) -> str:
	return row.ground or (f"cause:{row.cause}" if row.cause else "-")


def reason(row: dict) -> str:
	if row.ground:
		return _(row.ground, context=DOCTYPE)
	return _(row.cause, context=CASE) if row.cause else _("Not Stated")


# --- one by one ---------------------------------------------------------------------------------------------
def listed(filters: frappe._dict) -> list[frappe._dict]:
	changed, values = _changed(filters)
	where = ""
	if filters.list in one_by_one.CHANGES:
		where += " and change_kind = %(kind)s"
	if filters.reason:
		where += " and ifnull(ground, ifnull(concat('cause:', nullif(cause, '')), '-')) = %(reason)s"
	# Raw SQL: the same statements as the numbers.
	rows = frappe.db.sql(
		f"select * from {changed} {where} order by township, category, name",
		values | {"kind": filters.list, "reason": filters.reason},
		as_dict=True,
	)
	add_names(rows, "township", "division")
	for row in rows:
		row.change = _(row.change_kind, context=CONTEXT)
		row.why = reason(row)
	return rows


def list_columns() -> list[dict]:
	return [
		column("name", _("Entitlement"), "Link", 150, "Entitlement"),
		column("household", _("Household"), "Link", 150, "Recipient Household"),
		column("recipient_name", _("Name", context="Entitlement Share"), "Data", 100),
		column("category", _("Assistance Category"), "Data", 150),
		column("change", _("Kind of Change", context=CONTEXT), "Data", 100),
		column("why", _("Reason", context=CASE), "Data", 150),
		column("paid_before", _("Amount So Far (yuan/month)"), "Currency", 150),
		column("paid_after", _("Amount from Now On (yuan/month)"), "Currency", 170),
		column("persons", _("Persons"), "Int", 80),
		column("township_name", _("Township Division"), "Data", 120),
		column("division_name", _("Village or Community"), "Data", 140),
	]


# --- the overview -------------------------------------------------------------------------------------------
def columns(by: str) -> list[dict]:
	labels = {
		"Reason": _("Reason", context=CASE),
		"Township": _("Township Division"),
		"Category": _("Assistance Category"),
	}
	return [
		column("change", _("Kind of Change", context=CONTEXT), "Data", 120),
		column("group", labels[by], "Data", 220),
		behind.number("households", figures.label("benefits_changed"), 120),
		behind.number("persons", _("Persons"), 100),
		column("difference", _("Difference (yuan/month)"), "Currency", 180),
	]


def of_kind(rows: list[dict]) -> dict[str, int]:
	"""Benefits by kind of change, in the order of the kinds."""
	found = {
		kind: sum(row.households for row in rows if row.change_kind == kind) for kind in one_by_one.CHANGES
	}
	return {kind: number for kind, number in found.items() if number}


def chart(rows: list[dict]) -> dict:
	kinds = of_kind(rows)
	if not kinds:
		return {"type": "bar", "data": {}}
	return {
		"type": "bar",
		"data": {
			"labels": [_(kind, context=CONTEXT) for kind in kinds],
			"datasets": [{"name": figures.label("benefits_changed"), "values": list(kinds.values())}],
		},
		"colors": ["#2490ef"],
	}


def summary(rows: list[dict]) -> list[dict]:
	return [
		{"value": found, "label": _(kind, context=CONTEXT), "datatype": "Int", "indicator": "Blue"}
		for kind, found in of_kind(rows).items()
	]
