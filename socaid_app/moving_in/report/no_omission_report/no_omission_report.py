"""Whether anybody was left out: of each list and place how many were compared, are equal, differ, how many of the
differences have come to their end, and who has signed for it (服务方案 1.1.1-18)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Count, Sum
from frappe.utils import get_first_day, getdate, today
from pypika.terms import Case, LiteralValue

from socaid_app.casework.places import division_names
from socaid_app.moving_in.reconciliation_records import (
	CLOSED,
	COMPARED,
	DIFFERENCE,
	PLACE,
	RECONCILIATION,
	SIGHTING,
	WAITING,
)
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column

COUNTS = (
	"compared",
	"listed",
	"equal",
	"differing",
	"only_here",
	"only_there",
	"not_identified",
	"listed_twice",
)
TASKS = ("differences", "ended", "waiting", "overdue")


def execute(filters: dict | None = None):
	found = rows(frappe._dict(filters or {}))
	return columns(), found, None, None, totals(found)


def rows(filters: frappe._dict) -> list[dict]:
	head, place = frappe.qb.DocType(RECONCILIATION), frappe.qb.DocType(PLACE)
	wanted = [head.status.isin((COMPARED, CLOSED)), place.parenttype == RECONCILIATION]
	if filters.from_month:
		wanted.append(head.month >= get_first_day(getdate(filters.from_month)))
	if filters.to_month:
		wanted.append(head.month <= getdate(filters.to_month))
	if filters.layout:
		wanted.append(head.layout == filters.layout)
	if filters.township:
		wanted.append(place.township == filters.township)
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition(RECONCILIATION):
		wanted.append(LiteralValue(condition))
	found = (
		frappe.qb.from_(head)
		.join(place)
		.on(place.parent == head.name)
		.where(Criterion.all(wanted))
		.select(
			head.name.as_("reconciliation"),
			head.month,
			head.layout,
			head.status,
			head.signed_by,
			head.signed_on,
			place.township,
			*(place[name] for name in COUNTS),
		)
		.orderby(head.month, head.layout, place.township)
		.run(as_dict=True)
	)
	tasks, places = (
		_tasks({row.reconciliation for row in found}),
		division_names(row.township for row in found),
	)
	signers = _names({row.signed_by for row in found if row.signed_by})
	for row in found:
		row.update(tasks.get((row.reconciliation, row.township), dict.fromkeys(TASKS, 0)))
		row.place = places.get(row.township, row.township)
		row.signed = signers.get(row.signed_by, row.signed_by)
		row.state = _(row.status, context=RECONCILIATION)
	return found


def _tasks(reconciliations: set[str]) -> dict[tuple[str, str], dict]:
	"""By list and place: what became of its differences, whichever list has shown them since."""
	seen, task = frappe.qb.DocType(SIGHTING), frappe.qb.DocType(DIFFERENCE)
	waits = task.status.isin(WAITING)

	def how_many(condition):
		return Sum(Case().when(condition, 1).else_(0))

	# a difference of a county's own list stands where its place has no township
	found = (
		frappe.qb.from_(seen)
		.join(task)
		.on(task.name == seen.parent)
		.where((seen.parenttype == DIFFERENCE) & seen.reconciliation.isin(sorted(reconciliations) or [""]))
		.groupby(seen.reconciliation, task.township, task.division)
		.select(
			seen.reconciliation,
			task.township,
			task.division,
			Count(task.name).as_("differences"),
			how_many(~waits).as_("ended"),
			how_many(waits).as_("waiting"),
			how_many(waits & (task.due_on < getdate(today()))).as_("overdue"),
		)
		.run(as_dict=True)
	)
	sums: dict[tuple[str, str], dict] = {}
	for row in found:
		own = sums.setdefault((row.reconciliation, row.township or row.division), dict.fromkeys(TASKS, 0))
		for name in TASKS:
			own[name] += int(row[name])
	return sums


def _names(users: set[str]) -> dict[str, str]:
	return dict(
		frappe.get_all(
			"User",
			filters={"name": ["in", sorted(users) or [""]]},
			fields=["name", "full_name"],
			order_by="name",
			as_list=True,
		)
	)


def columns() -> list[dict]:
	return [
		column("reconciliation", _("List Reconciliation"), "Link", 150, RECONCILIATION),
		column("month", _("Month of the Ledger", context=RECONCILIATION), "Date", 115),
		column("layout", _("List Layout"), "Link", 120, "List Layout"),
		column("place", _("Place", context=PLACE), "Data", 110),
		*(column(name, _(label, context=PLACE), "Int", 100) for name, label in LABELS.items()),
		column("differences", _("Differences", context=RECONCILIATION), "Int", 70),
		column("ended", _("Ended", context=RECONCILIATION), "Int", 70),
		column("waiting", _("Not Ended", context=RECONCILIATION), "Int", 70),
		column("overdue", _("Past Their Day"), "Int", 70),
		column("state", _("Status", context=RECONCILIATION), "Data", 90),
		column("signed", _("Signed By", context=RECONCILIATION), "Data", 90),
		column("signed_on", _("Signed On", context=RECONCILIATION), "Date", 100),
	]


LABELS = {
	"compared": "Compared",
	"listed": "In the List",
	"equal": "Equal",
	"differing": "Differing",
	"only_here": "Only in the Register",
	"only_there": "Only in the List",
	"not_identified": "Not Identified",
	"listed_twice": "Listed Twice",
}


def totals(found: list[dict]) -> list[dict]:
	shown = {
		"compared": _("Compared", context=PLACE),
		"differences": _("Differences", context=RECONCILIATION),
		"ended": _("Ended", context=RECONCILIATION),
		"waiting": _("Not Ended", context=RECONCILIATION),
	}
	return [
		{
			"value": sum(row[name] or 0 for row in found),
			"label": label,
			"datatype": "Int",
			"indicator": "Red" if name == "waiting" and any(row[name] for row in found) else "Green",
		}
		for name, label in shown.items()
	]
