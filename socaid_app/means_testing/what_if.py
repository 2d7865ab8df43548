"""What if a standard or a threshold were another: who would get more or less, and what would it cost?

Every benefit that is paid, every recognition (低保边缘, 刚性支出困难) and every application refused in the last year is
assessed twice for the month asked about: by the rules as they will stand anyway, and by those of the scenario. It is
the assessment by which a raise is decided (adjustment_amounts.py, ``policy.means``) on the same case on file, with what
befell its members since; there is no second formula. Nothing is written but the results of the scenario.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import add_days, add_months, cint, flt, getdate, now, today
from frappe.utils.caching import request_cache
from pypika.terms import LiteralValue

from socaid_app.assistance_intake import persons
from socaid_app.casework import row_sets
from socaid_app.casework.background import ResumableJob
from socaid_app.means_testing import reassessment
from socaid_app.permissions.divisions import bounds
from socaid_app.policy import batch_changes, means, terms
from socaid_app.policy.income import money
from socaid_app.policy.parameters import ParameterError, ParameterSet, typed_value
from socaid_app.policy.standards import StandardSet, without
from socaid_app.socaid_app import entitlements, rules

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
BENEFITS, REFUSED = 0, 1
APPLICATION = "Assistance Application"
# Whoever was refused longer ago lives otherwise by now.
MONTHS_OF_REFUSALS = 12
CENT = Decimal("0.01")
AMOUNTS = ("amount", "care_full", "care_half", "care_self")


class ScenarioInvalid(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class Rules:
	parameters: ParameterSet
	standards: StandardSet
	on: date


@dataclass(frozen=True)
class Subject:
	"""Somebody who is assessed: a benefit, or a refused application; ``case`` is the case on file."""

	name: str
	case: dict | None
	row: frappe._dict


# --- the rules of a scenario --------------------------------------------------------------------------------------
def rules_of(doc: Document) -> tuple[Rules, Rules]:
	"""Those that will be in force in the month anyway, and those of the scenario.

	A standard that was approved already is weighed against what it replaces: it is one of the scenario alone.
	"""
	month = getdate(doc.month)
	parameters, standards = list(rules.parameters()), list(rules.standards().records)
	anyway = list(standards)
	for row in doc.changes:
		if row.what == "Policy Parameter":
			record = rules.parameter(_record("Policy Parameter", row.parameter, rules.PARAMETER_FIELDS))
			value = typed_value(row.value, _value_type(row.parameter))
			parameters.append(
				replace(record, value=value, effective_from=month, effective_to=None, confirmed=True)
			)
			continue
		record = rules.standard(_record("Assistance Standard", row.standard, rules.STANDARD_FIELDS))
		if cint(row.approved):
			anyway = without(anyway, record)
			continue
		amounts = {field: Decimal(str(flt(row.get(field), 2))) for field in AMOUNTS}
		standards.append(replace(record, **amounts, effective_from=month, effective_to=None, confirmed=True))
	return (
		Rules(rules.parameters(), StandardSet(anyway), month),
		Rules(ParameterSet(parameters), StandardSet(standards), month),
	)


def _record(doctype: str, name: str, fields: list[str]) -> frappe._dict:
	return frappe.db.get_value(doctype, name, fields, as_dict=True)


def _value_type(parameter: str) -> str:
	return frappe.db.get_value("Policy Parameter", parameter, "value_type") or "Data"


def check_change(row: Document, month: date) -> None:
	"""From ``validate``: of a record that is in force in the month, with a value it can have; says what it is today."""
	row.approved = 0
	if row.what == "Policy Parameter":
		row.standard = None
		record = _in_force("Policy Parameter", row.parameter, month)
		try:
			typed_value(row.value, _value_type(row.parameter))
		except ParameterError as error:
			frappe.throw(_("Row {0}: {1}").format(row.idx, error), ScenarioInvalid)
		row.today = record.value
		return
	row.parameter = row.value = None
	record = _in_force("Assistance Standard", row.standard, month)
	fields = AMOUNTS[1:] if record.kind == "Care" else AMOUNTS[:1]
	for field in AMOUNTS:
		if field not in fields:
			row.set(field, 0)
		elif flt(row.get(field)) <= 0:
			frappe.throw(_("Row {0}: enter the new amount.").format(row.idx), ScenarioInvalid)
	replaced = replaced_by(record)
	# with its own amounts a new standard is weighed as it was approved
	row.approved = int(
		bool(replaced) and all(flt(row.get(field)) == flt(record.get(field)) for field in fields)
	)
	today_s = replaced if row.approved else record
	row.today = "／".join(f"{flt(today_s.get(field)):g}" for field in fields)


def replaced_by(standard: Document) -> frappe._dict | None:
	"""The standard of the same kind, area and place that ended on the eve of its first day."""
	rows = frappe.get_all(
		"Assistance Standard",
		filters={
			"kind": standard.kind,
			"area": standard.area or "",
			"division": standard.division or "",
			"docstatus": 1,
			"effective_to": add_days(standard.effective_from, -1),
		},
		fields=list(AMOUNTS),
		order_by="effective_from desc",
		limit=1,
	)
	return rows[0] if rows else None


def _in_force(doctype: str, name: str, month: date) -> frappe._dict:
	doc = frappe.get_doc(doctype, name)
	until = doc.effective_to and getdate(doc.effective_to)
	stands = not doc.meta.is_submittable or doc.docstatus == 1
	if getdate(doc.effective_from) > month or (until and until < month) or not stands:
		frappe.throw(
			_("{0} is not in force in that month. Choose the record that is.").format(name), ScenarioInvalid
		)
	return doc


# --- the job ------------------------------------------------------------------------------------------------------
JOB = ResumableJob("what-if", f"{__name__}.run", SCENARIO, (COMPUTING,))


def begin(doc: Document) -> None:
	"""From the step that starts it: earlier results go, and the computation is queued."""
	frappe.db.delete(RESULT, {"scenario": doc.name})
	doc.update({"computed_upto": None, "stage": BENEFITS, "computed_on": None})
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
	subjects = _benefits(doc) if cint(doc.stage) == BENEFITS else _refused(doc)
	before, after = rules_of(doc)
	_write(doc, [_result(doc, subject, before, after) for subject in subjects])
	if len(subjects) == CHUNK:
		reached = {"computed_upto": subjects[-1].name}
	elif cint(doc.stage) == BENEFITS:
		reached = {"computed_upto": None, "stage": REFUSED}
	else:
		finish(doc)
		return False
	frappe.db.set_value(SCENARIO, scenario, reached, update_modified=False)
	return True


# --- whom it is about ---------------------------------------------------------------------------------------------
def _benefits(doc: Document) -> list[Subject]:
	"""What is paid or recognised in the month, in the order of its numbers."""
	month, table = getdate(doc.month), frappe.qb.DocType(entitlements.DOCTYPE)
	low, high = bounds(doc.division)
	query = (
		frappe.qb.from_(table)
		.select(
			table.name,
			table.household,
			table.recipient,
			table.category,
			table.scheme,
			table.payment,
			table.area,
			table.amount,
			table.division,
			table.township,
			table.basis_snapshot,
		)
		.where((table.docstatus == 1) & table.payment.isin((terms.MONTHLY, terms.RECOGNITION)))
		.where((table.start_month <= month) & (table.end_month.isnull() | (table.end_month >= month)))
		.where(table.division[low:high] & (table.name > (doc.computed_upto or "")))
		.orderby(table.name)
		.limit(CHUNK)
	)
	if doc.category:
		query = query.where(table.category == doc.category)
	rows = query.run(as_dict=True)
	return [Subject(row.name, case, row) for row, case in zip(rows, _cases_today(rows), strict=True)]


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
		.select(
			table.name,
			table.household,
			table.category,
			table.scheme,
			table.division,
			table.township,
			table.snapshot,
		)
		.where(
			(table.workflow_state == terms.REJECTED) & table.scheme.isin(sorted(entitlements.BASIC_LIVING))
		)
		.where(table.applied_on >= add_months(getdate(today()), -MONTHS_OF_REFUSALS))
		.where(table.applicant.notin(has_one))
		.where(table.division[low:high] & (table.name > (doc.computed_upto or "")))
		.orderby(table.name)
		.limit(CHUNK)
	)
	if doc.category:
		query = query.where(table.category == doc.category)
	return [
		Subject(row.name, case and case | {"accepted_on": today()}, row)
		for row in query.run(as_dict=True)
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
		was, would = _assessed(case, before), _assessed(case, after)
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
	return means.assess(case, by.parameters, by.standards, by.on, others=False)


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
	frappe.db.set_value(SCENARIO, doc.name, figures(doc.name) | {"status": COMPUTED, "computed_on": now()})
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
