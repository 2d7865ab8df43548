"""What if a rule of comparison, or a number a rule asks for, were another: whom would last month's replies find?

Every reply since the beginning of last month is read once more and asked both ways: by the rules that are switched on
and by those of the scenario, which is how a reply is compared (reply_import.py), with nothing of it written but what
the scenario found. What a household gets is said beside it, for that is what is looked at anew: a finding stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce, Count, Max, Sum
from frappe.utils import cint, flt, getdate
from pypika import Case
from pypika.terms import LiteralValue

from socaid_app.casework import row_sets
from socaid_app.comparison.finding_rules import Rule
from socaid_app.means_testing import comparison_requests as requests
from socaid_app.means_testing import reply_import, roll_coverage, rule_records, rule_trials, source_records
from socaid_app.means_testing.what_if_changes import PARAMETER, RULE, STANDARD, proposed_rule, rules_of
from socaid_app.permissions.divisions import bounds
from socaid_app.policy import terms
from socaid_app.socaid_app import entitlements

FINDING = "What-if Finding"
NEWLY, NO_LONGER, STILL = "Newly Found", "No Longer Found", "Found Either Way"
# Figures of a scenario, of a place and of a rule.
FIGURES = ("findings_before", "findings_after", "newly_found", "no_longer_found", "support_looked_at")


@dataclass(frozen=True)
class Weighed:
	"""One rule as it is and as it would be; None where it is not, or would not be, applied."""

	key: str
	title: str
	was: Rule | None
	would: Rule | None

	@property
	def source(self) -> str:
		return (self.would or self.was).source


# --- which rules --------------------------------------------------------------------------------------------------
def weighed(doc: Document) -> list[Weighed]:
	"""The rules of the scenario's rows, and those switched on that ask for a number it changes. Raises RuleError."""
	found = {}
	for row in doc.changes:
		if row.what == RULE:
			would = proposed_rule(row)
			found[would.key] = Weighed(would.key, would.title, _as_it_is(row.rule), would)
	numbers = _numbers(doc)
	names = numbers and frappe.get_all(
		RULE, filters={"status": rule_records.ON}, pluck="name", order_by="name"
	)
	for name in names:
		rule = _as_it_is(name)
		if name not in found and any((each.table, each.key) in numbers for each in rule.constants):
			found[name] = Weighed(name, rule.title, rule, rule)
	return list(found.values())


def _as_it_is(name: str | None) -> Rule | None:
	doc = name and frappe.get_cached_doc(RULE, name)
	if not doc or doc.status != rule_records.ON:
		return None
	return rule_records.rule_of(doc, source_records.named(doc.source))


def _numbers(doc: Document) -> set[tuple[str, str]]:
	"""What the rows change, as a condition names it."""
	keys = {
		PARAMETER: lambda row: ("parameter", frappe.db.get_value(PARAMETER, row.parameter, "parameter_key")),
		STANDARD: lambda row: ("standard", row.kind),
	}
	return {keys[row.what](row) for row in doc.changes if row.what in keys}


# --- the job: one reply after the other ---------------------------------------------------------------------------
def compute_reply(doc: Document) -> bool:
	"""The findings of the next reply; False when all have been read."""
	rules = weighed(doc)
	waiting = [
		name for name in _replies(rules) if not doc.computed_upto or _place(name) > _place(doc.computed_upto)
	]
	if not waiting:
		return False
	request = frappe.get_doc(requests.DOCTYPE, waiting[0])
	read = {"replies_read": cint(doc.replies_read) + 1}
	try:
		_write(doc, _found(doc, request, rules))
	except reply_import.UNREADABLE:
		read = {"replies_unread": cint(doc.replies_unread) + 1}
	doc.db_set({"computed_upto": request.name, **read}, update_modified=False, notify=False)
	return True


def _replies(rules: Iterable[Weighed]) -> list[str]:
	sources = {rule.source for rule in rules}
	return sorted(rule_trials.replies(*sources), key=_place) if sources else []


def _place(request: str) -> tuple[int, str]:
	"""The newest first, as a key that a job that was killed finds again."""
	day = frappe.db.get_value(requests.DOCTYPE, request, "data_day", cache=True)
	return -getdate(day).toordinal(), request


@dataclass
class Found:
	rule: Weighed
	place: reply_import.Place
	was: bool = False
	would: bool = False

	@property
	def outcome(self) -> str:
		if self.was and self.would:
			return STILL
		return NEWLY if self.would else NO_LONGER


def _found(doc: Document, request: Document, rules: list[Weighed]) -> dict[str, Found]:
	"""By the identity of the finding, which is the same before and after; only in the scenario's place."""
	asked = {row.recipient: row for row in roll_coverage.lines_of(request.name)}
	before, after = rules_of(doc, getdate(request.data_day))
	by_key, found = {rule.key: rule for rule in rules}, {}
	low, high = bounds(doc.division)
	with reply_import.opened(request) as reading:
		for numbers, which in ((before, "was"), (after, "would")):
			wanted = [rule for one in rules if (rule := getattr(one, which))]
			for of in (reading.source, None):
				reading.run(wanted, of, numbers.parameters, numbers.standards)
			hits = reading.taken()
			places = reply_import.places_of(request, hits, asked)
			for identity, key, *_rest in hits:
				place = places[identity]
				if place.household and low <= (place.division or "") <= high:
					setattr(found.setdefault(identity, Found(by_key[key], place)), which, True)
	return found


FIELDS = (
	"name",
	"scenario",
	"rule",
	"rule_title",
	"outcome",
	"household",
	"support",
	"division",
	"township",
)


def _write(doc: Document, found: dict[str, Found]) -> None:
	"""What a newer reply has told already stays; with a category, only households that get it."""
	names = {identity: f"{doc.name}-{identity}" for identity in found}
	known = set(
		frappe.get_all(
			FINDING, filters={"name": ["in", list(names.values()) or [""]]}, pluck="name", order_by="name"
		)
	)
	support = _support(doc, {one.place.household for one in found.values()})
	rows = [
		[
			names[identity],
			doc.name,
			one.rule.key,
			one.rule.title,
			one.outcome,
			one.place.household,
			support.get(one.place.household, 0),
			one.place.division,
			one.place.township,
		]
		for identity, one in found.items()
		if names[identity] not in known and (not doc.category or one.place.household in support)
	]
	row_sets.insert(FINDING, FIELDS, rows, doc.modified_by)


def _support(doc: Document, households: set[str]) -> dict[str, float]:
	"""What each household is paid in the month, in yuan; of the scenario's category, if it has one."""
	month, table = getdate(doc.month), frappe.qb.DocType(entitlements.DOCTYPE)
	query = (
		frappe.qb.from_(table)
		.select(table.household, Sum(table.amount))
		.where((table.docstatus == 1) & table.payment.isin((terms.MONTHLY, terms.RECOGNITION)))
		.where((table.start_month <= month) & (table.end_month.isnull() | (table.end_month >= month)))
		.where(table.household.isin(sorted(households) or [""]))
		.groupby(table.household)
	)
	if doc.category:
		query = query.where(table.category == doc.category)
	return {household: flt(amount) for household, amount in query.run()}


# --- the sums -----------------------------------------------------------------------------------------------------
def _by_household(scenario: str, *groups: str):
	"""A line for each household (and group): how often it was found, and once what it gets."""
	table = frappe.qb.DocType(FINDING)
	was = Sum(Case().when(table.outcome == NEWLY, 0).else_(1))
	would = Sum(Case().when(table.outcome == NO_LONGER, 0).else_(1))
	return (
		frappe.qb.from_(table)
		.select(*(table[group] for group in groups), was.as_("was"), would.as_("would"))
		.select(Max(table.support).as_("support"))
		.where(table.scenario == scenario)
		.groupby(*(table[group] for group in groups), table.household)
	)


def _sums(households) -> list:
	newly = (households.was == 0) & (households.would > 0)
	return [
		Coalesce(Sum(households.was), 0).as_("findings_before"),
		Coalesce(Sum(households.would), 0).as_("findings_after"),
		Count(Case().when(newly, 1)).as_("newly_found"),
		Count(Case().when((households.was > 0) & (households.would == 0), 1)).as_("no_longer_found"),
		Coalesce(Sum(Case().when(newly, households.support).else_(0)), 0).as_("support_looked_at"),
	]


def figures(scenario: str) -> dict:
	households = _by_household(scenario).as_("households")
	[sums] = frappe.qb.from_(households).select(*_sums(households)).run(as_dict=True)
	return {field: flt(sums[field], 2) for field in FIGURES}


def by_rule(scenario: str, condition: str = "") -> list[frappe._dict]:
	"""Rows of township and rule with the figures; ``condition``: SQL of a scope."""
	groups = ("township", "rule", "rule_title")
	households = _by_household(scenario, *groups)
	if condition:
		households = households.where(LiteralValue(condition))
	households = households.as_("households")
	return (
		frappe.qb.from_(households)
		.select(*(households[group] for group in groups), *_sums(households))
		.groupby(*(households[group] for group in groups))
		.orderby(households.township)
		.orderby(households.rule)
		.run(as_dict=True)
	)
