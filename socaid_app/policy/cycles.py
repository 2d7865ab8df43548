"""How often a household is checked, and how a round of checks is laid out.

The law sets how long a benefit may go without review (民发〔2021〕57号 Art. 31 and its provincial form; for 特困
the 2020 notice, seven); the service plan (1.1.1) promises more. A promise may be stricter than the law, never
looser. Months end on the corresponding day, or on the last day of a shorter month (民法典 Art. 202).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from socaid_app.policy import terms
from socaid_app.policy.clock import MONTHS, add_months, after, assert_not_looser
from socaid_app.policy.parameters import NoParameterInForce, ParameterSet, UnknownParameter
from socaid_app.policy.workdays import ONE_DAY, WorkCalendar

KEY, GENERAL = "Key", "General"
REVIEW_CLASSES = (KEY, GENERAL)

# Review Cycle Rule.check_kind
MONTHLY_CHECK, IN_DEPTH_CHECK, OVERALL_EVALUATION = "Monthly Check", "In-depth Check", "Overall Evaluation"
HOME_VISIT, STATUTORY_REVIEW = "Home Visit", "Statutory Review"
PHONE_CALLBACK, VISIT_CALLBACK, EVALUATION_CALLBACK = (
	"Phone Callback",
	"Visit Callback",
	"Evaluation Callback",
)
CHECK_KINDS = (
	MONTHLY_CHECK,
	IN_DEPTH_CHECK,
	OVERALL_EVALUATION,
	HOME_VISIT,
	STATUTORY_REVIEW,
	PHONE_CALLBACK,
	VISIT_CALLBACK,
	EVALUATION_CALLBACK,
)
# The checks by which the law's review is carried out; a callback only asks how things are.
REVIEWING = frozenset({MONTHLY_CHECK, IN_DEPTH_CHECK, OVERALL_EVALUATION, STATUTORY_REVIEW})

# Scheme → review class → the parameters that limit its review; where several stand, the shortest binds.
LIMITS: dict[str, dict[str, tuple[str, ...]]] = {
	terms.DIBAO: {
		KEY: ("dibao_review_stable_months", "jilin_review_key_months"),
		GENERAL: ("dibao_review_unstable_months", "jilin_review_general_months"),
	},
	terms.TEKUN: dict.fromkeys(REVIEW_CLASSES, ("tekun_review_months",)),
	terms.EDGE: dict.fromkeys(REVIEW_CLASSES, ("edge_validity_months",)),
	terms.RIGID: dict.fromkeys(REVIEW_CLASSES, ("rigid_validity_months",)),
}
# Every household is visited once within this time (service plan 1.1.3-2), whatever its scheme.
FULL_COVERAGE = "visit_full_coverage_months"

# Screening Stage.stage
COLLECTION, VISITS, PROCESSING, ASSESSMENT = (
	"Information Collection",
	"Home Visits",
	"Data Processing",
	"Review and Assessment",
)
STAGES = (COLLECTION, VISITS, PROCESSING, ASSESSMENT)
OPEN, DONE, LATE, OVERDUE = "Not Done", "Done", "Late", "Overdue"
# What the two stages after the visits need at least where a round is longer than its month.
LEAST_DAYS_AFTER_VISITS = 4


@dataclass(frozen=True)
class Limit:
	"""The longest interval allowed, in months, and where that is written."""

	months: int
	basis: str


@dataclass(frozen=True)
class Stage:
	"""A stage of a round; both days belong to it."""

	stage: str
	starts_on: date
	due_on: date


@dataclass(frozen=True)
class Workload:
	"""Whether a round can be done: visits (with reserve) against what the teams manage in its working days."""

	households: int
	reserve: int
	visits: int
	per_day: int
	days_needed: int
	days_available: int
	teams_needed: int

	@property
	def enough(self) -> bool:
		return self.days_needed <= self.days_available


# --- intervals ------------------------------------------------------------------------------------------
def limit(scheme: str, review_class: str, kind: str, parameters: ParameterSet, on: date) -> Limit | None:
	"""The longest interval allowed for a check on a day; None where nothing limits it.

	Without a class the rule holds for every class, so the strictest binds.
	"""
	if kind == HOME_VISIT:
		keys = (FULL_COVERAGE,)
	elif kind in REVIEWING:
		classes = (review_class,) if review_class else REVIEW_CLASSES
		keys = [key for name in classes for key in LIMITS.get(scheme, {}).get(name, ())]
	else:
		keys = ()
	found = []
	for key in dict.fromkeys(keys):
		try:
			record = parameters.record(key, on)
		except (UnknownParameter, NoParameterInForce):
			continue
		found.append((int(record.value), " ".join(part for part in (record.source, record.article) if part)))
	if not found:
		return None
	months = min(value for value, _basis in found)
	return Limit(months, "；".join(dict.fromkeys(basis for value, basis in found if value == months)))


def check_interval(label: str, months: int, allowed: Limit | None) -> None:
	"""Refuse an interval longer than allowed, or shorter than a month.

	Raises ServiceLimitLooserThanLaw or ValueError.
	"""
	if months < 1:
		raise ValueError(f"“{label}”的周期至少为1个月，请改正。")
	if allowed:
		assert_not_looser(label, months, allowed.months, f"个月，{allowed.basis}")


def next_due(last: date, months: int, calendar: WorkCalendar) -> tuple[date, bool]:
	"""The last day for the next check, and whether it is provisional (民法典 Arts. 201-203)."""
	return after(last, months, MONTHS, calendar)


def earliest_in_time(on: date, months: int) -> date:
	"""The earliest day of a visit that still counts on ``on``: its interval of ``months`` is not over yet.

	Not simply ``months`` back: the month after 28 February ends on 28 March, though 29 March minus a month
	is 28 February too.
	"""
	day = add_months(on, -months)
	while add_months(day, months) < on:
		day += ONE_DAY
	return day


# --- rounds ---------------------------------------------------------------------------------------------
def default_stages(starts_on: date, collection_days: int, visit_days: int) -> list[Stage]:
	"""The four stages of a round that starts on a day, without gaps (service plan 1.1.1-4, -8, -9).

	A round takes a month; the days after the visits are shared by data processing and assessment.
	"""
	collected = starts_on + timedelta(days=collection_days - 1)
	visited = collected + timedelta(days=visit_days)
	last = max(add_months(starts_on, 1) - ONE_DAY, visited + timedelta(days=LEAST_DAYS_AFTER_VISITS))
	processed = visited + timedelta(days=ceil((last - visited).days / 2))
	ends = (collected, visited, processed, last)
	starts = (starts_on, *(day + ONE_DAY for day in ends[:-1]))
	return [Stage(*row) for row in zip(STAGES, starts, ends, strict=True)]


def round_end(due_days: Sequence[date], buffer_days: int) -> date:
	"""The last day of a round: its last stage and the buffer for bad weather and illness (1.1.1-5)."""
	return max(due_days) + timedelta(days=buffer_days)


def stage_status(due_on: date, buffer_days: int, done_on: date | None, today: date) -> str:
	"""Not Done / Done / Late (done after its day and buffer) / Overdue (not done, day and buffer over)."""
	last = due_on + timedelta(days=buffer_days)
	if done_on:
		return LATE if done_on > last else DONE
	return OVERDUE if today > last else OPEN


def workload(
	households: int, teams: int, visits_per_day: int, reserve_percent: float, days_available: int
) -> Workload:
	"""What a round asks of its teams. ``visits_per_day`` is per team; the reserve is for refusals and new cases.

	Raises ValueError without a team or a visit a day: then nothing can be planned.
	"""
	if teams < 1 or visits_per_day < 1:
		raise ValueError("至少要有一个小组，每组每天至少走访一户，请改正。")
	reserve = ceil(households * reserve_percent / 100)
	visits, per_day = households + reserve, teams * visits_per_day
	return Workload(
		households,
		reserve,
		visits,
		per_day,
		ceil(visits / per_day),
		days_available,
		ceil(visits / (visits_per_day * days_available)) if days_available else 0,
	)
