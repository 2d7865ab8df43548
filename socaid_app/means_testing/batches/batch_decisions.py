"""An approved batch is carried out: the decision of each family, its row of the ledger and its notice, chunk by chunk.

What stands against a single adjustment stands against one of a batch: nobody decides on a relative's, nothing is taken
from a family that was not heard, and a benefit that was changed meanwhile is left alone. Such a draft stays one, with the
reason, and is decided by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.casework import background, deliveries, letters, messages, number_series, row_sets, waiting
from socaid_app.casework.people import Directory
from socaid_app.means_testing import adjustments
from socaid_app.means_testing.batches import batch_records as batches
from socaid_app.means_testing.batches import raise_contacts
from socaid_app.means_testing.batches.batch_preview import proposal, related_families
from socaid_app.means_testing.batches.batch_records import ADJUSTMENT, DECISIONS, SHARE
from socaid_app.means_testing.loss_gate import IN_EFFECT
from socaid_app.policy import batch_changes as batch_law
from socaid_app.policy import benefit_changes as law
from socaid_app.policy import clock
from socaid_app.policy.income import money
from socaid_app.policy.losses import NOTHING, Support
from socaid_app.socaid_app import entitlements, rules, successions, turns

READ_OF_DRAFT = (
	"name",
	"status",
	"entitlement",
	"household",
	"recipient",
	"category",
	"scheme",
	"kind",
	"ground",
	"effective_month",
	"reason",
	"legal_basis",
	"remedy_text",
	"amount_before",
	"amount_after",
	"division",
	"township",
)
NOTICE = (
	"name",
	"reference_doctype",
	"reference_name",
	"title",
	"document_kind",
	"paper_type",
	"paper",
	"document_number",
	"recipient",
	"recipient_name",
	"issued_on",
	"due_on",
	"due_provisional",
	"status",
	"division",
	"township",
	"content",
)


def chunk(batch: str) -> bool:
	"""Put the next drafts in effect; False when there are no more."""
	doc = background.locked(batches.DOCTYPE, batch, batches.CARRYING_OUT)
	if not doc:
		return False
	drafts = _next(doc)
	grounds = _carry_out(doc, drafts)
	batches.say_why(grounds)
	looked_at = cint(doc.looked_at) + len(drafts)
	if drafts:
		background.keep(doc, reached=drafts[-1].name, looked_at=looked_at)
	if len(drafts) == batches.CHUNK:
		return True
	tell_who_delivers(doc)
	sums = batches.figures(doc.name)
	background.finish(doc, batches.CARRIED_OUT, reached=None, looked_at=looked_at, in_effect=sums.in_effect)
	return False


def how_many(doc: Document) -> int:
	return frappe.db.count(ADJUSTMENT, {"batch": doc.name, "status": ["in", batches.WAITING]})


def _next(doc: Document) -> list[frappe._dict]:
	"""The next drafts, locked, with their shares."""
	table = frappe.qb.DocType(ADJUSTMENT)
	drafts = (
		frappe.qb.from_(table)
		.select(*(table[column] for column in READ_OF_DRAFT))
		.where((table.batch == doc.name) & table.status.isin(batches.WAITING))
		.where(table.name > (doc.reached or ""))
		.orderby(table.name)
		.limit(batches.CHUNK)
		.for_update()
		.run(as_dict=True)
	)
	own: dict[str, list] = {}
	for row in frappe.get_all(
		SHARE,
		filters={"parent": ["in", [draft.name for draft in drafts] or [""]], "parenttype": ADJUSTMENT},
		fields=["parent", "recipient", "share_before", "share_after", "care_before", "care_after"],
		order_by="parent, idx",
	):
		own.setdefault(row.parent, []).append(row)
	for draft in drafts:
		draft.shares = own.get(draft.name, [])
	return drafts


def after_of(draft: frappe._dict, paid: frappe._dict) -> Support:
	if not draft.amount_after:
		return NOTHING
	rows = [row for row in draft.shares if row.share_after or row.care_after]
	return Support(
		money(draft.amount_after),
		{row.recipient: money(row.share_after) for row in rows},
		{row.recipient: row.care_after for row in rows if row.care_after},
		entitlements.decided_end(paid),
	)


def as_row(draft: frappe._dict, paid: frappe._dict) -> frappe._dict | None:
	"""What would follow in the ledger, for the gates; None where nothing does."""
	if not draft.amount_after:
		return None
	return frappe._dict(
		amount=draft.amount_after,
		shares=[
			frappe._dict(recipient=row.recipient, share=row.share_after, care_grade=row.care_after)
			for row in draft.shares
			if row.share_after or row.care_after
		],
		end_month=entitlements.decided_end(paid),
	)


# --- what stands against it ---------------------------------------------------------------------------------------
def _carry_out(doc: Document, drafts: list[frappe._dict]) -> dict[str, str]:
	"""Returns why which drafts stay drafts, by their names."""
	if not drafts:
		return {}
	ledger = batches.ledger_rows([draft.entitlement for draft in drafts])
	_take_turns_of_the_new(drafts, ledger)
	grounds = _grounds(doc, drafts, ledger)
	agreed = [draft for draft in drafts if draft.name not in grounds]
	# the decisions are stored first: the gates ask for them (loss_gate.py)
	_decide(doc, agreed)
	refused = entitlements.refused_losses(
		[
			(
				ledger[draft.entitlement],
				as_row(draft, ledger[draft.entitlement]),
				getdate(draft.effective_month),
			)
			for draft in agreed
		]
	)
	undecided = [draft for draft in agreed if draft.entitlement in refused]
	_back_to_draft(undecided)
	grounds |= {draft.name: refused[draft.entitlement] for draft in undecided}
	agreed = [draft for draft in agreed if draft.entitlement not in refused]
	following = [draft for draft in agreed if draft.amount_after]
	successions.follow(DECISIONS, [draft.name for draft in following])
	_enter_as_done([draft.name for draft in following])
	ended, not_ended = _stop_each([draft for draft in agreed if not draft.amount_after])
	_make_out_notices(doc, following)
	entitlements.refresh_households([draft.household for draft in (*following, *ended) if draft.household])
	return grounds | not_ended


def _take_turns_of_the_new(drafts: list[frappe._dict], ledger: dict[str, frappe._dict]) -> None:
	"""Who shares in a benefit for the first time must not be granted another one in between (socaid_app/turns.py)."""
	new = set()
	for draft in drafts:
		had = {row.recipient for row in ledger[draft.entitlement].shares}
		new |= {row.recipient for row in draft.shares if row.share_after} - had
	turns.take(new)


def _grounds(doc: Document, drafts: list[frappe._dict], ledger: dict[str, frappe._dict]) -> dict[str, str]:
	"""Why a draft is not decided by the batch, by its name."""
	related = related_families({draft.name: _persons(draft) for draft in drafts})
	deciders = [user for user in (doc.owner, doc.previewed_by, doc.approved_by) if user]
	followed = batches.followed(list(ledger))
	others = _others_under_way(doc, list(ledger))
	elsewhere = successions.held_elsewhere(
		drafts[0].scheme,
		{draft.entitlement: [row.recipient for row in draft.shares if row.share_after] for draft in drafts},
		{draft.entitlement: [draft.entitlement] for draft in drafts},
		getdate(doc.effective_month),
	)
	grounds = {}
	for draft in drafts:
		paid = ledger[draft.entitlement]
		if _changed(draft, paid) or draft.entitlement in followed:
			found = _(
				"The benefit was changed since the preview. Withdraw this draft; decide on the family by itself."
			)
		elif draft.entitlement in others:
			found = _("It is being adjusted already ({0}).").format(others[draft.entitlement])
		elif any(related[draft.name].includes(user) for user in deciders if draft.name in related):
			found = _("It is about a relative of one of those who deal with the batch; others decide.")
		elif draft.entitlement in elsewhere:
			found = _("Somebody in it receives {0} by now.").format(elsewhere[draft.entitlement])
		else:
			before, after = entitlements.support(paid), after_of(draft, paid)
			found = "；".join(map(str, law.breaches(proposal(draft, before, after), rules.parameters())))
		if found:
			grounds[draft.name] = found
	return grounds


def _persons(draft: frappe._dict) -> list[str]:
	return list(dict.fromkeys([draft.recipient, *(row.recipient for row in draft.shares)]))


def _changed(draft: frappe._dict, paid: frappe._dict) -> bool:
	"""Whether the ledger says another thing than the preview saw."""
	shares = {row.recipient: money(row.share_before) for row in draft.shares if row.share_before}
	return (
		paid.docstatus != 1
		or money(paid.amount) != money(draft.amount_before)
		or {row.recipient: money(row.share) for row in paid.shares if row.share} != shares
		or bool(paid.end_month and getdate(paid.end_month) < getdate(draft.effective_month))
		or paid.division != draft.division
	)


def _others_under_way(doc: Document, names: list[str]) -> dict[str, str]:
	"""Another adjustment of the same benefit that was drafted meanwhile."""
	return dict(
		frappe.get_all(
			ADJUSTMENT,
			filters={"entitlement": ["in", names], "status": ["in", adjustments.OPEN]},
			or_filters=[["batch", "is", "not set"], ["batch", "!=", doc.name]],
			fields=["entitlement", "name"],
			order_by="name",
			as_list=True,
		)
	)


# --- writing ------------------------------------------------------------------------------------------------------
def _of(drafts: Iterable[frappe._dict]):
	table = frappe.qb.DocType(ADJUSTMENT)
	return table, table.name.isin([draft.name for draft in drafts])


def _decide(doc: Document, drafts: list[frappe._dict]) -> None:
	if not drafts:
		return
	table, these = _of(drafts)
	(
		frappe.qb.update(table)
		.set(table.status, IN_EFFECT)
		.set(table.proposed_by, doc.previewed_by)
		.set(table.proposed_on, doc.previewed_on)
		.set(table.decided_by, doc.approved_by)
		.set(table.decided_on, today())
		.set(table.opinion, doc.opinion)
		.set(table.return_reason, None)
		.set(table.modified, frappe.utils.now())
		.set(table.modified_by, doc.approved_by)
		.where(these)
		.run()
	)


def _back_to_draft(drafts: list[frappe._dict]) -> None:
	for status in batches.WAITING:
		own = [draft for draft in drafts if draft.status == status]
		if not own:
			continue
		table, these = _of(own)
		query = frappe.qb.update(table).set(table.status, status).where(these)
		for column in ("proposed_by", "proposed_on", "decided_by", "decided_on", "opinion"):
			query = query.set(table[column], None)
		query.run()


def _enter_as_done(names: list[str]) -> None:
	if names:
		table = frappe.qb.DocType(ADJUSTMENT)
		frappe.qb.update(table).set(table.carried_out_on, today()).where(table.name.isin(names)).run()


def _stop_each(drafts: list[frappe._dict]) -> tuple[list[frappe._dict], dict[str, str]]:
	"""Each was heard by itself and ends by itself, as a single decision does; returns the ended and why others are not."""
	ended, refused = [], {}
	for draft in drafts:
		name = f"stop_{frappe.generate_hash(length=8)}"
		frappe.db.savepoint(name)
		try:
			adjustment = frappe.get_doc(ADJUSTMENT, draft.name)
			adjustments.enter_in_ledger(adjustment)
			adjustments.deliver(adjustment)
			ended.append(draft)
		except (waiting.ChangedMeanwhile, frappe.QueryDeadlockError):
			raise
		except frappe.ValidationError as error:
			frappe.db.rollback(save_point=name)
			frappe.clear_last_message()
			_back_to_draft([draft])
			refused[draft.name] = str(error)
	return ended, refused


# --- telling ------------------------------------------------------------------------------------------------------
def _make_out_notices(doc: Document, drafts: list[frappe._dict]) -> None:
	"""Each family's notice, to be delivered with proof, as ``adjustments.deliver`` makes out one; whoever gets more by a
	new standard is called as well.
	"""
	if not drafts:
		return
	kind, issued = adjustments.NOTICE, getdate(today())
	key = frappe.get_cached_value(letters.DOCTYPE, kind, "delivery_days")
	period = rules.parameters().record(key, issued)
	due, provisional = clock.after(issued, int(period.value), period.unit, rules.calendar())
	names = number_series.names(deliveries.DOCTYPE, len(drafts))
	numbers = letters.next_numbers(kind, issued.year, len(drafts))
	paper_type = letters.printed_from(kind)
	people = _people({person for draft in drafts for person in _persons(draft)})
	rows, to_call = [], []
	for name, number, draft in zip(names, numbers, drafts, strict=True):
		# the person entitled, or somebody else who is still there to be told
		alive = [person for person in _persons(draft) if not people[person].deceased_on]
		addressee = alive[0] if alive else draft.recipient
		full_name = people[addressee].full_name
		if doc.change == batch_law.STANDARD and draft.kind == law.RAISE:
			to_call.append((draft, addressee, full_name))
		rows.append(
			(
				name,
				ADJUSTMENT,
				draft.name,
				full_name,
				kind,
				paper_type,
				draft.name if paper_type == ADJUSTMENT else None,
				number,
				addressee,
				full_name,
				issued,
				due,
				int(provisional),
				deliveries.OVERDUE if due < issued else deliveries.TO_DELIVER,
				draft.division,
				draft.township,
				draft.reason,
			)
		)
	row_sets.insert(deliveries.DOCTYPE, NOTICE, rows)
	raise_contacts.enter(doc.name, to_call, due)
	# Raw SQL: one statement for all of them.
	frappe.db.sql(
		"""update `tabBenefit Adjustment` a join `tabDocument Delivery` n
			on n.reference_doctype = %(kind)s and n.reference_name = a.name and n.name in %(notices)s
		set a.notice = n.name where a.name in %(names)s""",
		{"kind": ADJUSTMENT, "notices": names, "names": [draft.name for draft in drafts]},
	)


def _people(names: set[str]) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		"Recipient",
		filters={"name": ["in", sorted(names) or [""]]},
		fields=["name", "full_name", "deceased_on"],
		order_by="name",
	)
	return {row.name: row for row in rows}


def tell_who_delivers(doc: Document) -> None:
	"""One message for all notices of a township, to those who deliver there."""
	directory = Directory()
	# Raw SQL: counts by township.
	for township, count, due in frappe.db.sql(
		"""select n.township, count(*), min(n.due_on) from `tabDocument Delivery` n
		join `tabBenefit Adjustment` a on a.notice = n.name
		where a.batch = %s and n.delivered_on is null group by n.township""",
		doc.name,
	):
		users = set(directory.users(letters.told(adjustments.NOTICE), township)) - {frappe.session.user}
		subject = _("{0}: {1} notices to deliver by {2}").format(doc.title, count, due)
		messages.tell_staff(sorted(users), subject, batches.DOCTYPE, doc.name)
