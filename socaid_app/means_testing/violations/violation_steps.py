"""A violation case from its lead to its end: investigated, heard, deliberated, concluded by another person, told.

Whoever investigates does not conclude, nor do relatives of the family. A fine is imposed by those who have that duty
alone. Nothing here changes a benefit: what is to be stopped or reduced is a Benefit Adjustment with its own hearing,
to which the case only refers.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.casework import holidays, steps
from socaid_app.casework.duties import holds, refusal
from socaid_app.casework.relatives import Related, related_to, why_not
from socaid_app.casework.steps import AUTHOR, Ask, Steps, Turn
from socaid_app.means_testing import adjustments
from socaid_app.means_testing.violations import violation_letters, violation_referrals, violation_sources
from socaid_app.policy import benefit_changes, clock, hearing_rules, remedies
from socaid_app.policy import violations as law
from socaid_app.policy.articles import article
from socaid_app.policy.income import money
from socaid_app.socaid_app import rules

DOCTYPE = "Violation Case"
INVESTIGATED, STATED, DELIBERATED, CONCLUDED, CLOSED, NOT_FOUND, WITHDRAWN = (
	"Violation Investigated",
	"Statement Heard",
	"Violation Deliberated",
	"Violation Concluded",
	"Violation Closed",
	"No Violation Found",
	"Violation Case Withdrawn",
)
UNDER_WAY = (INVESTIGATED, STATED, DELIBERATED)
INVESTIGATE, CONCLUDE, IMPOSE_FINES = "Investigate Violations", "Conclude Violations", "Impose Fines"


class ViolationRefused(frappe.ValidationError):
	pass


class AnotherPersonConcludes(frappe.PermissionError):
	pass


step = Steps(DOCTYPE, refusal=ViolationRefused, foreign=AnotherPersonConcludes)


# --- the record ---------------------------------------------------------------------------------------------------
def fill(doc: Document) -> None:
	"""From ``validate`` while it is investigated: what the registry and the law know."""
	doc.head_name = frappe.db.get_value("Recipient Household", doc.household, "head_name")
	doc.category = doc.entitlement and frappe.db.get_value("Entitlement", doc.entitlement, "category")
	doc.legal_basis = doc.legal_basis or article("violation_fine", getdate(doc.conduct_to or today()))
	set_due_date(doc)


def set_due_date(doc: Document) -> None:
	"""By when it is to be concluded."""
	doc.handle_due, provisional = _after(doc.registered_on, "violation_handle_days")
	doc.handle_due_provisional = int(provisional)


def _after(day, parameter: str):
	period = rules.parameters().record(parameter, getdate(day))
	return clock.after(getdate(day), int(period.value), period.unit, rules.calendar())


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``."""
	return holidays.settle(
		DOCTYPE, {"status": ["in", UNDER_WAY]}, ("handle_due", "handle_due_provisional"), set_due_date
	)


def check(doc: Document) -> None:
	"""From ``validate`` while it is investigated: it is about one family, and about what has happened."""
	violation_sources.check(doc)
	members = members_of(doc)
	if doc.person and doc.person not in members:
		frappe.throw(
			_("The person does not belong to this household. Choose one of its members."), ViolationRefused
		)
	if doc.entitlement and doc.household != frappe.db.get_value("Entitlement", doc.entitlement, "household"):
		frappe.throw(_("The benefit is not that of this household."), ViolationRefused)
	if doc.conduct_from and doc.conduct_to and getdate(doc.conduct_from) > getdate(doc.conduct_to):
		frappe.throw(_("The conduct ended before it began."), ViolationRefused)
	for day in (doc.conduct_from, doc.conduct_to, doc.registered_on):
		if day and getdate(day) > getdate(today()):
			frappe.throw(_("A day lies in the future: {0}.").format(day), ViolationRefused)
	if money(doc.obtained_amount or 0) < 0:
		frappe.throw(_("The amount obtained cannot be negative."), ViolationRefused)
	if doc.second_investigator and doc.second_investigator == doc.investigator:
		frappe.throw(_("Two different persons investigate."), ViolationRefused)
	related = relatives(doc)
	for user in (doc.investigator, doc.second_investigator):
		if user and related.includes(user):
			frappe.throw(
				_(
					"{0} is a near relative of this family and does not investigate (57号 Art. 11, 20)."
				).format(frappe.utils.get_fullname(user)),
				ViolationRefused,
			)


def members_of(doc: Document) -> list[str]:
	return frappe.get_all(
		"Household Member",
		filters={"parent": doc.household, "parenttype": "Recipient Household"},
		pluck="recipient",
		order_by="idx",
	)


def relatives(doc: Document) -> Related:
	return related_to([*members_of(doc), doc.person], getdate(today()))


def is_relative(doc: Document) -> str:
	return why_not([*members_of(doc), doc.person], getdate(today()))


# --- the statement ------------------------------------------------------------------------------------------------
def statement_of(doc: Document) -> hearing_rules.Statement:
	return hearing_rules.Statement(
		held_on=getdate(doc.stated_on) if doc.stated_on else None,
		how=doc.stated_how,
		hearers=(doc.investigator, doc.second_investigator),
		heard=doc.heard_name or "",
		told=doc.proposal_told or "",
		said=doc.statement or "",
		answered=bool(cint(doc.answered)),
		invited_on=getdate(doc.invited_on) if doc.invited_on else None,
		signed=bool(doc.statement_signature or doc.statement_paper),
		refused=bool(cint(doc.refused_to_sign)),
		witness=doc.witness_name or "",
		proof=bool(doc.statement_proof),
	)


def what_the_statement_lacks(doc: Document) -> list[str]:
	found = hearing_rules.breaches(statement_of(doc), getdate(today()), "violation_statement")
	return [str(breach) for breach in found]


@step(
	_lt("Record the Statement"),
	at=INVESTIGATED,
	to=STATED,
	duty=INVESTIGATE,
	not_by=(is_relative,),
	missing=what_the_statement_lacks,
	stamps=("heard_by", "heard_on"),
	confirm=_lt("Facts, evidence and statement stay as they are from now on."),
	primary=True,
)
def take_statement(doc: Document) -> None:
	"""What the family says to the facts, before anybody concludes."""


def deliberation_to_begin(doc: Document) -> list[Turn]:
	return [Turn(values={"violation": doc.name, "motion": doc.proposal_told})]


step.opens(
	"call_deliberation",
	_lt("Call Deliberation"),
	"Violation Deliberation",
	at=(STATED, DELIBERATED),
	each=deliberation_to_begin,
	primary=lambda doc: doc.status == STATED,
)


@step(
	_lt("Back to the Investigation"),
	at=(STATED, DELIBERATED),
	to=INVESTIGATED,
	not_by=(is_relative,),
	asks=(Ask("withdraw_reason", label=_lt("What Is to Be Looked Into")),),
)
def send_back(doc: Document, withdraw_reason: str) -> None:
	"""What was deliberated was about other facts; the family is heard about the new ones."""
	doc.withdraw_reason = withdraw_reason
	doc.update(
		dict.fromkeys(("heard_by", "heard_on", "deliberation", "proposed_conclusion", "deliberation_result"))
	)


@step(
	_lt("Withdraw Case"),
	at=UNDER_WAY,
	to=WITHDRAWN,
	duty=CONCLUDE,
	not_by=("owner", is_relative),
	another=_lt("Another person withdraws the case than the one who registered it."),
	asks=(Ask("withdraw_reason", label=_lt("Why It Is Withdrawn")),),
)
def withdraw(doc: Document, withdraw_reason: str) -> None:
	"""It was registered in error; it stays on record with the reason (社会救助法第70条)."""
	doc.withdraw_reason = withdraw_reason


# --- concluding ---------------------------------------------------------------------------------------------------
def finding_of(doc: Document) -> law.Finding:
	return law.Finding(
		conclusion=doc.conclusion or "",
		on=getdate(today()),
		conduct_ended=getdate(doc.conduct_to) if doc.conduct_to else None,
		obtained=money(doc.obtained_amount or 0),
		returned=money(doc.return_amount or 0),
		fine=money(doc.fine_amount or 0),
		facts=doc.facts or "",
		reason=doc.conclusion_reason or "",
		basis=doc.legal_basis or "",
		remedies=doc.remedy_text or "",
		evidence=len(doc.evidence),
		stated_on=getdate(doc.heard_on) if doc.heard_on else None,
		proposed=doc.proposed_conclusion or "",
		agreed=doc.deliberation_result == "Carried",
		departure=doc.departure_reason or "",
	)


def what_the_conclusion_lacks(doc: Document) -> list[str]:
	if not doc.conclusion:
		# nothing was asked yet: the dialog says the rest
		return []
	doc.remedy_text = remedies.remedy_text(getdate(today()), rules.parameters())
	found = list(map(str, law.breaches(finding_of(doc), rules.parameters())))
	if doc.conclusion in law.FINES and not holds(IMPOSE_FINES):
		found.insert(0, refusal(IMPOSE_FINES))
	return found


@step(
	_lt("Conclude Case"),
	at=DELIBERATED,
	to=CONCLUDED,
	duty=CONCLUDE,
	not_by=("owner", AUTHOR, "investigator", "second_investigator", "heard_by", is_relative),
	another=_lt("Whoever registered, investigated or heard the case does not conclude it."),
	asks=(
		Ask("conclusion", default=lambda doc: doc.proposed_conclusion),
		Ask("conclusion_reason"),
		Ask(
			"return_amount",
			reqd=False,
			depends_on="eval:(doc.conclusion||'').startsWith('Order to Return')",
			default=lambda doc: doc.obtained_amount,
		),
		Ask("fine_amount", reqd=False, depends_on="eval:(doc.conclusion||'').includes('Fine')"),
		Ask("departure_reason", reqd=False),
	),
	missing=what_the_conclusion_lacks,
	stamps=("concluded_by", "concluded_on"),
	primary=True,
)
def conclude(
	doc: Document,
	conclusion: str,
	conclusion_reason: str,
	return_amount: float | None = None,
	fine_amount: float | None = None,
	departure_reason: str | None = None,
) -> None:
	"""By a second person, after the statement and the deliberation; the decision is made out to be delivered."""
	if conclusion in (*law.RETURNS, *law.FINES):
		doc.pay_by = _after(today(), "recovery_due_days")[0]
	# of which nothing has to be told but that it is over
	steps.done(doc, status=NOT_FOUND if conclusion == law.NO_VIOLATION else CONCLUDED)
	violation_letters.tell_family(doc)


# --- referring ----------------------------------------------------------------------------------------------------
def _referral(fieldname: str) -> Ask:
	return Ask(fieldname, of=violation_referrals.DOCTYPE)


@step(
	_lt("Refer to Another Authority"),
	at=(CONCLUDED, CLOSED),
	duty=CONCLUDE,
	not_by=(is_relative,),
	asks=(_referral("referral_to"), _referral("referral_office"), _referral("referral_reason")),
	primary=lambda doc: doc.conclusion == law.REFERRED and not violation_referrals.is_referred(doc.name),
)
def refer(doc: Document, referral_to: str, referral_office: str, referral_reason: str) -> None:
	"""To each authority that it concerns, with a letter to each (violation_referrals.py)."""
	steps.nothing_to_save(doc)
	violation_referrals.refer(doc, referral_to, referral_office, referral_reason)


# --- the benefit --------------------------------------------------------------------------------------------------
def adjustment_to_begin(doc: Document) -> list[Turn]:
	return [
		Turn(
			values={
				"entitlement": doc.entitlement,
				"ground": benefit_changes.OTHER_GROUND,
				"reference_doctype": doc.doctype,
				"reference_name": doc.name,
			}
		)
	]


step.opens(
	"adjust_benefit",
	_lt("Adjust Benefit"),
	adjustments.DOCTYPE,
	at=(CONCLUDED, CLOSED),
	permission="read",
	when=lambda doc: doc.entitlement and not doc.adjustment,
	who=lambda doc: "" if holds(adjustments.PROPOSE) else refusal(adjustments.PROPOSE),
	each=adjustment_to_begin,
)


# --- closing ------------------------------------------------------------------------------------------------------
def what_is_open(doc: Document) -> list[str]:
	found = []
	if not doc.told_on:
		found.append(_("The decision has not been delivered with proof."))
	if doc.conclusion == law.REFERRED and not violation_referrals.is_referred(doc.name):
		found.append(_("Nothing has been referred yet."))
	return found


@step(
	_lt("Close Case"),
	at=CONCLUDED,
	to=CLOSED,
	duty=CONCLUDE,
	not_by=(is_relative,),
	missing=what_is_open,
	stamps=("closed_by", "closed_on"),
)
def close(doc: Document) -> None:
	"""The decision arrived and what had to be referred was."""
