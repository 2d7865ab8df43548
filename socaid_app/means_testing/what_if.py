"""What if a standard or a threshold were another: who would get more or less, and what would it cost?

Every benefit that is paid, every recognition (低保边缘, 刚性支出困难) and every application refused in the last year is
assessed twice for the month asked about: by the rules as they will stand anyway, and by those of the scenario. It is
the assessment by which a raise is decided (adjustment_amounts.py, ``policy.means``) on the same case on file, with what
befell its members since; there is no second formula. A scenario that changes a rule of comparison, or a number such a rule asks for, reads last month's replies as
well (what_if_rules.py). Nothing is written but the results of the scenario.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import add_months, cint, flt, getdate, now, today
from frappe.utils.caching import request_cache
from pypika.terms import LiteralValue

from socaid_app.assistance_intake import persons
from socaid_app.casework import row_sets
from socaid_app.casework.background import ResumableJob
from socaid_app.means_testing import reassessment, what_if_rules
from socaid_app.means_testing.what_if_changes import (  # noqa: F401 what callers know by this name
	RULE,
	Rules,
	ScenarioInvalid,
	check_change,
	replaced_by,
	rules_of,
)
from socaid_app.permissions.divisions import bounds
from socaid_app.policy import batch_changes, means, terms
from socaid_app.policy.cases import check_case
from socaid_app.policy.income import money
from socaid_app.socaid_app import entitlements

SCENARIO, RESULT = "What-if Scenario", "What-if Result"
NEW, COMPUTING, COMPUTED, CHOSEN, IN_FORCE = "Not Computed", "Computing", "Computed", "Chosen", "In Force"
GAINS, LOSES, MORE, LESS, SAME, NOT_COMPUTED = (
	"Gains Support",
	"Loses Support",
	"Gets More",
	"Gets Less",
	"No Change",
	"Could Not Be Computed",
)
COUNTED = {
	"gained": GAINS,
	"lost": LOSES,
	"raised": MORE,
	"reduced": LESS,
	"same": SAME,
	"not_computed": NOT_COMPUTED,
}
CHUNK = 500
# Stages of the computation, in this order.
BENEFITS, REFUSED, REPLIES = 0, 1, 2
APPLICATION = "Assistance Application"
BENEFIT_FIELDS = (
	"name",
	"household",
	"recipient",
	"category",
	"scheme",
	"payment",
	"area",
	"amount",
	"division",
	"township",
	"basis_snapshot",
)
REFUSAL_FIELDS = ("name", "household", "category", "scheme", "division", "township", "snapshot")
# Whoever was refused longer ago lives otherwise by now.
MONTHS_OF_REFUSALS = 12
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Subject:
	"""Somebody who is assessed: a benefit, or a refused application; ``case`` is the case on file."""

	name: str
	case: dict | None
	row: frappe._dict


# --- the job ------------------------------------------------------------------------------------------------------
JOB = ResumableJob("what-if", f"{__name__}.run", SCENARIO, (COMPUTING,))


def begin(doc: Document) -> None:
	"""From the step that starts it: earlier results go, and the computation is queued."""
	for results in (RESULT, what_if_rules.FINDING):
		frappe.db.delete(results, {"scenario": doc.name})
	amounts = any(row.what != RULE for row in doc.changes)
	doc.update({"computed_upto": None, "stage": BENEFITS if amounts else REPLIES, "computed_on": None})
	doc.update(dict.fromkeys(("replies_read", "replies_unread", *what_if_rules.FIGURES), 0))
	doc.update(dict.fromkeys(("families", *COUNTED, "cost_before", "cost_after", "difference"), 0))
	doc.update({"difference_year": 0, "paid_now": 0})
	JOB.enqueue(doc.name)


def run(scenario: str) -> None:
	"""Compute a scenario to its end, from wherever it stands."""
	done = 0
	while compute_chunk(scenario):
		frappe.db.commit()
		done += CHUNK
		tell_progress(scenario, done * 100 / (done + CHUNK))
	frappe.db.commit()
	tell_progress(scenario, 100)


def tell_progress(scenario: str, percent: float) -> None:
	"""How many there will be is not known before the end; the bar of the form closes with it."""
	frappe.publish_progress(percent, title=_("Computing the scenario"), doctype=SCENARIO, docname=scenario)


def compute_chunk(scenario: str) -> bool:
	"""The next results, stored with how far they have come in one transaction; False when there is no more to do."""
	doc = frappe.get_doc(SCENARIO, scenario, for_update=True)
	if doc.status != COMPUTING:
		return False
	if cint(doc.stage) == REPLIES:
		if what_if_rules.compute_reply(doc):
			return True
		finish(doc)
		return False
	subjects = _benefits(doc) if cint(doc.stage) == BENEFITS else _refused(doc)
	before, after = rules_of(doc)
	_write(doc, [_result(doc, subject, before, after) for subject in subjects])
	if len(subjects) == CHUNK:
		reached = {"computed_upto": subjects[-1].name}
	else:
		reached = {"computed_upto": None, "stage": cint(doc.stage) + 1}
	frappe.db.set_value(SCENARIO, scenario, reached, update_modified=False)
	return True


# --- whom it is about ---------------------------------------------------------------------------------------------
def _benefits(doc: Document) -> list[Subject]:
	"""What is paid or recognised in the month, in the order of its numbers."""
	month, table = getdate(doc.month), frappe.qb.DocType(entitlements.DOCTYPE)
	low, high = bounds(doc.division)
	query = (
		frappe.qb.from_(table)
		.where((table.docstatus == 1) & table.payment.isin((terms.MONTHLY, terms.RECOGNITION)))
		.where((table.start_month <= month) & (table.end_month.isnull() | (table.end_month >= month)))
		.where(table.division[low:high])
	)
	if doc.category:
		query = query.where(table.category == doc.category)
	rows = _next(doc, query, table, BENEFIT_FIELDS)
	return [Subject(row.name, case, row) for row, case in zip(rows, _cases_today(rows), strict=True)]


def _next(doc: Document, query, table, fields: tuple[str, ...]) -> list[frappe._dict]:
	"""The next rows of a query in the order of their names. Their names first: a condition is tried on whole rows, and
	with the calculations on file in them that is gigabytes for a county.
	"""
	reached = table.name > (doc.computed_upto or "")
	names = query.select(table.name).where(reached).orderby(table.name).limit(CHUNK).run(pluck=True)
	if not names:
		return []
	rows = frappe.qb.from_(table).select(*fields).where(table.name.isin(names)).orderby(table.name)
	return rows.run(as_dict=True)


def _cases_today(rows: list[frappe._dict]) -> list[dict | None]:
	"""The cases on file as they stand today, for many benefits with as many queries as for one."""
	for row in rows:
		row.basis = json.loads(row.pop("basis_snapshot") or "{}")
	reassessment.let_stand([row.basis for row in rows])
	cases = [row.basis.get("case") for row in rows]
	holders = _holders([row.name for row in rows])
	befell = persons.whereabouts_of(
		{
			row.name: ([member["id"] for member in (case or {}).get("members", ())], row.household)
			for row, case in zip(rows, cases, strict=True)
		}
	)
	return [
		reassessment.changed_case(
			reassessment.as_it_is_now(case, row.scheme, holders.get(row.name, set()), befell[row.name]), {}
		)
		if case
		else None
		for row, case in zip(rows, cases, strict=True)
	]


def _holders(names: list[str]) -> dict[str, set[str]]:
	found: dict[str, set[str]] = {}
	rows = frappe.get_all(
		"Entitlement Share",
		filters={"parenttype": entitlements.DOCTYPE, "parent": ["in", names or [""]]},
		fields=["parent", "recipient"],
		order_by="parent, idx",
		as_list=True,
	)
	for parent, recipient in rows:
		found.setdefault(parent, set()).add(recipient)
	return found


def _refused(doc: Document) -> list[Subject]:
	"""Applications refused within a year for a living benefit, whose applicant has none by now."""
	table, share = frappe.qb.DocType(APPLICATION), frappe.qb.DocType("Entitlement Share")
	benefit = frappe.qb.DocType(entitlements.DOCTYPE)
	low, high = bounds(doc.division)
	month = getdate(doc.month)
	has_one = (
		frappe.qb.from_(share)
		.join(benefit)
		.on(benefit.name == share.parent)
		.select(share.recipient)
		.where((benefit.docstatus == 1) & (benefit.payment != terms.ONE_OFF))
		.where(benefit.end_month.isnull() | (benefit.end_month >= month))
	)
	query = (
		frappe.qb.from_(table)
		.where(
			(table.workflow_state == terms.REJECTED) & table.scheme.isin(sorted(entitlements.BASIC_LIVING))
		)
		.where(table.applied_on >= add_months(getdate(today()), -MONTHS_OF_REFUSALS))
		.where(table.applicant.notin(has_one))
		.where(table.division[low:high])
	)
	if doc.category:
		query = query.where(table.category == doc.category)
	return [
		Subject(row.name, case and case | {"accepted_on": today()}, row)
		for row in _next(doc, query, table, REFUSAL_FIELDS)
		for case in [reassessment.case_of_basis(row.snapshot)]
	]


# --- one result ---------------------------------------------------------------------------------------------------
def _result(doc: Document, subject: Subject, before: Rules, after: Rules) -> dict:
	row = subject.row
	found = {
		"name": f"{doc.name}-{subject.name}",
		"scenario": doc.name,
		"household": row.household,
		"entitlement": subject.name if row.get("payment") else None,
		"application": None if row.get("payment") else subject.name,
		"category": row.category,
		"scheme": row.scheme,
		"paid_now": flt(row.amount) if row.get("payment") == terms.MONTHLY else 0,
		"division": row.division,
		"township": row.township,
		"members": 0,
		"before": 0,
		"after": 0,
		"difference": 0,
		"why_not": None,
	}
	case = _asked_about(subject)
	if not case:
		why = _("This benefit was entered without its calculation; assess it by a new application.")
		return found | {"outcome": NOT_COMPUTED, "why_not": why}
	try:
		checked = check_case(case)
		was, would = _assessed(checked, before), _assessed(checked, after)
	except (ValueError, LookupError) as error:
		return found | {"outcome": NOT_COMPUTED, "why_not": str(error)}
	# what is added by a decision about many stays beside any assessed amount (policy/batch_changes.py)
	added = batch_changes.supplement(row.get("basis") or {})
	amounts = [money(one.amount) + added if one.eligible else Decimal(0) for one in (was, would)]
	return found | {
		"outcome": _outcome(was.eligible, would.eligible, *amounts),
		"category": case["category"],
		"scheme": case["scheme"],
		"members": would.member_count,
		"before": float(amounts[0]),
		"after": float(amounts[1]),
		"difference": float(amounts[1] - amounts[0]),
	}


def _assessed(case: dict, by: Rules) -> means.Assessment:
	return means.assess_checked(case, by.parameters.fresh(), by.standards.fresh(), by.on, others=False)


def _asked_about(subject: Subject) -> dict | None:
	"""A family that is recognised and not paid is asked whether it would get the living benefit."""
	case, row = subject.case, subject.row
	if not case or row.get("payment") != terms.RECOGNITION:
		return case
	living = _living_benefit(case.get("area") or row.area)
	return living and reassessment.converted(case, living)


@request_cache
def _living_benefit(area: str) -> str | None:
	"""The category of 低保 in town or country."""
	rows = frappe.get_all(
		"Assistance Category",
		filters={"scheme": terms.DIBAO, "disabled": 0},
		fields=["name", "area"],
		order_by="creation",
	)
	return next((row.name for row in rows if row.area in (area, "", None)), None)


def _outcome(was: bool, would: bool, before: Decimal, after: Decimal) -> str:
	if was != would:
		return GAINS if would else LOSES
	if abs(after - before) < CENT:
		return SAME
	return MORE if after > before else LESS


FIELDS = (
	"name",
	"scenario",
	"outcome",
	"household",
	"entitlement",
	"application",
	"category",
	"scheme",
	"members",
	"paid_now",
	"before",
	"after",
	"difference",
	"why_not",
	"division",
	"township",
)


def _write(doc: Document, results: list[dict]) -> None:
	rows = [[result[field] for field in FIELDS] for result in results]
	row_sets.insert(RESULT, FIELDS, rows, doc.modified_by)


# --- the sums -----------------------------------------------------------------------------------------------------
def finish(doc: Document) -> None:
	"""Everything is there: the figures of the scenario, from its results alone."""
	found = figures(doc.name) | what_if_rules.figures(doc.name)
	frappe.db.set_value(SCENARIO, doc.name, found | {"status": COMPUTED, "computed_on": now()})
	frappe.publish_realtime(
		"doc_update",
		{"doctype": SCENARIO, "name": doc.name, "modified": now()},
		doctype=SCENARIO,
		docname=doc.name,
		after_commit=True,
	)


def figures(scenario: str) -> dict:
	table = frappe.qb.DocType(RESULT)
	sums = (
		frappe.qb.from_(table)
		.select(
			table.outcome,
			Count("*").as_("families"),
			*(Coalesce(Sum(table[field]), 0).as_(field) for field in ("before", "after", "paid_now")),
		)
		.where(table.scenario == scenario)
		.groupby(table.outcome)
		.run(as_dict=True)
	)
	counted = {row.outcome: cint(row.families) for row in sums}
	before, after, paid = (sum(flt(row[field]) for row in sums) for field in ("before", "after", "paid_now"))
	return {
		"families": sum(counted.values()),
		**{field: counted.get(outcome, 0) for field, outcome in COUNTED.items()},
		"cost_before": flt(before, 2),
		"cost_after": flt(after, 2),
		"difference": flt(after - before, 2),
		"difference_year": flt((after - before) * 12, 2),
		"paid_now": flt(paid, 2),
	}


def by_place(scenario: str, condition: str = "") -> list[frappe._dict]:
	"""Rows of township and category: families by outcome, cost before and after; ``condition``: SQL of a scope."""
	table = frappe.qb.DocType(RESULT)
	query = (
		frappe.qb.from_(table)
		.select(
			table.township,
			table.category,
			table.outcome,
			Count("*").as_("families"),
			Sum(table.before).as_("before"),
			Sum(table.after).as_("after"),
		)
		.where(table.scenario == scenario)
		.groupby(table.township, table.category, table.outcome)
		.orderby(table.township, table.category)
	)
	if condition:
		query = query.where(LiteralValue(condition))
	found: dict[tuple, frappe._dict] = {}
	names = {outcome: field for field, outcome in COUNTED.items()}
	for row in query.run(as_dict=True):
		line = found.setdefault(
			(row.township, row.category),
			frappe._dict(
				township=row.township,
				category=row.category,
				families=0,
				**dict.fromkeys(COUNTED, 0),
				cost_before=0.0,
				cost_after=0.0,
			),
		)
		line.families += row.families
		line[names[row.outcome]] += row.families
		line.cost_before += flt(row.before)
		line.cost_after += flt(row.after)
	for line in found.values():
		line.difference = flt(line.cost_after - line.cost_before, 2)
		line.difference_year = flt(line.difference * 12, 2)
	return list(found.values())
