"""Who may belong to another category now, each with the record by which somebody looks into it."""

from __future__ import annotations

import json
from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import add_months, cint, get_first_day, getdate, today
from pypika.terms import LiteralValue

from socaid_app.casework.places import add_names
from socaid_app.means_testing.adjustments import DECIDED
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import benefit_changes as adjustment_law
from socaid_app.policy import conversion as law
from socaid_app.policy import terms
from socaid_app.reporting import column
from socaid_app.socaid_app import rules

HOUSEHOLD, MONTHS_AHEAD, VISITS_OF_MONTHS = "Recipient Household", 3, 12


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	rows = candidates(filters)
	return columns(), rows, None, None, totals(rows)


def candidates(filters: frappe._dict) -> list[dict]:
	"""One row per candidate that the reader may see."""
	on = getdate(today())
	until = getdate(add_months(on, cint(filters.months) or MONTHS_AHEAD))
	rows = [*_persons(filters, on, until), *_in_grace(filters, on, until), *_found_on_visits(filters, on)]
	if filters.kind:
		rows = [row for row in rows if row["candidacy"] == filters.kind]
	rows.sort(key=lambda row: (row["township"] or "", row["household"], law.KINDS.index(row["candidacy"])))
	add_names(rows, "township")
	for row in rows:
		row["kind"] = _(row["candidacy"], context="Conversion Candidates")
	return rows


def _within(filters):
	"""Households the reader may see; the list machinery does not filter reports."""
	household = frappe.qb.DocType(HOUSEHOLD)
	query = frappe.qb.from_(household).where(household.status == "Active")
	if filters.township:
		query = query.where(household.township == filters.township)
	if condition := scope_condition(HOUSEHOLD):
		query = query.where(LiteralValue(condition))
	return household, query


def _persons(filters, on, until) -> list[dict]:
	shares, families = _benefits(filters, on)
	if not families:
		return []
	household, query = _within(filters)
	member, person = frappe.qb.DocType("Household Member"), frappe.qb.DocType("Recipient")
	found = (
		query.join(member)
		.on((member.parent == household.name) & (member.parenttype == HOUSEHOLD))
		.join(person)
		.on(person.name == member.recipient)
		.select(
			household.name.as_("household"),
			household.head_name,
			household.township,
			person.name.as_("recipient"),
			person.full_name,
			person.birth_date,
			person.health,
			person.disability_type,
			person.disability_grade,
			person.schooling,
		)
		.where(household.current_benefit.isnotnull())
		.where(member.residence == terms.LIVING_TOGETHER)
		.where(member.left_on.isnull() & person.deceased_on.isnull())
		.run(as_dict=True)
	)
	living = defaultdict(int)
	for row in found:
		living[row.household] += 1
	parameters, rows = rules.parameters(), []
	for row in found:
		person_facts = law.Person(
			row.full_name,
			getdate(row.birth_date) if row.birth_date else None,
			row.health or "",
			row.disability_type or "",
			row.disability_grade or "",
			row.schooling or "",
			frozenset(shares[row.recipient]),
			frozenset(families[row.household]),
			living[row.household] == 1,
		)
		for one in law.candidates(person_facts, until, parameters, on):
			opens, values = _opens(row, one, families[row.household])
			rows.append(_row(row, one.kind, one.words, opens, values, row.recipient, row.full_name))
	return rows


def _benefits(filters, on) -> tuple[dict, dict]:
	"""Person → schemes held, household → scheme → entitlement, of what has not ended."""
	entitlement, share = frappe.qb.DocType("Entitlement"), frappe.qb.DocType("Entitlement Share")
	query = (
		frappe.qb.from_(entitlement)
		.left_join(share)
		.on((share.parent == entitlement.name) & (share.parenttype == "Entitlement"))
		.select(entitlement.name, entitlement.household, entitlement.scheme, share.recipient)
		.where((entitlement.docstatus == 1) & (entitlement.payment != terms.ONE_OFF))
		.where(entitlement.end_month.isnull() | (entitlement.end_month >= get_first_day(on)))
	)
	if filters.township:
		query = query.where(entitlement.township == filters.township)
	if condition := scope_condition("Entitlement"):
		query = query.where(LiteralValue(condition))
	shares, families = defaultdict(set), defaultdict(dict)
	for name, household, scheme, recipient in query.run():
		families[household][scheme] = name
		shares[recipient].add(scheme)
	return shares, families


def _opens(row: frappe._dict, one: law.Candidate, benefits: dict) -> tuple[str, dict]:
	"""The record by which it is looked into, and with what it begins."""
	match one.kind:
		case law.SINGLE:
			values = {
				"applicant": row.recipient,
				"household": row.household,
				"single_application": one.ground,
			}
			return "Assistance Application", values
		case law.TO_TEKUN:
			values = {
				"entitlement": benefits[terms.DIBAO],
				"kind": adjustment_law.CONVERT,
				"reason": one.words,
			}
			return "Benefit Adjustment", values
	values = {
		"household": row.household,
		"recipient": row.recipient,
		"kind": "Other",
		"state_after": one.words,
	}
	return "Circumstance Change", values


def _in_grace(filters, on, until) -> list[dict]:
	"""Families whose grace period ends: they may be of 低保边缘 then."""
	household, query = _within(filters)
	decision = frappe.qb.DocType("Benefit Adjustment")
	found = (
		query.join(decision)
		.on(decision.household == household.name)
		.select(
			household.name.as_("household"),
			household.head,
			household.head_name,
			household.township,
			decision.grace_ends_on,
		)
		.where(decision.status.isin(DECIDED) & (decision.grace_months > 0))
		.where((decision.grace_ends_on >= on) & (decision.grace_ends_on <= until))
		.run(as_dict=True)
	)
	return [
		_row(
			row,
			law.GRACE_ENDS,
			f"渐退期至{row.grace_ends_on}，期满后可能符合低保边缘条件；须重新核算收入",
			"Assistance Application",
			{"household": row.household, "applicant": row.head},
		)
		for row in found
	]


def _found_on_visits(filters, on) -> list[dict]:
	"""What visitors thought, of visits that were reviewed."""
	household, query = _within(filters)
	visit = frappe.qb.DocType("Home Visit")
	found = (
		query.join(visit)
		.on(visit.household == household.name)
		.select(
			household.name.as_("household"),
			household.head_name,
			household.township,
			visit.name.as_("visit"),
			visit.status_change,
			visit.check_out_at,
		)
		.where((visit.may_convert == 1) & (visit.status == "Reviewed"))
		.where(visit.check_out_at >= add_months(on, -VISITS_OF_MONTHS))
		.orderby(visit.check_out_at)
		.run(as_dict=True)
	)
	latest = {row.household: row for row in found}
	return [
		_row(
			row,
			law.VISIT_SAYS,
			f"{getdate(row.check_out_at)}走访认为可能转换类别：{row.status_change or '未写明'}",
			"Home Visit",
			{},
			name=row.visit,
		)
		for row in latest.values()
	]


def _row(row, kind, words, opens, values, recipient=None, person=None, name="") -> dict:
	return {
		"household": row.household,
		"head_name": row.head_name,
		"township": row.township,
		"recipient": recipient,
		"person": person,
		"candidacy": kind,
		"words": words,
		"opens": opens,
		"opens_name": name,
		"values": json.dumps({key: value for key, value in values.items() if value}, ensure_ascii=False),
		"action": _(opens),
	}


def totals(rows: list[dict]) -> list[dict]:
	counted = defaultdict(int)
	for row in rows:
		counted[row["candidacy"]] += 1
	return [
		{"value": counted[kind], "label": _(kind, context="Conversion Candidates"), "datatype": "Int"}
		for kind in law.KINDS
		if counted[kind]
	]


def columns() -> list[dict]:
	return [
		column("household", _("Household"), "Link", 130, HOUSEHOLD),
		column("head_name", _("Head Name"), "Data", 90),
		column("person", _("Person It Concerns"), "Data", 90),
		column("kind", _("Candidate For"), "Data", 120),
		column("words", _("Why, and What to Verify"), "Data", 500),
		column("action", _("Look Into It"), "Data", 130),
		column("township_name", _("Township Division"), "Data", 90),
	]
