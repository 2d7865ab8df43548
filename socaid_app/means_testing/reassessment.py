"""What a household would be paid on the facts as they are now.

A benefit rests on the snapshot of its decision. A reassessment takes the case of that snapshot, puts the facts
in their place that have changed and been reviewed, and asks the law library again, by today's rules. It proposes;
the benefit itself changes by a decision of its own, after the household was heard (Social Assistance Law Art. 48).
"""

from __future__ import annotations

import json

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, today

from socaid_app.assistance_intake.persons import whereabouts
from socaid_app.casework import records
from socaid_app.policy import clock, means, terms
from socaid_app.socaid_app import changed_facts, entitlements, merged_persons, rules

# Smaller differences are rounding.
CENT = 0.01
PROPOSED, WITHDRAWN = "Proposed", "Withdrawn"
UNCHANGED, RAISE, REDUCE, STOP = "Unchanged", "Raise", "Reduce", "Stop"


def case_on_file(entitlement: str) -> dict | None:
	"""The case (see :mod:`policy.cases`) on which a benefit was decided; None for benefits entered without one."""
	case = case_of_basis(frappe.db.get_value("Entitlement", entitlement, "basis_snapshot"))
	return standing_case(case) if case else None


def case_of_basis(snapshot: str | None) -> dict | None:
	"""The case in a frozen basis; None where it was frozen without one."""
	return json.loads(snapshot).get("case") if snapshot else None


def standing_case(case: dict) -> dict:
	"""A frozen case as it is read today: who was merged since is named as the person who stands."""
	basis = {"case": case}
	let_stand([basis])
	return basis["case"]


def let_stand(bases: list[dict]) -> None:
	"""The same for the cases of many frozen bases, in one query."""
	persons = {member["id"] for basis in bases for member in (basis.get("case") or {}).get("members", ())}
	moved = merged_persons.standing(persons)
	for basis in bases if moved else ():
		if basis.get("case"):
			basis["case"] = merged_persons.renamed(basis["case"], moved)


def changed_case(case: dict, changes: dict) -> dict:
	"""``case`` with reviewed changes in place, to be assessed by today's rules.

	``changes``: ``income``, ``property``, ``expenses`` and ``selfcare`` replace what was on file; ``members`` is
	{recipient: {field: value}}; ``without`` lists those who left.
	"""
	gone = set(changes.get("without", ()))
	updates = changes.get("members", {})
	members = [
		member | updates.get(member["id"], {}) for member in case["members"] if member["id"] not in gone
	]
	facts = {
		field: changes[field] for field in ("income", "property", "expenses", "selfcare") if field in changes
	}
	income = [row for row in facts.get("income", case["income"]) if row.get("member") not in gone]
	return case | facts | {"members": members, "income": income, "accepted_on": today()}


def with_what_befell(case: dict, benefit: Document) -> dict:
	"""``case`` with what became of its members since, and that they hold ``benefit``: rules on staying apply."""
	befell = whereabouts([member["id"] for member in case["members"]], benefit.household)
	return as_it_is_now(case, benefit.scheme, {row.recipient for row in benefit.shares}, befell)


def as_it_is_now(case: dict, scheme: str, holders: set[str], befell: dict[str, dict]) -> dict:
	"""The same where what befell the members is known already; ``holders`` have a share in the benefit."""
	members = []
	for member in case["members"]:
		held = {"benefits": [scheme]} if member["id"] in holders else {}
		members.append(member | befell.get(member["id"], {}) | held)
	return case | {"members": members, "facts_on": today()}


def converted(case: dict, category: str) -> dict:
	"""The same family asking for the other kind of support, which it gets instead of the one it has."""
	kind = frappe.get_cached_doc("Assistance Category", category)
	members = [member | {"benefits": []} for member in case["members"]]
	return case | {
		"category": category,
		"scheme": kind.scheme,
		"calculation_mode": kind.calculation_mode or terms.DIFFERENCE,
		"members": members,
	}


def reassess(entitlement: str, changes: dict, source: Document, unknown: str = "") -> Document:
	"""A stored proposal; ``source`` is the record that brought the changes to light, ``unknown`` what nobody declared."""
	benefit = frappe.get_doc("Entitlement", entitlement)
	proposal = frappe.get_doc(
		{
			"doctype": "Household Reassessment",
			"household": source.household,
			"entitlement": entitlement,
			"category": benefit.category,
			"reference_doctype": source.doctype,
			"reference_name": source.name,
			"assessed_on": today(),
			"amount_before": flt(benefit.amount),
		}
	)
	case = case_on_file(entitlement)
	if unknown:
		proposal.incomplete = unknown
	elif case:
		compute(proposal, changed_case(with_what_befell(case, benefit), changes))
	else:
		proposal.incomplete = _(
			"This benefit was entered without its calculation; assess it by a new application."
		)
	return proposal.insert(ignore_permissions=True)


def follow_life_event(occurrence) -> None:
	"""Hook ``socaid_life_events``: what the household would get now, beside the change that reviews the event."""
	for name in occurrence.changes:
		change = frappe.get_doc("Circumstance Change", name)
		known = {"reference_doctype": change.doctype, "reference_name": name, "status": PROPOSED}
		proposals = frappe.get_all("Household Reassessment", filters=known, pluck="name", order_by="name")
		if occurrence.undone:
			for proposal in proposals:
				_withdraw(proposal, change.review_note)
		elif change.household and not proposals:
			# what ends with this month is not computed any more
			for benefit in entitlements.of_household(change.household, clock.next_month(getdate(today()))):
				reassess(benefit, {}, change)


# Actions on a household that leave what it would get as it is (socaid_app/changes_in_effect.py).
NO_MONEY = ("Change Head", "Transfer")
# What somebody earns is named after its usual item where none is on file (policy/terms.py).
USUAL_ITEM = {
	terms.WAGE: "Wages",
	terms.BUSINESS: "Business Profit",
	terms.PROPERTY_INCOME: "Rent",
	terms.TRANSFER: "Other Income",
}


def follow_change(change: Document, undone: bool) -> None:
	"""Hook ``socaid_changes_in_effect``: what the household would get after a change that a second person confirmed."""
	known = {"reference_doctype": change.doctype, "reference_name": change.name, "status": PROPOSED}
	proposals = frappe.get_all("Household Reassessment", filters=known, pluck="name", order_by="name")
	if undone:
		for proposal in proposals:
			_withdraw(proposal, change.taken_back_reason)
		return
	if proposals or not change.household or change.action in NO_MONEY:
		return
	home = frappe.parse_json(change.plan or "{}").get("into") or change.household
	for benefit in entitlements.of_household(home, clock.next_month(getdate(today()))):
		case = case_on_file(benefit)
		reassess(benefit, _facts_of(change, case) if case else {}, change, _joined(change, home))


def _joined(change: Document, home: str) -> str:
	"""Whoever joined has declared nothing yet: no amount is computed as if that were nothing."""
	if change.action == "Add Member":
		name = frappe.db.get_value("Recipient", change.recipient, "full_name")
	elif home != change.household:
		name = change.household
	else:
		return ""
	return _(
		"{0} joined: income and property are not declared yet. Assess the family by an application."
	).format(name)


def _facts_of(change: Document, case: dict) -> dict:
	"""The facts of a change in the shape of :func:`changed_case`."""
	changes: dict = {}
	members: dict[str, dict] = {}
	income = [dict(row) for row in case["income"]]
	for row in change.facts:
		if kind := changed_facts.OF_INCOME.get(row.fact):
			income = _with_income(income, row.recipient, kind, flt(row.value_after))
			changes["income"] = income
		elif row.fact in changed_facts.OF_PERSON and row.fact != "Employment":
			members.setdefault(row.recipient, {})[changed_facts.OF_PERSON[row.fact]] = row.value_after
	if members:
		changes["members"] = members
	if change.action in ("Member by Mistake", "Remove Member"):
		changes["without"] = [change.recipient]
	return changes


def _with_income(rows: list[dict], person: str, kind: str, annual: float) -> list[dict]:
	own = [row for row in rows if row.get("member") == person and row["kind"] == kind]
	item = own[0]["item"] if own else USUAL_ITEM[kind]
	new = {"member": person, "kind": kind, "item": item, "annual": annual, "deduction": 0}
	return [row for row in rows if row not in own] + ([new] if annual else [])


def declared_income(household: str, person: str, kind: str) -> float | None:
	"""Hook ``socaid_declared_income``: net yuan a year in the case on which the benefit rests; None without one."""
	for benefit in entitlements.of_household(household):
		if case := case_on_file(benefit):
			own = [row for row in case["income"] if row.get("member") == person and row["kind"] == kind]
			return sum(flt(row["annual"]) - flt(row.get("deduction")) for row in own)
	return None


def _withdraw(name: str, note: str) -> None:
	proposal = frappe.get_doc("Household Reassessment", name)
	proposal.status, proposal.handled_note = WITHDRAWN, note
	with records.step(proposal):
		proposal.save(ignore_permissions=True)


def compute(proposal: Document, case: dict) -> None:
	"""Fill in the result; what stands in the way is stated instead of a number."""
	proposal.facts = json.dumps(case, ensure_ascii=False, default=str)
	try:
		result = means.assess(case, rules.parameters(), rules.standards(), getdate(today()))
	except (ValueError, LookupError) as error:
		proposal.incomplete = str(error)
		return
	proposal.assessment = json.dumps(result.to_dict(), ensure_ascii=False)
	proposal.eligible = int(result.eligible)
	proposal.amount_after = flt(result.amount, 2) if result.eligible else 0
	proposal.proposal = direction(flt(proposal.amount_before), proposal.amount_after, result.eligible)


def direction(before: float, after: float, eligible: bool) -> str:
	if not eligible:
		return STOP
	if abs(after - before) < CENT:
		return UNCHANGED
	return RAISE if after > before else REDUCE
