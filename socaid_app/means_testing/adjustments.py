"""Changing support that was granted: drafted, heard, proposed, decided by others, entered in the ledger, told.

Whoever drafts does not decide, nor do relatives of the family. Where the county confirms a category, the township
endorses first, so that three persons have looked at it. The ledger is written with the decision, in its transaction;
the notice is made out then, and its proof of delivery closes the record.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, flt, get_first_day, getdate, today

from socaid_app.assistance_intake.persons import deaths
from socaid_app.casework import deliveries, letters, messages, records, steps
from socaid_app.casework.duties import holds, refusal
from socaid_app.casework.people import Directory
from socaid_app.casework.relatives import related_to
from socaid_app.casework.steps import AUTHOR, Ask, Steps, Turn
from socaid_app.means_testing import adjustment_amounts as amounts
from socaid_app.means_testing import carrying_out, loss_gate
from socaid_app.means_testing.loss_gate import IN_EFFECT, TAKEN_BACK
from socaid_app.means_testing.payments.payment_records import LINE, LINE_WITHDRAWN
from socaid_app.policy import benefit_changes as law
from socaid_app.policy import remedies, terms
from socaid_app.policy.articles import article
from socaid_app.policy.income import money
from socaid_app.socaid_app import entitlements, rules

DOCTYPE = "Benefit Adjustment"
DRAFTED, HEARD, PROPOSED, ENDORSED, CLOSED, NOT_APPROVED, WITHDRAWN = (
	"Adjustment Drafted",
	"Family Heard",
	"Adjustment Proposed",
	"Adjustment Endorsed",
	"Notice Delivered",
	"Not Approved",
	"Adjustment Withdrawn",
)
OPEN = (DRAFTED, HEARD, PROPOSED, ENDORSED)
DECIDED = (IN_EFFECT, CLOSED)
PROPOSE, TOWNSHIP, COUNTY = (
	"Propose Adjustments",
	"Decide Cases for the Township",
	"Decide Cases for the County",
)
NOTICE, STOP_NOTICE = "Adjustment Notice", "Stop Notice"
GRANT_ANOTHER = "Grant Another Amount"


class AdjustmentRefused(frappe.ValidationError):
	pass


class AnotherPersonDecides(frappe.PermissionError):
	pass


step = Steps(DOCTYPE, refusal=AdjustmentRefused, foreign=AnotherPersonDecides)


# --- drafting -----------------------------------------------------------------------------------------------------
def fill(doc: Document) -> None:
	"""From ``validate``: what the ledger and the settings know, and the amount."""
	paid = frappe.get_doc(entitlements.DOCTYPE, doc.entitlement)
	head = frappe.db.get_value("Recipient Household", paid.household, "head_name") if paid.household else None
	doc.update(
		{
			"household": paid.household,
			"head_name": head or paid.recipient_name,
			"recipient": paid.recipient,
			"category": paid.category,
			"scheme": paid.scheme,
		}
	)
	if doc.kind != law.STOP or doc.ground != law.EMPLOYMENT:
		doc.grace_months = 0
	if doc.kind != law.CONVERT:
		doc.convert_to = None
	if doc.ground != law.REFUSED_JOBS:
		doc.refuser, doc.refusals = None, 0
	doc.effective_month = get_first_day(getdate(doc.effective_month or amounts.earliest_month(doc)))
	doc.legal_basis = doc.legal_basis or usual_basis(doc)
	doc.remedy_text = doc.remedy_text or remedies.remedy_text(getdate(today()), rules.parameters())
	amounts.compute(doc)


def usual_basis(doc: Document) -> str:
	"""What such a decision rests on; the clerk adds what is particular."""
	on = getdate(today())
	rests_on = [article("adjust_notice", on)]
	if doc.ground == law.REFUSED_JOBS:
		rests_on.append(article("adjust_jobs", on))
	if doc.ground == law.EMPLOYMENT:
		rests_on.append(article("adjust_grace", on))
	if doc.kind == law.REFUND:
		rests_on.append(article("adjust_refund", on))
	if doc.scheme == terms.TEKUN and doc.kind in (law.STOP, law.CONVERT):
		rests_on.append(article("tekun_ended", on))
	return "，".join(rests_on)


def check_draft(doc: Document) -> None:
	"""From ``validate``: one change of a benefit at a time, of one that stands, or that was suspended."""
	other = frappe.db.get_value(
		DOCTYPE,
		{"entitlement": doc.entitlement, "status": ["in", OPEN], "name": ["!=", doc.name or ""]},
		"name",
	)
	if other:
		frappe.throw(
			_("{0} is being adjusted already ({1}). Finish or withdraw that first.").format(
				doc.entitlement, other
			),
			AdjustmentRefused,
		)
	row = frappe.db.get_value(
		entitlements.DOCTYPE, doc.entitlement, ["docstatus", "status", "payment", "end_month"], as_dict=True
	)
	if doc.kind == law.RESUME:
		if not is_suspended(doc.entitlement):
			frappe.throw(
				_("Only a benefit that was suspended is resumed. After a stop the family applies again."),
				AdjustmentRefused,
			)
	elif row.docstatus != 1 or (row.status != "Active" and doc.kind != law.REFUND):
		frappe.throw(
			_("{0} has ended; there is nothing to adjust.").format(doc.entitlement), AdjustmentRefused
		)
	if row.payment == terms.ONE_OFF and doc.kind != law.REFUND:
		frappe.throw(_("Aid that is paid once is not adjusted."), AdjustmentRefused)


def check_reference(doc: Document) -> None:
	"""What an adjustment rests on is a record of this family, and a reassessment is of this benefit."""
	if not (doc.reference_doctype and doc.reference_name):
		doc.reference_doctype = doc.reference_name = None
		return
	meta = frappe.get_meta(doc.reference_doctype)
	household = frappe.db.get_value(entitlements.DOCTYPE, doc.entitlement, "household")
	for field, own in (("household", household), ("entitlement", doc.entitlement)):
		found = meta.has_field(field) and frappe.db.get_value(
			doc.reference_doctype, doc.reference_name, field
		)
		if (found and found != own) or not meta.has_field("household"):
			frappe.throw(
				_(
					"{0} is not about this family and this benefit. Choose the record that found the change."
				).format(doc.reference_name),
				AdjustmentRefused,
			)


def is_suspended(entitlement: str) -> bool:
	"""Whether it ended by a suspension, and nothing follows it."""
	suspended = frappe.db.exists(
		DOCTYPE, {"entitlement": entitlement, "kind": law.SUSPEND, "status": ["in", DECIDED]}
	)
	follows = frappe.db.exists(entitlements.DOCTYPE, {"previous_entitlement": entitlement, "docstatus": 1})
	return bool(suspended and not follows)


def proposal_of(doc: Document) -> law.Proposal:
	becomes = frappe.db.get_value("Assistance Category", doc.convert_to, "scheme") if doc.convert_to else ""
	return law.Proposal(
		kind=doc.kind,
		ground=doc.ground,
		scheme=doc.scheme,
		on=getdate(today()),
		month=getdate(doc.effective_month),
		before=amounts.support_before(doc),
		after=amounts.support_after(doc),
		reason=doc.reason or "",
		basis=doc.legal_basis or "",
		remedies=doc.remedy_text or "",
		monthly=frappe.db.get_value(entitlements.DOCTYPE, doc.entitlement, "payment") == terms.MONTHLY,
		refuser=doc.refuser or "",
		refusals=cint(doc.refusals),
		grace_months=cint(doc.grace_months),
		grace_ratio=money(flt(doc.grace_percent)) / 100,
		refund=money(doc.refund_amount or 0),
		becomes=becomes or "",
		suspended=doc.kind == law.RESUME and is_suspended(doc.entitlement),
	)


def needs_hearing(doc: Document) -> bool:
	return proposal_of(doc).needs.hearing


# --- what is missing ----------------------------------------------------------------------------------------------
def what_forbids(doc: Document) -> list:
	"""By the law, and what the assessment lacks."""
	found = [*filter(None, [doc.incomplete]), *changed_meanwhile(doc)]
	if doc.ground == law.MEANS and not (doc.reason or "").strip():
		found.append(_("Write down what was found."))
	return [*found, *map(str, law.breaches(proposal_of(doc), rules.parameters()))]


def changed_meanwhile(doc: Document) -> list[str]:
	"""Another decision was entered in the ledger since this one was drafted."""
	if doc.kind in (law.RESUME, law.REFUND):
		return []
	stands = frappe.db.get_value(entitlements.DOCTYPE, doc.entitlement, "docstatus") == 1
	follows = frappe.db.exists(
		entitlements.DOCTYPE, {"previous_entitlement": doc.entitlement, "docstatus": 1}
	)
	if stands and not follows:
		return []
	return [
		_("{0} was changed by another decision meanwhile. Withdraw this one and draft it anew.").format(
			doc.entitlement
		)
	]


def what_is_missing(doc: Document) -> list:
	"""Before it is proposed and decided: nothing forbids it, and whoever loses something was heard."""
	found = what_forbids(doc)
	if needs_hearing(doc):
		found += loss_gate.uncovered(doc, amounts.support_after(doc), getdate(doc.effective_month))
	return found


def relatives(doc: Document):
	persons = {row.recipient for row in doc.shares} | {doc.recipient}
	if doc.household:
		persons |= set(
			frappe.get_all(
				"Household Member",
				filters={"parent": doc.household, "parenttype": "Recipient Household"},
				pluck="recipient",
				order_by="idx",
			)
		)
	return related_to(persons, getdate(today()))


def is_relative(doc: Document) -> str:
	"""Why the session's user may not take part; '' where nothing stands against it (社会救助法第61条)."""
	if relatives(doc).includes(frappe.session.user):
		return _("You are a near relative of this family: somebody else deals with it (Law Art. 61).")
	return ""


def was_hearer(doc: Document) -> str:
	if doc.hearing and frappe.session.user in frappe.db.get_value(
		"Opinion Hearing", doc.hearing, ["hearer", "second_hearer"]
	):
		return _("You heard the family; another person decides.")
	return ""


# --- from a reassessment -------------------------------------------------------------------------------------------
KIND_OF_PROPOSAL = {"Raise": law.RAISE, "Reduce": law.REDUCE, "Stop": law.STOP}


def adjustment_to_begin(proposal: Document) -> list[Turn]:
	"""What the reassessment proposes, as a new adjustment."""
	return [
		Turn(
			values={
				"entitlement": proposal.entitlement,
				"kind": KIND_OF_PROPOSAL[proposal.proposal],
				"reference_doctype": proposal.doctype,
				"reference_name": proposal.name,
			}
		)
	]


Steps(amounts.REASSESSMENT).opens(
	"adjust_benefit",
	_lt("Adjust Benefit"),
	DOCTYPE,
	at="Proposed",
	permission="read",
	when=lambda proposal: proposal.proposal in KIND_OF_PROPOSAL,
	who=lambda proposal: "" if holds(PROPOSE) else refusal(PROPOSE),
	each=adjustment_to_begin,
	primary=True,
)


# --- proposing ----------------------------------------------------------------------------------------------------
@step(
	_lt("Propose"),
	at=(DRAFTED, HEARD),
	to=PROPOSED,
	duty=PROPOSE,
	not_by=(is_relative,),
	missing=what_is_missing,
	stamps=("proposed_by", "proposed_on"),
	primary=lambda doc: doc.status == HEARD or not needs_hearing(doc),
)
def propose(doc: Document) -> None:
	"""It is complete, and the family was heard where the law wants it."""


@step(
	_lt("Back to the Draft"),
	at=(HEARD, PROPOSED, ENDORSED),
	to=DRAFTED,
	asks=("return_reason",),
)
def send_back(doc: Document, return_reason: str) -> None:
	"""What was heard stays on record; another proposal is heard about anew where it takes more."""
	doc.update(dict.fromkeys(("proposed_by", "proposed_on", "endorsed_by", "endorsed_on")))


@step(
	_lt("Withdraw Adjustment"),
	at=OPEN,
	to=WITHDRAWN,
	asks=(Ask("return_reason", label=_lt("Why It Is Withdrawn")),),
	not_by=(is_relative,),
)
def withdraw(doc: Document, return_reason: str) -> None:
	doc.return_reason = return_reason


def hearing_to_begin(doc: Document) -> list[Turn]:
	return [Turn(values={"adjustment": doc.name, "kind": doc.kind, "facts_told": doc.reason})]


step.opens(
	"hear_family",
	_lt("Hear the Family"),
	"Opinion Hearing",
	at=(DRAFTED, HEARD),
	when=needs_hearing,
	each=hearing_to_begin,
	primary=lambda doc: doc.status == DRAFTED,
)


# --- deciding -----------------------------------------------------------------------------------------------------
def authority(doc: Document) -> str:
	return (
		frappe.get_cached_value("Assistance Category", doc.category, "confirming_authority") or terms.COUNTY
	)


def is_county(doc: Document) -> bool:
	return authority(doc) == terms.COUNTY


def not_the_deciding(doc: Document) -> str:
	"""Who decides is who confirms the category."""
	duty = COUNTY if is_county(doc) else TOWNSHIP
	return "" if holds(duty) else refusal(duty)


ANOTHER = _lt("Whoever drafted, proposed or endorsed an adjustment does not decide on it.")
NOT_BY = ("owner", AUTHOR, "proposed_by", was_hearer, is_relative)


@step(
	_lt("Endorse"),
	at=PROPOSED,
	to=ENDORSED,
	duty=TOWNSHIP,
	when=is_county,
	not_by=NOT_BY,
	another=ANOTHER,
	missing=what_is_missing,
	stamps=("endorsed_by", "endorsed_on"),
	primary=True,
)
def endorse(doc: Document) -> None:
	"""The township agrees; the county decides."""


@step(
	_lt("Decide on Adjustment"),
	at=(PROPOSED, ENDORSED),
	to=IN_EFFECT,
	who=not_the_deciding,
	when=lambda doc: doc.status == ENDORSED or not is_county(doc),
	not_by=(*NOT_BY, "endorsed_by"),
	another=ANOTHER,
	missing=what_is_missing,
	asks=(Ask("opinion"),),
	stamps=("decided_by", "decided_on"),
	primary=True,
)
def decide(doc: Document, opinion: str) -> None:
	"""In effect: the ledger is written, the notice made out, in this transaction."""
	# the decision is stored first: the ledger asks for it (loss_gate.py)
	steps.done(doc)
	enter_in_ledger(doc)
	deliver(doc)


@step(
	_lt("Do Not Approve"),
	at=(PROPOSED, ENDORSED),
	to=NOT_APPROVED,
	who=lambda doc: "" if holds(TOWNSHIP) or holds(COUNTY) else refusal(TOWNSHIP),
	not_by=NOT_BY,
	another=ANOTHER,
	asks=("return_reason",),
	stamps=("decided_by", "decided_on"),
)
def refuse(doc: Document, return_reason: str) -> None:
	"""Nothing changes for the family."""


def enter_in_ledger(doc: Document) -> None:
	"""What a stored decision does to the ledger, and to what it came from."""
	following = carrying_out.carry_out(doc)
	doc.db_set(
		{"carried_out_on": today(), "result_entitlement": following}, update_modified=False, notify=False
	)
	settle_reference(doc)


def settle_reference(doc: Document) -> None:
	"""The reassessment that found it is handled by this decision."""
	if doc.reference_doctype != amounts.REASSESSMENT or not doc.reference_name:
		return
	proposal = frappe.get_doc(amounts.REASSESSMENT, doc.reference_name)
	if proposal.status == "Proposed":
		proposal.status, proposal.handled_note = "Handled", f"{law.NAMES[doc.kind]}（{doc.name}）"
		with records.step(proposal):
			proposal.save(ignore_permissions=True)


# --- telling ------------------------------------------------------------------------------------------------------
def notice_kind(doc: Document) -> str:
	return STOP_NOTICE if doc.kind in law.PAYS_NOTHING else NOTICE


def deliver(doc: Document) -> None:
	"""The notice to be delivered with proof, and the staff who deliver it told."""
	notice = deliveries.make_out(doc, notice_kind(doc), recipient=addressee(doc), content=doc.reason)
	notice.insert(ignore_permissions=True)
	doc.db_set("notice", notice.name, update_modified=False, notify=False)
	users = set(Directory().users(letters.told(notice.document_kind), doc.division)) - {frappe.session.user}
	subject = _("{0} {1} for {2}: deliver by {3}").format(
		_(notice.document_kind), notice.document_number, doc.head_name, notice.due_on
	)
	messages.tell_staff(sorted(users), subject, notice.doctype, notice.name)


def addressee(doc: Document) -> str:
	"""The person entitled, or somebody else who is still there to be told."""
	persons = [doc.recipient, *(row.recipient for row in doc.shares)]
	dead = deaths(persons)
	return next((person for person in persons if person not in dead), doc.recipient)


def note_delivery(notice: Document, method: str | None = None) -> None:
	"""Hook ``on_update`` of Document Delivery: the notice that arrived closes the adjustment."""
	if notice.reference_doctype != DOCTYPE or notice.status != deliveries.DELIVERED:
		return
	doc = frappe.get_doc(DOCTYPE, notice.reference_name)
	if doc.status == IN_EFFECT and doc.notice == notice.name:
		doc.update({"status": CLOSED, "delivered_on": notice.delivered_on})
		with records.step(doc):
			doc.save(ignore_permissions=True)


def check_notice(notice: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Document Delivery: of a decision that was taken, to somebody, with proof."""
	if notice.reference_doctype != DOCTYPE:
		return
	status = frappe.db.get_value(DOCTYPE, notice.reference_name, "status")
	if notice.is_new() and status not in DECIDED:
		frappe.throw(
			_("The adjustment has not been decided; there is nothing to tell."), deliveries.DeliveryInvalid
		)
	if not notice.recipient:
		frappe.throw(_("Enter the addressee."), deliveries.DeliveryInvalid)
	deliveries.require_proof(notice)


# --- taken back ---------------------------------------------------------------------------------------------------
def too_late_to_take_back(doc: Document) -> list[str]:
	found = []
	if doc.delivered_on:
		found.append(_("The notice was delivered: the decision binds, and another one changes it."))
	if getdate(doc.effective_month) <= get_first_day(getdate(today())):
		found.append(_("Its first month has come: another decision changes it."))
	if frappe.db.get_value(entitlements.DOCTYPE, doc.entitlement, "docstatus") != 1:
		found.append(_("The earlier entitlement was annulled and does not come back."))
	if doc.result_entitlement and on_a_payment_list([doc.result_entitlement]):
		found.append(_("It stands on a payment list already."))
	return found


def on_a_payment_list(names: list[str]) -> set[str]:
	"""The entitlements among these that a list pays, or is about to pay."""
	return set(
		frappe.get_all(
			LINE,
			filters={"entitlement": ["in", names or [""]], "status": ["!=", LINE_WITHDRAWN]},
			pluck="entitlement",
			order_by="name",
		)
	)


@step(
	_lt("Take Back"),
	at=IN_EFFECT,
	to=TAKEN_BACK,
	who=not_the_deciding,
	not_by=(is_relative,),
	missing=too_late_to_take_back,
	asks=(Ask("return_reason", label=_lt("Why It Is Taken Back")),),
)
def take_back(doc: Document, return_reason: str) -> None:
	"""A decision that nobody was told of and of which nothing was paid."""
	doc.update({"return_reason": return_reason, "notice": None})
	steps.done(doc)
	deliveries.recall(DOCTYPE, [doc.name])
	restore(doc)


def restore(doc: Document) -> None:
	"""What a decision that was taken back did to the ledger is undone."""
	carrying_out.take_back(doc)


# --- the end of a grace period ------------------------------------------------------------------------------------
def end_grace_periods() -> int:
	"""Daily: note the grace periods that are over; the ledger has ended by itself. Returns how many (idempotent)."""
	table = frappe.qb.DocType(DOCTYPE)
	over = (
		table.status.isin(DECIDED) & (table.grace_ends_on < getdate(today())) & table.grace_ended_on.isnull()
	)
	names = frappe.qb.from_(table).select(table.name).where(over).run()
	if names:
		frappe.qb.update(table).set(table.grace_ended_on, table.grace_ends_on).where(over).run()
	return len(names)
