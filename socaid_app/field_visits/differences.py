"""What a visit found otherwise than it stands on file, fact by fact; and what follows once that is reviewed."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, fmt_money, getdate

from socaid_app.assistance_intake import application_case
from socaid_app.casework.records import CHANGED_BY
from socaid_app.means_testing import reassessment
from socaid_app.policy import terms
from socaid_app.socaid_app import entitlements
from socaid_app.socaid_app.doctype.circumstance_change import circumstance_change

ADOPTED, NOT_ADOPTED = "Adopted", "Not Adopted"
# Facts of a person that a visit may correct: field → kind of change.
PERSONAL = {
	"health": "Health Change",
	"labour_capacity": "Health Change",
	"employment": "Employment Change",
	"schooling": "Other",
}
LEFT = {"Moved Out": "Population Change", "Deceased": "Death"}
# Yuan; below it, two sums are the same.
CENT = 0.01


class DifferenceUndecided(frappe.ValidationError):
	pass


def benefit_of(visit: Document) -> str | None:
	"""The monthly benefit that the visit looked at: of its category if there is one, else the household's first."""
	benefits = entitlements.of_household(visit.household, visit.planned_on)
	if visit.category:
		for name in benefits:
			if frappe.db.get_value("Entitlement", name, "category") == visit.category:
				return name
	return benefits[0] if benefits else None


def prefill(visit: Document) -> None:
	"""Begin the form with what is on file, so that visitors correct instead of copying."""
	household = frappe.get_doc("Recipient Household", visit.household)
	if not visit.members:
		for row in household.present_members():
			person = frappe.db.get_value("Recipient", row.recipient, ["full_name", *PERSONAL], as_dict=True)
			visit.append(
				"members",
				{
					"recipient": row.recipient,
					"member_name": person.full_name,
					"kinship": row.kinship,
					"presence": "Lives Here",
					**{field: person[field] for field in PERSONAL},
				},
			)
	case = _case(visit)
	if not case or visit.incomes or visit.properties or visit.expenses:
		return
	for row in case["income"]:
		visit.append(
			"incomes",
			{
				"recipient": row.get("member"),
				"kind": row["kind"],
				"item": row["item"],
				"annual": flt(row["annual"]),
				"deduction": flt(row.get("deduction")),
			},
		)
	for row in case["property"]:
		visit.append(
			"properties",
			{
				"kind": row["kind"],
				"description": row.get("description"),
				"value": flt(row.get("value")),
				"floor_area": flt(row.get("area")),
				"exempt": int(bool(row.get("exempt"))),
				"exempt_reason": row.get("exempt_reason"),
			},
		)
	for row in case["expenses"]:
		visit.append(
			"expenses",
			{
				"kind": row["kind"],
				"item": row.get("item"),
				"annual": flt(row["annual"]),
				"reimbursed": flt(row.get("reimbursed")),
				"receipted": int(bool(row.get("receipted"))),
			},
		)


def _case(visit: Document) -> dict | None:
	benefit = benefit_of(visit)
	return reassessment.case_on_file(benefit) if benefit else None


# --- comparing ------------------------------------------------------------------------------------------
def draw_up(visit: Document) -> None:
	"""Fill the table of differences of a visit that met the family."""
	visit.set("differences", [])
	if visit.reception != "At Home":
		return
	for difference in (*_of_members(visit), *_of_address(visit), *_of_means(visit), *_of_care(visit)):
		visit.append("differences", difference)


def _row(subject: str, fact: str, key: str, kind: str, on_file, found, recipient: str | None = None) -> dict:
	return {
		"subject": subject,
		"fact": fact,
		"fact_key": key,
		"kind": kind,
		"file_value": str(on_file or "—")[:140],
		"found_value": str(found or "—")[:140],
		"recipient": recipient,
	}


def _of_members(visit: Document):
	fields = {field: frappe.get_meta("Recipient").get_label(field) for field in PERSONAL}
	for row in visit.members:
		if row.presence in LEFT:
			yield _row(
				row.member_name,
				_("Whereabouts"),
				"presence",
				LEFT[row.presence],
				_("Lives Here"),
				_(row.presence, context=row.doctype),
				row.recipient,
			)
			continue
		person = frappe.db.get_value("Recipient", row.recipient, list(PERSONAL), as_dict=True)
		for field, kind in PERSONAL.items():
			if row.get(field) and row.get(field) != person[field]:
				yield _row(
					row.member_name,
					_(fields[field], context="Recipient"),
					field,
					kind,
					_(person[field] or "", context="Recipient"),
					_(row.get(field), context=row.doctype),
					row.recipient,
				)


def _of_address(visit: Document):
	found = (visit.found_address or "").strip()
	if found and found != (visit.address or "").strip():
		yield _row(
			visit.head_name,
			_("Address", context="Recipient Household"),
			"address",
			"Residence Change",
			visit.address,
			found,
		)


def _of_means(visit: Document):
	case = _case(visit)
	if not case:
		return
	before, now = _net_income(case["income"]), _net_income(facts_found(visit)["income"])
	if abs(before - now) >= CENT:
		yield _row(visit.head_name, _("Annual Income"), "income", "Income Change", _yuan(before), _yuan(now))
	for key, fact, table, kind, amount in (
		("property", _("Property of the Family"), "Application Property", "Property Change", "value"),
		("expenses", _("Expenses"), "Application Expense", "Other", "annual"),
	):
		on_file, found = (_listed(rows[key], table, amount) for rows in (case, facts_found(visit)))
		if on_file != found:
			yield _row(visit.head_name, fact, key, kind, "；".join(on_file), "；".join(found))


def _of_care(visit: Document):
	if visit.form_kind != "Tekun" or not visit.care_grade:
		return
	snapshot = (
		frappe.db.get_value("Entitlement", benefit_of(visit), "basis_snapshot") if benefit_of(visit) else None
	)
	on_file = (frappe.parse_json(snapshot) or {}).get("result", {}).get("care_grade") if snapshot else ""
	if on_file and on_file != visit.care_grade:
		yield _row(
			visit.head_name, _("Care Grade"), "selfcare", "Health Change", _(on_file), _(visit.care_grade)
		)


def _net_income(rows: list[dict]) -> float:
	return sum(flt(row["annual"]) - flt(row.get("deduction")) for row in rows)


def _listed(rows: list[dict], table: str, amount: str) -> list[str]:
	"""The rows in the words of ``table``, the DocType they come from."""
	kinds = [_(row["kind"], context=table) for row in rows]
	return sorted(
		f"{kind} {_yuan(row.get(amount))}" if flt(row.get(amount)) else kind
		for kind, row in zip(kinds, rows, strict=True)
	)


def _yuan(amount) -> str:
	return fmt_money(flt(amount), 2) + "元"


def facts_found(visit: Document) -> dict:
	"""What the visit found, in the shape of policy/cases.py."""
	return application_case.means_of(visit) | {"selfcare": selfcare(visit)}


def selfcare(visit: Document) -> dict[str, bool]:
	"""Indicator → done alone, for those that were graded."""
	return {
		item: visit.get(f"selfcare_{item}") == "Can"
		for item in terms.SELFCARE_ITEMS
		if visit.get(f"selfcare_{item}")
	}


# --- after review ---------------------------------------------------------------------------------------
def decide(visit: Document, decisions: dict[str, str]) -> None:
	"""Write the reviewer's decisions into the rows; every difference has to be decided."""
	for row in visit.differences:
		row.decision = decisions.get(row.name) or row.decision
		if row.decision not in (ADOPTED, NOT_ADOPTED):
			frappe.throw(
				_("Decide on every difference. Open: {0}, {1}.").format(row.subject, row.fact),
				DifferenceUndecided,
			)


def take_effect(visit: Document) -> list[str]:
	"""One Circumstance Change per accepted difference, already reviewed; persons' facts are brought up to date.

	Who moved out or died is only put forward: it is an event in somebody's life, which a second person accepts
	(socaid_app/life_events.py).
	"""
	made = []
	for row in visit.differences:
		if row.decision != ADOPTED or row.change:
			continue
		change = _report(visit, row)
		row.change = change.name
		made.append(change.name)
		if row.fact_key == "presence":
			continue
		circumstance_change.accept(change.name, _("Found by home visit {0}").format(visit.name))
		if row.fact_key in PERSONAL:
			found = next(member for member in visit.members if member.recipient == row.recipient)
			person = frappe.get_doc("Recipient", row.recipient)
			person.set(row.fact_key, found.get(row.fact_key))
			person.save(ignore_permissions=True)
		elif row.fact_key == "address":
			household = frappe.get_doc("Recipient Household", visit.household)
			household.address = visit.found_address
			household.save(ignore_permissions=True)
	return made


def _report(visit: Document, row: Document) -> Document:
	change = frappe.get_doc(
		{
			"doctype": "Circumstance Change",
			"household": visit.household,
			"recipient": row.recipient,
			"entitlement": benefit_of(visit),
			"kind": row.kind,
			"event": terms.MOVED_OUT if row.fact_key == "presence" and row.kind != terms.DEATH else None,
			"found_by": "Home Visit",
			"happened_on": getdate(visit.check_out_at or visit.planned_on),
			"state_before": f"{row.fact}：{row.file_value}",
			"state_after": f"{row.fact}：{row.found_value}",
		}
	)
	change.insert(ignore_permissions=True)
	# Reported by the visitor: reviewing it is another person's part.
	reporter = next((visitor.user for visitor in visit.visitors if visitor.user), visit.owner)
	change.db_set({"owner": reporter, CHANGED_BY: reporter}, update_modified=False)
	return change


def accepted_facts(visit: Document) -> dict:
	"""The accepted differences in the shape of :func:`means_testing.reassessment.changed_case`."""
	rows = [row for row in visit.differences if row.decision == ADOPTED]
	found = facts_found(visit)
	facts: dict = {
		row.fact_key: found[row.fact_key]
		for row in rows
		if row.fact_key in ("income", "property", "expenses", "selfcare")
	}
	members: dict[str, dict] = {}
	for row in rows:
		if row.fact_key in PERSONAL and row.fact_key != "employment":
			value = next(
				member.get(row.fact_key) for member in visit.members if member.recipient == row.recipient
			)
			members.setdefault(row.recipient, {})[row.fact_key] = value
	if members:
		facts["members"] = members
	without = [row.recipient for row in rows if row.fact_key == "presence"]
	if without:
		facts["without"] = without
	return facts
