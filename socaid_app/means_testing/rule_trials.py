"""How a rule does: whom it would hit on last month's replies before it is switched on, and how often it was right since.

A trial writes nothing: its result is kept for a day, the counts for who may read the rule, the names for the duty that
asks agencies. What was concluded of a rule's findings says whether it is worth its work; a poor one is switched off.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_months, get_first_day, getdate, now, today

from socaid_app.casework import duties, steps
from socaid_app.casework.steps import Ask
from socaid_app.frappe_versions import aggregate
from socaid_app.means_testing import comparison_findings as findings
from socaid_app.means_testing import comparison_requests as requests
from socaid_app.means_testing import reply_import, roll_coverage, rule_records, source_records

KEPT_SECONDS = 24 * 3600
# Names of those it would hit; how many there are is said as well.
LISTED = 100


@rule_records.step(_lt("Try on Last Month's Data"), at=rule_records.OFF, logged=False)
def try_out(doc: Document) -> None:
	"""In the background: replies may be large. The form shows the result when it is there."""
	steps.nothing_to_save(doc)
	frappe.enqueue(
		"socaid_app.means_testing.rule_trials.run",
		rule=doc.name,
		queue="long",
		job_id=f"rule-trial-{doc.name}",
		deduplicate=True,
		enqueue_after_commit=True,
	)


def run(rule: str) -> None:
	"""The job. What cannot be read is said instead of a result."""
	doc = frappe.get_doc(rule_records.DOCTYPE, rule)
	try:
		result = _trial(doc)
	except reply_import.UNREADABLE as error:
		result = {"error": str(error)}
	result |= {"at": now(), "condition": doc.condition}
	frappe.cache.set_value(_key(rule), result, expires_in_sec=KEPT_SECONDS)
	frappe.publish_realtime("socaid_rule_trial", {"rule": rule}, doctype=doc.doctype, docname=rule)


def _key(rule: str) -> str:
	return f"socaid_rule_trial:{rule}"


def _trial(doc: Document) -> dict:
	sources = source_records.named(doc.source)
	rule = replace(rule_records.rule_of(doc, sources), paused=False)
	hits: dict[str, reply_import.Place] = {}
	undecided, read = 0, 0
	for name in replies(doc.source):
		request = frappe.get_doc(requests.DOCTYPE, name)
		asked = {row.recipient: row for row in roll_coverage.lines_of(name)}
		with reply_import.opened(request) as reading:
			[result] = reading.run([rule], reading.source if doc.source else None)
			found = reading.hits()
		read, undecided = read + 1, undecided + result.undecided
		for identity, place in reply_import.places_of(request, found, asked).items():
			hits.setdefault(identity, place)
	known = frappe.get_all(
		findings.DOCTYPE, filters={"identity": ["in", list(hits)]}, pluck="name", order_by="name"
	)
	return {
		"replies": read,
		"hits": len(hits),
		"households": len({place.household for place in hits.values()}),
		"known": len(known),
		"undecided": undecided,
		"list": [
			{"household": place.household, "head_name": place.head_name, "name": place.name}
			for place in list(hits.values())[:LISTED]
		],
	}


def replies(*sources: str | None) -> list[str]:
	"""Replies of the sources since the beginning of last month, the newest first; for a rule over the register alone, any."""
	since: date = get_first_day(add_months(getdate(today()), -1))
	return frappe.get_all(
		requests.DOCTYPE,
		filters={
			"status": ["in", [requests.READ, requests.CLOSED]],
			"data_day": [">=", since],
			**({"source": ["in", sources]} if all(sources) else {}),
		},
		pluck="name",
		order_by="data_day desc, name",
	)


@frappe.whitelist()
def of_rule(rule: str) -> dict:
	"""What the form shows: how often the rule was right, and its last trial, if the condition is still the same."""
	doc = frappe.get_doc(rule_records.DOCTYPE, rule)
	doc.check_permission("read")
	trial = frappe.cache.get_value(_key(rule), expires=True)
	if trial and trial["condition"] != doc.condition:
		trial = None
	if trial and not duties.holds(requests.QUERY):
		trial = trial | {"list": []}
	return {"record": track_record(rule), "trial": trial}


def track_record(rule: str) -> dict[str, int]:
	"""Conclusions of its findings: how many there are, how many confirmed it."""
	rows = frappe.get_all(
		findings.DOCTYPE,
		filters={"rule": rule, "status": findings.CONCLUDED},
		fields=["conclusion", aggregate("count", "name", "findings")],
		group_by="conclusion",
		order_by="conclusion",
	)
	counted = {row.conclusion: row.findings for row in rows}
	return {"concluded": sum(counted.values()), "confirmed": counted.get(findings.CONFIRMED, 0)}


def reason_to_switch_off(doc: Document) -> str:
	"""What the dialog proposes: the figures, where there are any."""
	record = track_record(doc.name)
	if not record["concluded"]:
		return ""
	return _("Of {0} findings that were concluded, {1} were confirmed.").format(
		record["concluded"], record["confirmed"]
	)


@rule_records.step(
	_lt("Switch Off"),
	at=rule_records.ON,
	to=rule_records.OFF,
	asks=(Ask("off_reason", default=reason_to_switch_off),),
)
def switch_off(doc: Document, off_reason: str) -> None:
	"""It is applied no more; what it has found stays."""
