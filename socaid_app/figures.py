"""What every figure of the app counts: one name, one meaning, one list.

A number card, the list it opens and the report that sums it up take a figure from here. ``where`` gives the filters of
its list on a day; figures that only reports compute have none and say here what they mean. The meaning stands on the
card and above the report.

The figures lie below the modules that report them, hence name states as the fields of the DocTypes offer them
(``tests/site/county/demo/test_figures.py`` looks for one that no field offers).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, escape_html, getdate, today

from socaid_app.casework import due_rules
from socaid_app.frappe_versions import aggregate
from socaid_app.policy import clock, petitions, terms


class NoSuchFigure(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class Figure:
	label: str
	meaning: str
	doctype: str | None = None
	where: Callable[[date], dict] | None = None


def overdue_by(rule: str) -> Callable[[date], dict]:
	"""What a Due Rule has open and overdue."""
	return lambda on: due_rules.rule(rule).overdue_filters(on)


# The overdue records of a Due Rule that has no figure of its own below.
BY_RULE = "overdue:"
CARD = "socaid_app.figures.card"

FIGURES = {
	# --- registry ---------------------------------------------------------------------------------------------
	"households_in_benefit": Figure(
		_lt("Households in Benefit"),
		_lt(
			"Households with a benefit that was granted and has not ended, paid or recognised; no one-off aid."
		),
		"Recipient Household",
		lambda on: {"status": "Active", "current_benefit": ["is", "set"]},
	),
	"entitlements_paid": Figure(
		_lt("Entitlements Paid"),
		_lt(
			"Benefits paid for the month, one-off aid included; a household may have two, recognitions none."
		),
	),
	"persons_paid": Figure(_lt("Persons"), _lt("Persons counted in the benefits paid for the month.")),
	# --- cases ------------------------------------------------------------------------------------------------
	"cases_overdue": Figure(
		_lt("Overdue Cases"),
		_lt("Cases under way whose statutory last day is over."),
		"Assistance Application",
		overdue_by("case_total"),
	),
	"cases_due_today": Figure(
		_lt("Due Today"),
		_lt("Cases under way whose statutory last day is today."),
		"Assistance Application",
		lambda on: {"workflow_state": ["in", list(terms.RUNNING_STATES)], "statutory_due": str(on)},
	),
	"cases_in_publicity": Figure(
		_lt("Cases in Publicity"),
		_lt("Cases whose preliminary result hangs in the village; other notices hang there as well."),
		"Assistance Application",
		lambda on: {"workflow_state": terms.PUBLICITY},
	),
	# --- visits -----------------------------------------------------------------------------------------------
	"tasks_overdue": Figure(
		_lt("Tasks Overdue"),
		_lt("Visit tasks not done, neither left out nor found impossible, whose day is over."),
		"Screening Task",
		overdue_by("screening_task"),
	),
	"problems_open": Figure(
		_lt("Open Problems"),
		_lt("Problems found on visits that are not closed."),
		"Visit Problem",
		lambda on: {"status": ["in", ["Open", "In Progress"]]},
	),
	# --- means testing ----------------------------------------------------------------------------------------
	"reassessments_to_handle": Figure(
		_lt("Reassessments to Handle"),
		_lt("Reassessments that propose another amount or a stop and were neither handled nor withdrawn."),
		"Household Reassessment",
		lambda on: {"status": "Proposed", "proposal": ["in", ["Raise", "Reduce", "Stop"]]},
	),
	"adjustments_to_decide": Figure(
		_lt("Adjustments to Decide"),
		_lt("Adjustments that were proposed and wait for a decision."),
		"Benefit Adjustment",
		lambda on: {"status": ["in", ["Adjustment Proposed", "Adjustment Endorsed"]]},
	),
	"findings_open": Figure(
		_lt("Findings to Handle"),
		_lt("Findings of the comparison of data that nobody has concluded yet."),
		"Comparison Finding",
		lambda on: {"status": ["!=", "Finding Concluded"]},
	),
	"list_differences_open": Figure(
		_lt("List Differences to Handle"),
		_lt("Differences between lists of other bodies and the register that have not come to their end."),
		"Reconciliation Difference",
		lambda on: {"status": ["in", ["Difference Open", "Difference Checked", "Measure Taken"]]},
	),
	"adjustments_untold": Figure(
		_lt("Adjustment Notices Not Delivered"),
		_lt("Adjustments in effect whose notice has not been delivered with proof."),
		"Benefit Adjustment",
		lambda on: {"status": "Adjustment in Effect"},
	),
	"households_in_grace": Figure(
		_lt("Households in a Grace Period"),
		_lt("Households whose income grew by work and whose benefit ends by itself within months."),
		"Benefit Adjustment",
		lambda on: {
			"grace_ends_on": [">=", on],
			"status": ["in", ["Adjustment in Effect", "Notice Delivered"]],
		},
	),
	"visits_to_review": Figure(
		_lt("Visits to Review"),
		_lt("Visits that are finished and wait for their review."),
		"Home Visit",
		lambda on: {"status": "Finished"},
	),
	"visits_under_way": Figure(
		_lt("Visits under Way"),
		_lt("Visits with a check-in and no check-out yet."),
		"Home Visit",
		lambda on: {"status": "Under Way"},
	),
	"households_to_visit": Figure(
		_lt("Households to Visit"),
		_lt("Households with a benefit in the month, and those whose one-off aid is still followed."),
	),
	"visited_in_time": Figure(
		_lt("Visited in Time"),
		_lt("Households to visit that somebody was met at within the interval of their rule."),
	),
	"not_due_yet": Figure(
		_lt("Not Due Yet"),
		_lt("Households to visit whose first benefit began within the interval, not visited yet."),
	),
	"not_visited_in_time": Figure(
		_lt("Not Visited in Time"),
		_lt("Households to visit that are neither: the interval is over without a visit."),
	),
	"coverage": Figure(_lt("Coverage (%)"), _lt("Visited in time, of all households to visit.")),
	"tasks": Figure(_lt("Tasks"), _lt("Visit tasks of the rounds chosen, without those left out.")),
	"tasks_done": Figure(
		_lt("Tasks Done (%)"),
		_lt(
			"Tasks done, of the tasks of these rounds. A round may have just begun: for who was visited, see visit coverage."
		),
	),
	"punctuality": Figure(
		_lt("Punctuality (%)"),
		_lt("Tasks done by their day, of those that are done or whose day is over."),
	),
	"needs": Figure(_lt("Needs"), _lt("Needs that finished visits found.")),
	"needs_not_met": Figure(_lt("Not Yet Met"), _lt("Needs found without a day on which they were met.")),
	"differences_found": Figure(
		_lt("Differences Found"), _lt("Facts that finished visits found to differ from the file.")
	),
	"error_rate": Figure(
		_lt("Error Rate (%)"),
		_lt("Visits with a mistake, of the visits rechecked by the spot check."),
	),
	# --- petitions --------------------------------------------------------------------------------------------
	"petitions_open": Figure(
		_lt("Petitions Open"),
		_lt("Petitions that wait for an answer, or for that of their review or recheck."),
		"Petition",
		lambda on: {"status": ["in", list(petitions.STILL_OPEN)]},
	),
	"petitions_overdue": Figure(
		_lt("Petitions Overdue"),
		_lt("Petitions with a running clock whose last day is over."),
		"Petition",
		overdue_by("petition"),
	),
	"petitions_due_soon": Figure(
		_lt("Petitions Due Soon"),
		_lt("Petitions with a running clock whose last day is today or near."),
		"Petition",
		lambda on: {"current_due": [">=", str(on)], "due_status": ["in", [clock.DUE_SOON, clock.DUE_TODAY]]},
	),
	"repeat_petitions_open": Figure(
		_lt("Repeat Petitions Open"),
		_lt("Open petitions of somebody whose matter was recorded before."),
		"Petition",
		lambda on: {"is_repeat": 1, "status": ["in", list(petitions.STILL_OPEN)]},
	),
	"petitions": Figure(_lt("Petitions"), _lt("Petitions received in the period.")),
	"petitions_answered": Figure(
		_lt("Answered or Concluded"), _lt("Petitions received in the period that are not open any more.")
	),
	"petitions_late": Figure(
		_lt("Missed a Deadline"),
		_lt("Petitions with a step taken after its last day, or not yet taken though that day is over."),
	),
	"receptions": Figure(_lt("Receptions"), _lt("Receptions recorded in the period, whatever came of them.")),
	# --- disclosure -------------------------------------------------------------------------------------------
	"notices_on_the_board": Figure(
		_lt("Notices on the Board"),
		_lt(
			"Notices that hang now, of every kind: results of cases, monthly rolls, terminations and others."
		),
		"Publicity Notice",
		lambda on: {"status": ["in", ["In Publicity", "Objection Raised"]]},
	),
	"notices_to_review": Figure(
		_lt("Notices to Review"),
		_lt("Notices drawn up that somebody has to check before they hang."),
		"Publicity Notice",
		lambda on: {"status": "Draft"},
	),
	"corrections_open": Figure(
		_lt("Corrections Open"),
		_lt("Faults of publications that were reported and are not settled."),
		"Disclosure Correction",
		lambda on: {"status": ["in", ["Reported", "Looked Into"]]},
	),
	"publications_overdue": Figure(
		_lt("Items Not Published in Time"),
		_lt("Items of the catalogue that wait to be published though their last day is over; no notices."),
		"Disclosure Publication",
		overdue_by("publication"),
	),
	"published_in_time": Figure(
		_lt("In Time (%)"),
		_lt("Notices and items public by their last day, of those that are public or overdue."),
	),
	"rolls_posted": Figure(
		_lt("Roll Posted"), _lt("Villages with recipients whose roll of the month hangs or has hung.")
	),
	# --- insight ----------------------------------------------------------------------------------------------
	"parameters_to_confirm": Figure(
		_lt("Parameters to Confirm"),
		_lt("Values of policy that rest on an inference or on memory, and that no officer has confirmed."),
		"Policy Parameter",
		lambda on: {"to_be_confirmed": 1},
	),
	"standards_to_confirm": Figure(
		_lt("Standards to Confirm"),
		_lt("Standards in force or to come that no officer has confirmed."),
		"Assistance Standard",
		lambda on: {"to_be_confirmed": 1, "docstatus": ["<", 2]},
	),
	"households_paid": Figure(
		_lt("Households Paid"),
		_lt(
			"Families that something is paid to for the month, one-off aid included, each once; in rows by category, a family with benefits of two categories counts in both."
		),
	),
	"cost_paid": Figure(
		_lt("Amount (yuan)"), _lt("The amounts of the benefits of the month by the ledger, in yuan.")
	),
	"cost_to_come": Figure(
		_lt("To Come"),
		_lt(
			"The ledger as it stands: every benefit runs on to its known end, and changes decided for a later month count from that month. One-off aid of months to come is the average of the last twelve. New applications are not foreseen."
		),
	),
	"overdue_by_rule": Figure(
		_lt("Overdue"),
		_lt(
			"Records that a due rule has open and whose last day is over, as its list shows them; a record with several clocks counts under each."
		),
	),
	"visits_due": Figure(
		_lt("Visits Due"),
		_lt("Visit tasks whose day lies in the month, without those left out or impossible."),
	),
	"refusals": Figure(
		_lt("Cases Refused"),
		_lt("Applications decided in the period that were rejected, not accepted or terminated."),
	),
	"refusals_share": Figure(
		_lt("Refused (%)"), _lt("Cases refused, of these and the confirmed ones of the period.")
	),
	"satisfied_of_rated": Figure(
		_lt("Satisfied of Rated (%)"),
		_lt("Petitioners satisfied or very satisfied, of those who rated the answer."),
	),
	"benefits_changed": Figure(
		_lt("Benefits Changed"),
		_lt("Monthly benefits that began, changed or ended with the month; one decision may change several."),
	),
	"stages_done": Figure(
		_lt("Stages Done"), _lt("Clocks of cases whose step was taken in the period; a case has several.")
	),
	"median_days": Figure(
		_lt("Median (days)"), _lt("Half of them were done within so many calendar days from the event on.")
	),
	"ninth_days": Figure(
		_lt("Nine in Ten (days)"), _lt("Nine in ten were done within so many calendar days.")
	),
	"stage_limit": Figure(
		_lt("Limit (days)"),
		_lt("Calendar days that the law or the service contract leaves, in the middle of these cases."),
	),
	"persons_basic": Figure(
		_lt("Persons in Dibao and Tekun"), _lt("Persons counted in monthly benefits of dibao and tekun.")
	),
	"population_share": Figure(
		_lt("Of the Population (%)"),
		_lt("Persons in dibao and tekun, of the population entered on the division."),
	),
	"issues_open": Figure(_lt("Open Issues"), _lt("Faults of data that nobody has put right yet.")),
	"issues_overdue": Figure(_lt("Overdue Issues"), _lt("Open issues whose last day is over.")),
	"issues_reopened": Figure(
		_lt("Not Right at the Recheck"), _lt("Issues that the recheck sent back at least once.")
	),
	"service_number": Figure(
		_lt("Number of Services"), _lt("Records of the period; what has a deadline, by the day it was due.")
	),
	"service_in_time": Figure(
		_lt("In Time"),
		_lt("Done by the last day promised; what is not done though that day is over is late."),
	),
	"statistics_households": Figure(
		_lt("Households and Persons of the Table"),
		_lt(
			"Families and persons of benefits and recognitions in force in the month, by the area of the benefit."
		),
	),
	"statistics_cost": Figure(
		_lt("Expenditure of the Table"),
		_lt("By the ledger, from January to the month; recognitions cost nothing."),
	),
	# --- archives ---------------------------------------------------------------------------------------------
	"files_on_loan": Figure(
		_lt("Files on Loan"),
		_lt("Loans handed out and not brought back."),
		"Archive Loan",
		lambda on: {"status": "Lent"},
	),
	"loans_overdue": Figure(
		_lt("Loans Overdue"),
		_lt("Loans handed out whose last day is over."),
		"Archive Loan",
		overdue_by("archive_loan"),
	),
	"files_to_appraise": Figure(
		_lt("Files to Appraise"),
		_lt("Files whose years of keeping are over and that nobody has decided on."),
		"Archive File",
		lambda on: {"status": "To Appraise"},
	),
	"files_with_papers_missing": Figure(
		_lt("Files with Papers Missing"),
		_lt("Files, not destroyed, that lack a paper their template requires."),
		"Archive File",
		lambda on: {"completeness": "Papers Missing", "status": ["!=", "Destroyed"]},
	),
}


# Due Rule → the figure that counts what it has overdue.
OF_RULE = {
	"case_total": "cases_overdue",
	"screening_task": "tasks_overdue",
	"petition": "petitions_overdue",
	"publication": "publications_overdue",
	"archive_loan": "loans_overdue",
}


def figure(key: str) -> Figure:
	"""Raises NoSuchFigure."""
	if key.startswith(BY_RULE):
		return _figure_of(key.removeprefix(BY_RULE))
	if key not in FIGURES:
		_no_such(key)
	return FIGURES[key]


def _figure_of(name: str) -> Figure:
	rule = due_rules.rule(name)
	if not rule or rule.table_field:
		_no_such(BY_RULE + name)
	return Figure(
		# stored with the card, whatever the language of whoever saves the rule
		f"超期：{rule.label}",
		_("{0}: open, and the last day is over.").format(_(rule.doctype)),
		rule.doctype,
		rule.overdue_filters,
	)


def show_rule(doc: Document, method: str | None = None) -> None:
	"""Hook of Due Rule: its number card, which a workspace or dashboard of the county may show.

	What the rows of a table have overdue is counted on the record by no list, hence by no card.
	"""
	if doc.name in OF_RULE or "." in doc.date_field:
		return
	name, values = _card_name(doc.name), {"label": label(BY_RULE + doc.name), "is_public": cint(doc.enabled)}
	if frappe.db.exists("Number Card", name):
		frappe.db.set_value("Number Card", name, values)
		return
	frappe.get_doc(
		{
			"doctype": "Number Card",
			"type": "Custom",
			"method": CARD,
			"filters_json": json.dumps({"figure": BY_RULE + doc.name}),
			"document_type": doc.document_type,
			"module": "Socaid App",
			"color": "#ED6396",
			"show_percentage_stats": 0,
			**values,
		}
	).insert(ignore_permissions=True, set_name=name)


def show_rules() -> None:
	"""The cards of all rules. While the app is installed its hooks are not heard yet; and one card that a desk names and
	that is not there takes the others with it.
	"""
	for name in frappe.get_all("Due Rule", pluck="name", order_by="name"):
		show_rule(frappe.get_doc("Due Rule", name))


def hide_rule(doc: Document, method: str | None = None) -> None:
	"""Hook of Due Rule: a card goes with its rule."""
	name = _card_name(doc.name)
	frappe.delete_doc("Number Card", name, force=True, ignore_permissions=True, ignore_missing=True)


def _card_name(rule: str) -> str:
	return f"{BY_RULE}{rule}"


def _no_such(key: str) -> None:
	frappe.throw(_("There is no figure {0}.").format(escape_html(key)), NoSuchFigure)


def conditions(key: str, on: date | str | None = None) -> dict:
	"""The filters of the list that a figure counts, on a day (default: today)."""
	found = figure(key)
	if not found.where:
		_no_such(key)
	return found.where(getdate(on or today()))


def count(key: str, on: date | str | None = None, **equal) -> int:
	"""How many of them the reader may see; ``equal`` narrows it, as ``township``."""
	rows = frappe.get_list(
		figure(key).doctype,
		filters=conditions(key, on) | equal,
		fields=[aggregate("count", "name", "found")],
		order_by="",
	)
	return rows[0].found if rows else 0


def label(key: str) -> str:
	return str(figure(key).label)


def meanings(*keys: str) -> str:
	"""The message above a report: what its figures count."""
	lines = (
		f"<li><b>{escape_html(label(key))}</b>：{escape_html(str(figure(key).meaning))}</li>" for key in keys
	)
	return (
		f"<details class='socaid-meanings'><summary>{escape_html(_('What the figures count'))}</summary>"
		f"<ul>{''.join(lines)}</ul></details>"
	)


@frappe.whitelist()
def card(filters: str | dict | None = None) -> dict:
	"""A number card of type Custom whose filters name the figure: {"figure": key}.

	Answers {value, fieldtype, meaning, overdue, route, route_options}: the number, and the list that shows what it counts.
	"""
	chosen = json.loads(filters) if isinstance(filters, str) and filters else filters
	key = str(chosen.get("figure") or "") if isinstance(chosen, dict) else ""
	found, where = figure(key), conditions(key)
	return {
		"value": count(key),
		"fieldtype": "Int",
		"meaning": str(found.meaning),
		"overdue": key.startswith(BY_RULE) or key in OF_RULE.values(),
		"route": ["List", found.doctype, "List"],
		"route_options": {
			f"{found.doctype}.{field}": test if isinstance(test, list) else ["=", test]
			for field, test in where.items()
		},
	}
