"""The assessment of a case: recomputed while it is open, frozen with the preliminary opinion."""

from __future__ import annotations

import json

import frappe
from frappe.model.document import Document
from frappe.utils import flt

from socaid_app.assistance_intake import application_case, declarations
from socaid_app.policy import means, snapshot, terms
from socaid_app.policy.lines import Line
from socaid_app.policy.means import Assessment
from socaid_app.socaid_app import rules

# Kept as the opinion, the publicity and the decision found them.
FROZEN_STATES = frozenset({terms.PUBLICITY, terms.REVIEW, terms.CONFIRMATION, *terms.FINAL_STATES})


def recompute(application: Document) -> None:
	"""Fill the results of an open case; what stands in the way becomes a line, not an error."""
	before = application.get_doc_before_save()
	if before and before.workflow_state in FROZEN_STATES:
		return
	if missing := declarations.undeclared(application):
		clear(application, f"{'、'.join(missing)}：未申报。请填写，或者勾选“申报无……”。")
		return
	try:
		store(application, assess(application))
	except (ValueError, LookupError) as error:
		clear(application, str(error))


def assess(application: Document) -> Assessment:
	return means.assess(
		application_case.as_case(application),
		rules.parameters(),
		rules.standards(),
		calendar=rules.calendar(),
	)


def store(application: Document, result: Assessment) -> None:
	application.eligible = "Eligible" if result.eligible else "Not Eligible"
	application.member_count = result.member_count
	application.annual_income = flt(result.annual_income, 2)
	application.monthly_per_capita = flt(result.monthly_per_capita, 2)
	application.standard_amount = flt(result.standard, 2)
	application.proposed_amount = flt(result.amount, 2)
	application.care_grade = result.care_grade or None
	application.assessment = _json(result.to_dict())
	for row in application.members:
		row.counted = int(row.recipient in result.counted)
		row.counted_reason = _reason(row, result)
		row.share = flt(result.shares.get(row.recipient), 2)


def _reason(row: Document, result: Assessment) -> str:
	"""The library's own sentence on this member, without the name it begins with."""
	start = f"{row.member_name}："
	return next((line.text[len(start) :] for line in result.lines if line.text.startswith(start)), "")


def clear(application: Document, why: str) -> None:
	for field in ("eligible", "care_grade"):
		application.set(field, None)
	for field in (
		"member_count",
		"annual_income",
		"monthly_per_capita",
		"standard_amount",
		"proposed_amount",
	):
		application.set(field, 0)
	for row in application.members:
		row.counted, row.counted_reason, row.share = 0, None, 0
	line = Line("核算", why, False, rule="not_assessed")
	application.assessment = _json(
		{"lines": [line.to_dict()], "eligible": False, "amount": "0", "shares": {}}
	)


def freeze(application: Document) -> None:
	"""Store the case, the rules in force and the result, so that the amount can be computed again any day."""
	result, frozen_one = frozen(application)
	store(application, result)
	application.snapshot = _json(frozen_one)


def frozen(application: Document) -> tuple[means.Assessment, dict]:
	"""The result as of now, and the snapshot from which it is computed again any day."""
	case = application_case.as_case(application)
	parameters, standards = rules.parameters(), rules.standards()
	result = means.assess(case, parameters, standards, calendar=rules.calendar())
	return result, snapshot.freeze(case, parameters, standards, result)


def result_of(application: Document) -> dict:
	return json.loads(application.assessment or "{}")


def _json(value: dict) -> str:
	return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def replay_amount(application: Document) -> float:
	"""The amount computed anew from the frozen snapshot alone."""
	if not application.snapshot:
		frappe.throw(frappe._("This case has no frozen assessment yet."))
	return flt(snapshot.replay(application.snapshot).amount, 2)
