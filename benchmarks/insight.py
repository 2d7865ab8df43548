"""The director's reports against the plainest statements that find the same, at the size the register has reached.

The bare statement is what somebody would type into the database for that one question, without names, comparison, links
or totals. What a report asks of several registers is measured in seconds alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module

import frappe
from frappe.utils import add_months, get_first_day, get_last_day, getdate, today

from benchmarks.measure import Table, medians, milliseconds
from socaid_app import figures

RATIO_BAR, SECONDS_BAR = 1.2, 0.5
REPORTS = "socaid_app.management_insight.report"
IN_MONTH = "start_month <= %({0})s and (end_month is null or end_month >= %({0})s)"
ON_LEDGER = "docstatus = 1 and payment != 'Recognition'"

# Raw SQL: this is the bar.
BARE = {
	"Households and Cost": "select township, "
	+ ", ".join(
		f"""count(distinct case when {IN_MONTH.format(key)} then household end),
		sum(case when {IN_MONTH.format(key)} then member_count end), sum(case when {IN_MONTH.format(key)} then amount end)"""
		for key in ("month", "before", "year")
	)
	+ f""" from `tabEntitlement` where {ON_LEDGER} and start_month <= %(month)s
		and (end_month is null or end_month >= %(year)s) group by township""",
	"Coverage of the Population": f"""select township, count(distinct household), sum(if(scheme = 'Dibao', member_count, 0)),
		sum(if(scheme = 'Tekun', member_count, 0)) from `tabEntitlement`
		where docstatus = 1 and payment = 'Monthly' and scheme in ('Dibao', 'Tekun') and {IN_MONTH.format("month")}
		group by township""",
	"Visits in Time": """select township, count(*), sum(status = 'Done'), sum(status = 'Done' and done_on <= due_on)
		from `tabScreening Task` where due_on between %(month)s and %(last_day)s group by township""",
	"Processing Times": """select d.label, d.kind, datediff(d.done_on, d.start) as days, datediff(d.due, d.start) as term,
		count(*), sum(d.done_on > d.due) from `tabApplication Deadline` d
		join `tabAssistance Application` c on c.name = d.parent
		where d.done_on between %(january)s and %(today)s group by d.label, d.kind, days, term""",
	"Reasons of Refusal": """select decision_reason, workflow_state, count(*) from `tabAssistance Application`
		where workflow_state in ('Rejected', 'Not Accepted', 'Terminated') and decided_on between %(january)s and %(today)s
		group by decision_reason, workflow_state""",
	"Cost Forecast": f"""select start_month, end_month, payment, count(distinct household), sum(member_count), sum(amount)
		from `tabEntitlement` where {ON_LEDGER} and (end_month is null or end_month >= %(year)s)
		group by start_month, end_month, payment""",
	"Statutory Statistics": f"""select e.scheme, e.area, count(distinct e.household), count(*), sum(r.sex = 'Female'),
		sum(timestampdiff(year, r.birth_date, %(last_day)s) >= 60), sum(ifnull(r.disability_type, '') != '')
		from `tabEntitlement` e join `tabEntitlement Share` s on s.parent = e.name
		join `tabRecipient` r on r.name = s.recipient
		where e.docstatus = 1 and {IN_MONTH.format("month").replace("start_", "e.start_").replace("end_", "e.end_")}
		group by e.scheme, e.area""",
	"Changes of the Month": """select e.township, e.category, count(*), sum(e.amount - ifnull(p.amount, 0))
		from `tabEntitlement` e left join `tabEntitlement` p on p.name = e.previous_entitlement
		where e.docstatus = 1 and e.payment = 'Monthly' and e.start_month = %(month)s group by e.township, e.category
		union all select township, category, count(*), -sum(amount) from `tabEntitlement` e
		where docstatus = 1 and payment = 'Monthly' and end_month = %(before)s
			and not exists (select 1 from `tabEntitlement` l where l.previous_entitlement = e.name and l.docstatus = 1)
		group by township, category""",
}
# Several registers, or through the fence of lists: no one statement is their measure.
TIMED = ("Overdue and Whose", "Petitions and Satisfaction", "Data Quality by Clerk", "Service Figures")
CARDS = (
	"households_in_benefit",
	"cases_overdue",
	"tasks_overdue",
	"petitions_overdue",
	"overdue:household_review",
	"overdue:data_quality_issue",
	"parameters_to_confirm",
	"standards_to_confirm",
)


def values(on: date) -> dict:
	month = get_first_day(on)
	return {
		"month": month,
		"before": add_months(month, -1),
		"year": add_months(month, -12),
		"january": month.replace(month=1),
		"last_day": get_last_day(month),
		"today": on,
	}


def report(title: str) -> Callable[[], object]:
	name = frappe.scrub(title)
	module = import_module(f"{REPORTS}.{name}.{name}")
	return lambda: module.execute({})


def measure(table: Table, repetitions: int) -> None:
	frappe.set_user("Administrator")
	asked, size = values(getdate(today())), f"{frappe.db.count('Entitlement'):,} entitlements"
	for title, statement in BARE.items():
		times = medians(
			{"bare": lambda statement=statement: frappe.db.sql(statement, asked), "report": report(title)},
			max(repetitions // 6, 5),
		)
		table.add(f"{title}, bare query", size, milliseconds(times["bare"]))
		table.add(title, size, milliseconds(times["report"]), times["report"] / times["bare"], RATIO_BAR)
		table.add(f"  {title}, seconds", size, milliseconds(times["report"]), times["report"], SECONDS_BAR)
	for title in TIMED:
		taken = medians({"report": report(title)}, 5)["report"]
		table.add(f"{title}, seconds", size, milliseconds(taken), taken, SECONDS_BAR)
	for key in CARDS:
		taken = medians({"card": lambda key=key: figures.count(key)}, 5)["card"]
		table.add(f"card {key}, seconds", size, milliseconds(taken), taken, SECONDS_BAR)
