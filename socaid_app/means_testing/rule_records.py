"""Comparison Rules: the records of the Desk as the engine reads them, switched on by a second person.

A condition is parsed whenever it is saved, and the sentence that people read is made of the same tree. A rule that is
switched on stays as it is; who wrote it last does not switch it on. A hit never decides anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.casework import records
from socaid_app.casework.steps import AUTHOR, Steps
from socaid_app.comparison import finding_rules, roster
from socaid_app.comparison.data_sources import Source
from socaid_app.comparison.finding_rules import Rule, RuleError
from socaid_app.comparison.language.tree import HOUSEHOLD, PERSON, ROW
from socaid_app.comparison.language.words import parameter_words
from socaid_app.means_testing import source_records
from socaid_app.socaid_app import rules

DOCTYPE = "Comparison Rule"
OFF, ON = "Switched Off", "Switched On"
APPROVE = "Switch On Comparison Rules"
# What a rule is asked of, as people choose it → as the engine calls it.
UNITS = {"Each Row": ROW, "Each Person": PERSON, "Each Household": HOUSEHOLD}
CHOICES = {unit: choice for choice, unit in UNITS.items()}


class RuleInvalid(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=RuleInvalid)


# --- a record as the engine reads it --------------------------------------------------------------------------
def rule_of(doc: Document, sources: Mapping[str, Source]) -> Rule:
	"""Raises RuleError, which names the place in the condition."""
	return _rule(as_configuration(doc), sources)


def rule_from(record: Mapping, source: str | None) -> Rule:
	"""A rule that is no record yet. Raises RuleError."""
	return _rule(record, source_records.named(source))


def _rule(record: Mapping, sources: Mapping[str, Source]) -> Rule:
	return finding_rules.rule_from(record, sources, roster.load_layout(), parameter_words(rules.parameters()))


def as_configuration(doc: Document) -> dict:
	"""What ``setup/comparison_rules.json`` would say of it."""
	return {
		"key": doc.rule_key or "",
		"title": doc.title,
		"source": doc.source or "",
		"unit": UNITS.get(doc.unit, doc.unit),
		"condition": doc.condition,
		"fact": source_records.lines(doc.fact),
		"means": doc.means,
		"articles": source_records.lines(doc.articles),
		"severity": doc.severity,
		"verify": doc.verify,
		"to_be_confirmed": bool(cint(doc.to_be_confirmed)),
		"note": doc.note or "",
		"warning": doc.warning or "",
		"paused": doc.status != ON,
	}


def fill(doc: Document) -> None:
	"""From ``validate``: the condition is read, and said in words. Raises RuleInvalid."""
	try:
		rule = rule_of(doc, source_records.named(doc.source))
	except RuleError as error:
		frappe.throw(str(error), RuleInvalid)
	doc.sentence = rule.sentence
	doc.basis = rule.basis(getdate(today()))


def check_source(source: Source) -> None:
	"""Before a source is changed: the rules that are switched on can still be read. Raises SourceInvalid."""
	sources = {source.key: source}
	for name in frappe.get_all(
		DOCTYPE, filters={"source": source.key, "status": ON}, pluck="name", order_by="name"
	):
		try:
			rule_of(frappe.get_cached_doc(DOCTYPE, name), sources)
		except RuleError as error:
			frappe.throw(
				_("A rule that is switched on could not be read any more. Switch it off first. {0}").format(
					error
				),
				source_records.SourceInvalid,
			)


# --- steps ----------------------------------------------------------------------------------------------------
@step(
	_lt("Switch On"),
	at=OFF,
	to=ON,
	duty=APPROVE,
	not_by=(AUTHOR,),
	another=_lt("You were the last to change this rule. Another person checks it and switches it on."),
	stamps=("switched_on_by", "switched_on_at"),
	primary=True,
)
def switch_on(doc: Document) -> None:
	"""By another person than the one who wrote it: from now on it is applied to every reply of its source."""
	doc.off_reason = None


@step(
	_lt("Take Over the Proposed Version"),
	at=(OFF, ON),
	duty=APPROVE,
	not_by=("proposed_by",),
	another=_lt("You proposed this version. Another person checks it and takes it over."),
	when=lambda doc: doc.proposed_condition,
	primary=True,
)
def take_over(doc: Document) -> None:
	"""By another person than the one who proposed it: replies are asked by this condition from now on."""
	doc.update({"condition": doc.proposed_condition, records.CHANGED_BY: doc.proposed_by})
	_forget_proposal(doc)


@step(
	_lt("Turn the Proposed Version Down"),
	at=(OFF, ON),
	duty=APPROVE,
	when=lambda doc: doc.proposed_condition,
)
def turn_down(doc: Document) -> None:
	"""The rule stays as it is; whoever proposed the version may take it back so as well."""
	_forget_proposal(doc)


PROPOSAL = ("proposed_condition", "proposed_sentence", "proposed_in", "proposed_by", "proposed_on")


def propose(name: str, condition: str, scenario: str) -> None:
	"""Another condition, kept beside the one that is applied until a second person takes it over. Raises RuleInvalid."""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	if doc.proposed_condition:
		frappe.throw(
			_("Another version of “{0}” waits already. It is taken over or turned down first.").format(
				doc.title
			),
			RuleInvalid,
		)
	rule = rule_from(as_configuration(doc) | {"condition": condition}, doc.source)
	values = (condition, rule.sentence, scenario, frappe.session.user, today())
	doc.update(dict(zip(PROPOSAL, values, strict=True)))
	with records.step(doc):
		# whoever weighs rules need not be allowed to write them
		doc.save(ignore_permissions=True)


def _forget_proposal(doc: Document) -> None:
	doc.update(dict.fromkeys(PROPOSAL))


# --- what is shipped ------------------------------------------------------------------------------------------
@cache
def shipped() -> Mapping[str, Mapping]:
	shipped_rules = json.loads(finding_rules.SHIPPED.read_text(encoding="utf-8"))
	return {record["key"]: record for record in shipped_rules}


def seed() -> None:
	"""Rules that are not there yet; what a county has changed or switched off stays."""
	there = set(frappe.get_all(DOCTYPE, pluck="name", order_by="name"))
	for key, record in shipped().items():
		if key not in there:
			frappe.get_doc({"doctype": DOCTYPE, **_values(record)}).insert(ignore_permissions=True)


def _values(record: Mapping) -> dict:
	return {
		"rule_key": record["key"],
		"title": record["title"],
		"source": record.get("source"),
		"unit": CHOICES[record["unit"]],
		"condition": record["condition"],
		"fact": "\n".join(record.get("fact", ())),
		"means": record["means"],
		"articles": "\n".join(record["articles"]),
		"severity": record["severity"],
		"verify": record["verify"],
		"to_be_confirmed": int(record.get("to_be_confirmed", False)),
		"note": record.get("note", ""),
		"warning": record.get("warning", ""),
		"status": OFF if record.get("paused") else ON,
	}
