"""How often a kind of check is due: the Review Cycle Rules of the county, never looser than the law.

A rule is followed by the next; none is overwritten, so what was due on any past day stays known.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.utils import flt, getdate

from socaid_app.policy import cycles
from socaid_app.policy.cycles import Limit
from socaid_app.socaid_app import rules

DOCTYPE = "Review Cycle Rule"


@dataclass(frozen=True)
class Interval:
	"""``months`` between two checks of a household; ``ratio`` percent of the households in each round."""

	months: int
	ratio: float
	rule: str | None


def limit(category: str, review_class: str | None, kind: str, on: date) -> Limit | None:
	"""The longest interval allowed for a category on a day; None where nothing limits it."""
	scheme = frappe.get_cached_value("Assistance Category", category, "scheme") or ""
	return cycles.limit(scheme, review_class or "", kind, rules.parameters(), on)


def interval(category: str, review_class: str | None, kind: str, on: date | str) -> Interval | None:
	"""The interval of a check (``cycles.CHECK_KINDS``) on a day; None where neither rule nor law sets one.

	A rule for the class goes before one for every class. Where the law has become stricter since the rule was
	made, the law holds.
	"""
	on = getdate(on)
	return _choose(rules_in_force(kind, on).get(category, {}), category, review_class, kind, on)


def intervals(kind: str, on: date | str) -> dict[tuple[str, str], Interval]:
	"""The same for all: (category, review class) → interval, with '' for a household without class."""
	on = getdate(on)
	standing = rules_in_force(kind, on)
	categories = frappe.get_all("Assistance Category", pluck="name", order_by="name")
	found = {
		(category, review_class): _choose(standing.get(category, {}), category, review_class, kind, on)
		for category in categories
		for review_class in ("", *cycles.REVIEW_CLASSES)
	}
	return {key: value for key, value in found.items() if value}


def rules_in_force(kind: str, on: date) -> dict[str, dict[str, frappe._dict]]:
	"""category → review class ('' for every class) → the rule in force on a day."""
	table = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(table)
		.select(table.name, table.category, table.review_class, table.service_months, table.ratio)
		.where((table.check_kind == kind) & (table.effective_from <= on))
		.where(table.effective_to.isnull() | (table.effective_to >= on))
		.orderby(table.effective_from)
		.run(as_dict=True)
	)
	found: dict[str, dict[str, frappe._dict]] = defaultdict(dict)
	for row in rows:
		found[row.category][row.review_class or ""] = row
	return found


def _choose(
	by_class: dict[str, frappe._dict], category: str, review_class: str | None, kind: str, on: date
) -> Interval | None:
	rule = by_class.get(review_class or "") or by_class.get("")
	allowed = limit(category, review_class, kind, on)
	if not rule:
		return Interval(allowed.months, 100.0, None) if allowed else None
	months = min(rule.service_months, allowed.months) if allowed else rule.service_months
	return Interval(months, flt(rule.ratio), rule.name)
