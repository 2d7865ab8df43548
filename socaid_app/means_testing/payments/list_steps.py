"""The steps of a payment list: drafted, checked by a second person, released by a third, sent, reconciled."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, getdate, now

from socaid_app.casework import duties, steps, waiting
from socaid_app.casework.steps import Ask, Steps
from socaid_app.means_testing.payments import (
	bank_returns,
	list_drafting,
	reconciliation,
	registry_check,
)
from socaid_app.means_testing.payments.payment_records import (
	CHECK,
	CHECKED,
	DRAFTED,
	DRAFTING,
	HELD,
	LINE,
	LINE_WITHDRAWN,
	LIST,
	NEW,
	PAID_AGAIN,
	PREPARE,
	PROPOSED,
	RECONCILED,
	RELEASE,
	RELEASED,
	SENT,
	TO_PAY,
	TO_PAY_AGAIN,
	WITHDRAWN,
	answered_by,
	figures,
	lines_hash,
	resolve_by,
)


class PaymentListInvalid(frappe.ValidationError):
	pass


step = Steps(
	LIST,
	refusal=PaymentListInvalid,
	order=(
		"draft",
		"check",
		"release",
		"mark_sent",
		"read_return",
		"reconcile",
		"send_back",
		"withdraw",
	),
)


@step(
	lambda doc: _("Draft the List Again") if doc.status == DRAFTED else _("Draft the List"),
	at=(NEW, DRAFTED),
	to=DRAFTING,
	duty=PREPARE,
	primary=lambda doc: doc.status == NEW,
)
def draft(doc: Document) -> None:
	"""From the ledger, in the background; a draft made before goes."""
	list_drafting.clear(doc.name)
	doc.update({"drafted_by": frappe.session.user, "drafted_at": None, "drafted_upto": None, "line_count": 0})
	steps.done(doc)
	list_drafting.JOB.enqueue(doc.name)


def _has_lines(doc: Document) -> list[str]:
	return [] if cint(doc.line_count) else [_("There is nobody on this list.")]


@step(
	_lt("Pass the Check"),
	at=DRAFTED,
	to=CHECKED,
	duty=CHECK,
	not_by=("drafted_by",),
	another=_lt("Another person checks the list than the one who drafted it."),
	stamps=("checked_by", "checked_at"),
	missing=_has_lines,
	primary=True,
)
def check(doc: Document) -> None:
	"""A second person has looked at every line that is held and at the sums."""
	registry_check.screen(doc.name)
	doc.update(figures(doc.name))


def _why_not_back() -> str:
	return "" if duties.holds(CHECK) or duties.holds(RELEASE) else duties.refusal(CHECK)


@step(
	_lt("Send Back to Draft"),
	at=CHECKED,
	to=DRAFTED,
	who=lambda doc: _why_not_back(),
	asks=(Ask("reason", label=_lt("What Is to Be Changed"), fieldtype="Small Text"),),
)
def send_back(doc: Document, reason: str) -> None:
	"""It is drafted or checked again."""
	doc.update({"checked_by": None, "checked_at": None})


@step(
	_lt("Release List"),
	at=CHECKED,
	duty=RELEASE,
	not_by=("drafted_by", "checked_by"),
	another=_lt("Whoever drafted or checked the list does not release it."),
	confirm=_lt("Release this list? Nothing on it can be changed afterwards."),
	primary=True,
)
def release(doc: Document) -> str:
	"""Freeze the list, after it was compared with the registry once more.

	What turned up since it was checked is shown on the lines, and the list goes back to be checked again: what is
	released is what a second person has seen. Returns the new status.
	"""
	# two lists with the same people on them are released one after the other
	waiting.take([(LIST, doc.scheme_group, str(getdate(doc.month)))])
	before = set(held(doc.name))
	after = registry_check.screen(doc.name)
	doc.update(figures(doc.name))
	if before != after:
		steps.note(
			doc, _("The registry has changed since the check: {0} lines are held now.").format(len(after))
		)
		doc.update({"checked_by": None, "checked_at": None})
		steps.done(doc, status=DRAFTED)
		frappe.msgprint(
			_(
				"Since the list was checked the registry has changed. {0} lines are held now, each with the reason on it. Have the list checked again."
			).format(len(after)),
			indicator="orange",
		)
		return DRAFTED
	_freeze(doc)
	return RELEASED


def held(payment_list: str) -> list[tuple[str, str]]:
	return [
		tuple(row)
		for row in frappe.get_all(
			LINE,
			filters={"payment_list": payment_list, "status": HELD},
			fields=["name", "hold_reason"],
			order_by="name",
			as_list=True,
		)
	]


def _freeze(doc: Document) -> None:
	line = frappe.qb.DocType(LINE)
	of_list = line.payment_list == doc.name
	frappe.qb.update(line).set(line.status, TO_PAY).where(of_list & (line.status == PROPOSED)).run()
	due = resolve_by()
	frappe.qb.update(line).set(line.resolve_due, due).where(of_list & (line.status == HELD)).run()
	_take_up_old_lines(doc.name)
	steps.done(
		doc,
		status=RELEASED,
		released_by=frappe.session.user,
		released_at=now(),
		lines_hash=lines_hash(doc),
	)


def _take_up_old_lines(payment_list: str) -> None:
	"""What this list pays again is settled on the list that was returned."""
	for old, new in _pays_again(payment_list):
		if frappe.db.get_value(LINE, old, "status") == TO_PAY_AGAIN:
			frappe.db.set_value(LINE, old, {"status": PAID_AGAIN, "reissued_by": new, "resolve_due": None})


def _give_back_old_lines(payment_list: str) -> None:
	due = resolve_by()
	for old, new in _pays_again(payment_list):
		if frappe.db.get_value(LINE, old, "reissued_by") == new:
			frappe.db.set_value(LINE, old, {"status": TO_PAY_AGAIN, "reissued_by": None, "resolve_due": due})


def _pays_again(payment_list: str) -> list[tuple[str, str]]:
	"""(line of an earlier list, the line of this one that pays it again); what is held here pays nothing yet, and
	stands in its place all the same."""
	return frappe.get_all(
		LINE,
		filters={"payment_list": payment_list, "reissue_of": ["is", "set"]},
		fields=["reissue_of", "name"],
		order_by="serial",
		as_list=True,
	)


@step(
	_lt("Withdraw List"),
	at=(NEW, DRAFTED, CHECKED, RELEASED),
	to=WITHDRAWN,
	duty=RELEASE,
	when=lambda doc: not doc.exported_at,
	asks=("withdraw_reason",),
)
def withdraw(doc: Document, withdraw_reason: str) -> None:
	"""Before a file was made of it a list can be taken back as a whole; it is kept, and its months are due again."""
	_give_back_old_lines(doc.name)
	line = frappe.qb.DocType(LINE)
	(
		frappe.qb.update(line)
		.set(line.status, LINE_WITHDRAWN)
		.set(line.resolve_due, None)
		.where(line.payment_list == doc.name)
		.run()
	)


def _was_exported(doc: Document) -> list[str]:
	return [] if doc.exported_at else [_("Make the bank file first.")]


@step(
	_lt("Mark as Sent"),
	at=RELEASED,
	to=SENT,
	duty=RELEASE,
	stamps=("sent_at",),
	missing=_was_exported,
	primary=lambda doc: bool(doc.exported_at),
)
def mark_sent(doc: Document) -> None:
	"""The bank has the file, and is expected to answer."""
	doc.return_due = answered_by()


@step(
	_lt("Read Return File"),
	at=(SENT, RECONCILED),
	to=SENT,
	duty=PREPARE,
	asks=(
		Ask("file_name", label=_lt("Name of the File"), fieldtype="Data"),
		Ask("content", label=_lt("Content of the File"), fieldtype="Data"),
	),
	primary=lambda doc: doc.status == SENT and not doc.paid_count,
	logged=False,
)
def read_return(doc: Document, file_name: str, content: str) -> dict:
	"""What the bank answered; ``content`` in Base64. Returns the figures of the file and whether it was new.

	Nothing of a file that cannot be read wholly is stored, and none of it is kept: it names full accounts.
	"""
	answer = bank_returns.read(doc, file_name, content)
	if answer["new"]:
		steps.done(doc)
	else:
		steps.nothing_to_save(doc)
	return answer


@step(
	_lt("Reconcile"),
	at=SENT,
	to=RECONCILED,
	duty=CHECK,
	not_by=("drafted_by",),
	another=_lt("Another person reconciles the list than the one who drafted it."),
	stamps=("reconciled_by", "reconciled_at"),
	missing=reconciliation.what_does_not_agree,
	primary=lambda doc: bool(doc.paid_count),
)
def reconcile(doc: Document) -> None:
	"""List, bank file, answer and ledger agree to the cent."""
