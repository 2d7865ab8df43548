"""Who has to be told of a raise, and how each was told (服务方案 1.1.2-12): calls, messages, visits, until they know.

A row for every family whose benefit rose, written with its decision and due with its notice. A notice that was handed
over tells the family by itself. What was taken back before anybody was spoken to is forgotten; whoever was spoken to by
then is told again.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import flt, fmt_money, get_datetime, getdate, now, now_datetime

from socaid_app.casework import deliveries, number_series, records, row_sets
from socaid_app.casework.steps import Ask, Steps
from socaid_app.means_testing import adjustments

DOCTYPE, ATTEMPT = "Raise Contact", "Raise Contact Attempt"
TO_TELL, NOT_REACHED, TOLD = STATES = ("To Be Told", "Not Reached", "Family Told")
OPEN = (TO_TELL, NOT_REACHED)
WAS_TOLD, BY_NOTICE = "Was Told", "Written Notice"
WAYS = ("Phone Call", "Text Message", "Visit at Home", "At the Office")
COLUMNS = (
	"name",
	"batch",
	"adjustment",
	"household",
	"recipient",
	"recipient_name",
	"division",
	"township",
	"status",
	"due_on",
	"amount_before",
	"amount_after",
	"effective_month",
	"taken_back",
)


class ContactRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=ContactRefused)


# --- with the raise -----------------------------------------------------------------------------------------------
def enter(batch: str, told: Iterable[tuple[frappe._dict, str, str]], due_on) -> None:
	"""A row for each: its decision, the person to be told and their name. In the transaction of the decisions."""
	told = list(told)
	names = number_series.names(DOCTYPE, len(told))
	row_sets.insert(
		DOCTYPE,
		COLUMNS,
		[
			(
				name,
				batch,
				draft.name,
				draft.household,
				person,
				person_name,
				draft.division,
				draft.township,
				TO_TELL,
				due_on,
				draft.amount_before,
				draft.amount_after,
				draft.effective_month,
				0,
			)
			for name, (draft, person, person_name) in zip(names, told, strict=True)
		],
	)


def take_back(adjustments_taken_back: list[str]) -> None:
	"""Of raises that were taken back: forgotten where nobody was spoken to, otherwise to be told once more."""
	if not adjustments_taken_back:
		return
	contact, attempt = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType(ATTEMPT)
	these = contact.adjustment.isin(adjustments_taken_back)
	spoken_to = frappe.qb.from_(attempt).select(attempt.parent).where(attempt.parenttype == DOCTYPE)
	frappe.qb.from_(contact).delete().where(these & contact.name.notin(spoken_to)).run()
	(
		frappe.qb.update(contact)
		.set(contact.taken_back, 1)
		.set(contact.status, TO_TELL)
		.set(contact.told_on, None)
		.set(contact.told_by, None)
		.set(contact.modified, now())
		.where(these)
		.run()
	)


# --- telling ------------------------------------------------------------------------------------------------------
def what_to_say(doc: Document) -> str:
	"""In plain words, as a clerk reads them out."""
	before, after = fmt_money(flt(doc.amount_before)), fmt_money(flt(doc.amount_after))
	if doc.taken_back:
		return f"此前告知的调整已撤回，您家的待遇仍为每月{before}元，对此给您带来的不便请谅解。"
	month = getdate(doc.effective_month)
	return f"从{month.year}年{month.month}月起，您家的待遇由每月{before}元调整为每月{after}元，不需要您另行申请。"


@step(
	_lt("Note the Contact"),
	at=OPEN,
	asks=(
		Ask("contacted_at", of=ATTEMPT, default=lambda doc: str(now_datetime().replace(microsecond=0))),
		Ask("way", of=ATTEMPT, options=lambda doc: list(WAYS), default=WAYS[0]),
		Ask("outcome", of=ATTEMPT, default=WAS_TOLD),
		Ask("spoken_with", of=ATTEMPT, reqd=False, default=lambda doc: doc.recipient_name),
		Ask("words", of=ATTEMPT, reqd=False, default=what_to_say),
	),
	primary=True,
)
def note_contact(
	doc: Document, contacted_at: str, way: str, outcome: str, spoken_with: str = "", words: str = ""
) -> None:
	"""A call, a message or a visit: when, with whom, what was said; or that nobody was reached."""
	if way not in WAYS:
		frappe.throw(_("Choose how the family was contacted."), ContactRefused)
	if not get_datetime(doc.creation) <= get_datetime(contacted_at) <= now_datetime():
		frappe.throw(_("The contact lies between the decision and now."), ContactRefused)
	if outcome == WAS_TOLD and not words.strip():
		frappe.throw(_("Enter what the family was told."), ContactRefused)
	_append(doc, contacted_at, way, outcome, spoken_with, words)


def _append(doc: Document, at, way: str, outcome: str, spoken_with: str = "", words: str = "") -> None:
	doc.append(
		"attempts",
		{
			"contacted_at": at,
			"contacted_by": frappe.session.user,
			"way": way,
			"outcome": outcome,
			"spoken_with": spoken_with,
			"words": words,
		},
	)
	doc.status = TOLD if outcome == WAS_TOLD else NOT_REACHED
	if doc.status == TOLD:
		doc.told_on, doc.told_by = getdate(at), frappe.session.user


def note_delivery(notice: Document, method: str | None = None) -> None:
	"""Hook ``on_update`` of Document Delivery: a notice that was handed over has told the family."""
	if notice.reference_doctype != adjustments.DOCTYPE or notice.status != deliveries.DELIVERED:
		return
	name = frappe.db.get_value(
		DOCTYPE, {"adjustment": notice.reference_name, "status": ["in", OPEN], "taken_back": 0}, "name"
	)
	if not name:
		return
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	_append(
		doc, notice.delivered_on, BY_NOTICE, WAS_TOLD, notice.recipient_name, notice.document_number or ""
	)
	with records.step(doc):
		doc.save(ignore_permissions=True)
