"""Care agreements of 特困 persons (照料服务协议): who cares, for what, until when; from signing to its end.

While an agreement is in force three clocks run: the carer is checked by interval (dynamic_management/carer_checks.py),
self-care is assessed anew by interval, by a home visit, and the agreement is renewed or ended before its term is over.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce
from frappe.utils import add_days, add_months, get_first_day, getdate, today
from pypika.terms import ExistsCriterion

from socaid_app.casework import records, steps
from socaid_app.casework.steps import Ask, Steps, Turn
from socaid_app.dynamic_management.standings import SUSPENDED
from socaid_app.policy import care, clock, terms
from socaid_app.socaid_app import entitlements, rules

DOCTYPE = "Care Agreement"
DRAFTED, IN_FORCE, ENDED, NOT_CONCLUDED = (
	"Agreement Drafted",
	"Agreement in Force",
	"Agreement Ended",
	"Agreement Not Concluded",
)
RENEWED, DIED, SUPPORT_ENDED = "Renewed", "Person Died", "Support Ended"
MONTHS = 12
CONCLUDE = "Conclude Care Agreements"


class AgreementRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=AgreementRefused)


# --- drafting -----------------------------------------------------------------------------------------------------
def fill(doc: Document) -> None:
	"""From ``before_validate`` while it is drafted: the support it serves, and what is usual."""
	person = frappe.db.get_value("Recipient", doc.recipient, ["full_name", "division"], as_dict=True)
	doc.recipient_name, doc.division = person.full_name, person.division
	paid = support_of(doc.recipient)
	if not paid:
		frappe.throw(
			_(
				"{0} receives no support for persons in extreme hardship. Care is agreed once it is granted."
			).format(person.full_name),
			AgreementRefused,
		)
	doc.entitlement, doc.household, doc.care_grade = paid.entitlement, paid.household, paid.care_grade
	doc.starts_on = doc.starts_on or first_day(doc)
	doc.ends_on = doc.ends_on or add_days(add_months(getdate(doc.starts_on), MONTHS), -1)
	doc.duties = doc.duties or care.usual_duties(doc.care_grade or "")
	doc.breach_terms = doc.breach_terms or care.USUAL_BREACH
	if doc.carer:
		doc.caregiver = doc.caregiver or frappe.db.get_value("Recipient", doc.carer, "full_name")


def first_day(doc: Document):
	"""The day after the agreement it renews, or today."""
	earlier = doc.renews and frappe.db.get_value(DOCTYPE, doc.renews, "ends_on")
	return max(getdate(today()), getdate(add_days(earlier, 1))) if earlier else today()


def support_of(recipient: str) -> frappe._dict | None:
	"""The 特困 support a person holds, with the care grade on file."""
	for row in entitlements.active(recipient):
		if row.scheme == terms.TEKUN:
			row.care_grade = frappe.db.get_value(
				"Entitlement Share", {"parent": row.entitlement, "recipient": recipient}, "care_grade"
			)
			return row
	return None


def check(doc: Document) -> None:
	"""From ``validate`` while it is drafted."""
	if getdate(doc.ends_on) < getdate(doc.starts_on):
		frappe.throw(_("The agreement ends before it begins."), AgreementRefused)
	if doc.carer and doc.carer == doc.recipient:
		frappe.throw(_("Nobody is their own carer. Choose another person."), AgreementRefused)
	if doc.renews and frappe.db.get_value(DOCTYPE, doc.renews, "recipient") != doc.recipient:
		frappe.throw(_("{0} is the agreement of another person.").format(doc.renews), AgreementRefused)


# --- concluding ---------------------------------------------------------------------------------------------------
def in_force_of(recipient: str, besides: str = "") -> str | None:
	return frappe.db.get_value(
		DOCTYPE, {"recipient": recipient, "status": IN_FORCE, "name": ["!=", besides]}, "name"
	)


def what_is_missing(doc: Document) -> list[str]:
	found = []
	if not (doc.signed_on and doc.signed_paper):
		found.append(_("Enter the day of signing and attach the signed agreement."))
	elif getdate(doc.signed_on) > getdate(today()):
		found.append(_("It cannot be signed on a day to come."))
	if getdate(doc.ends_on) < getdate(today()):
		found.append(_("The term of the agreement is over already. Correct its last day."))
	if doc.carer and frappe.db.get_value("Recipient", doc.carer, "deceased_on"):
		found.append(_("The carer has died. Choose another one."))
	earlier = in_force_of(doc.recipient, doc.name)
	if earlier and earlier != doc.renews:
		found.append(
			_(
				"{0} is in force for this person. End it first, or name it as the agreement that is renewed."
			).format(earlier)
		)
	return found


@step(
	_lt("Conclude Agreement"),
	at=DRAFTED,
	to=IN_FORCE,
	duty=CONCLUDE,
	missing=what_is_missing,
	stamps=("signed_by",),
	primary=True,
)
def conclude(doc: Document) -> None:
	"""Signed by all: the clocks begin; the agreement it renews is over."""
	began, on = max(getdate(doc.starts_on), getdate(doc.signed_on)), getdate(today())
	parameters = rules.parameters()
	doc.check_months = int(parameters.get("carer_check_months", on))
	doc.next_check_on = clock.add_months(began, doc.check_months)
	doc.next_selfcare_on = clock.add_months(began, int(parameters.get("tekun_review_months", on)))
	doc.update(known_selfcare(doc))
	steps.done(doc)
	if doc.renews and frappe.db.get_value(DOCTYPE, doc.renews, "status") == IN_FORCE:
		close(doc.renews, RENEWED, doc.name)


def known_selfcare(doc: Document) -> dict:
	"""What an agreement takes over from the one it renews: the last assessment of self-care."""
	earlier = doc.renews and frappe.db.get_value(
		DOCTYPE, doc.renews, ["last_selfcare_on", "last_care_grade", "next_selfcare_on"], as_dict=True
	)
	return dict(earlier) if earlier and earlier.last_selfcare_on else {}


def close(name: str, ground: str, note: str) -> None:
	"""What ends an agreement without a clerk."""
	earlier = frappe.get_doc(DOCTYPE, name, for_update=True)
	earlier.update({"status": ENDED, "end_ground": ground, "end_note": note, "ended_on": today()})
	with records.step(earlier):
		earlier.save(ignore_permissions=True)


@step(_lt("Do Not Conclude"), at=DRAFTED, to=NOT_CONCLUDED, duty=CONCLUDE, asks=("end_note",))
def drop(doc: Document, end_note: str) -> None:
	"""It does not come about; the note says why."""


GROUNDS = (
	"Term Over",
	"Duties Not Fulfilled",
	DIED,
	SUPPORT_ENDED,
	"Other Carer",
	"Given Up by the Carer",
)


@step(
	_lt("End Agreement"),
	at=IN_FORCE,
	to=ENDED,
	duty=CONCLUDE,
	asks=(Ask("end_ground", options=lambda doc: list(GROUNDS)), "end_note"),
	stamps=("ended_on",),
)
def end(doc: Document, end_ground: str, end_note: str) -> None:
	"""Before its term or with it; somebody else has to care from then on, where care is still needed."""


def check_to_begin(doc: Document) -> list[Turn]:
	return [Turn(values={"agreement": doc.name})]


step.opens(
	"check_carer", _lt("Check the Carer"), "Carer Check", at=IN_FORCE, each=check_to_begin, primary=True
)


def visit_to_begin(doc: Document) -> list[Turn]:
	category = frappe.db.get_value("Entitlement", doc.entitlement, "category")
	return [Turn(values={"household": doc.household, "category": category, "purpose": "Regular Visit"})]


step.opens(
	"assess_selfcare", _lt("Assess Self-care by a Visit"), "Home Visit", at=IN_FORCE, each=visit_to_begin
)


def renewal_to_begin(doc: Document) -> list[Turn]:
	kept = ("recipient", "carer_kind", "caregiver", "carer", "phone", "carer_address", "monthly_fee")
	values = {field: doc.get(field) for field in kept if doc.get(field)}
	return [Turn(values={**values, "renews": doc.name})]


step.opens("renew", _lt("Renew Agreement"), DOCTYPE, at=IN_FORCE, each=renewal_to_begin)


# --- what others find ---------------------------------------------------------------------------------------------
def note_check(check: Document) -> None:
	"""A check of the carer was recorded: the next one is counted from it."""
	doc = frappe.get_doc(DOCTYPE, check.agreement, for_update=True)
	day = getdate(check.checked_on)
	if doc.status != IN_FORCE or (doc.last_checked_on and getdate(doc.last_checked_on) > day):
		return
	doc.update(
		{
			"last_checked_on": day,
			"last_score": check.score,
			"next_check_on": clock.add_months(day, doc.check_months),
		}
	)
	with records.step(doc):
		doc.save(ignore_permissions=True)


def note_visit(visit: Document, method: str | None = None) -> None:
	"""Hook ``on_change`` of Home Visit: one that was reviewed and graded self-care is the assessment that was due."""
	if visit.status != "Reviewed" or not (visit.care_grade and visit.check_out_at):
		return
	day = getdate(visit.check_out_at)
	for name, recipient in agreements_of(visit.household):
		doc = frappe.get_doc(DOCTYPE, name, for_update=True)
		known = doc.last_selfcare_on and getdate(doc.last_selfcare_on) >= day
		# a visit grades one person: the head of the household, as everywhere
		if known or recipient != frappe.db.get_value("Recipient Household", visit.household, "head"):
			continue
		months = int(rules.parameters().get("tekun_review_months", day))
		doc.update(
			{
				"last_selfcare_on": day,
				"last_care_grade": visit.care_grade,
				"next_selfcare_on": clock.add_months(day, months),
			}
		)
		with records.step(doc):
			doc.save(ignore_permissions=True)


def agreements_of(household: str) -> list[tuple[str, str]]:
	return frappe.get_all(
		DOCTYPE,
		filters={"household": household, "status": IN_FORCE},
		fields=["name", "recipient"],
		order_by="name",
		as_list=True,
	)


def end_with_support() -> int:
	"""Daily, after the ledger has closed what ended: nobody is cared for under support that is not given any more.
	What is only suspended may come back. Returns how many agreements ended (safe to run again)."""
	agreement = frappe.qb.DocType(DOCTYPE)
	ended = []
	for row in (
		frappe.qb.from_(agreement)
		.left_join(household := frappe.qb.DocType("Recipient Household"))
		.on(household.name == agreement.household)
		.select(agreement.name, agreement.entitlement)
		.where(
			(agreement.status == IN_FORCE)
			& (Coalesce(household.standing, "") != SUSPENDED)
			& ExistsCriterion(_support(agreement)).negate()
		)
		.orderby(agreement.name)
		.run(as_dict=True)
	):
		close(row.name, SUPPORT_ENDED, row.entitlement)
		ended.append(row.name)
	return len(ended)


def _support(agreement):
	"""The 特困 support that the person of an agreement holds this month or is granted."""
	share, entitlement = frappe.qb.DocType("Entitlement Share"), frappe.qb.DocType(entitlements.DOCTYPE)
	return (
		frappe.qb.from_(share)
		.join(entitlement)
		.on((entitlement.name == share.parent) & (share.parenttype == entitlements.DOCTYPE))
		.select(entitlement.name)
		.where(
			(share.recipient == agreement.recipient)
			& (entitlement.scheme == terms.TEKUN)
			& (entitlement.docstatus == 1)
			& (entitlement.end_month.isnull() | (entitlement.end_month >= get_first_day(getdate(today()))))
		)
	)


def follow_life_event(occurrence) -> None:
	"""Hook ``socaid_life_events``: with the person's death the agreement is over."""
	if occurrence.event != terms.DEATH or occurrence.undone:
		return
	if name := in_force_of(occurrence.person.name):
		close(name, DIED, str(occurrence.on))
