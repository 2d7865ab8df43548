"""Before anybody goes to a family's door: the risk, the measures it demands, a supervisor's approval, and whether
the visit may start. One gate for a Home Visit and for a Household Investigation of a case."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, getdate, now_datetime, today

from socaid_app.casework import duties, relatives
from socaid_app.casework.records import added_fields
from socaid_app.casework.steps import Ask, Steps
from socaid_app.permissions.divisions import township_of
from socaid_app.policy import visit_safety as law
from socaid_app.policy.breach import Breach
from socaid_app.policy.names import comparable_name
from socaid_app.socaid_app import rules

VISIT, INVESTIGATION = "Home Visit", "Household Investigation"
SUPERVISE, COMMAND = "Supervise Visits", "Command Emergencies"


class VisitMayNotStart(frappe.ValidationError):
	pass


class ProofRunOut(frappe.ValidationError):
	pass


class ApprovalRefused(frappe.ValidationError):
	pass


def parameter(key: str) -> int:
	return cint(rules.parameters().get(key, getdate(today())))


def visitors_of(record: Document) -> list[Document]:
	"""The rows of those who go: a visit's visitors, or the investigators of a case."""
	return record.visitors if record.doctype == VISIT else record.investigators


def find_officers(rows: list[Document], division: str | None) -> None:
	"""Whose training and background check count for an investigator: found by account, or by a name that only one
	of the officers of the place bears. Another one is chosen by hand."""
	for row in rows:
		if row.user and frappe.db.get_value("Visit Officer", row.officer or "", "user") != row.user:
			row.officer = frappe.db.get_value("Visit Officer", {"user": row.user, "active": 1})
		elif not row.officer and not row.user:
			row.officer = _only_officer_named(row.participant_name, division)
		if row.officer and not row.user:
			# the file is that of the person named, not of somebody else
			row.participant_name = frappe.db.get_value("Visit Officer", row.officer, "officer_name")


def _only_officer_named(name: str | None, division: str | None) -> str | None:
	wanted = comparable_name(name)
	township = township_of(division)
	found = [
		officer.name
		for officer in frappe.get_all(
			"Visit Officer",
			filters={"active": 1},
			fields=["name", "officer_name", "township"],
			order_by="name",
		)
		if comparable_name(officer.officer_name) == wanted and officer.township in (township, None, "")
	]
	return found[0] if wanted and len(found) == 1 else None


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
	if visit.doctype == VISIT:
		demand_measures(visit, risk.measures if risk else ())
	else:
		demand_in_words(visit, risk.measures if risk else ())


def demand_in_words(record: Document, measures: tuple[law.Measure, ...]) -> None:
	"""A form of one page names the measures and asks once whether they were taken."""
	words = "；".join(measure.text for measure in measures if measure.mandatory)
	if words != (record.measures_required or ""):
		record.measures_required, record.measures_taken = words, 0


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
				**{field: old.get(field) if old else None for field in added_fields("Visit Measure")},
			},
		)


def breaches(visit: Document) -> list[Breach]:
	"""What forbids setting out now (policy/visit_safety.py)."""
	return law.start_breaches(facts_of(visit))


def facts_of(visit: Document) -> law.VisitFacts:
	at_home_visit = visit.doctype == VISIT
	day = getdate(today() if at_home_visit else visit.investigated_on)
	rows = visitors_of(visit)
	officers = {
		row.name: row
		for row in frappe.get_all(
			"Visit Officer",
			filters={"name": ["in", [row.officer for row in rows if row.officer] or [""]]},
			fields=["*"],
			order_by="name",
		)
	}
	family = [row.recipient for row in visit.members] if at_home_visit else visit.case_members()
	related = relatives.related_to(family, day)
	return law.VisitFacts(
		today=day,
		planned_on=getdate(visit.planned_on) if at_home_visit else None,
		visitors=tuple(_visitor(row, officers.get(row.officer), related) for row in rows),
		least_visitors=parameter("service_visit_min_persons"),
		level=visit.risk_level or "",
		undone_measures=_undone(visit),
		needs_device=visit.risk_level in law.LEVELS_WITH_DEVICE,
		approved=bool(visit.approved_by),
	)


def _undone(record: Document) -> tuple[str, ...]:
	if record.doctype == VISIT:
		return tuple(row.measure for row in record.measures if row.mandatory and not row.done)
	required = (record.measures_required or "").split("；")
	return () if record.measures_taken else tuple(filter(None, required))


def _visitor(row: Document, officer: frappe._dict | None, related: relatives.Related) -> law.Visitor:
	name = row.get("participant_name") or row.get("officer_name") or row.officer
	if not officer:
		# Nobody knows of a training or a check of somebody without a file.
		return law.Visitor(name=name, on_duty=False, is_relative=related.includes(row.user, name))
	return law.Visitor(
		name=officer.officer_name,
		on_duty=bool(officer.active),
		trained_on=officer.trained_on,
		training_until=officer.training_valid_until,
		checked_on=officer.background_checked_on,
		check_until=officer.background_valid_until,
		health_until=officer.health_valid_until,
		has_device=bool(officer.communication_device),
		is_relative=related.includes(officer.user, officer.officer_name),
	)


def require_proofs(on, officers: Iterable[str | None] = (), users: Iterable[str | None] = ()) -> None:
	"""Nobody is assigned whose training, background check or health certificate has run out by the day.

	Officers by name, or accounts: those are judged by the file of an officer on duty. Who has no file, or no last day
	in it, has no proof that could run out; a county that installs this keeps working. Raises ProofRunOut.
	"""
	officers, users = [one for one in officers if one], [one for one in users if one]
	# an empty list would find everybody without an account
	wanted = [[field, "in", names] for field, names in (("name", officers), ("user", users)) if names]
	if not wanted:
		return
	rows = frappe.get_all(
		"Visit Officer",
		or_filters=wanted,
		fields=["name", "active", "officer_name", *law.PROOFS],
		order_by="name",
	)
	sentences = [
		_("{0}: run out by {1}: {2}. Renew it, or choose somebody else.").format(
			row.officer_name, getdate(on), "、".join(words)
		)
		for row in rows
		if (row.active or row.name in officers) and (words := law.run_out(row, getdate(on)))
	]
	if sentences:
		frappe.throw(" ".join(sentences), ProofRunOut)


def require_proofs_of_team(record: Document, on) -> None:
	"""From ``validate``: of whoever is new in the team; of all of it, when the day is another."""
	before = record.get_doc_before_save()
	same_day = before and getdate(before.get("planned_on") or before.get("investigated_on")) == getdate(on)
	known = {row.officer for row in visitors_of(before)} if same_day else set()
	require_proofs(on, [row.officer for row in visitors_of(record) if row.officer not in known])


def require_open_gate(visit: Document) -> None:
	closed = breaches(visit)
	if closed:
		frappe.throw(
			[str(breach) for breach in closed], VisitMayNotStart, _("The Visit May Not Start"), as_list=True
		)


def why_not_approver(visit: Document) -> str:
	"""Why the session's user cannot approve a visit at high risk; '' when they can."""
	if not is_supervisor():
		return duties.refusal(SUPERVISE)
	if frappe.session.user in visitors_users(visit) | {visit.assessed_by}:
		return _("The approval is given by somebody who neither goes on the visit nor assessed its risk.")
	return ""


def approve(visit: Document) -> None:
	visit.approved_by, visit.approved_at = frappe.session.user, now_datetime()


def is_supervisor() -> bool:
	return duties.holds(SUPERVISE)


def visitors_users(visit: Document) -> set[str]:
	return {row.user for row in visitors_of(visit) if row.user}


def closed_gates(record: Document) -> list[dict]:
	"""What still forbids setting out, for the form: [{message, article, remedy}]."""
	return [
		{"message": breach.message, "article": breach.article, "remedy": breach.remedy}
		for breach in breaches(record)
	]


@Steps(INVESTIGATION, refusal=ApprovalRefused, foreign=ApprovalRefused)(
	_lt("Approve the Visit"),
	asks=(Ask("note", reqd=False, label=_lt("Conditions of the Approval")),),
	when=lambda doc: doc.docstatus.is_draft() and doc.risk_level == law.HIGH and not doc.approved_by,
	who=why_not_approver,
	# Safety officers approve; the form itself is not theirs to write.
	permission="read",
)
def approve_investigation(investigation: Document, note: str = "") -> None:
	"""A supervisor lets an investigation at high risk go ahead."""
	approve(investigation)
