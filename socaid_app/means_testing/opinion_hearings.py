"""Hearing a family before something is taken from it (听取意见, 社会救助法第48条).

The record names the facts and the change in plain words, takes down what was said, and how it was dealt with. Once
that is complete the adjustment it belongs to may be proposed, as far as it was heard about.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.casework import records, steps
from socaid_app.casework.steps import Ask, Steps
from socaid_app.means_testing import adjustment_amounts as amounts
from socaid_app.means_testing import adjustments, loss_gate
from socaid_app.policy import benefit_changes as adjustment_law
from socaid_app.policy import hearing_rules as law
from socaid_app.policy.income import money, yuan

DOCTYPE = "Opinion Hearing"
BEING_HEARD, TAKEN, HANDLED, VOID = "Being Heard", "Statement Taken", "Opinion Handled", "Hearing Void"
HEAR = "Hear Households"


class HearingInvalid(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=HearingInvalid)


# --- beginning ----------------------------------------------------------------------------------------------------
def fill(doc: Document) -> None:
	"""From ``validate`` while it runs: whom and what it is about."""
	adjustment = frappe.get_doc(adjustments.DOCTYPE, doc.adjustment)
	if adjustment.status not in (adjustments.DRAFTED, adjustments.HEARD):
		frappe.throw(
			_("The adjustment stands at “{0}”. Send it back to the draft before the family is heard.").format(
				_(adjustment.status, context=adjustments.DOCTYPE)
			),
			HearingInvalid,
		)
	if other := frappe.db.get_value(
		DOCTYPE,
		{
			"adjustment": doc.adjustment,
			"status": ["in", (BEING_HEARD, TAKEN)],
			"name": ["!=", doc.name or ""],
		},
		"name",
	):
		frappe.throw(_("The family is being heard already ({0}).").format(other), HearingInvalid)
	for field in (
		"household",
		"head_name",
		"category",
		"kind",
		"amount_before",
		"amount_after",
		"effective_month",
	):
		doc.set(field, adjustment.get(field))
	doc.facts_told = doc.facts_told or adjustment.reason
	doc.change_told = doc.change_told or in_plain_words(adjustment)
	doc.hearer = doc.hearer or frappe.session.user
	if doc.heard_person and not doc.heard_name:
		doc.heard_name = frappe.db.get_value("Recipient", doc.heard_person, "full_name")
	refuse_relatives(doc, adjustment)


def in_plain_words(adjustment: Document) -> str:
	"""What will change for the family, as it is said at the door."""
	month = getdate(adjustment.effective_month)
	since = f"从{month.year}年{month.month}月起"
	before, after = yuan(money(adjustment.amount_before)), yuan(money(adjustment.amount_after))
	match adjustment.kind:
		case adjustment_law.STOP if cint(adjustment.grace_months):
			last = getdate(adjustment.grace_ends_on)
			return f"{since}进入渐退期，每月发{after}，到{last.year}年{last.month}月止，以后停发"
		case adjustment_law.STOP:
			return f"{since}停发，原来每月{before}"
		case adjustment_law.SUSPEND:
			return f"{since}暂停发放，原来每月{before}，情况查明后再定"
		case adjustment_law.REFUND:
			return f"退回多发的{yuan(money(adjustment.refund_amount))}"
		case adjustment_law.CONVERT:
			return f"{since}转为{adjustment.convert_to}，每月由{before}变为{after}"
	return f"{since}每月由{before}变为{after}"


def refuse_relatives(doc: Document, adjustment: Document) -> None:
	related = adjustments.relatives(adjustment)
	for user in (doc.hearer, doc.second_hearer):
		if user and related.includes(user):
			frappe.throw(
				_("{0} is a near relative of this family and does not hear it (Law Art. 61).").format(
					frappe.utils.get_fullname(user)
				),
				HearingInvalid,
			)


def statement_of(doc: Document) -> law.Statement:
	return law.Statement(
		held_on=getdate(doc.held_on) if doc.held_on else None,
		how=doc.how,
		hearers=(doc.hearer, doc.second_hearer),
		heard=doc.heard_name or "",
		told=" ".join(filter(None, (doc.facts_told, doc.change_told))),
		said=doc.statement or "",
		answered=bool(cint(doc.answered)),
		invited_on=getdate(doc.invited_on) if doc.invited_on else None,
		signed=bool(doc.signature or doc.signed_paper),
		refused=bool(cint(doc.refused_to_sign)),
		witness=doc.witness_name or "",
		proof=bool(doc.proof),
	)


def what_is_missing(doc: Document) -> list[str]:
	return [str(breach) for breach in law.breaches(statement_of(doc), getdate(today()))]


# --- steps --------------------------------------------------------------------------------------------------------
@step(
	_lt("Record the Statement"),
	at=BEING_HEARD,
	to=TAKEN,
	duty=HEAR,
	missing=what_is_missing,
	confirm=_lt("What was said and signed stays as it is from now on."),
	primary=True,
)
def take_down(doc: Document) -> None:
	"""The statement is complete and signed, or it says why it is not."""


@step(
	_lt("Note the Handling"),
	at=TAKEN,
	to=HANDLED,
	duty=HEAR,
	asks=("accepted", "handling"),
	stamps=("handled_by", "handled_on"),
	primary=True,
)
def handle(doc: Document, accepted: str, handling: str) -> None:
	"""How the opinion was dealt with; the adjustment may then be proposed as far as it was heard about."""
	steps.done(doc)
	adjustment = frappe.get_doc(adjustments.DOCTYPE, doc.adjustment, for_update=True)
	if adjustment.status not in (adjustments.DRAFTED, adjustments.HEARD):
		frappe.throw(_("The adjustment has gone on meanwhile; load it again."), HearingInvalid)
	after, month = amounts.support_after(adjustment), getdate(adjustment.effective_month)
	if changed_since(doc, adjustment):
		frappe.throw(
			_("The adjustment was changed since the family was told. Hear it about what is proposed now."),
			HearingInvalid,
		)
	adjustment.update(
		{
			"status": adjustments.HEARD,
			"hearing": doc.name,
			"heard_on": doc.held_on,
			"heard_about": loss_gate.freeze_support(after, month),
		}
	)
	with records.step(adjustment):
		adjustment.save(ignore_permissions=True)


def changed_since(doc: Document, adjustment: Document) -> bool:
	"""Whether the family was told of another change than is proposed now."""
	return any(
		str(doc.get(field) or "") != str(adjustment.get(field) or "")
		for field in ("kind", "amount_before", "amount_after", "effective_month")
	)


@step(_lt("Declare Void"), at=(BEING_HEARD, TAKEN), to=VOID, duty=HEAR, asks=(Ask("void_reason"),))
def declare_void(doc: Document, void_reason: str) -> None:
	"""It was begun in error, or about something that is not proposed any more."""
