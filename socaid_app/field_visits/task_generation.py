"""The tasks of a round, written as sets: one statement per chunk of households.

In scope is every household of the area and class with a benefit of the chosen categories in force, or ended
within the last year. Each gets one row, so the list proves that nobody was forgotten: a task, or the reason
why there is none.
"""

from __future__ import annotations

from datetime import date
from math import ceil

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, now_datetime

from socaid_app.field_visits.benefits import in_force
from socaid_app.permissions.divisions import bounds
from socaid_app.policy.clock import add_months

CHUNK = 20_000
# Whoever left the roll longer ago is no longer looked at.
MONTHS_AFTER_THE_END = 12
# Higher goes first.
PRIORITY_OF_KEY_HOUSEHOLDS = 10

# A household with several benefits is visited for what it lives on: monthly before recognition before one-off.
# Rank, name and category make one text, so that one MIN() over an index finds the benefit and whether any is in
# force, without reading the entitlement again.
BENEFITS = """
	select `tabEntitlement`.household,
		min(concat(
			case when not ({in_force}) then '9' when payment = 'Monthly' then '0'
			when payment = 'Recognition' then '1' else '2' end,
			`tabEntitlement`.name, '/', `tabEntitlement`.category)) as best
	from `tabEntitlement`
	where `tabEntitlement`.docstatus = 1 {range}
		and (`tabEntitlement`.end_month is null or `tabEntitlement`.end_month >= %(ended_since)s)
		{categories}
	group by `tabEntitlement`.household
"""
RANGE = "and `tabEntitlement`.household > %(low)s and `tabEntitlement`.household <= %(high)s"
AREA = "h.division between %(from_division)s and %(to_division)s"
DRAW = "sha1(concat(%(seed)s, ':', h.name))"

# On a later run, who has a task already is passed over before anything is looked up.
KNOWN = "left join `tabScreening Task` t on t.name = concat(%(cycle)s, '-', h.name)"
UNKNOWN = "and (t.name is null or t.status = 'Left Out')"

# Raw SQL: INSERT ... SELECT with a derived reason, and rows left alone when they exist.
INSERT = """
	insert into `tabScreening Task` (name, creation, modified, owner, modified_by, docstatus, idx, cycle, household,
		head_name, division, township, review_class, entitlement, category, priority, due_on,
		status, left_out_reason)
	select concat(%(cycle)s, '-', household), %(now)s, %(now)s, %(user)s, %(user)s, 0, 0, %(cycle)s, household,
		head_name, division, township, review_class, entitlement, category, priority, %(due)s,
		if(reason is null, 'To Do', 'Left Out'), reason
	from (
		select h.name as household, h.head_name, h.division, h.township, h.review_class,
			substring(substring_index(b.best, '/', 1), 2) as entitlement,
			substring(b.best, locate('/', b.best) + 1) as category,
			if(h.review_class = 'Key', %(key_priority)s, 0) as priority,
			case
				when h.status = 'Closed' then 'Household Closed'
				when b.best like '9%%' then 'No Benefit in Force'
				{draw}
				{visited}
				when exists (select 1 from `tabHome Visit` v force index (household_visited)
					where v.household = h.name and v.check_out_at is null
					and v.status in ('Planned', 'Under Way') and ifnull(v.cycle, '') != %(cycle)s)
					then 'Visit Already Planned'
			end as reason
		from ({benefits}) b
		join `tabRecipient Household` h on h.name = b.household
		{known}
		where {area} {review_class} {unknown}
	) found
	on duplicate key update
		`tabScreening Task`.entitlement = if(`tabScreening Task`.status = 'Left Out', values(entitlement),
			`tabScreening Task`.entitlement),
		`tabScreening Task`.category = if(`tabScreening Task`.status = 'Left Out', values(category),
			`tabScreening Task`.category),
		`tabScreening Task`.left_out_reason = if(`tabScreening Task`.status = 'Left Out', values(left_out_reason),
			`tabScreening Task`.left_out_reason),
		`tabScreening Task`.status = if(`tabScreening Task`.status = 'Left Out', values(status),
			`tabScreening Task`.status)
"""
VISITED = "when h.last_visited_on >= %(visited_since)s then 'Recently Visited'"


def write_tasks(doc: Document, due: date, commit: bool = False) -> None:
	"""Write the missing tasks of a round; with ``commit`` chunk by chunk, telling how far it is."""
	statement, values = _statement(doc, due)
	chunks = _chunks(doc)
	for position, (low, high) in enumerate(chunks, 1):
		frappe.db.sql(statement, {**values, "low": low, "high": high})
		if commit:
			frappe.db.commit()
			frappe.publish_progress(
				position * 100 / len(chunks),
				title=_("Generating Tasks"),
				doctype=doc.doctype,
				docname=doc.name,
			)


def _statement(doc: Document, due: date) -> tuple[str, dict]:
	values = {
		"cycle": doc.name,
		"now": now_datetime(),
		"user": frappe.session.user,
		"due": due,
		"key_priority": PRIORITY_OF_KEY_HOUSEHOLDS,
		"seed": str(doc.seed),
		"visited_since": doc.not_visited_since,
		**_scope(doc),
	}
	draw, again = "", bool(frappe.db.exists("Screening Task", {"cycle": doc.name}))
	if flt(doc.ratio) < 100:
		values["threshold"] = _threshold(doc)
		draw = f"when {DRAW} > %(threshold)s then 'Not Drawn'"
	statement = INSERT.format(
		draw=draw,
		visited=VISITED if doc.not_visited_since else "",
		benefits=_benefits(doc),
		area=AREA,
		review_class=_class(doc),
		known=KNOWN if again else "",
		unknown=UNKNOWN if again else "",
	)
	return statement, values


def _benefits(doc: Document, within: str = RANGE) -> str:
	return BENEFITS.format(
		in_force=in_force(getdate(doc.starts_on)),
		range=within,
		categories="and `tabEntitlement`.category in %(categories)s" if doc.categories else "",
	)


def _class(doc: Document) -> str:
	return "and h.review_class = %(review_class)s" if doc.review_class else ""


def _scope(doc: Document) -> dict:
	from_division, to_division = bounds(doc.division)
	return {
		"from_division": from_division,
		"to_division": to_division,
		"categories": [row.category for row in doc.categories],
		"review_class": doc.review_class,
		"ended_since": add_months(getdate(doc.starts_on).replace(day=1), -MONTHS_AFTER_THE_END),
	}


def _chunks(doc: Document) -> list[tuple[str, str]]:
	"""Ranges of household names, each of at most CHUNK households of the area: after the first, up to the last."""
	# Raw SQL: a window function picks the last name of every chunk in one pass.
	rows = frappe.db.sql(
		f"""select name from (
			select h.name, row_number() over (order by h.name) as nth, count(*) over () as total
			from `tabRecipient Household` h where {AREA} {_class(doc)}) ordered
		where nth %% {CHUNK} = 0 or nth = total order by name""",
		_scope(doc),
	)
	lasts = [row[0] for row in rows]
	return list(zip(["", *lasts], lasts, strict=False))


def _threshold(doc: Document) -> str:
	"""The hash up to which households are drawn: exactly the share of those with a benefit in force.

	A hash of seed and name ranks the households, so the same seed draws the same ones again, and one that comes
	later displaces nobody who was drawn.
	"""
	values = {"seed": str(doc.seed), **_scope(doc)}
	source = f"""from ({_benefits(doc, within="")}) b join `tabRecipient Household` h on h.name = b.household
		where {AREA} {_class(doc)} and h.status = 'Active' and b.best not like '9%%'"""
	# Raw SQL: the same source as the INSERT.
	count = frappe.db.sql(f"select count(*) {source}", values)[0][0]
	drawn = ceil(count * flt(doc.ratio) / 100)
	if not drawn:
		return ""
	rows = frappe.db.sql(
		f"select {DRAW} as drawn {source} order by drawn limit 1 offset {int(drawn) - 1}", values
	)
	return rows[0][0]
