"""The plan by which temporary aid is paid in stages (policy/stages.py), and the stages that follow from a decision.

What is checked and paid later is a record of its own for each stage (stage_steps.py): the case is decided and stays as it is.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate

from socaid_app.assistance_intake import application_case, departures
from socaid_app.casework import records
from socaid_app.policy import stages as law
from socaid_app.policy.breach import Breach
from socaid_app.policy.income import money
from socaid_app.socaid_app import rules

STAGE = "Relief Stage"


def breaches(application: Document) -> list[Breach]:
	"""What is wrong with the plan of a case, by the rules of its day."""
	if not application.relief_stages:
		return []
	on = application_case.case_date(application)
	plan = [
		law.Stage(money(row.amount), getdate(row.check_on) if row.check_on else None, row.condition or "")
		for row in application.relief_stages
	]
	return law.breaches(
		plan,
		application.scheme,
		application.route,
		money(departures.granted(application)),
		money(application.relief_amount),
		on,
		cint(rules.parameters().get("temp_stages_max_months", on)),
	)


def first(application: Document) -> float:
	"""What is paid of the first stage with the decision: all that was not paid before."""
	planned = flt(application.relief_stages[0].amount)
	return max(flt(planned - flt(application.relief_amount), 2), 0)


def enter(application: Document) -> list[str]:
	"""With the decision: the further stages wait for their check; returns their names."""
	plan = application.relief_stages
	return [_enter(application, row, number, len(plan)) for number, row in enumerate(plan, 1) if number > 1]


def _enter(application: Document, row: Document, number: int, stages: int) -> str:
	stage = frappe.get_doc(
		{
			"doctype": STAGE,
			"application": application.name,
			"applicant_name": application.applicant_name,
			"sequence": number,
			"stages": stages,
			"amount": row.amount,
			"due_on": row.check_on,
			"condition": row.condition,
			"household": frappe.db.get_value("Assistance Application", application.name, "household"),
			"category": application.category,
			"division": application.division,
			"stage_key": f"{application.name}:{number}",
		}
	)
	with records.step(stage):
		stage.insert(ignore_permissions=True)
	return stage.name


def earlier_open(stage: Document) -> bool:
	"""Whether a stage before this one is neither paid nor stopped."""
	return bool(
		frappe.db.exists(
			STAGE,
			{
				"application": stage.application,
				"sequence": ["<", stage.sequence],
				"status": ["in", (law.AWAITED, law.CHECKED)],
			},
		)
	)


def later(stage: Document) -> list[str]:
	"""The stages after this one, none of which can have been paid."""
	return frappe.get_all(
		STAGE,
		filters={
			"application": stage.application,
			"sequence": [">", stage.sequence],
			"status": ["in", (law.AWAITED, law.CHECKED)],
		},
		pluck="name",
		order_by="sequence",
	)
