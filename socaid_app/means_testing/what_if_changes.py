"""What a scenario changes: a standard, a parameter or a rule of comparison; and what would be in force with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, flt, getdate

from socaid_app.comparison.finding_rules import VERIFY, Rule, RuleError
from socaid_app.means_testing import rule_records, source_records
from socaid_app.policy.parameters import ParameterError, ParameterSet, typed_value
from socaid_app.policy.standards import StandardSet, without
from socaid_app.socaid_app import rules

# What a row says of a rule of today → as the rule calls it.
RULE_FIELDS = {"rule_title": "title", "source": "source", "unit": "unit", "fact": "fact"}
STANDARD, PARAMETER, RULE = "Assistance Standard", "Policy Parameter", "Comparison Rule"
AMOUNTS = ("amount", "care_full", "care_half", "care_self")


class ScenarioInvalid(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class Rules:
	parameters: ParameterSet
	standards: StandardSet
	on: date


# --- the rules of a scenario --------------------------------------------------------------------------------------
def rules_of(doc: Document, on: date | None = None) -> tuple[Rules, Rules]:
	"""Those that will be in force in the month anyway, and those of the scenario; or as if it had begun ``on`` a day.

	A standard that was approved already is weighed against what it replaces: it is one of the scenario alone.
	"""
	on = on or getdate(doc.month)
	since = {"effective_from": on, "effective_to": None, "confirmed": True}
	anyway = list(rules.standards().records)
	# of two that begin on one day the first counts: what is weighed stands before what is there
	parameters, standards = [], []
	for row in doc.changes:
		if row.what == PARAMETER:
			record = rules.parameter(_record(PARAMETER, row.parameter, rules.PARAMETER_FIELDS))
			value = typed_value(row.value, _value_type(row.parameter))
			parameters.append(replace(record, value=value, **since))
		elif row.what == STANDARD:
			record = rules.standard(_record(STANDARD, row.standard, rules.STANDARD_FIELDS))
			if cint(row.approved):
				anyway = without(anyway, record)
			amounts = {field: Decimal(str(flt(row.get(field), 2))) for field in AMOUNTS}
			standards.append(replace(record, **amounts, **since))
	return (
		Rules(rules.parameters(), StandardSet(anyway), on),
		Rules(
			ParameterSet([*parameters, *rules.parameters()]),
			StandardSet([*standards, *rules.standards().records]),
			on,
		),
	)


def _record(doctype: str, name: str, fields: list[str]) -> frappe._dict:
	return frappe.db.get_value(doctype, name, fields, as_dict=True)


def _value_type(parameter: str) -> str:
	return frappe.db.get_value("Policy Parameter", parameter, "value_type") or "Data"


def check_change(row: Document, month: date) -> None:
	"""From ``validate``: of a record that is in force in the month, with a value it can have; says what it is today."""
	for what, field in ((STANDARD, "standard"), (PARAMETER, "parameter"), (RULE, "rule")):
		if row.what != what:
			row.set(field, None)
	row.approved, row.sentence = 0, None
	row.about = row.wanted = None
	if row.what == RULE:
		_check_rule(row)
	elif row.what == PARAMETER:
		_check_parameter(row, month)
	else:
		_check_standard(row, month)


def _check_parameter(row: Document, month: date) -> None:
	record = _in_force(PARAMETER, row.parameter, month)
	try:
		typed_value(row.value, _value_type(row.parameter))
	except ParameterError as error:
		frappe.throw(_("Row {0}: {1}").format(row.idx, error), ScenarioInvalid)
	row.about, row.today, row.wanted = record.label, record.value, row.value


def _check_standard(row: Document, month: date) -> None:
	row.value = None
	record = _in_force(STANDARD, row.standard, month)
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
	row.about = " ".join(_(text, context=STANDARD) for text in (record.kind, record.area) if text)
	row.today, row.wanted = (
		"／".join(f"{flt(amounts.get(field)):g}" for field in fields)
		for amounts in (replaced if row.approved else record, row)
	)


def _check_rule(row: Document) -> None:
	"""A rule of today with another condition, or switched on as it is; without a rule, a new one."""
	row.today = None
	if row.rule:
		record = frappe.get_doc(RULE, row.rule)
		row.update({field: record.get(of) for field, of in RULE_FIELDS.items()})
		row.condition = row.condition or record.condition
		row.today = record.sentence if record.status == rule_records.ON else _("Switched Off", context=RULE)
	elif lacking := [field for field in ("rule_title", "unit", "condition") if not row.get(field)]:
		labels = "、".join(_(row.meta.get_label(field), context=row.doctype) for field in lacking)
		frappe.throw(_("Row {0}: for a new rule fill in {1}.").format(row.idx, labels), ScenarioInvalid)
	try:
		row.sentence = proposed_rule(row).sentence
	except RuleError as error:
		frappe.throw(_("Row {0}: {1}").format(row.idx, error), ScenarioInvalid)
	row.about, row.wanted = row.rule_title, row.sentence


def proposed_rule(row: Document) -> Rule:
	"""The rule of a row as the engine would apply it. Raises RuleError."""
	if row.rule:
		record = rule_records.as_configuration(frappe.get_cached_doc(RULE, row.rule))
	else:
		record = {
			"key": f"weighed_{row.idx}",
			"title": row.rule_title,
			"source": row.source or "",
			"unit": rule_records.UNITS.get(row.unit, row.unit),
			"fact": source_records.lines(row.fact),
			**dict.fromkeys(("means", "verify"), row.rule_title),
			"articles": [row.rule_title],
			"severity": VERIFY,
		}
	return rule_records.rule_from(record | {"condition": row.condition, "paused": False}, row.source)


def replaced_by(standard: Document) -> frappe._dict | None:
	"""The standard of the same kind, area and place that ended on the eve of its first day."""
	rows = frappe.get_all(
		STANDARD,
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
