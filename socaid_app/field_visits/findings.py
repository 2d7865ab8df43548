"""What finished visits found, counted by township: the common query of the reports on their child tables."""

from __future__ import annotations

import frappe
from frappe.query_builder import Case, Criterion
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_days, getdate
from pypika.terms import LiteralValue

from socaid_app.casework.places import division_names
from socaid_app.permissions.scope import scope_condition

VISITED = ("Finished", "Reviewed")


def counted(child: str, by: str, sums: dict, filters: dict | None) -> list[frappe._dict]:
	"""Rows of ``child`` per township and value of column ``by``: ``found`` and one column for each of ``sums``
	(column → criterion on the child table). Only visits the reader may see.

	``filters``: township, category, from_date and to_date (of the visit's end), and ``by``.
	"""
	filters = frappe._dict(filters or {})
	visit, row = frappe.qb.DocType("Home Visit"), frappe.qb.DocType(child)
	wanted = [row.parenttype == "Home Visit", visit.status.isin(VISITED)]
	for field in ("township", "category"):
		if filters.get(field):
			wanted.append(visit[field] == filters[field])
	if filters.get(by):
		wanted.append(row[by] == filters[by])
	if filters.from_date:
		wanted.append(visit.check_out_at >= getdate(filters.from_date))
	if filters.to_date:
		wanted.append(visit.check_out_at < getdate(add_days(filters.to_date, 1)))
	if condition := scope_condition("Home Visit"):
		wanted.append(LiteralValue(condition))
	rows = (
		frappe.qb.from_(row)
		.join(visit)
		.on(visit.name == row.parent)
		.select(
			visit.township,
			row[by],
			Count("*").as_("found"),
			*(Sum(Case().when(test, 1).else_(0)).as_(name) for name, test in sums.items()),
		)
		.where(Criterion.all(wanted))
		.groupby(visit.township, row[by])
		.orderby(visit.township, row[by])
		.run(as_dict=True)
	)
	names = division_names({found.township for found in rows})
	return [found.update({"township_name": names.get(found.township)}) for found in rows]


def column(fieldname: str, label: str, fieldtype: str, width: int, options: str | None = None) -> dict:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": width,
		"options": options,
	}
