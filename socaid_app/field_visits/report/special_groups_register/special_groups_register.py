"""The ledger of special groups (特殊群体台账): who belongs to one by the register, and who has no assessment, no plan, or
a measure that is overdue. Of the whole county it counts by township; of one township it names everybody.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Max, Sum
from frappe.utils import getdate, today
from pypika.terms import Case, LiteralValue

from socaid_app.casework.places import division_names
from socaid_app.field_visits import special_groups
from socaid_app.field_visits.needs import ASSESSED, ASSESSMENT
from socaid_app.field_visits.plan_measures import DRAFT, ENDED, MEASURE, OPEN_MEASURES, PLAN
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column

PERSON, HOUSEHOLD, MEMBER = "Recipient", "Recipient Household", "Household Member"
LACKS = ("No Assessment", "No Plan", "Overdue Measure")
# More than anybody reads of one township.
SHOWN = 5_000


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	if filters.township:
		found = persons(filters)
		cut = _("Only the first {0} persons are shown. Choose a group.").format(SHOWN)
		return person_columns(), found, cut if len(found) == SHOWN else None
	return township_columns(), townships(filters)


def _wanted(filters: frappe._dict) -> tuple[str, ...]:
	return (filters.group,) if filters.group in special_groups.GROUPS else special_groups.GROUPS


class Group:
	"""The tables of one group: its persons with the assessment and the plan that stand for each."""

	def __init__(self, group: str, filters: frappe._dict):
		self.person, self.household, member = map(frappe.qb.DocType, (PERSON, HOUSEHOLD, MEMBER))
		self.assessment, self.plan = _assessments(group), _plans(group)
		self.assessed, self.planned = self.assessment.assessment.isnotnull(), self.plan.plan.isnotnull()
		self.late = self.plan.late > 0
		query = (
			frappe.qb.from_(self.person)
			.join(member)
			.on((member.recipient == self.person.name) & (member.parenttype == HOUSEHOLD))
			.join(self.household)
			.on(self.household.name == member.parent)
			.left_join(self.assessment)
			.on(self.assessment.recipient == self.person.name)
			.left_join(self.plan)
			.on(self.plan.recipient == self.person.name)
			.where((self.person.status == "Active") & (member.residence == "Living Together"))
			.where(member.left_on.isnull() | (member.left_on > getdate(today())))
			.where(special_groups.condition(group, self.person))
		)
		query = query.where(self.household.status == "Active")
		if not filters.all_households:
			query = query.where(self.household.current_benefit != "")
		if filters.township:
			query = query.where(self.household.township == filters.township)
		# The list machinery does not filter reports: the same criterion is put in by hand.
		if condition := scope_condition(HOUSEHOLD):
			query = query.where(LiteralValue(condition))
		lack = {
			"No Assessment": self.assessed.negate(),
			"No Plan": self.planned.negate(),
			"Overdue Measure": self.late,
		}
		self.query = query.where(lack[filters.lacking]) if filters.lacking in lack else query


def _assessments(group: str):
	table = frappe.qb.DocType(ASSESSMENT)
	return (
		frappe.qb.from_(table)
		.select(
			table.recipient,
			Max(table.name).as_("assessment"),
			Max(table.assessed_on).as_("assessed_on"),
			Max(table.next_on).as_("next_on"),
		)
		.where((table.status == ASSESSED) & (table.group == group))
		.groupby(table.recipient)
	).as_("standing_assessment")


def _plans(group: str):
	table, measure = frappe.qb.DocType(PLAN), frappe.qb.DocType(MEASURE)
	overdue = measure.status.isin(OPEN_MEASURES) & (measure.due_on < getdate(today()))
	return (
		frappe.qb.from_(table)
		.left_join(measure)
		.on((measure.parent == table.name) & (measure.parenttype == PLAN))
		.select(
			table.recipient, Max(table.name).as_("plan"), Sum(Case().when(overdue, 1).else_(0)).as_("late")
		)
		.where(table.status.notin((DRAFT, ENDED)) & (table.group == group))
		.groupby(table.recipient)
	).as_("standing_plan")


def persons(filters: frappe._dict) -> list[frappe._dict]:
	found: list[frappe._dict] = []
	for name in _wanted(filters):
		group = Group(name, filters)
		found += (
			group.query.select(
				group.person.name.as_("recipient"),
				group.person.full_name,
				group.household.name.as_("household"),
				group.household.division,
				group.assessment.assessment,
				group.assessment.assessed_on,
				group.assessment.next_on,
				group.plan.plan,
				group.plan.late,
				LiteralValue(frappe.db.escape(name)).as_("group"),
			)
			.distinct()
			.orderby(group.household.division)
			.orderby(group.person.name)
			.limit(SHOWN - len(found))
			.run(as_dict=True)
		)
	places = division_names(row.division for row in found)
	for row in found:
		row.place = places.get(row.division, "")
		row.group_name = _(row.group, context=ASSESSMENT)
		row.late = int(row.late or 0)
	return found


def townships(filters: frappe._dict) -> list[dict]:
	found: list[dict] = []
	for name in _wanted(filters):
		group = Group(name, filters)

		def how_many(condition, group=group):
			return Count(Case().when(condition, group.person.name)).distinct()

		found += (
			group.query.select(
				group.household.township,
				LiteralValue(frappe.db.escape(name)).as_("group"),
				Count(group.person.name).distinct().as_("persons"),
				how_many(group.assessed.negate()).as_("not_assessed"),
				how_many(group.planned.negate()).as_("not_planned"),
				how_many(group.late).as_("overdue"),
			)
			.groupby(group.household.township)
			.run(as_dict=True)
		)
	places = division_names(row.township for row in found)
	for row in found:
		row.place = places.get(row.township, row.township)
		row.group_name = _(row.group, context=ASSESSMENT)
	return sorted(found, key=lambda row: (row.township or "", special_groups.GROUPS.index(row.group)))


def township_columns() -> list[dict]:
	return [
		column("place", _("Township Division"), "Data", 150),
		column("group_name", _("Special Group"), "Data", 120),
		column("persons", _("Persons"), "Int", 90),
		column("not_assessed", _("No Assessment"), "Int", 110),
		column("not_planned", _("No Plan"), "Int", 110),
		column("overdue", _("Overdue Measure"), "Int", 120),
	]


def person_columns() -> list[dict]:
	return [
		column("recipient", _("Person"), "Link", 130, PERSON),
		column("full_name", _("Name of the Person", context=ASSESSMENT), "Data", 100),
		column("group_name", _("Special Group"), "Data", 100),
		column("place", _("Village or Community"), "Data", 140),
		column("household", _("Household"), "Link", 130, HOUSEHOLD),
		column("assessment", _(ASSESSMENT), "Link", 130, ASSESSMENT),
		column("assessed_on", _("Assessed On", context=ASSESSMENT), "Date", 105),
		column("next_on", _("Assess Again On", context=ASSESSMENT), "Date", 105),
		column("plan", _(PLAN), "Link", 130, PLAN),
		column("late", _("Overdue Measures"), "Int", 100),
	]
