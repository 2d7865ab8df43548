"""Who has been visited in time, on any day: nobody with a benefit may be omitted (service plan 1.1.3-1, -2).

Every household with a benefit in force is one of three: visited within the interval of its rule, new (its first
benefit began within the interval, so it is not due yet), or overdue.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, getdate, today

from socaid_app.field_visits.benefits import COUNTED_VISIT, in_force
from socaid_app.field_visits.intervals import intervals
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import cycles

HOUSEHOLD = "Recipient Household"
VISITED, NEW, OVERDUE = 0, 1, 2
# Where neither a rule nor the plan says anything: once a year.
DEFAULT_MONTHS = 12

# Raw SQL: the worst state of a household's benefits, held to the time of the bare query. The inner grouping
# follows the index township_in_force; the optimiser would start from the households and read their long rows.
# The day of the last visit decides for today; only for a past day are later visits passed over by a look-up.
STATES = """
	select `tabEntitlement`.township, `tabEntitlement`.household, min(`tabEntitlement`.category) as category,
		max(case
			when h.last_visited_on < {cutoff} then {unvisited}
			when h.last_visited_on < %(until)s then 0
			when h.last_visited_on is null then {unvisited}
			when `tabEntitlement`.household in (select v.household from `tabHome Visit` v
				where v.check_out_at >= {cutoff} and v.check_out_at < %(until)s and {counted}) then 0
			else {unvisited} end) as state
	from `tabEntitlement`
	straight_join `tabRecipient Household` h force index (visits_of_name) on h.name = `tabEntitlement`.household
	where {where}
	group by `tabEntitlement`.township, `tabEntitlement`.household
"""
UNVISITED = (
	"if(`tabEntitlement`.start_month > {cutoff} and `tabEntitlement`.previous_entitlement is null, 1, 2)"
)
LAST_VISIT = f"""select v.household, date(max(v.check_out_at)) as day from `tabHome Visit` v
	where {COUNTED_VISIT} {{which}} group by v.household"""


def by_township(
	on: date | str | None = None, township: str | None = None, category: str | None = None
) -> list[dict]:
	"""Rows of {township, households, visited, new, overdue} of the reader's divisions, by township."""
	states, values = _states(on, township, category)
	return frappe.db.sql(
		f"""select township, count(*) as households, cast(sum(state = 0) as int) as visited,
			cast(sum(state = 1) as int) as `new`, cast(sum(state = 2) as int) as overdue
		from ({states}) states group by township order by township""",
		values,
		as_dict=True,
	)


def not_visited(
	on: date | str | None = None,
	township: str | None = None,
	category: str | None = None,
	include_new: bool = False,
) -> list[dict]:
	"""The overdue households, those never visited first: {household, head_name, township, division, category,
	review_class, last_visit, state}."""
	states, values = _states(on, township, category)
	return frappe.db.sql(
		f"""select h.name as household, h.head_name, states.township, h.division, states.category, h.review_class,
			(select date(max(v.check_out_at)) from `tabHome Visit` v where v.household = h.name
				and v.check_out_at < %(until)s and {COUNTED_VISIT}) as last_visit,
			states.state
		from ({states}) states join `tabRecipient Household` h on h.name = states.household
		where states.state >= %(least)s
		order by states.state desc, last_visit, states.township, h.division, h.name""",
		{**values, "least": NEW if include_new else OVERDUE},
		as_dict=True,
	)


def _states(
	on: date | str | None, township: str | None, category: str | None
) -> tuple[str, dict[str, object]]:
	day = getdate(on or today())
	where = [in_force(day)]
	if township:
		where.append("`tabEntitlement`.township = %(township)s")
	if category:
		where.append("`tabEntitlement`.category = %(category)s")
	# Frappe filters lists, not queries: the same criterion is put in by hand.
	if condition := scope_condition("Entitlement"):
		where.append(condition)
	cutoff = _cutoff(day)
	statement = STATES.format(
		cutoff=cutoff,
		unvisited=UNVISITED.format(cutoff=cutoff),
		counted=COUNTED_VISIT,
		where=" and ".join(where),
	)
	return statement, {"until": add_days(day, 1), "township": township, "category": category}


def _cutoff(on: date) -> str:
	"""SQL for the first day of a visit that is still in time, by category and, where it matters, class."""
	known = intervals(cycles.HOME_VISIT, on)
	default = _day(cycles.earliest_in_time(on, DEFAULT_MONTHS))
	by_category: dict[str, dict[str, str]] = {}
	for (category, review_class), found in known.items():
		by_category.setdefault(category, {})[review_class] = _day(cycles.earliest_in_time(on, found.months))
	if all(day == default for days in by_category.values() for day in days.values()):
		return default
	cases = " ".join(
		f"when {frappe.db.escape(category)} then {_by_class(days, default)}"
		for category, days in by_category.items()
	)
	return f"case `tabEntitlement`.category {cases} else {default} end"


def _by_class(days: dict[str, str], default: str) -> str:
	plain = days.get("", default)
	if all(day == plain for day in days.values()):
		return plain
	cases = " ".join(f"when {frappe.db.escape(name)} then {day}" for name, day in days.items() if name)
	return f"case h.review_class {cases} else {plain} end"


def _day(day: date) -> str:
	return frappe.db.escape(str(day))


# --- the day of the last visit --------------------------------------------------------------------------
def note_visit(visit: Document, method: str | None = None) -> None:
	"""Document event of Home Visit: keep the household's last visit true, also when a visit is corrected."""
	if visit.check_out_at and visit.household:
		last = frappe.db.sql(
			LAST_VISIT.format(which="and v.household = %(household)s"), {"household": visit.household}
		)
		frappe.db.set_value(
			HOUSEHOLD, visit.household, "last_visited_on", last[0][1] if last else None, update_modified=False
		)


def refresh_last_visits() -> None:
	"""Daily: the same for all, for visits that came in past the forms (imports, restored backups)."""
	# Raw SQL: an UPDATE over an aggregate; only what differs is written.
	frappe.db.sql(
		f"""update `tabRecipient Household` h left join ({LAST_VISIT.format(which="")}) visits
			on visits.household = h.name
		set h.last_visited_on = visits.day where not (h.last_visited_on <=> visits.day)"""
	)
