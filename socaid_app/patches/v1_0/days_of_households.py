"""A household of a past day is told from its history; what that lacks is filled in from what is known, never guessed.

Members without a day of joining have the day on which their household was entered. Lines about a new head say who was
head before: the head of the line before, and for the first one whoever the versions of the record name.
"""

import json

import frappe

HOUSEHOLD = "Recipient Household"


def execute() -> None:
	_days_of_joining()
	_heads_in_order()
	_first_heads()


def _days_of_joining() -> None:
	# Raw SQL: one statement for all members, from the first line of each household's history.
	frappe.db.sql(
		"""update `tabHousehold Member` member
		join `tabRecipient Household` household on household.name = member.parent
		left join (
			select household, min(happened_on) as entered from `tabHousehold Event`
			where event = 'Created' group by household
		) history on history.household = household.name
		set member.joined_on = least(
			coalesce(history.entered, date(household.creation)),
			coalesce(member.left_on, coalesce(history.entered, date(household.creation)))
		)
		where member.parenttype = 'Recipient Household' and member.joined_on is null"""
	)


def _heads_in_order() -> None:
	# Raw SQL: a window function over the lines of all households.
	frappe.db.sql(
		"""update `tabHousehold Event` line
		join (
			select name, lag(recipient) over (partition by household order by happened_on, creation, name) as earlier
			from `tabHousehold Event` where event = 'Head Changed' and undone = 0
		) told on told.name = line.name
		set line.value_after = line.recipient, line.value_before = coalesce(line.value_before, told.earlier)
		where line.event = 'Head Changed' and line.value_after is null"""
	)


def _first_heads() -> None:
	"""Versions keep what a save changed as JSON: [field, before, after]."""
	version, line = frappe.qb.DocType("Version"), frappe.qb.DocType("Household Event")
	rows = (
		frappe.qb.from_(line)
		.join(version)
		.on((version.docname == line.household) & (version.ref_doctype == HOUSEHOLD))
		.select(line.name, line.recipient, version.data)
		.where((line.event == "Head Changed") & line.value_before.isnull())
		.where(version.data.like('%"head"%'))
		.orderby(line.name)
		.orderby(version.creation)
		.run()
	)
	found = {}
	for name, head, data in rows:
		for field, before, after in json.loads(data).get("changed", ()):
			if field == "head" and after == head and before:
				found.setdefault(name, {"value_before": before})
	if found:
		frappe.db.bulk_update("Household Event", found, update_modified=False)
