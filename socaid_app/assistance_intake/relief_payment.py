"""Help that is paid before it is explained (Law Art. 50): one step of an approver, outside the line of the workflow."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import cint, flt, get_first_day, now_datetime, today

from socaid_app.assistance_intake import cases, decision, facts
from socaid_app.assistance_intake.relief import APPLICATION
from socaid_app.assistance_intake.steps import GateClosed
from socaid_app.casework import records
from socaid_app.policy import benefit
from socaid_app.policy import relief as law
from socaid_app.policy.income import exact, money, yuan
from socaid_app.socaid_app import entitlements, rules

ACTION = "Relief Paid First"


@frappe.whitelist(methods=["POST"])
def pay(application: str, amount: float | str) -> str:
	"""Pay now, explain afterwards; returns the Entitlement. Raises GateClosed with every reason against it."""
	doc = frappe.get_doc(APPLICATION, application, for_update=True)
	doc.check_permission("write")
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
	with records.step(doc):
		doc.save()
	household = doc.household or decision.enter_household(doc)
	entitlement = _grant(doc, household, paid)
	doc.db_set({"household": household, "relief_entitlement": entitlement}, update_modified=False)
	return entitlement


def limit(application: Document):
	multiple = rules.parameters().get("quick_relief_cap", cases.case_date(application))
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
		snapshot=application.assessment,
		member_count=len(counted),
	).name
