"""Petitions of a period: how many, in time, and how satisfied the people are, by township or matter.

Counted by the criterion of secrecy (信访工作条例 Art. 30): an accusation is in nobody's number who may not know of it.
For who may not open petitions, and wherever asked for (as in a mail that leaves the house), small numbers are not told:
one rating out of one names a person.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.utils import cint, getdate, today

from socaid_app import figures
from socaid_app.casework.places import division_names
from socaid_app.management_insight import behind
from socaid_app.petition_desk import ledger
from socaid_app.policy import petitions
from socaid_app.reporting import column

PETITION = "Petition"
SHOWN = ("petitions", "petitions_answered", "petitions_late", "satisfied_of_rated")
GROUPS = {"Township": "township", "Matter": "matter"}
COUNTED = ("total", "answered", "open", "late", "rated", "satisfied", "dissatisfied")
# Fewer than these are not told where no names may be guessed.
SMALLEST = 5
# The row of those that name no township, or no matter.
NONE = "-"


def execute(filters: dict | None = None):
	"""``filters``: from_date, to_date (received), by (one of GROUPS), township, hide_small, list (``late``), of (the township or matter of the row)."""
	filters = frappe._dict(filters or {})
	start, end = behind.period(filters)
	filters.update(from_date=start, to_date=end)
	hides = (
		cint(filters.hide_small) or frappe.flags.socaid_mailed or not frappe.has_permission(PETITION, "read")
	)
	if behind.asked_list(filters) == "late" and not hides:
		return list_columns(), late(filters, GROUPS.get(filters.by, "township"))
	by = GROUPS.get(filters.by, "township")
	rows = ledger.counted((by,), filters)
	names = division_names(row[by] for row in rows) if by == "township" else {}
	for row in rows:
		row.group = (
			(names.get(row[by]) or _("County"))
			if by == "township"
			else (ledger.term(row[by]) or _("Not Stated"))
		)
		row.update({field: cint(row[field]) for field in COUNTED})
		finish(row)
		if not hides:
			_open(row, {by: behind.place_filter(row[by])}, filters, of=row[by] or NONE)
	shown = behind.with_total(rows, "group", COUNTED, finish)
	if len(shown) > len(rows) and not hides:
		_open(shown[-1], {}, filters, of="")
	drawn, cards = chart(rows), summary(shown, hides)
	if hides:
		for row in shown:
			hide(row)
		drawn = {"type": "bar", "data": {}}
	message = behind.said(rows, figures.meanings(*SHOWN), _("No petition was received in this period."))
	if hides and rows:
		message += behind.empty(_("Numbers below {0} are not shown here.").format(SMALLEST))
	return columns(filters.by), shown, message, drawn, cards


def finish(row: dict) -> None:
	row["in_time"] = behind.share(row["total"] - row["late"], row["total"])
	row["satisfied_rate"] = behind.share(row["satisfied"], row["rated"])


def hide(row: dict) -> None:
	"""Small numbers, and the shares from which they could be reckoned."""
	if row["rated"] < SMALLEST:
		row["satisfied_rate"] = None
	if row["total"] < SMALLEST:
		row["in_time"] = None
	for field in COUNTED:
		if 0 < row[field] < SMALLEST:
			row[field] = None


def _open(row: dict, place: dict, filters: frappe._dict, of: str) -> None:
	asked = {"received_on": ["between", [str(filters.from_date), str(filters.to_date)]]} | place
	if filters.township:
		asked["township"] = filters.township
	for field, more in (
		("total", {}),
		("open", {"status": ["in", list(petitions.STILL_OPEN)]}),
		("answered", {"status": ["not in", list(petitions.STILL_OPEN)]}),
		("rated", {"satisfaction": ["in", list(ledger.RATINGS)]}),
		("satisfied", {"satisfaction": ["in", list(ledger.CONTENT)]}),
		("dissatisfied", {"satisfaction": "Dissatisfied"}),
	):
		behind.in_list(row, field, PETITION, asked | more)
	behind.here(row, "late", of=of)


def late(filters: frappe._dict, by: str) -> list[frappe._dict]:
	"""Those that missed a deadline: what no list can be asked for, since it compares two days."""
	table = ledger.PETITION
	wanted = [*ledger.criteria(filters), ledger.is_late(getdate(today()))]
	rows = (
		frappe.qb.from_(table)
		.select(
			table.name.as_("petition"),
			table.received_on,
			table.category,
			table.matter,
			table.township,
			table.notice_due,
			table.decide_due,
			table.answered_on,
			table.status,
		)
		.where(Criterion.all(wanted))
		.orderby(table.received_on, table.name)
		.run(as_dict=True)
	)
	rows = [row for row in rows if filters.of in (None, "", row[by] or NONE)]
	names = division_names(row.township for row in rows)
	for row in rows:
		row.township_name = names.get(row.township) or _("County")
		row.update({field: ledger.term(row[field]) for field in ("category", "matter", "status")})
	return rows


def list_columns() -> list[dict]:
	return [
		column("petition", _("Petition"), "Link", 170, PETITION),
		column("received_on", ledger.term("Received On"), "Date", 110),
		column("category", ledger.term("Category of Petition"), "Data", 120),
		column("matter", ledger.term("Matter"), "Data", 130),
		column("township_name", _("Township Division"), "Data", 130),
		column("notice_due", ledger.term("Notice Due"), "Date", 110),
		column("decide_due", ledger.term("Answer Due"), "Date", 110),
		column("answered_on", ledger.term("Answered On"), "Date", 110),
		column("status", ledger.term("Petition Status"), "Data", 110),
	]


def columns(by: str | None) -> list[dict]:
	number = behind.number
	return [
		column("group", ledger.term("Matter") if by == "Matter" else _("Township Division"), "Data", 160),
		number("total", figures.label("petitions"), 90),
		number("answered", _("Answered or Concluded"), 120, behind.GOOD),
		number("open", figures.label("petitions_open"), 110),
		number("late", _("Missed a Deadline"), 100, behind.BAD),
		column("in_time", _("In Time (%)"), "Percent", 100),
		number("rated", _("Rated"), 90),
		number("satisfied", _("Satisfied or Better"), 110, behind.GOOD),
		number("dissatisfied", _("Dissatisfied"), 90, behind.BAD),
		column("satisfied_rate", _("Satisfied of Rated (%)"), "Percent", 150),
	]


def chart(rows: list[frappe._dict]) -> dict:
	if not rows:
		return {"type": "bar", "data": {}}
	return {
		"type": "bar",
		"barOptions": {"stacked": 1},
		"data": {
			"labels": [row.group for row in rows],
			"datasets": [
				{"name": _("Answered or Concluded"), "values": [row.answered for row in rows]},
				{"name": figures.label("petitions_open"), "values": [row.open for row in rows]},
			],
		},
		"colors": ["#29a56c", "#f5a623"],
	}


def summary(rows: list[dict], hides: bool) -> list[dict]:
	if not rows or hides:
		return []
	total = rows[-1]
	return [
		{
			"value": total["total"],
			"label": figures.label("petitions"),
			"datatype": "Int",
			"indicator": "Blue",
		},
		{
			"value": total["late"],
			"label": _("Missed a Deadline"),
			"datatype": "Int",
			"indicator": "Red" if total["late"] else "Green",
		},
		{"value": total["in_time"], "label": _("In Time (%)"), "datatype": "Percent", "indicator": "Blue"},
		{
			"value": total["satisfied_rate"],
			"label": figures.label("satisfied_of_rated"),
			"datatype": "Percent",
			"indicator": "Blue",
		},
	]
