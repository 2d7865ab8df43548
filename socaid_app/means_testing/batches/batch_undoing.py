"""A batch is taken back while nothing of it was paid and nobody was told: the ledger stands as it stood."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_first_day, getdate, now, today

from socaid_app.casework import background, deliveries
from socaid_app.means_testing import adjustments
from socaid_app.means_testing.batches import batch_records as batches
from socaid_app.means_testing.batches import raise_contacts
from socaid_app.means_testing.batches.batch_records import ADJUSTMENT, DECISIONS
from socaid_app.means_testing.loss_gate import IN_EFFECT, TAKEN_BACK
from socaid_app.socaid_app import entitlements, successions

READ_OF_DECISION = (
	"name",
	"entitlement",
	"result_entitlement",
	"household",
	"scheme",
	"effective_month",
	"notice",
	"delivered_on",
)


def chunk(batch: str) -> bool:
	"""Take back the next decisions; False when there are no more."""
	doc = background.locked(batches.DOCTYPE, batch, batches.TAKING_BACK)
	if not doc:
		return False
	decisions = _next(doc)
	batches.say_why(_take_back(doc, decisions))
	looked_at = cint(doc.looked_at) + len(decisions)
	if decisions:
		background.keep(doc, reached=decisions[-1].name, looked_at=looked_at)
	if len(decisions) == batches.CHUNK:
		return True
	sums = batches.figures(doc.name)
	background.finish(doc, batches.TAKEN_BACK, reached=None, looked_at=looked_at, in_effect=sums.in_effect)
	return False


def how_many(doc: Document) -> int:
	return frappe.db.count(ADJUSTMENT, {"batch": doc.name, "status": IN_EFFECT})


def too_late(doc: Document) -> list[str]:
	"""Why nothing of a batch can be taken back any more."""
	if getdate(doc.effective_month) <= get_first_day(getdate(today())):
		return [_("Its first month has come: another decision changes it.")]
	return []


def _next(doc: Document) -> list[frappe._dict]:
	table = frappe.qb.DocType(ADJUSTMENT)
	return (
		frappe.qb.from_(table)
		.select(*(table[column] for column in READ_OF_DECISION))
		.where((table.batch == doc.name) & (table.status == IN_EFFECT) & (table.name > (doc.reached or "")))
		.orderby(table.name)
		.limit(batches.CHUNK)
		.for_update()
		.run(as_dict=True)
	)


def _take_back(doc: Document, decisions: list[frappe._dict]) -> dict[str, str]:
	"""Returns why which decisions stand, by their names."""
	if not decisions:
		return {}
	ledger = batches.ledger_rows(
		[name for row in decisions for name in (row.entitlement, row.result_entitlement) if name]
	)
	grounds = _grounds(decisions, ledger)
	agreed = [row for row in decisions if row.name not in grounds]
	# that they are taken back is stored first: the gates ask for it (loss_gate.py)
	_mark(doc, agreed, TAKEN_BACK, doc.return_reason)
	followed = [row for row in agreed if row.result_entitlement]
	refused = entitlements.refused_losses(
		[
			(ledger[row.result_entitlement], ledger[row.entitlement], getdate(row.effective_month))
			for row in followed
		]
	)
	stand = [row for row in followed if row.result_entitlement in refused]
	_mark(doc, stand, IN_EFFECT, None)
	grounds |= {row.name: refused[row.result_entitlement] for row in stand}
	followed = [row for row in followed if row.name not in grounds]
	successions.undo(DECISIONS, [row.name for row in followed])
	ended = [row for row in agreed if not row.result_entitlement]
	for row in ended:
		adjustments.restore(frappe.get_doc(ADJUSTMENT, row.name))
	_recall([row.name for row in (*followed, *ended)])
	entitlements.refresh_households([row.household for row in (*followed, *ended) if row.household])
	return grounds


def _grounds(decisions: list[frappe._dict], ledger: dict[str, frappe._dict]) -> dict[str, str]:
	following = [row.result_entitlement for row in decisions if row.result_entitlement]
	paid = adjustments.on_a_payment_list(following)
	gone_on = batches.followed(following)
	persons = {
		row.entitlement: [share.recipient for share in ledger[row.entitlement].shares] for row in decisions
	}
	own = {row.entitlement: [row.entitlement, row.result_entitlement] for row in decisions}
	elsewhere = successions.held_elsewhere(
		decisions[0].scheme, persons, own, getdate(decisions[0].effective_month)
	)
	grounds = {}
	for row in decisions:
		after = ledger.get(row.result_entitlement)
		if row.delivered_on:
			grounds[row.name] = _("The notice was delivered: the decision binds, and another one changes it.")
		elif row.result_entitlement in paid:
			grounds[row.name] = _("It stands on a payment list already.")
		elif ledger[row.entitlement].docstatus != 1 or (
			row.result_entitlement
			and (after.docstatus != 1 or after.end_reason or row.result_entitlement in gone_on)
		):
			grounds[row.name] = _("The benefit was changed by another decision since.")
		elif row.entitlement in elsewhere:
			grounds[row.name] = _("Somebody in it receives {0} by now.").format(elsewhere[row.entitlement])
	return grounds


def _mark(doc: Document, decisions: list[frappe._dict], status: str, reason: str | None) -> None:
	if not decisions:
		return
	table = frappe.qb.DocType(ADJUSTMENT)
	(
		frappe.qb.update(table)
		.set(table.status, status)
		.set(table.return_reason, reason)
		.set(table.modified, now())
		.set(table.modified_by, frappe.session.user)
		.where(table.name.isin([row.name for row in decisions]))
		.run()
	)


def _recall(names: list[str]) -> None:
	if not names:
		return
	adjustment = frappe.qb.DocType(ADJUSTMENT)
	raise_contacts.take_back(names)
	frappe.qb.update(adjustment).set(adjustment.notice, None).where(adjustment.name.isin(names)).run()
	deliveries.recall(ADJUSTMENT, names)
