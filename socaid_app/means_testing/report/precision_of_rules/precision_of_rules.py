"""How often each rule is right, by its source: counted from the conclusions, so that a bad rule shows and is switched off."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import cint
from pypika.terms import Case, LiteralValue

from socaid_app.means_testing.comparison_findings import CONCLUDED, CONFIRMED, DATA_WRONG, DOCTYPE, NO_IMPACT
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column


def execute(filters: dict | None = None):
	return columns(), rows(frappe._dict(filters or {}))


def rows(filters: frappe._dict) -> list[dict]:
	"""A line for each rule; without conclusions its precision is not known, which is not nought."""
	finding, rule, source = map(frappe.qb.DocType, (DOCTYPE, "Comparison Rule", "Comparison Source"))

	def how_many(value: str):
		concluded = (finding.status == CONCLUDED) & (finding.conclusion == value)
		return Sum(Case().when(concluded, 1).else_(0))

	wanted = [finding.name.isnotnull()]
	if filters.source:
		wanted.append(finding.source == filters.source)
	if filters.from_date:
		wanted.append(finding.first_seen >= filters.from_date)
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition(DOCTYPE):
		wanted.append(LiteralValue(condition))
	found = (
		frappe.qb.from_(finding)
		.left_join(rule)
		.on(rule.name == finding.rule)
		.left_join(source)
		.on(source.name == finding.source)
		.where(Criterion.all(wanted))
		.groupby(finding.rule, finding.source)
		.orderby(finding.source, finding.rule)
		.select(
			finding.source,
			finding.rule,
			Coalesce(source.title, finding.source, "").as_("source_title"),
			Coalesce(rule.title, finding.rule).as_("title"),
			rule.status,
			Count(finding.name).as_("findings"),
			how_many(CONFIRMED).as_("confirmed"),
			how_many(NO_IMPACT).as_("no_impact"),
			how_many(DATA_WRONG).as_("data_wrong"),
		)
	).run(as_dict=True)
	for row in found:
		decided = sum(cint(row[name]) for name in ("confirmed", "no_impact", "data_wrong"))
		row.update(
			{
				"open": cint(row.findings) - decided,
				"precision": round(100 * cint(row.confirmed) / decided, 1) if decided else None,
				"source_title": row.source_title or _("Register Alone"),
				"status": _(row.status or "", context="Comparison Rule"),
			}
		)
	return found


def columns() -> list[dict]:
	return [
		column("source_title", _("Comparison Source"), "Data", 150),
		column("title", _("Comparison Rule"), "Data", 200),
		column("status", _("Switched On or Off"), "Data", 90),
		column("findings", _("Findings"), "Int", 90),
		column("open", _("Not Concluded"), "Int", 90),
		column("confirmed", _("Confirmed", context="Comparison Finding"), "Int", 90),
		column("no_impact", _("No Impact", context="Comparison Finding"), "Int", 90),
		column("data_wrong", _("Data Wrong", context="Comparison Finding"), "Int", 90),
		column("precision", _("Precision in Percent"), "Float", 110),
	]
