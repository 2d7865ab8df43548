"""Callbacks: every household on the roll is asked at fixed intervals how it fares (服务方案 1.1.1-15).

A nightly job makes each round's callbacks; staff ring up or call in, write down the answers to the script, and
what needs action becomes a Visit Problem that is followed to its end.
"""

from __future__ import annotations

import hashlib
from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate, now, today
from pypika.terms import LiteralValue

from socaid_app.casework import steps
from socaid_app.casework.steps import Steps
from socaid_app.field_visits import intervals
from socaid_app.field_visits.benefits import in_force
from socaid_app.field_visits.revisits import plan_visit
from socaid_app.policy import cycles
from socaid_app.policy.periods import Period, period_of
from socaid_app.printing import township_office
from socaid_app.socaid_app import rules

DOCTYPE = "Service Callback"
TO_DO, DONE, NOT_REACHED = "To Do", "Done", "Not Reached"
VISIT = "Visit"
VISIT_PURPOSE = "Callback Visit"
VISITED = ("Finished", "Reviewed")
# Review Cycle Rule.check_kind → Service Callback.kind
KINDS = {
	cycles.PHONE_CALLBACK: "Phone",
	cycles.VISIT_CALLBACK: VISIT,
	cycles.EVALUATION_CALLBACK: "Evaluation",
}
CHUNK = 5_000
# What an answer may say besides the words.
ANSWER = ("answer", "needs_action")


class CallbackClosed(frappe.ValidationError):
	pass


class CallbackIncomplete(frappe.ValidationError):
	pass


# Buttons of their own, beside the questions (service_callback.js).
step = Steps(DOCTYPE, refusal=CallbackClosed, incomplete=CallbackIncomplete)
OPEN = (TO_DO, NOT_REACHED)


# --- rounds -----------------------------------------------------------------------------------------------
def generate_due(on: date | str | None = None) -> int:
	"""Daily job: the callbacks of the rounds that ``on`` (default: today) lies in; returns how many were new.

	One per household, kind and round, due on the round's last day. Its name says so, hence running the job again
	or twice at once adds nothing.
	"""
	on = getdate(on or today())
	families = households(on)
	made = 0
	for check_kind, kind in KINDS.items():
		standing = intervals.intervals(check_kind, on)
		made += _write(kind, _due(families, kind, standing, on), on)
	return made


def households(on: date) -> list[frappe._dict]:
	"""Households with a benefit in force on a day, one row per benefit."""
	benefit, household = frappe.qb.DocType("Entitlement"), frappe.qb.DocType("Recipient Household")
	return (
		frappe.qb.from_(benefit)
		.join(household)
		.on(household.name == benefit.household)
		.select(
			household.name,
			household.head_name,
			household.division,
			household.township,
			household.review_class,
			benefit.category,
		)
		.where(household.status == "Active")
		.where(LiteralValue(in_force(on)))
		.orderby(household.name, benefit.name)
		.run(as_dict=True)
	)


def _due(
	families: list[frappe._dict], kind: str, standing: dict[tuple[str, str], intervals.Interval], on: date
) -> dict[str, tuple[frappe._dict, Period]]:
	"""Household → its row and round. Of several benefits the one that asks for the shortest interval counts."""
	shortest: dict[str, tuple[int, frappe._dict, float]] = {}
	for row in families:
		interval = standing.get((row.category, row.review_class or ""))
		if interval and (row.name not in shortest or interval.months < shortest[row.name][0]):
			shortest[row.name] = (interval.months, row, interval.ratio)
	rounds = {
		months: period_of(on, months) for months in {months for months, _row, _ratio in shortest.values()}
	}
	return {
		name: (row, rounds[months])
		for name, (months, row, ratio) in shortest.items()
		if in_share(name, kind, rounds[months].label, ratio)
	}


def in_share(household: str, kind: str, period: str, percent: float) -> bool:
	"""Whether a household belongs to the share a round covers: by a hash, so that later nights agree and the
	next round takes others."""
	if percent >= 100:
		return True
	digest = hashlib.sha256(f"{kind}:{period}:{household}".encode()).digest()
	return int.from_bytes(digest[:4], "big") * 100 < percent * 2**32


def callback_name(kind: str, period: str, household: str) -> str:
	return f"HF-{kind[0]}-{period}-{household}"


def _write(kind: str, due: dict[str, tuple[frappe._dict, Period]], on: date) -> int:
	if not due:
		return 0
	there: set[str] = set()
	for label in {period.label for _row, period in due.values()}:
		prefix = callback_name(kind, label, "")
		there.update(
			frappe.get_all(DOCTYPE, filters={"name": ["like", f"{prefix}%"]}, pluck="name", order_by="name")
		)
	script, moment = default_script(kind), now()
	rows = [
		{
			"name": name,
			"creation": moment,
			"modified": moment,
			"owner": frappe.session.user,
			"modified_by": frappe.session.user,
			"household": household,
			"head_name": row.head_name,
			"category": row.category,
			"kind": kind,
			"period": period.label,
			"script": script,
			"status": TO_DO,
			"due_on": period.end,
			"division": row.division,
			"township": row.township,
		}
		for household, (row, period) in due.items()
		if (name := callback_name(kind, period.label, household)) not in there
	]
	if rows:
		frappe.db.bulk_insert(
			DOCTYPE,
			list(rows[0]),
			(list(row.values()) for row in rows),
			# another run may have written some of them since they were looked for
			ignore_duplicates=True,
			chunk_size=CHUNK,
		)
	return len(rows)


# --- the script -------------------------------------------------------------------------------------------
def default_script(kind: str) -> str | None:
	"""The oldest script in use for a kind of callback."""
	return frappe.db.get_value(
		"Callback Script", {"kind": kind, "disabled": 0}, "name", order_by="creation, name"
	)


def copy_script(callback: Document) -> None:
	"""Put the questions on the form once. A script reworded later leaves them as they were asked."""
	if callback.answers:
		return
	callback.script = callback.script or default_script(callback.kind)
	if not callback.script:
		return
	script = frappe.get_cached_doc("Callback Script", callback.script)
	callback.opening = script.opening
	for row in script.questions:
		callback.append("answers", {"question": row.question, "answer_kind": row.answer_kind})


@step(_lt("Prepare Questions"), at=OPEN, hidden=True, logged=False)
def prepare(doc: Document) -> None:
	"""On first opening: the questions of the script, ready to be asked."""
	copy_script(doc)


# --- calling ----------------------------------------------------------------------------------------------
@step(_lt("Got Through"), at=OPEN, to=TO_DO, hidden=True, stamps=("called_at",))
def reached(doc: Document, answered_by: str = "") -> None:
	"""Somebody picked up, or was at home."""
	copy_script(doc)
	doc.attempts = cint(doc.attempts) + 1
	doc.answered_by = answered_by or doc.answered_by


@step(_lt("No Answer"), at=OPEN, hidden=True)
def not_reached(doc: Document) -> int:
	"""Nobody answered; returns the attempts so far. After the number set by the county: Not Reached."""
	doc.attempts = cint(doc.attempts) + 1
	if doc.attempts >= max_attempts():
		doc.status = NOT_REACHED
	return doc.attempts


@step(_lt("Finish Callback"), at=OPEN, to=DONE, hidden=True)
def record(
	doc: Document,
	answers: list | str | None = None,
	summary: str | None = None,
	satisfaction: str | None = None,
	answered_by: str | None = None,
	follow_up: str | None = None,
	follow_up_due: str | None = None,
) -> list[str]:
	"""Finish a callback with the answers on the form or those given; returns the Visit Problems opened.

	``answers``: [{question (or name of the row), answer, needs_action}]. Raises CallbackIncomplete while a
	question is unanswered or the visit of a visiting callback is not finished, CallbackClosed when it is done.
	"""
	copy_script(doc)
	_fill(doc, frappe.parse_json(answers) or [])
	given = {
		"summary": summary,
		"satisfaction": satisfaction,
		"answered_by": answered_by,
		"follow_up": follow_up,
		"follow_up_due": follow_up_due,
	}
	doc.update({field: value for field, value in given.items() if value})
	if not doc.called_at:
		doc.attempts, doc.called_at = cint(doc.attempts) + 1, now()
	steps.done(doc)
	return [row.problem for row in doc.answers if row.problem]


@step(_lt("Plan Visit"), at=OPEN, hidden=True)
def schedule_visit(doc: Document, planned_on: str, visitors: list | str) -> str:
	"""Plan the Home Visit of a visiting callback by these Visit Officers; returns its name."""
	if doc.visit:
		frappe.throw(_("A visit is planned already: {0}.").format(doc.visit), CallbackClosed)
	category = {"category": doc.category} if doc.category else {}
	doc.visit = plan_visit(doc.household, VISIT_PURPOSE, planned_on, frappe.parse_json(visitors), **category)
	return doc.visit


def _fill(doc: Document, answers: list[dict]) -> None:
	rows = {row.question: row for row in doc.answers} | {row.name: row for row in doc.answers if row.name}
	for answer in answers:
		row = rows.get(answer.get("name") or answer.get("question"))
		if not row:
			frappe.throw(
				_("“{0}” is not a question of this callback.").format(
					answer.get("question") or answer.get("name")
				),
				CallbackIncomplete,
			)
		row.update({field: answer[field] for field in ANSWER if field in answer})


def max_attempts() -> int:
	return cint(rules.parameters().get("callback_max_attempts", getdate(today())))


# --- what a finished callback must have, and what follows from it ------------------------------------------
def require_answers(doc: Document) -> None:
	"""Every question is answered, and a visiting callback was really a visit."""
	unanswered = [row.question for row in doc.answers if not (row.answer or "").strip()]
	if unanswered:
		frappe.throw(
			_("Not answered yet: {0}. Write “not discussed” where a question did not come up.").format(
				"；".join(unanswered)
			),
			CallbackIncomplete,
		)
	if not doc.answers and not (doc.summary or "").strip():
		frappe.throw(_("Write down what was said."), CallbackIncomplete)
	if doc.kind == VISIT and frappe.db.get_value("Home Visit", doc.visit or "", "status") not in VISITED:
		frappe.throw(
			_("This callback is a visit: plan the home visit, and finish it first."), CallbackIncomplete
		)


def open_problems(doc: Document) -> None:
	"""One Visit Problem for each answer that needs action and has none yet."""
	for row in doc.answers:
		if row.needs_action and not row.problem:
			row.problem = _open_problem(doc, row)


def _open_problem(doc: Document, row: Document) -> str:
	days = cint(rules.parameters().get("callback_follow_up_days", getdate(today())))
	officer = frappe.db.get_value("Visit Officer", doc.officer, "user") if doc.officer else None
	problem = frappe.get_doc(
		{
			"doctype": "Visit Problem",
			"subject": row.answer[:140],
			"household": doc.household,
			"visit": doc.visit,
			"callback": doc.name,
			"channel": "Phone" if doc.kind == "Phone" else "Written Report",
			"content": "\n".join(text for text in (row.question, row.answer, doc.follow_up) if text),
			"sent_to": township_office(doc.division),
			"responsible": officer or frappe.session.user,
			"due_on": doc.follow_up_due or add_days(today(), days),
		}
	)
	# follows from the answer, whoever recorded it
	problem.insert(ignore_permissions=True)
	return problem.name
