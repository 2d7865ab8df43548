"""The questionnaire of an assessment: its answers as the template has them, those that are known already, and the
needs that follow. Everything here only reads; steps and clocks are in :mod:`socaid_app.field_visits.needs`.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.policy import selfcare, terms
from socaid_app.socaid_app import registry

TEMPLATE = "Needs Template"
ASSESSMENT = "Needs Assessment"
URGENT, SOON, CAN_WAIT = "Urgent", "Soon", "Can Wait"
URGENCIES = (URGENT, SOON, CAN_WAIT)
REGISTER, VISIT, LAST_ASSESSMENT = "Register", "Home Visit", "Last Assessment"
CAN = "Can"
# Needs Template Answer.fact: the columns of the person, and the six indicators of self-care (民发〔2021〕43号第21条).
OF_THE_PERSON = {
	"Disability Grade": "disability_grade",
	"Disability Type": "disability_type",
	"Health": "health",
	"Labour Capacity": "labour_capacity",
	"Schooling": "schooling",
	"Employment": "employment",
	"Marital Status": "marital",
}
SELFCARE = {
	"Eats Alone": "eating",
	"Dresses Alone": "dressing",
	"Gets In and Out of Bed Alone": "getting_in_and_out_of_bed",
	"Uses the Toilet Alone": "toileting",
	"Walks Indoors Alone": "walking_indoors",
	"Bathes Alone": "bathing",
}
SIZE = "Persons in the Household"


class QuestionnaireInvalid(frappe.ValidationError):
	pass


# --- the template -------------------------------------------------------------------------------------------------
def check(template: Document) -> None:
	"""Each answer stands once with its question, and a need has an urgency."""
	seen = set()
	for row in template.answers:
		key = (row.question.strip(), row.answer.strip())
		if key in seen:
			frappe.throw(
				_("Row {0}: the answer “{1}” stands twice with its question. Remove one of them.").format(
					row.idx, row.answer
				),
				QuestionnaireInvalid,
			)
		seen.add(key)
		if row.need and not row.urgency:
			frappe.throw(
				_("Row {0}: say how urgent the need is that follows from “{1}”.").format(row.idx, row.answer),
				QuestionnaireInvalid,
			)


def template_for(group: str) -> str | None:
	return frappe.db.get_value(TEMPLATE, {"group": group, "disabled": 0}, "name", order_by="creation desc")


def lines_of(template: str) -> list[frappe._dict]:
	"""The lines of a template in their order, one for each answer that may be given."""
	return frappe.get_all(
		"Needs Template Answer",
		filters={"parent": template, "parenttype": TEMPLATE},
		fields=["dimension", "question", "answer", "score", "need", "urgency", "fact", "fact_values"],
		order_by="idx",
	)


# --- answers that are known -------------------------------------------------------------------------------------------
def prepared(doc: Document) -> list[dict]:
	"""The questions of the template; what another record holds comes answered, and says where it is from."""
	questions: dict[str, list[frappe._dict]] = {}
	for line in lines_of(doc.template):
		questions.setdefault(line.question, []).append(line)
	known, said = _facts(doc), _said_before(doc.previous)
	return [_answered(lines, known, said.get(question)) for question, lines in questions.items()]


def _answered(lines: list[frappe._dict], known: dict[str, tuple[str, str]], said: str | None) -> dict:
	row = {"dimension": lines[0].dimension, "question": lines[0].question}
	for line in lines:
		value, source = known.get(line.fact or "", ("", ""))
		if value and value in _values(line):
			return row | {"answer": line.answer, "known_from": source}
	if said and any(line.answer == said for line in lines):
		return row | {"answer": said, "known_from": LAST_ASSESSMENT}
	return row


def _values(line: frappe._dict) -> list[str]:
	return [value.strip() for value in (line.fact_values or "").replace("，", ",").split(",")]


def _facts(doc: Document) -> dict[str, tuple[str, str]]:
	"""Name of a fact → its value and the record that holds it."""
	person = frappe.db.get_value("Recipient", doc.recipient, list(OF_THE_PERSON.values()), as_dict=True)
	found = {name: (person[column] or "", REGISTER) for name, column in OF_THE_PERSON.items()}
	if doc.household:
		size = len(registry.residents_of(doc.household))
		found[SIZE] = ("1" if size == 1 else "2" if size == 2 else "3", REGISTER)
	return found | _seen_by_visit(doc)


def _seen_by_visit(doc: Document) -> dict[str, tuple[str, str]]:
	"""Self-care as a visit graded it since the last assessment; a visit grades the head of the household."""
	if not doc.household or doc.recipient != frappe.db.get_value(
		"Recipient Household", doc.household, "head"
	):
		return {}
	columns = [f"selfcare_{item}" for item in terms.SELFCARE_ITEMS]
	filters = {"household": doc.household, "status": "Reviewed", "care_grade": ["is", "set"]}
	if doc.previous:
		filters["check_out_at"] = [">", frappe.db.get_value(ASSESSMENT, doc.previous, "assessed_on")]
	visit = frappe.db.get_value("Home Visit", filters, columns, as_dict=True, order_by="check_out_at desc")
	if not visit:
		return {}
	return {name: (visit[f"selfcare_{item}"] or "", VISIT) for name, item in SELFCARE.items()}


def _said_before(previous: str | None) -> dict[str, str]:
	if not previous:
		return {}
	rows = frappe.get_all(
		"Needs Answer",
		filters={"parent": previous, "parenttype": ASSESSMENT},
		fields=["question", "answer"],
		order_by="idx",
	)
	return {row.question: row.answer for row in rows}


# --- what follows ---------------------------------------------------------------------------------------------------
def judge(doc: Document) -> None:
	"""Scores, the grade of self-care and the needs, from the answers that are there so far."""
	lines = {(line.question, line.answer): line for line in lines_of(doc.template)}
	questions = {question for question, _answer in lines}
	chosen = []
	for row in doc.answers:
		line = lines.get((row.question, row.answer)) if row.answer else None
		if row.answer and not line and row.question in questions:
			frappe.throw(
				_("“{0}” is no answer to “{1}”. Choose one of those in the questionnaire.").format(
					row.answer, row.question
				),
				QuestionnaireInvalid,
			)
		row.score = line.score if line else 0
		if line:
			chosen.append(line)
	doc.score = sum(line.score or 0 for line in chosen)
	doc.care_grade = selfcare.care_grade(
		{SELFCARE[line.fact]: CAN in _values(line) for line in chosen if line.fact in SELFCARE}
	)
	doc.set("needs", needs_from(chosen))
	compare(doc)


def needs_from(chosen: Iterable[frappe._dict]) -> list[dict]:
	"""One row for each need, as urgent as the most urgent answer says, the most urgent first."""
	found: dict[str, dict] = {}
	for line in chosen:
		if not line.need:
			continue
		need = found.setdefault(line.need, {"need": line.need, "urgency": line.urgency, "reasons": ""})
		need["urgency"] = min(need["urgency"], line.urgency, key=URGENCIES.index)
		need["reasons"] = "；".join(filter(None, (need["reasons"], f"{line.question}{line.answer}")))
	return sorted(found.values(), key=lambda need: URGENCIES.index(need["urgency"]))


def compare(doc: Document) -> None:
	"""What is new, more or less urgent, and what is needed no longer, against the last assessment."""
	doc.comparison, doc.score_before = "", 0
	if not doc.previous:
		return
	last = frappe.get_doc(ASSESSMENT, doc.previous)
	before = {row.need: row.urgency for row in last.needs}
	for row in doc.needs:
		row.course = _course(before.get(row.need), row.urgency)
	gone = [need for need in before if need not in {row.need for row in doc.needs}]
	doc.score_before = last.score
	words = [_("Score {0} → {1}").format(last.score, doc.score)]
	if last.care_grade != doc.care_grade:
		grades = (
			_(grade, context=ASSESSMENT) if grade else "—" for grade in (last.care_grade, doc.care_grade)
		)
		words.append(_("Care grade {0} → {1}").format(*grades))
	if gone:
		names = "、".join(_(need, context="Assessed Need") for need in gone)
		words.append(_("No longer needed: {0}").format(names))
	doc.comparison = "；".join(words)


def _course(before: str | None, now: str) -> str:
	if not before:
		return "New"
	if before == now:
		return "Continuing"
	return "More Urgent" if URGENCIES.index(now) < URGENCIES.index(before) else "Less Urgent"
