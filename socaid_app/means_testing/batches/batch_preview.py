"""The preview of a batch: a draft adjustment for each family whose amount changes, and why others are left out.

A draft is what a clerk would have drafted for the family alone (adjustment_amounts.py), computed for a chunk of families
with a handful of queries. It names before and after, carries its frozen basis, and is the record about which a family is
heard before something is taken from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate, today

from socaid_app.assistance_intake.persons import whereabouts_of
from socaid_app.casework import background, number_series, row_sets
from socaid_app.casework.relatives import Related, declared
from socaid_app.means_testing import adjustments, reassessment
from socaid_app.means_testing.adjustment_amounts import Outcome, by_the_standards
from socaid_app.means_testing.batches import batch_records as batches
from socaid_app.means_testing.batches import newly_qualifying
from socaid_app.means_testing.batches.batch_records import ADJUSTMENT, OMISSION, SHARE
from socaid_app.permissions.divisions import bounds
from socaid_app.policy import batch_changes as batch_law
from socaid_app.policy import benefit_changes as law
from socaid_app.policy import losses, remedies, terms
from socaid_app.policy.income import money
from socaid_app.policy.losses import Support
from socaid_app.socaid_app import entitlements, rules

ENTITLEMENT, HOUSEHOLD = entitlements.DOCTYPE, entitlements.MANAGED
DRAFT = (
	"name",
	"entitlement",
	"household",
	"head_name",
	"recipient",
	"category",
	"scheme",
	"status",
	"kind",
	"ground",
	"effective_month",
	"division",
	"township",
	"reason",
	"legal_basis",
	"remedy_text",
	"grace_percent",
	"amount_before",
	"assessed_amount",
	"amount_after",
	"assessed_on",
	"basis",
	"batch",
	"content_changed_by",
)
SHARES = (
	"recipient",
	"member_name",
	"share_before",
	"share_after",
	"care_before",
	"care_after",
	"care_amount",
)


class LeftOut(Exception):
	"""Why a batch does not change a family; said on the list of those it leaves out."""


@dataclass
class Family:
	"""A benefit with what has to be known of the family to change it."""

	paid: frappe._dict
	head_name: str = ""
	befell: dict[str, dict] = field(default_factory=dict)
	related: Related = field(default_factory=lambda: Related(()))
	under_way: str = ""

	@property
	def before(self) -> Support:
		return entitlements.support(self.paid)

	@property
	def basis(self) -> dict:
		return self.paid.basis


def in_question(doc) -> tuple[str, dict]:
	"""SQL on ``tabEntitlement``: the benefits that a batch is about, with the values in it."""
	low, high = bounds(doc.division)
	return (
		"category = %(category)s and docstatus = 1 and payment = %(monthly)s"
		" and division between %(low)s and %(high)s and (end_month is null or end_month >= %(month)s)",
		{
			"category": doc.category,
			"monthly": terms.MONTHLY,
			"low": low,
			"high": high,
			"month": getdate(doc.effective_month),
		},
	)


def how_many(doc) -> int:
	condition, values = in_question(doc)
	# Raw SQL: the condition is shared with the reading of the chunks.
	return frappe.db.sql(f"select count(*) from `tab{ENTITLEMENT}` where {condition}", values)[0][0]


def chunk(batch: str) -> bool:
	"""Preview the next families, stored with how far the batch has come; False when there are no more."""
	doc = background.locked(batches.DOCTYPE, batch, batches.PREVIEWING)
	if not doc:
		return False
	rows = _next(doc)
	families = read(rows)
	drafts, left_out = [], []
	for family in families:
		try:
			outcome = compute(doc, family)
			if draft := _draft(doc, family, outcome):
				drafts.append(draft)
		except LeftOut as reason:
			left_out.append((family.paid, str(reason)))
	_store(doc, drafts, left_out)
	looked_at = cint(doc.looked_at) + len(rows)
	if rows:
		background.keep(doc, reached=rows[-1].name, looked_at=looked_at)
	if len(rows) == batches.CHUNK:
		return True
	sums = batches.figures(doc.name)
	unchanged = looked_at - cint(sums.raises) - cint(sums.to_hear) - sums.left_out
	newly = len(newly_qualifying.of_batch(doc))
	background.finish(
		doc,
		batches.PREVIEWED,
		reached=None,
		looked_at=looked_at,
		unchanged=unchanged,
		newly_qualifying=newly,
		**sums,
	)
	return False


# --- reading ------------------------------------------------------------------------------------------------------
def _next(doc) -> list[frappe._dict]:
	"""Names first: a condition is tried on whole rows, and the calculations on file are long."""
	condition, values = in_question(doc)
	# Raw SQL: as above.
	names = frappe.db.sql_list(
		f"""select name from `tab{ENTITLEMENT}` where {condition} and name > %(reached)s
		order by name limit %(chunk)s""",
		values | {"reached": doc.reached or "", "chunk": batches.CHUNK},
	)
	return frappe.get_all(
		ENTITLEMENT,
		filters={"name": ["in", names or [""]]},
		fields=[*batches.READ, "basis_snapshot"],
		order_by="name",
	)


def read(rows: list[frappe._dict]) -> list[Family]:
	batches.with_shares(rows)
	for row in rows:
		row.basis = json.loads(row.pop("basis_snapshot") or "{}")
	reassessment.let_stand([row.basis for row in rows])
	heads = dict(
		frappe.get_all(
			HOUSEHOLD,
			filters={"name": ["in", [row.household for row in rows if row.household] or [""]]},
			fields=["name", "head_name"],
			order_by="name",
			as_list=True,
		)
	)
	persons = {row.name: persons_of(row) for row in rows}
	befell = whereabouts_of({row.name: (persons[row.name], row.household) for row in rows})
	related = related_families(persons)
	under_way = dict(
		frappe.get_all(
			ADJUSTMENT,
			filters={
				"entitlement": ["in", [row.name for row in rows] or [""]],
				"status": ["in", adjustments.OPEN],
			},
			fields=["entitlement", "name"],
			order_by="name",
			as_list=True,
		)
	)
	return [
		Family(
			row,
			heads.get(row.household) or row.recipient_name,
			befell[row.name],
			related.get(row.name, Related(())),
			under_way.get(row.name, ""),
		)
		for row in rows
	]


def persons_of(paid: frappe._dict) -> list[str]:
	"""Everybody the benefit is about: who has a share, and who is in the case it rests on."""
	members = [member["id"] for member in (paid.basis.get("case") or {}).get("members", ())]
	return list(dict.fromkeys([paid.recipient, *(row.recipient for row in paid.shares), *members]))


def related_families(persons: dict[str, list[str]]) -> dict[str, Related]:
	"""{key: the staff who are near relatives of its persons}, for those who have any."""
	by_person: dict[str, list] = {}
	for row in declared({person for group in persons.values() for person in group}, getdate(today())):
		by_person.setdefault(row.recipient, []).append(row)
	if not by_person:
		return {}
	found = {
		key: [row for person in group for row in by_person.get(person, ())] for key, group in persons.items()
	}
	return {key: Related(tuple(rows)) for key, rows in found.items() if rows}


# --- computing ----------------------------------------------------------------------------------------------------
def compute(doc, family: Family) -> Outcome:
	"""What the family is paid by the decision. Raises LeftOut."""
	paid = family.paid
	if family.under_way:
		raise LeftOut(_("It is being adjusted already ({0}).").format(family.under_way))
	if getdate(paid.start_month) >= getdate(doc.effective_month):
		raise LeftOut(_("It begins only then; its own decision has computed it."))
	if family.related.includes(doc.owner) or family.related.includes(doc.previewed_by):
		raise LeftOut(_("It is about a relative of one of those who deal with the batch; others decide."))
	basis = family.basis
	if not basis.get("case"):
		raise LeftOut(_("It was entered without its calculation; assess it by a new application."))
	if doc.change == batch_law.STANDARD:
		return _by_the_standard(doc, family, basis)
	return _by_a_supplement(doc, family, basis)


def _by_the_standard(doc, family: Family, basis: dict) -> Outcome:
	"""The case on file with what befell its members since, by the standards of the first month."""
	if batch_law.is_one_familys(basis):
		raise LeftOut(_("Its amount was decided for this family alone; another decision changes it."))
	paid = family.paid
	holders = {row.recipient for row in paid.shares}
	case = reassessment.changed_case(
		reassessment.as_it_is_now(basis["case"], paid.scheme, holders, family.befell), {}
	)
	try:
		return by_the_standards(case, basis, family.before, getdate(doc.effective_month))
	except (ValueError, LookupError) as error:
		raise LeftOut(str(error)) from error


def _by_a_supplement(doc, family: Family, basis: dict) -> Outcome:
	"""So much more for each, or the same off again where it was given."""
	if family.befell:
		raise LeftOut(
			_("Something befell one of the family that has not been reviewed; decide it by itself.")
		)
	paid, before = family.paid, family.before
	persons = len(paid.shares) or cint(paid.member_count) or 1
	ends = doc.change == batch_law.SUPPLEMENT_ENDS
	each = money(doc.amount) * (-1 if ends else 1)
	after = batch_law.added(before, each, doc.per, persons)
	change = after.amount - before.amount
	if ends and batch_law.supplement(basis) < -change:
		raise LeftOut(_("It has no such supplement."))
	frozen = batch_law.with_supplement(basis, change, batch=doc.name, ground=doc.change)
	care = max((money(row.care_amount) for row in paid.shares), default=Decimal(0))
	return Outcome(after, frozen, care)


def _draft(doc, family: Family, outcome: Outcome) -> tuple[dict, list[dict]] | None:
	"""The draft of the family and its shares; None where nothing changes. Raises LeftOut."""
	paid, before, after = family.paid, family.before, outcome.after
	taken = losses.losses(before, after)
	if before.amount == after.amount and not taken:
		return None
	kind = law.STOP if not after.amount else law.REDUCE if after.amount < before.amount else law.RAISE
	if taken and kind == law.RAISE:
		raise LeftOut(_("One of the family would get less; decide it by itself."))
	if after.shares and paid.recipient not in after.shares:
		raise LeftOut(_("The person entitled would be another one; decide it by itself."))
	limit = money(flt(doc.limit_percent))
	if limit and abs(after.amount - before.amount) * 100 > before.amount * limit:
		raise LeftOut(
			_("It would change from {0} to {1} yuan, by more than the batch may.").format(
				before.amount, after.amount
			)
		)
	draft = frappe._dict(
		{
			**{
				name: paid[name]
				for name in ("household", "recipient", "category", "scheme", "division", "township")
			},
			"entitlement": paid.name,
			"head_name": family.head_name,
			"status": adjustments.DRAFTED,
			"kind": kind,
			"ground": law.NEW_STANDARD if doc.change == batch_law.STANDARD else law.OTHER_GROUND,
			"effective_month": getdate(doc.effective_month),
			"reason": doc.reason,
			"remedy_text": doc.remedy_text,
			"grace_percent": 100,
			"amount_before": before.amount,
			"assessed_amount": outcome.assessed or 0,
			"amount_after": after.amount,
			"assessed_on": getdate(doc.effective_month) if outcome.assessed is not None else None,
			"basis": json.dumps(outcome.basis, ensure_ascii=False),
			"batch": doc.name,
			"content_changed_by": doc.previewed_by,
		}
	)
	draft.legal_basis = doc.legal_basis or adjustments.usual_basis(draft)
	if found := law.breaches(proposal(draft, before, after), rules.parameters()):
		raise LeftOut("；".join(map(str, found)))
	return draft, _share_rows(family, before, outcome)


def proposal(row: frappe._dict, before: Support, after: Support) -> law.Proposal:
	"""A draft of a batch, as the law library sees it."""
	return law.Proposal(
		kind=row.kind,
		ground=row.ground,
		scheme=row.scheme,
		on=getdate(today()),
		month=getdate(row.effective_month),
		before=before,
		after=after,
		reason=row.reason or "",
		basis=row.legal_basis or "",
		remedies=row.remedy_text or "",
	)


def _share_rows(family: Family, before: Support, outcome: Outcome) -> list[dict]:
	names = {row.recipient: row.member_name for row in family.paid.shares}
	case = (outcome.basis.get("case") or {}).get("members", ())
	names = {member["id"]: member.get("name") for member in case} | names
	after = outcome.after
	return [
		{
			"recipient": person,
			"member_name": names.get(person),
			"share_before": before.shares.get(person) or 0,
			"share_after": after.shares.get(person) or 0,
			"care_before": before.care.get(person) or "",
			"care_after": after.care.get(person) or "",
			"care_amount": outcome.care_amount if after.care.get(person) else 0,
		}
		for person in dict.fromkeys((*before.shares, *after.shares))
	]


# --- writing ------------------------------------------------------------------------------------------------------
def _store(doc, drafts: list[tuple[dict, list[dict]]], left_out: Iterable[tuple[frappe._dict, str]]) -> None:
	names = number_series.names(ADJUSTMENT, len(drafts))
	row_sets.insert(
		ADJUSTMENT,
		DRAFT,
		[
			(name, *(draft.get(column) for column in DRAFT[1:]))
			for name, (draft, _shares) in zip(names, drafts, strict=True)
		],
		doc.previewed_by,
	)
	columns, rows = row_sets.children(
		ADJUSTMENT,
		"shares",
		SHARES,
		{name: shares for name, (_draft, shares) in zip(names, drafts, strict=True)},
	)
	row_sets.insert(SHARE, columns, rows, doc.previewed_by)
	columns = (
		"name",
		"batch",
		"entitlement",
		"household",
		"recipient_name",
		"amount",
		"division",
		"township",
		"reason",
	)
	row_sets.insert(
		OMISSION,
		columns,
		[
			(
				f"{doc.name}-{paid.name}",
				doc.name,
				paid.name,
				paid.household,
				paid.recipient_name,
				paid.amount,
				paid.division,
				paid.township,
				reason,
			)
			for paid, reason in left_out
		],
		doc.previewed_by,
	)


def remedy_text() -> str:
	return remedies.remedy_text(getdate(today()), rules.parameters())
