"""Why applications did not lead to help in a period: by reason as it was told to the family, by category, by township.

The reason is the one the notice gave (Law Art. 45): words, compared as they stand. Each number is counted through the
list that it opens.
"""

from __future__ import annotations

import frappe
from frappe import _

from socaid_app import figures
from socaid_app.casework.places import division_names
from socaid_app.frappe_versions import aggregate
from socaid_app.management_insight import behind
from socaid_app.policy import terms
from socaid_app.reporting import column

CASE = "Assistance Application"
REFUSED = (terms.REJECTED, terms.NOT_ACCEPTED, terms.TERMINATED)
GROUPS = {"Reason": "decision_reason", "Category": "category", "Township": "township"}


def execute(filters: dict | None = None):
	"""``filters``: from_date, to_date (the day of the decision), by (one of GROUPS), township, category."""
	filters = frappe._dict(filters or {})
	by = GROUPS.get(filters.by, "decision_reason")
	rows = counted(filters, by)
	shown = behind.with_total(rows, "group", ("found",), lambda row: _finish(row, filters))
	message = behind.said(
		rows, figures.meanings("refusals", "refusals_share"), _("No application was refused in this period.")
	)
	return columns(by), shown, message, chart(rows), summary(shown, filters)


def counted(filters: frappe._dict, by: str) -> list[dict]:
	"""Rows of {group, state, found, percent}, the most frequent first."""
	found: dict[tuple, frappe._dict] = {}
	for row in frappe.get_list(
		CASE,
		filters=_decided(filters, ["in", list(REFUSED)]),
		fields=[by, "workflow_state", aggregate("count", "name", "found")],
		group_by=f"{by}, workflow_state",
		order_by="",
		limit_page_length=0,
	):
		# nothing entered is the same as an empty text
		line = found.setdefault((row[by] or "", row.workflow_state), frappe._dict(row, found=0))
		line.found += row.found
	rows = list(found.values())
	names = division_names(row.township for row in rows) if by == "township" else {}
	total = sum(row.found for row in rows)
	for row in rows:
		value = row[by]
		row.group = (names.get(value) or _("County")) if by == "township" else (value or _("Not Stated"))
		row.state = _(row.workflow_state)
		row.percent = behind.share(row.found, total)
		asked = _decided(filters, row.workflow_state) | {by: value or ["is", "not set"]}
		behind.in_list(row, "found", CASE, asked)
	return sorted(rows, key=lambda row: (-row.found, row.group, row.state))


def _decided(filters: frappe._dict, state) -> dict:
	wanted = {"workflow_state": state, "decided_on": ["between", list(map(str, behind.period(filters)))]}
	return wanted | {field: filters[field] for field in ("township", "category") if filters.get(field)}


def _finish(row: dict, filters: frappe._dict) -> None:
	row["percent"] = 100.0
	behind.in_list(row, "found", CASE, _decided(filters, ["in", list(REFUSED)]))


def columns(by: str) -> list[dict]:
	labels = {
		"decision_reason": (_("Reason", context=CASE), 420),
		"category": (_("Assistance Category"), 220),
		"township": (_("Township Division"), 160),
	}
	label, width = labels[by]
	return [
		column("group", label, "Data", width),
		column("state", _("Stage"), "Data", 120),
		behind.number("found", figures.label("refusals"), 110),
		column("percent", _("Part (%)"), "Percent", 100),
	]


def chart(rows: list[dict]) -> dict:
	counts: dict[str, int] = {}
	for row in rows:
		counts[row.group] = counts.get(row.group, 0) + row.found
	most = sorted(counts.items(), key=lambda item: -item[1])[:8]
	if not most:
		return {"type": "bar", "data": {}}
	return {
		"type": "bar",
		"data": {
			"labels": [text[:12] + "…" if len(text) > 13 else text for text, _found in most],
			"datasets": [{"name": figures.label("refusals"), "values": [found for _text, found in most]}],
		},
		"colors": ["#2490ef"],
	}


def summary(rows: list[dict], filters: frappe._dict) -> list[dict]:
	if not rows:
		return []
	refused = sum(row["found"] for row in rows if not row.get("bold"))
	decided = frappe.get_list(
		CASE,
		filters=_decided(filters, ["in", [*REFUSED, terms.CONFIRMED]]),
		fields=[aggregate("count", "name", "found")],
		order_by="",
	)[0].found
	return [
		{"value": refused, "label": figures.label("refusals"), "datatype": "Int", "indicator": "Blue"},
		{"value": decided, "label": _("Cases Decided"), "datatype": "Int", "indicator": "Blue"},
		{
			"value": behind.share(refused, decided),
			"label": figures.label("refusals_share"),
			"datatype": "Percent",
			"indicator": "Blue",
		},
	]
