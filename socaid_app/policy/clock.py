"""Deadlines: when each step of a case must be done, and by which article.

The day an event happens is not counted (民法典 Art. 201); a period in calendar days that ends on a day off
ends on the next working day (Art. 203); a period in months ends on the corresponding day (Art. 202).
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from socaid_app.policy import terms
from socaid_app.policy.articles import article
from socaid_app.policy.parameters import ParameterSet
from socaid_app.policy.workdays import WorkCalendar

ON_TIME, DUE_SOON, DUE_TODAY, OVERDUE, DONE = "On Time", "Due Soon", "Due Today", "Overdue", "Done"
STATUTORY, SERVICE = "Statutory", "Service"
WORKING, CALENDAR_DAYS, MONTHS = "working days", "calendar days", "months"
TOTAL = "total"


class ServiceLimitLooserThanLaw(ValueError):
	pass


@dataclass(frozen=True)
class Deadline:
	"""``length`` in ``unit``; ``due`` is the last day on time; ``provisional`` when a year is not announced."""

	key: str
	label: str
	start: date
	due: date
	length: int
	unit: str
	article: str
	provisional: bool = False
	kind: str = STATUTORY


@dataclass(frozen=True)
class Rule:
	"""``parameter`` holds the length; the clock starts with ``event`` of the case."""

	key: str
	label: str
	event: str
	parameter: str


# Which clocks run for which scheme. The total comes last: it is the one lists are sorted by.
SURVEY = (
	Rule("survey_start", "启动调查", "accepted_on", "dibao_survey_start_days"),
	Rule("check_start", "启动信息核对", "accepted_on", "dibao_check_start_days"),
)
COUNTY = Rule("county_review", "县级审核确认", "received_by_county_on", "dibao_county_review_days")
NOTICE = Rule("notice", "书面告知", "decided_on", "reject_notice_days")
RULES: dict[str, tuple[Rule, ...]] = {
	terms.DIBAO: (
		*SURVEY,
		COUNTY,
		NOTICE,
		Rule("death_review", "成员死亡后核查并办完增减停发", "member_died_on", "death_review_months"),
	),
	terms.EDGE: (*SURVEY, COUNTY, NOTICE),
	terms.RIGID: (*SURVEY, NOTICE),
	terms.TEKUN: (
		Rule("tekun_survey", "调查核实和初审", "accepted_on", "tekun_survey_days"),
		Rule("tekun_objection", "异议重新调查", "objection_on", "tekun_objection_rework_days"),
		Rule("county_review", "审核确认", "reviewed_on", "tekun_county_days"),
		Rule("notice", "书面告知", "decided_on", "tekun_reject_notice_days"),
		Rule("selfcare_reassessment", "生活自理能力复核评估", "health_change_on", "selfcare_reassess_days"),
	),
	terms.TEMPORARY: (
		NOTICE,
		Rule("urgent_supplement", "紧急情况解除后补充说明", "urgency_over_on", "urgent_supplement_days"),
	),
	terms.OTHER_SCHEME: (NOTICE,),
}


EVENTS = (
	"accepted_on",
	"received_by_county_on",
	"publicity_from",
	"objection_on",
	"reviewed_on",
	"decided_on",
	"member_died_on",
	"health_change_on",
	"urgency_over_on",
)


def total_parameter(scheme: str, route: str, authority: str, extended: bool = False) -> str | None:
	"""The parameter that limits the whole case; None where the law sets none (特困 has stages instead)."""
	if route == terms.QUICK_RELIEF:
		return "quick_relief_days"
	if scheme == terms.TEMPORARY:
		return "temp_general_days"
	if scheme == terms.RIGID:
		return "rigid_total_days_extended" if extended else "rigid_total_days"
	if scheme == terms.TEKUN:
		return None
	if extended:
		return "dibao_total_days_extended"
	return "dibao_total_days_delegated" if authority == terms.TOWNSHIP else "dibao_total_days"


def deadline(
	rule: Rule, start: date, parameters: ParameterSet, calendar: WorkCalendar, kind: str = STATUTORY
) -> Deadline:
	"""The deadline of ``rule`` for an event on ``start``, by the parameters in force that day."""
	record = parameters.record(rule.parameter, start)
	due, provisional = after(start, int(record.value), record.unit, calendar)
	basis = " ".join(part for part in (record.source, record.article) if part)
	return Deadline(
		rule.key, rule.label, start, due, int(record.value), record.unit, basis, provisional, kind
	)


def after(start: date, length: int, unit: str, calendar: WorkCalendar) -> tuple[date, bool]:
	"""The last day of a period, and whether it is provisional."""
	match unit:
		case "working days":
			return calendar.add_workdays(start, length)
		case "calendar days":
			return calendar.add_days(start, length)
		case "months":
			return calendar.roll(add_months(start, length))
	raise ValueError(f"无法识别的时限单位：{unit}")


def case_deadlines(
	scheme: str,
	route: str,
	authority: str,
	events: Mapping[str, date | None],
	parameters: ParameterSet,
	calendar: WorkCalendar,
	extended: bool = False,
	paid_first: bool = False,
	urgent: bool = False,
) -> list[Deadline]:
	"""Every deadline whose starting event has happened, in order of due date, the total last.

	``events``: those of :data:`EVENTS`. Where help was ``paid_first`` (Law Art. 50) the short limit of 小额快救 is met
	by paying: the general limit runs until the emergency is over, then that for making up what is missing. ``urgent``: the
	case goes by the green channel, for which the service promises less time (服务方案 1.1.2-14).
	"""
	found: list[Deadline] = []

	def add(rule: Rule, kind: str = STATUTORY) -> None:
		if start := events.get(rule.event):
			found.append(deadline(rule, start, parameters, calendar, kind))

	for rule in RULES.get(scheme, RULES[terms.OTHER_SCHEME]):
		if route == terms.QUICK_RELIEF and rule.event in ("accepted_on", "received_by_county_on"):
			continue
		if rule.key == "county_review" and scheme != terms.TEKUN and authority != terms.COUNTY:
			continue
		add(rule)
	if start := events.get("publicity_from"):
		found.append(publicity_deadline(start, parameters, calendar, scheme))
	found.sort(key=lambda item: item.due)
	if paid_first:
		route = terms.STANDARD
	total = total_parameter(scheme, route, authority, extended)
	if total and not (paid_first and events.get("urgency_over_on")):
		add(Rule(TOTAL, "作出决定", "accepted_on", total))
	service = "service_urgent_case_days" if urgent else "service_case_days"
	if service in parameters and route != terms.QUICK_RELIEF:
		add(
			Rule("service_total", "绿色通道承诺办结" if urgent else "服务承诺办结", "accepted_on", service),
			SERVICE,
		)
	return found


def publicity_deadline(
	posted_on: date, parameters: ParameterSet, calendar: WorkCalendar, scheme: str = ""
) -> Deadline:
	"""The last day of a preliminary publicity; the day of posting is not counted (57号 Art. 19, 43号 Art. 15).

	Seven days, calendar or working by ``pub_day_type`` (the catalogue of 2019 says working days). A last
	day off is not moved: the people have had their seven days, and the case must not wait longer.
	"""
	record = parameters.record("pub_preliminary_days", posted_on)
	days = int(record.value)
	if str(parameters.get("pub_day_type", posted_on)) == "working":
		due, provisional = calendar.add_workdays(posted_on, days)
		unit = WORKING
	else:
		due, provisional, unit = date.fromordinal(posted_on.toordinal() + days), False, CALENDAR_DAYS
	basis = " ".join(part for part in (record.source, record.article) if part)
	if scheme == terms.TEKUN:
		basis = article("publicity_tekun", posted_on)
	return Deadline("publicity", "公示期满", posted_on, due, days, unit, basis, provisional)


def statutory_due(deadlines: list[Deadline], open_keys: set[str] | None = None) -> Deadline | None:
	"""The deadline that governs the case: its total, or the nearest stage where there is no total."""
	statutory = [item for item in deadlines if item.kind == STATUTORY]
	totals = [item for item in statutory if item.key == TOTAL]
	if totals:
		return totals[0]
	stages = [item for item in statutory if open_keys is None or item.key in open_keys]
	return max(stages, key=lambda item: (item.start, item.due), default=None)


def service_due(deadlines: list[Deadline]) -> Deadline | None:
	return next((item for item in deadlines if item.kind == SERVICE), None)


def status(due: date | None, today: date, soon_days: int = 3) -> str:
	"""On Time / Due Soon (``soon_days`` calendar days ahead) / Due Today / Overdue."""
	if due is None:
		return ON_TIME
	left = (due - today).days
	if left < 0:
		return OVERDUE
	if left == 0:
		return DUE_TODAY
	return DUE_SOON if left <= soon_days else ON_TIME


def add_months(day: date, months: int) -> date:
	"""The corresponding day ``months`` later, or the last day of a shorter month (民法典 Art. 202)."""
	year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
	return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def next_of_cycle(start: date, months: int, on: date) -> date:
	"""The first day not before ``on`` of those that follow ``start`` every ``months`` months."""
	passed = (on.year * 12 + on.month) - (start.year * 12 + start.month)
	turns = max(1, passed // months)
	due = add_months(start, turns * months)
	return due if due >= on else add_months(start, (turns + 1) * months)


def next_month(day: date) -> date:
	"""The first of the month after ``day``: benefits start there (57号 Art. 21)."""
	return add_months(day.replace(day=1), 1)


def assert_not_looser(label: str, service: int | float, statutory: int | float, unit: str = "") -> None:
	"""A service limit may be stricter than the law's, never looser; raises ServiceLimitLooserThanLaw."""
	if service > statutory:
		raise ServiceLimitLooserThanLaw(
			f"“{label}”为{service}，宽于法定的{statutory}{'（' + unit + '）' if unit else ''}。服务承诺可以更严，不能更宽，请改小。"
		)
