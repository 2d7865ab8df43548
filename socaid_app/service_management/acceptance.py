"""The contract (第六章): what was promised, by what it is proved, what the system itself counts, and what follows.

An acceptance is a check of a period: its questions are the commitments of a template, those with a figure are answered
by the system, people who were served take part, what is not kept becomes a rectification, and points below the pass
mark cost what the template says. Its print is the acceptance file.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, today

SERVED = "Person Served"
CHECK, TEMPLATE, ISSUE = "Service Check", "Service Check Template", "Data Quality Issue"
OF_SURVEYS = "Mean Score of Surveys"
DONE = ("Check to Review", "Check Done")


def no_period(check: Document) -> list[str]:
	if not (check.period_from and check.period_to):
		return [_("Enter the period.")]
	if getdate(check.period_from) > getdate(check.period_to):
		return [_("The period ends before it begins.")]
	return []


def what_is_missing(check: Document) -> list[str]:
	"""The period, and somebody who was served among those taking part."""
	lacks = no_period(check)
	if not lacks and getdate(check.period_to) >= getdate(today()):
		lacks.append(_("The period is not over yet."))
	if not any(row.capacity == SERVED and (row.opinion or "").strip() for row in check.participants):
		lacks.append(_("Somebody who was served takes part and says what they think."))
	return lacks


def measure(check: Document) -> None:
	"""Where nothing was to be counted, the answer is left to people."""
	for row in check.answers:
		if row.measure:
			value = measured(row.measure, check.period_from, check.period_to)
			row.measured = int(value is not None)
			if row.measured:
				row.answer = f"{value:g}"


def measured(name: str, start, end) -> float | None:
	"""A figure of the period, of the divisions whoever accepts works for."""
	if name == OF_SURVEYS:
		return _mean_of_surveys(start, end)
	for path in frappe.get_hooks("socaid_service_measures"):
		value = frappe.get_attr(path)(name, start, end)
		if value is not None:
			return round(flt(value), 2)
	return None


def penalty(score: float, template: Document) -> float:
	"""Yuan for the points below what is enough."""
	return round(max(flt(template.pass_mark) - flt(score), 0) * flt(template.penalty_per_point), 2)


def _mean_of_surveys(start, end) -> float | None:
	((score,),) = frappe.db.sql(
		f"""select avg(score) from `tab{CHECK}` where concerns = 'Survey' and status in %s and date(checked_at) between %s and %s""",
		(DONE, start, end),
	)
	return None if score is None else round(flt(score), 1)


# --- the file -------------------------------------------------------------------------------------------------------
def acceptance_proof(check: Document) -> dict:
	"""What the acceptance file shows behind the commitments: checks, surveys by township, registers, incidents of the
	period, and the rectifications of this acceptance. Counts alone, no person."""
	period = {"start": check.period_from, "end": check.period_to, "done": DONE}
	return {
		"checks": frappe.db.sql(
			f"""select template, count(*) as planned, sum(status in %(done)s) as made,
			round(avg(if(status in %(done)s, score, null)), 1) as score, sum(problem_count) as problems from `tab{CHECK}`
			where concerns not in ('Survey', 'Period') and status != 'Check Cancelled'
			and due_on between %(start)s and %(end)s group by template order by template""",
			period,
			as_dict=True,
		),
		"surveys": frappe.db.sql(
			f"""select survey.template, division.division_name as township, count(*) as answers,
			round(avg(survey.score), 1) as score from `tab{CHECK}` survey
			left join `tabAdministrative Division` division on division.name = survey.township
			where survey.concerns = 'Survey' and survey.status in %(done)s
			and date(survey.checked_at) between %(start)s and %(end)s
			group by survey.template, division.division_name order by survey.template, township""",
			period,
			as_dict=True,
		),
		"registers": frappe.db.sql(
			"""select register, count(*) as entered, sum(status = 'Done') as done from `tabRegister Entry`
			where entered_on between %(start)s and %(end)s group by register order by register""",
			period,
			as_dict=True,
		),
		"incidents": frappe.db.sql(
			"""select event_type, count(*) as found, sum(near_miss) as near, sum(status = 'Incident Closed') as closed
			from `tabIncident` where date(occurred_at) between %(start)s and %(end)s and status != 'No Incident'
			group by event_type order by event_type""",
			period,
			as_dict=True,
		),
		"issues": frappe.get_all(
			ISSUE,
			filters={
				"name": ["in", [*filter(None, [check.issue, *(row.issue for row in check.answers)]), ""]]
			},
			fields=["name", "subject", "responsible", "due_on", "status", "measure", "result"],
			order_by="name",
		),
	}
