"""Assessment (考核): from attendance, dates kept, checks and ratings, weighed by parameters; told, appealed, decided.

What a module knows of somebody's work comes through the hook ``socaid_staff_measures``: functions of the files
(name → user) and the first and last day, which give criterion → file → :class:`~socaid_app.policy.staff_marks.Measure`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_months, flt, getdate, today

from socaid_app.casework import messages, records
from socaid_app.casework.steps import Ask, Steps
from socaid_app.field_visits.employment import DECIDE, MANAGE
from socaid_app.policy import attendance_rules, staff_marks
from socaid_app.policy.staff_marks import Measure
from socaid_app.service_management import attendance
from socaid_app.socaid_app import rules
from socaid_app.socaid_app.safety import parameter

DOCTYPE = "Staff Assessment"
DRAFT, TOLD, APPEALED, FINAL = "Assessment Draft", "Assessment Told", "Appeal under Way", "Assessment Final"
STAYS, CHANGED = "Mark Stays", "Mark Changed"
FAULTY = (attendance_rules.LATE, attendance_rules.LEFT_EARLY, attendance_rules.MARK_MISSING)
NOT_EXPECTED = (attendance_rules.ON_LEAVE, attendance_rules.DAY_OFF, attendance_rules.EXTRA)

Found = Mapping[str, Mapping[str, Measure]]


class AssessmentInvalid(frappe.ValidationError):
	pass


step = Steps(
	DOCTYPE,
	every={"another": _lt("Another person decides than the one it is about and whoever told the mark.")},
)


# --- measuring --------------------------------------------------------------------------------------------------------
def weights(on: date) -> dict[str, float]:
	"""Criterion → percent."""
	parameters = rules.parameters()
	keys = {
		staff_marks.ATTENDANCE: "assessment_weight_attendance",
		staff_marks.PUNCTUALITY: "assessment_weight_punctuality",
		staff_marks.QUALITY: "assessment_weight_quality",
		staff_marks.RATINGS: "assessment_weight_ratings",
	}
	return {criterion: flt(parameters.get(key, on)) * 100 for criterion, key in keys.items()}


def measure(files: Mapping[str, str | None], since: date, until: date) -> dict[str, dict[str, Measure]]:
	"""File → criterion → what all modules know of it."""
	measured: dict[str, dict[str, Measure]] = {name: {} for name in files}
	for path in frappe.get_hooks("socaid_staff_measures"):
		for criterion, by_file in frappe.get_attr(path)(files, since, until).items():
			for name, one in by_file.items():
				measured[name][criterion] = staff_marks.added(measured[name].get(criterion), one)
	return measured


def of_attendance(files: Mapping[str, str | None], since: date, until: date) -> Found:
	"""Hook ``socaid_staff_measures``: days at work."""
	rows = frappe.db.sql(
		f"""select officer, sum(status not in %(not_expected)s), sum(status = %(absent)s), sum(status in %(faulty)s)
		from `tab{attendance.DAY}` where officer in %(files)s and day between %(since)s and %(until)s group by officer""",
		{
			"files": [*files, ""],
			"since": since,
			"until": until,
			"not_expected": NOT_EXPECTED,
			"absent": attendance_rules.ABSENT,
			"faulty": FAULTY,
		},
	)
	found = {name: staff_marks.of_attendance(*map(int, numbers)) for name, *numbers in rows}
	return {staff_marks.ATTENDANCE: {name: one for name, one in found.items() if one}}


def of_checks(files: Mapping[str, str | None], since: date, until: date) -> Found:
	"""Hook ``socaid_staff_measures``: checks they had to do by a day, and those that were about them."""
	names = {user: name for name, user in files.items() if user}
	values = {"users": [*names, ""], "since": since, "until": until, "today": today(), "done": "Check Done"}
	kept = frappe.db.sql(
		"""select responsible, sum(date(checked_at) <= due_on), count(*) from `tabService Check`
		where responsible in %(users)s and due_on between %(since)s and %(until)s and status != 'Check Cancelled'
		and concerns != 'Person' and (checked_at is not null or due_on < %(today)s) group by responsible""",
		values,
	)
	scored = frappe.db.sql(
		"""select person, sum(score), count(*) from `tabService Check` where person in %(users)s
		and status = %(done)s and due_on between %(since)s and %(until)s group by person""",
		values,
	)
	return {
		staff_marks.PUNCTUALITY: {
			names[user]: Measure(flt(good), total, f"服务检查{total}项，按时{int(good or 0)}项")
			for user, good, total in kept
		},
		staff_marks.QUALITY: {
			names[user]: Measure(
				flt(points), 100 * total, f"人员检查{total}次，平均{flt(points) / total:.1f}分"
			)
			for user, points, total in scored
		},
	}


def compute(doc: Document) -> None:
	"""From ``validate`` of a draft. Raises AssessmentInvalid."""
	since, until = getdate(doc.period_from), getdate(doc.period_to)
	if until < since or until >= getdate(today()):
		frappe.throw(_("A period is assessed when it is over."), AssessmentInvalid)
	other = frappe.db.get_value(
		DOCTYPE,
		{"officer": doc.officer, "period_from": since, "period_to": until, "name": ["!=", doc.name or ""]},
	)
	if other:
		frappe.throw(_("This period was assessed already: {0}.").format(other), AssessmentInvalid)
	_fill(doc, measure({doc.officer: doc.user}, since, until)[doc.officer], weights(until))


def _fill(doc: Document, measured: Mapping[str, Measure], weighed: Mapping[str, float]) -> None:
	doc.set("rows", [])
	for criterion in staff_marks.CRITERIA:
		one = measured.get(criterion)
		known = bool(one and one.total)
		doc.append(
			"rows",
			{
				"criterion": criterion,
				"measured": one.words if known else _("Not measured"),
				"weight": weighed[criterion],
				"mark": f"{one.mark:.1f}" if known else "—",
			},
		)
	total = staff_marks.total(measured, weighed)
	doc.score, doc.grade = total or 0, staff_marks.grade(total)


# --- its steps --------------------------------------------------------------------------------------------------------
def nothing_measured(doc: Document) -> list[str]:
	return [] if doc.grade else [_("Nothing was measured in this period.")]


@step(
	_lt("Tell the Mark"),
	at=DRAFT,
	to=TOLD,
	duty=MANAGE,
	not_by=("user",),
	missing=nothing_measured,
	stamps=("told_by", "told_on"),
	primary=True,
)
def tell_mark(doc: Document) -> None:
	"""The person sees it, and may appeal for some days."""
	doc.appeal_until = rules.workdays_after("assessment_appeal_days")
	if doc.user:
		subject = _("Your assessment of {0} to {1} can be read; you may appeal until {2}.").format(
			doc.period_from, doc.period_to, doc.appeal_until
		)
		messages.tell_staff([doc.user], subject, DOCTYPE, doc.name)


def not_about_you(doc: Document) -> str:
	return "" if frappe.session.user == doc.user else _("Done by the person it is about.")


@step(
	_lt("Appeal"),
	at=TOLD,
	to=APPEALED,
	who=not_about_you,
	when=lambda doc: getdate(today()) <= getdate(doc.appeal_until),
	permission="read",
	asks=("appeal_text",),
	stamps=("appealed_on",),
)
def appeal(doc: Document, appeal_text: str) -> None:
	"""With what is not right, within the days that the parameter gives."""
	doc.decide_by = rules.workdays_after("assessment_appeal_days")


@step(_lt("Accept the Mark"), at=TOLD, to=FINAL, who=not_about_you, permission="read", primary=True)
def accept_mark(doc: Document) -> None:
	"""The person agrees."""


@step(
	_lt("Decide the Appeal"),
	at=APPEALED,
	to=FINAL,
	duty=DECIDE,
	not_by=("user", "told_by", "owner"),
	permission="read",
	asks=(
		Ask("appeal_outcome"),
		Ask(
			"corrected_score",
			reqd=False,
			depends_on=f"eval:doc.appeal_outcome=='{CHANGED}'",
			mandatory_depends_on=f"eval:doc.appeal_outcome=='{CHANGED}'",
		),
		"appeal_reason",
	),
	stamps=("appeal_decided_by", "appeal_decided_on"),
	primary=True,
)
def decide_appeal(
	doc: Document, appeal_outcome: str, appeal_reason: str, corrected_score: float | None = None
) -> None:
	"""By another person than the one who told the mark; the reasons go to the person."""
	if appeal_outcome == CHANGED:
		if corrected_score is None or not 0 <= flt(corrected_score) <= 100:
			frappe.throw(_("State the corrected mark, from 0 to 100."), AssessmentInvalid)
		doc.score, doc.grade = flt(corrected_score), staff_marks.grade(flt(corrected_score))
	else:
		doc.corrected_score = None


# --- by itself --------------------------------------------------------------------------------------------------------
def last_period(on: date, months: int) -> tuple[date, date]:
	"""The last whole period before a day; periods are counted from January."""
	number = (on.year * 12 + on.month - 1) // months * months
	begins = date(number // 12, number % 12 + 1, 1)
	return getdate(add_months(begins, -months)), begins - timedelta(days=1)


def nightly() -> None:
	"""In the first days of a period the one before is drafted for everybody; what nobody appealed becomes final."""
	on = getdate(today())
	since, until = last_period(on, max(parameter("assessment_months"), 1))
	if (on - until).days <= 10:
		draft(since, until)
	for name in frappe.get_all(
		DOCTYPE, filters={"status": TOLD, "appeal_until": ["<", on]}, pluck="name", order_by="name"
	):
		doc = frappe.get_doc(DOCTYPE, name, for_update=True)
		doc.status = FINAL
		with records.step(doc):
			doc.save(ignore_permissions=True)


def draft(since: date, until: date) -> int:
	"""A draft for everybody who has none yet of the period and was measured; returns how many."""
	known = set(frappe.get_all(DOCTYPE, filters={"period_from": since, "period_to": until}, pluck="officer"))
	files = {name: one.user for name, one in attendance.staff(since, until).items() if name not in known}
	measured, weighed = measure(files, since, until), weights(until)
	made = 0
	for name, found in measured.items():
		if staff_marks.total(found, weighed) is None:
			continue
		doc = frappe.get_doc({"doctype": DOCTYPE, "officer": name, "period_from": since, "period_to": until})
		with records.step(doc):
			doc.insert(ignore_permissions=True)
		made += 1
	return made
