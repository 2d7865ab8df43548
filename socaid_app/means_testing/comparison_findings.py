"""From a finding to its conclusion: triage, notice to the household, objection, re-check by another, conclusion with proof.

A finding never stops or refuses anything: support goes on until a Benefit Adjustment is decided, which refers to it. How
often a rule is right is counted from the conclusions, so that a bad rule shows and can be switched off.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import assignments, copies, deliveries, duties
from socaid_app.casework.steps import Ask, Steps, Turn
from socaid_app.socaid_app import rules

DOCTYPE = "Comparison Finding"
NEW, TO_VERIFY, SUSPECTED, OBJECTED, RECHECKED, CONCLUDED = (
	"Finding Open",
	"Finding to Verify",
	"Finding Suspected",
	"Household Objects",
	"Finding Re-checked",
	"Finding Concluded",
)
OPEN = (NEW, TO_VERIFY, SUSPECTED, OBJECTED, RECHECKED)
TOLD_AT = (TO_VERIFY, SUSPECTED, OBJECTED, RECHECKED)
NO_IMPACT, VERIFY, SUSPECT = "No Impact", "To Be Verified", "Suspected Ineligible"
DATA_WRONG, CONFIRMED = "Data Wrong", "Confirmed"
TRIAGE, CONCLUDE = "Triage Findings", "Conclude Findings"
NOTICE = "Finding Notice"


class FindingRefused(frappe.ValidationError):
	pass


class AnotherPersonLooks(frappe.PermissionError):
	pass


step = Steps(DOCTYPE, refusal=FindingRefused, foreign=AnotherPersonLooks)


# --- who is in charge -----------------------------------------------------------------------------------------
def assign_new(request: str) -> None:
	"""The new findings of a request go to who has the duty in their township, to whoever has least to do first."""
	new = frappe.get_all(
		DOCTYPE,
		filters={"request": request, "officer": ["is", "not set"], "status": NEW},
		fields=["name", "title", "due_on", "division", "household"],
		order_by="household, name",
	)
	assignments.share_out(DOCTYPE, new, duties.roles_of(TRIAGE), OPEN)


def handle_by() -> date:
	"""Until when a finding of today, or an objection to one, has to be dealt with."""
	return rules.days_after("finding_handling_days")


# --- triage ---------------------------------------------------------------------------------------------------
@step(
	_lt("Assess the Finding"),
	at=NEW,
	duty=TRIAGE,
	asks=(
		"triage",
		"triage_note",
		Ask("proof", reqd=False, mandatory_depends_on=f"eval:doc.triage == '{NO_IMPACT}'"),
	),
	stamps=("triaged_by", "triaged_on"),
	primary=True,
)
def triage(doc: Document, triage: str, triage_note: str, proof: str | None = None) -> None:
	"""Whether it has no impact, has to be verified, or the household may not be eligible any more."""
	states = {NO_IMPACT: CONCLUDED, VERIFY: TO_VERIFY, SUSPECT: SUSPECTED}
	if triage not in states:
		frappe.throw(_("Choose the result of the triage."), FindingRefused)
	if triage == NO_IMPACT:
		require_proof(proof)
		doc.update(
			{
				"conclusion": NO_IMPACT,
				"conclusion_note": triage_note,
				"concluded_by": frappe.session.user,
				"concluded_on": today(),
			}
		)
	doc.status = states[triage]


def require_proof(proof: str | None) -> None:
	"""A paper that lies here and that whoever closes the finding can open; an address alone proves nothing."""
	if not proof or not copies.of_reader(proof):
		frappe.throw(
			_("A finding is closed with its proof only. Attach the paper itself, as a private file."),
			FindingRefused,
		)


# --- the household --------------------------------------------------------------------------------------------
@step(
	_lt("Tell the Household"),
	at=TOLD_AT,
	duty=TRIAGE,
	when=lambda doc: not doc.notice,
	confirm=_lt("A letter says in plain words what was found and how to object. Make it out?"),
)
def tell(doc: Document) -> None:
	"""The letter is made out, to be delivered with proof."""
	head = frappe.db.get_value("Recipient Household", doc.household, "head") if doc.household else None
	applicant = (
		frappe.db.get_value("Assistance Application", doc.application, "applicant")
		if doc.application
		else None
	)
	notice = deliveries.make_out(doc, NOTICE, recipient=head or applicant or doc.recipient)
	notice.insert(ignore_permissions=True)
	doc.notice = notice.name


def check_notice(notice: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Document Delivery: of a finding that was looked at, with proof that it arrived."""
	if notice.reference_doctype != DOCTYPE:
		return
	status = frappe.db.get_value(DOCTYPE, notice.reference_name, "status")
	if notice.is_new() and status not in TOLD_AT:
		frappe.throw(
			_("The household is told of a finding after its triage, and before its conclusion."),
			deliveries.DeliveryInvalid,
		)
	if notice.delivered_on and not (notice.received_by or notice.receipt or notice.refusal_note):
		frappe.throw(
			_("Record who signed for the notice, the signed receipt, or the refusal to sign."),
			deliveries.DeliveryInvalid,
		)


@step(
	_lt("Record the Objection"),
	at=(TO_VERIFY, SUSPECTED),
	to=OBJECTED,
	duty=TRIAGE,
	asks=(
		"objection",
		Ask("objection_evidence", reqd=False),
		Ask("objected_on", default=lambda doc: today()),
	),
)
def object_(doc: Document, objection: str, objected_on: str, objection_evidence: str | None = None) -> None:
	"""What the household says against it, with its evidence (57号 Art. 18)."""
	if getdate(objected_on) > getdate(today()):
		frappe.throw(_("The day lies in the future."), FindingRefused)
	doc.due_on = handle_by()


@step(
	_lt("Re-check"),
	at=OBJECTED,
	to=RECHECKED,
	duty=TRIAGE,
	not_by=("triaged_by",),
	another=_lt("Another person re-checks it than whoever did the triage."),
	asks=("recheck",),
	stamps=("rechecked_by", "rechecked_on"),
	primary=True,
)
def recheck(doc: Document, recheck: str) -> None:
	"""By another person than the one who did the triage."""


# --- conclusion -----------------------------------------------------------------------------------------------
def what_is_missing(doc: Document) -> list[str]:
	"""Whoever may lose something was told before (Social Assistance Law Art. 48)."""
	if doc.conclusion != CONFIRMED:
		return []
	arrived = doc.notice and frappe.db.get_value(deliveries.DOCTYPE, doc.notice, "delivered_on")
	return [] if arrived else [_("The household has not been told with proof. Deliver the letter first.")]


@step(
	_lt("Conclude the Finding"),
	at=(TO_VERIFY, SUSPECTED, RECHECKED),
	to=CONCLUDED,
	duty=CONCLUDE,
	asks=("conclusion", "conclusion_note", "proof"),
	missing=what_is_missing,
	stamps=("concluded_by", "concluded_on"),
	primary=True,
)
def conclude(doc: Document, conclusion: str, conclusion_note: str, proof: str) -> None:
	"""With its proof. What a confirmed finding means for the support is decided by an adjustment."""
	require_proof(proof)


def benefits(doc: Document) -> list[Turn]:
	"""A button for each benefit of the household that an adjustment can change."""
	if not doc.household:
		return []
	rows = frappe.get_all(
		"Entitlement",
		filters={
			"household": doc.household,
			"docstatus": 1,
			"status": "Active",
			"payment": ["!=", "One-off"],
		},
		fields=["name", "category"],
		order_by="start_month, name",
	)
	return [
		Turn(
			label=_("Adjust {0}").format(row.category),
			values={
				"entitlement": row.name,
				"reference_doctype": DOCTYPE,
				"reference_name": doc.name,
				"reason": doc.means,
			},
		)
		for row in rows
	]


step.opens(
	"adjust",
	_lt("Adjust Benefit"),
	"Benefit Adjustment",
	at=CONCLUDED,
	when=lambda doc: doc.conclusion == CONFIRMED,
	each=benefits,
)


def violation_to_register(doc: Document) -> list[Turn]:
	"""Where the household concealed what was found; whether it did is what the case investigates."""
	return [
		Turn(
			values={
				"household": doc.household,
				"person": doc.recipient,
				"source_doctype": DOCTYPE,
				"source_name": doc.name,
				"facts": "\n".join(part for part in (doc.means, doc.facts, doc.conclusion_note) if part),
			}
		)
	]


step.opens(
	"violation",
	_lt("Register a Violation"),
	"Violation Case",
	at=CONCLUDED,
	when=lambda doc: doc.conclusion == CONFIRMED and doc.household,
	each=violation_to_register,
)
