"""Plans make dated checks every night: set-based, and as often as one likes (a check is named after plan and day)."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, add_months, cint, getdate, today

from socaid_app.service_management.service_checks import DOCTYPE, PLAN, PLANNED, QUESTION, ROW, TEMPLATE

# Days before its date that a check stands in the list.
AHEAD = 7
# As many days of a plan as one night makes up for, when the nights before did not run.
MOST = 400


def day_of(first_on, every: int, unit: str, times: int):
	"""The day of the check after ``times`` others: counted from the first, so that the 31st stays the 31st."""
	steps = every * times
	if unit == "Months":
		return getdate(add_months(first_on, steps))
	return getdate(add_days(first_on, steps * (7 if unit == "Weeks" else 1)))


def set_next(plan: Document) -> None:
	"""From ``validate``: a plan that was changed goes on from its first day."""
	template = frappe.get_cached_doc(TEMPLATE, plan.template)
	if not plan.every or not plan.unit:
		plan.every, plan.unit = plan.every or template.every, plan.unit or template.unit
	before = plan.get_doc_before_save()
	if not before or any(plan.has_value_changed(name) for name in ("every", "unit", "first_on")):
		plan.times = 0
	plan.next_on = day_of(plan.first_on, cint(plan.every), plan.unit, cint(plan.times))


def nightly() -> None:
	"""Every plan whose day comes gets its check, with the questions of its template as they are tonight."""
	for _turn in range(MOST):
		if not plan_due(add_days(today(), AHEAD)):
			return


def plan_due(until: str) -> int:
	"""One check for each plan that has none yet for its next day; returns of how many plans."""
	due = frappe.db.sql(
		f"""select plan.name from `tab{PLAN}` plan join `tab{TEMPLATE}` template on template.name = plan.template
		where plan.paused = 0 and plan.next_on <= %(until)s and (plan.ends_on is null or plan.next_on <= plan.ends_on)
		and plan.next_on >= template.active_from
		and (template.active_to is null or plan.next_on <= template.active_to)
		order by plan.name limit 5000 for update""",
		{"until": until},
		pluck=True,
	)
	if not due:
		return 0
	values = {"due": due, "planned": PLANNED, "now": frappe.utils.now(), "user": frappe.session.user}
	name = "concat(plan.name, '-', date_format(plan.next_on, '%%Y%%m%%d'))"
	stamps, stamped = (
		"creation, modified, owner, modified_by, docstatus",
		"%(now)s, %(now)s, %(user)s, %(user)s, 0",
	)
	frappe.db.sql(
		f"""insert ignore into `tab{DOCTYPE}` (name, {stamps}, template, concerns, service_object, person, due_on,
		responsible, status, plan, division, township, content_changed_by)
		select {name}, {stamped}, template, concerns, service_object, person, next_on, responsible, %(planned)s, name,
		division, township, %(user)s from `tab{PLAN}` plan where name in %(due)s""",
		values,
	)
	columns = ", ".join(f"`{column}`" for column in QUESTION)
	asked = ", ".join(f"question.`{column}`" for column in QUESTION)
	frappe.db.sql(
		f"""insert ignore into `tab{ROW}` (name, {stamps}, parent, parenttype, parentfield, idx, {columns})
		select concat({name}, '-', question.idx), {stamped}, {name}, '{DOCTYPE}', 'answers', question.idx, {asked}
		from `tab{PLAN}` plan join `tabService Check Question` question
		on question.parent = plan.template and question.parenttype = '{TEMPLATE}' where plan.name in %(due)s""",
		values,
	)
	frappe.db.sql(
		f"""update `tab{PLAN}` set times = times + 1, next_on = case unit
		when 'Months' then date_add(first_on, interval every * times month)
		when 'Weeks' then date_add(first_on, interval every * times week)
		else date_add(first_on, interval every * times day) end where name in %(due)s""",
		values,
	)
	return len(due)
