"""How checks went, by place, responsible person or kind: planned, done, missed, with problems, the mean score."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import today

from socaid_app.casework import people
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column, division_names
from socaid_app.service_management.service_checks import (
	CANCELLED,
	DOCTYPE,
	DONE,
	PLANNED,
	TEMPLATE,
	TO_REVIEW,
)
from socaid_app.service_management.service_checks import OBJECT as PLACE

# By what: the column of a check.
BY = {
	"Place or Thing": "service_object",
	"Responsible Person": "responsible",
	"Kind of Check": "template",
	"Township": "township",
	"Township and Kind": "township",
}
SECOND = {"Township and Kind": "template"}


def execute(filters: dict | None = None):
	"""``filters``: by, from_date, to_date, template, area (of the kinds of check)."""
	filters = frappe._dict(filters or {})
	by = filters.by if filters.by in BY else "Place or Thing"
	rows = counted(by, filters)
	if by == "Place or Thing":
		# surveys and checks of people are about none; asked for in the query, it takes the narrower index
		rows = [row for row in rows if row.subject]
	names = _names(by, [row.subject for row in rows if row.subject])
	for row in rows:
		row.subject_name = names.get(row.subject) or row.subject
	return columns(by), rows


def _names(by: str, subjects: list[str]) -> dict[str, str]:
	"""What a reader calls them; a kind of check is called by its name."""
	if BY[by] == "township":
		return division_names(subjects)
	if by == "Responsible Person":
		return people.full_names(subjects)
	if by == "Place or Thing" and subjects:
		found = frappe.get_all(
			PLACE, filters={"name": ["in", subjects]}, fields=["name", "object_name"], as_list=True
		)
		return dict(found)
	return {}


def counted(by: str, filters: frappe._dict) -> list[frappe._dict]:
	"""One statement over the index of checks by day (service_management/check_indexes.py)."""
	groups = [f"`{BY[by]}`", *(f"`{name}`" for name in [SECOND.get(by)] if name)]
	conditions = ["status != %(cancelled)s"]
	if filters.from_date:
		conditions.append("due_on >= %(from_date)s")
	if filters.to_date:
		conditions.append("due_on <= %(to_date)s")
	if filters.template:
		conditions.append("template = %(template)s")
	if filters.area:
		conditions.append("template in %(kinds)s")
		filters.kinds = [*frappe.get_all(TEMPLATE, filters={"group": filters.area}, pluck="name"), ""]
	if scope := scope_condition(DOCTYPE):
		conditions.append(scope)
	return frappe.db.sql(
		f"""select {groups[0]} as subject, {groups[-1]} as second, count(*) as planned, sum(status in (%(done)s, %(to_review)s)) as done,
		sum(status = %(open)s and due_on < %(today)s) as missed, sum(problem_count > 0) as with_problems,
		sum(problem_count) as problems, round(avg(if(status in (%(done)s, %(to_review)s), score, null)), 1) as score
		from `tab{DOCTYPE}` where {" and ".join(conditions)} group by {", ".join(groups)} order by missed desc, score, subject""",
		{
			**filters,
			"cancelled": CANCELLED,
			"done": DONE,
			"to_review": TO_REVIEW,
			"open": PLANNED,
			"today": today(),
		},
		as_dict=True,
	)


def columns(by: str) -> list[dict]:
	return [
		column("subject_name", _("Township") if by in SECOND else _(by), "Data", 260),
		*([column("second", _("Kind of Check"), "Data", 200)] if by in SECOND else []),
		*([column("subject", _("Place Number"), "Data", 130)] if by == "Place or Thing" else []),
		column("planned", _("Checks to Be Done"), "Int", 110),
		column("done", _("Checks Made"), "Int", 100),
		column("missed", _("Checks Missed"), "Int", 100),
		column("with_problems", _("Checks with Problems"), "Int", 120),
		column("problems", _("Problems"), "Int", 100),
		column("score", _("Mean Score"), "Float", 110),
	]
