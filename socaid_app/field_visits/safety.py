"""Before a visit: its risk, the measures it demands, a supervisor's approval, and whether it may start."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, now_datetime, today

from socaid_app.assistance_intake import relatives
from socaid_app.policy import visits as law
from socaid_app.policy.gates import Breach
from socaid_app.socaid_app import rules

SUPERVISORS = ("Safety Officer", "Service Manager", "Township Approver")


class VisitMayNotStart(frappe.ValidationError):
	pass


class ApprovalRefused(frappe.ValidationError):
	pass


def parameter(key: str) -> int:
	return cint(rules.parameters().get(key, getdate(today())))


def assess(visit: Document) -> None:
	"""From ``validate``: score, level and the measures of the level; what was ticked stays ticked.

	A level that is computed anew has to be approved anew.
	"""
	grades = {factor: visit.get(factor) for factor in law.FACTORS}
	risk = law.assess_risk(
		grades,
		bool(visit.infectious),
		parameter("visit_risk_medium_score"),
		parameter("visit_risk_high_score"),
	)
	before = visit.get_doc_before_save()
	graded = (*law.FACTORS, "infectious")
	if not before or any(visit.has_value_changed(factor) for factor in graded):
		visit.approved_by = visit.approved_at = None
		visit.assessed_by, visit.assessed_at = (frappe.session.user, now_datetime()) if risk else (None, None)
	else:
		visit.assessed_by, visit.assessed_at = before.assessed_by, before.assessed_at
	visit.risk_score, visit.risk_level = (risk.score, risk.level) if risk else (0, "")
	demand_measures(visit, risk.measures if risk else ())


def demand_measures(visit: Document, measures: tuple[law.Measure, ...]) -> None:
	ticked = {row.measure_key: row for row in visit.measures}
	visit.set("measures", [])
	for measure in measures:
		old = ticked.get(measure.key)
		visit.append(
			"measures",
			{
				"name": old.name if old else None,
				"measure_key": measure.key,
				"measure": measure.text,
				"mandatory": int(measure.mandatory),
				"done": cint(old.done) if old else 0,
				"note": old.note if old else None,
			},
		)


def breaches(visit: Document) -> list[Breach]:
	"""What forbids setting out now (policy/visits.py)."""
	return law.start_breaches(facts_of(visit))


def facts_of(visit: Document) -> law.VisitFacts:
	day = getdate(today())
	officers = {
		row.name: row
		for row in frappe.get_all(
			"Visit Officer",
			filters={"name": ["in", [row.officer for row in visit.visitors] or [""]]},
			fields=["*"],
			order_by="name",
		)
	}
	related = relatives.related_to([row.recipient for row in visit.members], day)
	return law.VisitFacts(
		today=day,
		planned_on=getdate(visit.planned_on),
		visitors=tuple(
			_visitor(officers[row.officer], related) for row in visit.visitors if row.officer in officers
		),
		least_visitors=parameter("service_visit_min_persons"),
		level=visit.risk_level or "",
		undone_measures=tuple(row.measure for row in visit.measures if row.mandatory and not row.done),
		needs_device=any(row.measure_key == law.NEEDS_DEVICE for row in visit.measures),
		approved=bool(visit.approved_by),
	)


def _visitor(officer: frappe._dict, related: relatives.Related) -> law.Visitor:
	return law.Visitor(
		name=officer.officer_name,
		on_duty=bool(officer.active),
		trained_on=officer.trained_on,
		training_until=officer.training_valid_until,
		checked_on=officer.background_checked_on,
		check_until=officer.background_valid_until,
		has_device=bool(officer.communication_device),
		is_relative=related.includes(officer.user, officer.officer_name),
	)


def require_open_gate(visit: Document) -> None:
	closed = breaches(visit)
	if closed:
		frappe.throw(
			[str(breach) for breach in closed], VisitMayNotStart, _("The Visit May Not Start"), as_list=True
		)


def approve(visit: Document, note: str) -> None:
	"""A supervisor, who neither visits nor graded the risk, approves a visit at high risk."""
	if not is_supervisor():
		frappe.throw(
			_("Visits at high risk are approved by: {0}.").format("、".join(_(role) for role in SUPERVISORS)),
			ApprovalRefused,
		)
	if visit.status != "Planned" or visit.risk_level != law.HIGH:
		frappe.throw(_("Only a planned visit at high risk needs approval."), ApprovalRefused)
	if frappe.session.user in visitors_users(visit) | {visit.assessed_by}:
		frappe.throw(
			_("The approval is given by somebody who neither goes on the visit nor assessed its risk."),
			ApprovalRefused,
		)
	visit.approved_by, visit.approved_at = frappe.session.user, now_datetime()
	if note:
		visit.add_comment("Info", note)


def is_supervisor() -> bool:
	return not set(SUPERVISORS).isdisjoint(frappe.get_roles())


def visitors_users(visit: Document) -> set[str]:
	return {row.user for row in visit.visitors if row.user}
