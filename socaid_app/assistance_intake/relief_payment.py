"""Help that is paid before it is explained (Law Art. 50): one step of an approver, outside the line of the workflow."""

from __future__ import annotations

import json

import frappe
from frappe import _lt
from frappe.model.document import Document
from frappe.utils import cint, flt, get_first_day, now_datetime, today

from socaid_app.assistance_intake import application_case, assessment, decision, facts, reserve_bookings
from socaid_app.assistance_intake.case_steps import GateClosed
from socaid_app.assistance_intake.relief_case import APPLICATION
from socaid_app.casework import steps
from socaid_app.casework.steps import Ask, Steps
from socaid_app.policy import benefit, terms
from socaid_app.policy import relief as law
from socaid_app.policy.income import exact, money, yuan
from socaid_app.socaid_app import entitlements, rules

ACTION = "Relief Paid First"


@Steps(APPLICATION, refusal=GateClosed)(
	_lt("Pay First"),
	at=(terms.ACCEPTED, terms.INVESTIGATION, terms.DELIBERATION),
	when=lambda application: application.relief_first and not application.relief_paid_on,
	# who may decide is a rule of the law, and told as such
	hidden=lambda application: not facts.authorities(),
	asks=(
		Ask(
			"amount",
			label=_lt("Amount to Pay First"),
			fieldtype="Currency",
			default=lambda application: application.proposed_amount,
		),
		Ask(
			"from_reserve",
			reqd=False,
			default=lambda application: int(
				reserve_bookings.holds(application.division, application.proposed_amount)
			),
		),
	),
	# the line is written among the opinions
	logged=False,
)
def pay(doc: Document, amount: float | str, from_reserve: int | str = 0) -> str:
	"""Pay now, explain afterwards; returns the Entitlement. Raises GateClosed with every reason against it."""
	paid = money(flt(amount))
	breaches = law.breaches(facts.facts(doc, doc.workflow_state), paid, limit(doc))
	if breaches:
		frappe.throw([str(breach) for breach in breaches], GateClosed, as_list=True)
	doc.update(
		{"relief_paid_on": today(), "relief_amount": float(paid), "relief_paid_by": frappe.session.user}
	)
	doc.append(
		"opinions",
		{
			"from_state": doc.workflow_state,
			"action": ACTION,
			"user": frappe.session.user,
			"happened_at": now_datetime(),
			"opinion": f"先行救助{yuan(paid)}：{doc.green_channel_reason}",
		},
	)
	steps.done(doc)
	household = doc.household or decision.enter_household(doc)
	entitlement = _grant(doc, household, paid)
	doc.db_set({"household": household, "relief_entitlement": entitlement}, update_modified=False)
	if cint(from_reserve):
		reserve_bookings.pay(doc, entitlement, float(paid))
	return entitlement


def limit(application: Document):
	multiple = rules.parameters().get("quick_relief_cap", application_case.case_date(application))
	return law.limit(
		money(application.proposed_amount),
		money(application.standard_amount),
		exact(multiple),
		cint(application.member_count),
	)


def _grant(application: Document, household: str, amount) -> str:
	counted = [row.recipient for row in application.members if cint(row.counted)]
	parts = benefit.shares(amount, counted)
	month = get_first_day(today())
	return entitlements.grant(
		category=application.category,
		household=household,
		recipient=application.applicant,
		division=application.division,
		area=application.area,
		amount=float(amount),
		start_month=month,
		end_month=month,
		shares=[{"recipient": person, "share": float(share)} for person, share in parts.items()],
		application=application.name,
		decided_on=today(),
		snapshot=_basis(application, amount),
		member_count=len(counted),
	).name


def _basis(application: Document, amount) -> str:
	"""What was known when help came first, and what was paid on it: the case is assessed anew with its papers."""
	_result, frozen = assessment.frozen(application)
	return json.dumps({**frozen, "paid_first": float(amount)}, ensure_ascii=False)
