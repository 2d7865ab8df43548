"""The registers of 小额快救 and 先行救助: who was helped, why, how much, by whom, whence, and how the papers stand.

By case, or with the figures of each township; the sums are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import frappe
from frappe import _
from frappe.utils import flt, getdate, today

from socaid_app.assistance_intake.relief_case import APPLICATION, RECOVERED
from socaid_app.policy import clock, terms
from socaid_app.reporting import column, division_names

QUICK, FIRST = "Small Emergency Aid", "Help That Came First"
FIELDS = [
	"name",
	"applicant_name",
	"township",
	"cause",
	"green_channel_reason",
	"workflow_state",
	"route",
	"relief_first",
	"relief_paid_on",
	"relief_paid_by",
	"relief_amount",
	"relief_settlement",
	"accepted_on",
	"decided_on",
	"final_approver",
	"confirmed_amount",
	"from_reserve",
	"statutory_due",
	"due_status",
]


def execute(filters: dict | None = None):
	"""Rows come through ``get_list``, hence only the reader's own divisions."""
	filters = frappe._dict(filters or {})
	found = cases(filters)
	if filters.by_township:
		return township_columns(), by_township(found)
	names = division_names(row.township for row in found)
	return columns(), [in_words(row, names) for row in found]


def cases(filters: frappe._dict) -> list[frappe._dict]:
	"""Accepted in the period; a case of the quick route that is paid first stands in both registers."""
	year = getdate(today()).replace(month=1, day=1)
	period = [getdate(filters.from_date or year), getdate(filters.to_date or today())]
	wanted = [[APPLICATION, "accepted_on", "between", period], [APPLICATION, "scheme", "=", terms.TEMPORARY]]
	if filters.township:
		wanted.append([APPLICATION, "township", "=", filters.township])
	if filters.register == QUICK:
		wanted.append([APPLICATION, "route", "=", terms.QUICK_RELIEF])
	elif filters.register == FIRST:
		wanted.append([APPLICATION, "relief_paid_on", "is", "set"])
	rows = frappe.get_list(
		APPLICATION, filters=wanted, fields=FIELDS, order_by="accepted_on, name", limit_page_length=0
	)
	return [row for row in rows if row.route == terms.QUICK_RELIEF or row.relief_paid_on]


def paid(row: frappe._dict) -> float:
	"""What the family got: the decision, or what came before it."""
	return max(flt(row.confirmed_amount), flt(row.relief_amount))


def is_open(row: frappe._dict) -> bool:
	return row.workflow_state not in terms.FINAL_STATES


def in_words(row: frappe._dict, names: dict[str, str]) -> frappe._dict:
	kinds = [_(QUICK)] if row.route == terms.QUICK_RELIEF else []
	kinds += [_(FIRST)] if row.relief_paid_on else []
	return row.update(
		{
			"register": "、".join(kinds),
			"township": names.get(row.township, row.township),
			"reason": row.green_channel_reason or _(row.cause or "", context=APPLICATION),
			"paid": paid(row),
			"handled_by": _full_name(row.relief_paid_by or row.final_approver),
			"source": _source(row),
			"due_status": _(row.due_status),
			"relief_settlement": _(row.relief_settlement),
		}
	)


def _full_name(user: str | None) -> str:
	return frappe.utils.get_fullname(user) if user else ""


def _source(row: frappe._dict) -> str:
	if not paid(row):
		return ""
	return _("Township Reserve") if row.from_reserve else _("Payment List")


def columns() -> list[dict]:
	return [
		column("name", _("Case"), "Link", 150, APPLICATION),
		column("register", _("Way of Help"), "Data", 150),
		column("applicant_name", _("Applicant Name"), "Data", 100),
		column("township", _("Township Division"), "Data", 90),
		column("reason", _("Why Help Was Needed"), "Data", 180),
		column("accepted_on", _("Accepted On"), "Date", 120),
		column("relief_paid_on", _("Paid First On"), "Date", 125),
		column("paid", _("Help Given"), "Currency", 110),
		column("source", _("Paid From"), "Data", 110),
		column("handled_by", _("Decided By"), "Data", 100),
		column("workflow_state", _("Stage"), "Link", 110, "Workflow State"),
		column("statutory_due", _("Statutory Due"), "Date", 120),
		column("due_status", _("Due Status"), "Data", 90),
		column("relief_settlement", _("If Not Eligible"), "Data", 110),
	]


# --- the figures of each township -----------------------------------------------------------------------------------
def _is_quick(row: frappe._dict) -> bool:
	return row.route == terms.QUICK_RELIEF


def _is_first(row: frappe._dict) -> bool:
	return bool(row.relief_paid_on)


def _ended_otherwise(row: frappe._dict) -> bool:
	return _is_first(row) and not is_open(row) and row.workflow_state != terms.CONFIRMED


COUNTED: dict[str, Callable[[frappe._dict], bool]] = {
	"quick": _is_quick,
	"first": _is_first,
	"waiting": lambda row: _is_first(row) and is_open(row),
	"overdue": lambda row: is_open(row) and row.due_status == clock.OVERDUE,
	"confirmed": lambda row: row.workflow_state == terms.CONFIRMED,
	"ended": _ended_otherwise,
	"to_recover": lambda row: row.relief_settlement == RECOVERED,
}
SUMMED: dict[str, Callable[[frappe._dict], float]] = {
	"paid": paid,
	"from_reserve": lambda row: paid(row) if row.from_reserve else 0,
}


def by_township(found: Iterable[frappe._dict]) -> list[dict]:
	groups: dict[str, list] = {}
	for row in found:
		groups.setdefault(row.township, []).append(row)
	names = division_names(groups)
	return [
		{
			"township": names.get(township, township),
			**{key: sum(map(counts, rows)) for key, counts in COUNTED.items()},
			**{key: flt(sum(map(amount, rows)), 2) for key, amount in SUMMED.items()},
		}
		for township, rows in sorted(groups.items())
	]


def township_columns() -> list[dict]:
	return [
		column("township", _("Township Division"), "Data", 120),
		column("quick", _(QUICK), "Int", 100),
		column("first", _(FIRST), "Int", 100),
		column("paid", _("Help Given"), "Currency", 120),
		column("from_reserve", _("Paid From the Reserve"), "Currency", 140),
		column("waiting", _("Papers Awaited"), "Int", 110),
		column("overdue", _("Overdue"), "Int", 90),
		column("confirmed", _("Confirmed"), "Int", 90),
		column("ended", _("Ended Without Confirmation"), "Int", 140),
		column("to_recover", _("To Be Recovered"), "Int", 110),
	]
