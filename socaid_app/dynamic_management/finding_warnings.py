"""Findings of a comparison are warnings of low-income monitoring by themselves, where their rule says of which kind.

A reply may bring thousands: they are entered set-based. The key of the fact is made of the identity of the finding, so
the same fact next month is the same warning, seen once more; what was settled stays settled, and a reply that is read
again counts for nothing. What is done about a warning, by one of the four routes, is decided by people
(monitoring_warnings.py).
"""

from __future__ import annotations

from datetime import date

import frappe

from socaid_app.casework import number_series, row_sets
from socaid_app.dynamic_management import monitoring_warnings as warnings
from socaid_app.policy import monitoring as law
from socaid_app.socaid_app import rules

FINDING, RULE = "Comparison Finding", "Comparison Rule"
CONCLUDED = "Finding Concluded"
AT_ONCE = 500
COLUMNS = (
	"name",
	"household",
	"head_name",
	"recipient",
	"kind",
	"details",
	"status",
	"triage_due_on",
	"found_by",
	"source_doctype",
	"source_name",
	"division",
	"township",
	"first_seen_on",
	"last_seen_on",
	"sightings",
	"fact_key",
)


def raise_for(request: str, on: date) -> None:
	"""Hook ``socaid_findings_read``: what the findings of a reply say about families, as of the day of its data."""
	found = {key_of(row): row for row in _findings(request)}
	keys = list(found)
	for at in range(0, len(keys), AT_ONCE):
		some = keys[at : at + AT_ONCE]
		known = _known(some)
		_see_again(known, on)
		# what people have concluded already is no news, whether there was a warning of it or not
		new = [key for key in some if key not in known and found[key].status != CONCLUDED]
		_enter({key: found[key] for key in new}, on)


def key_of(finding: frappe._dict) -> str:
	return law.fact_key(finding.household, finding.recipient or "", finding.kind, finding.identity)


def _findings(request: str) -> list[frappe._dict]:
	"""Those about a household, of a rule that raises warnings."""
	finding, rule = frappe.qb.DocType(FINDING), frappe.qb.DocType(RULE)
	return (
		frappe.qb.from_(finding)
		.join(rule)
		.on(rule.name == finding.rule)
		.select(
			finding.name,
			finding.identity,
			finding.status,
			finding.household,
			finding.head_name,
			finding.recipient,
			finding.person_name,
			finding.means,
			finding.facts,
			finding.division,
			finding.township,
			rule.warning.as_("kind"),
		)
		.where((finding.request == request) & rule.warning.isin(law.KINDS))
		.where(finding.household.isnotnull() & (finding.household != ""))
		.orderby(finding.name)
		.run(as_dict=True)
	)


def _known(keys: list[str]) -> dict[str, str]:
	"""Key → warning. Locked: of two replies that are read at once the second sees what the first has entered."""
	table = frappe.qb.DocType(warnings.DOCTYPE)
	query = frappe.qb.from_(table).select(table.fact_key, table.name).where(table.fact_key.isin(keys))
	return dict(query.for_update().run())


def _see_again(known: dict[str, str], on: date) -> None:
	"""By newer data than the last that told it."""
	table = frappe.qb.DocType(warnings.DOCTYPE)
	if known:
		(
			frappe.qb.update(table)
			.set(table.sightings, table.sightings + 1)
			.set(table.last_seen_on, on)
			.where(table.name.isin(list(known.values())) & (table.last_seen_on < on))
			.run()
		)


def _enter(found: dict[str, frappe._dict], on: date) -> None:
	due = rules.workdays_after("warning_triage_days")
	names = number_series.names(warnings.DOCTYPE, len(found))
	row_sets.insert(
		warnings.DOCTYPE,
		COLUMNS,
		[
			(
				name,
				row.household,
				row.head_name,
				row.recipient,
				row.kind,
				_details(row),
				warnings.TO_TRIAGE,
				due,
				warnings.COMPARISON,
				FINDING,
				row.name,
				row.division,
				row.township,
				on,
				on,
				1,
				key,
			)
			for name, (key, row) in zip(names, found.items(), strict=True)
		],
	)


def _details(row: frappe._dict) -> str:
	return "\n".join(filter(None, (f"{row.person_name or row.head_name}：{row.means}", row.facts)))
