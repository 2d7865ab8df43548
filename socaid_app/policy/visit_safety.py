"""Safety of a home visit: how risky it is, what that demands, and what must be so before anybody rings the bell.

Sources: 民发〔2021〕57号 Art. 11 and 16; the service plan's chapters on visits and staff safety.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt

from socaid_app.policy.breach import Breach

LOW, MEDIUM, HIGH = "Low", "Medium", "High"
LEVELS = (LOW, MEDIUM, HIGH)

# What is graded before a visit, and what a grade weighs. One serious danger alone makes a visit high-risk.
FACTORS = ("risk_person", "risk_animal", "risk_environment", "risk_health", "risk_conflict")
WEIGHTS = {"No Sign": 0, "Slight": 1, "Evident": 3, "Serious": 6}
# A grade that a county has added says that there is something, not how much.
UNKNOWN_GRADE = WEIGHTS["Evident"]

SOURCE = "服务方案第三章"
ARTICLE_TWO = "民发〔2021〕57号第16条、服务方案第三章"
ARTICLE_RELATIVES = "民发〔2021〕57号第11条"


# What somebody needs to be sent to people, and the field with its last day.
PROOFS = {
	"training_valid_until": "安全培训",
	"background_valid_until": "背景审查",
	"health_valid_until": "健康证明",
}


@dataclass(frozen=True)
class Measure:
	"""One protective measure. ``key`` keeps a ticked measure ticked when the level is computed again."""

	key: str
	text: str
	mandatory: bool = True


# What each level adds to the levels below it.
MEASURES = {
	LOW: (Measure("announce", "提前电话联系，告知来访人员和时间", False),),
	MEDIUM: (
		Measure("device", "随身携带通讯设备并保持畅通"),
		Measure("report_in", "出发和离开时向单位报告"),
	),
	HIGH: (
		Measure("companion", "由村（社区）干部或民警陪同"),
		Measure("exit", "事先确认撤离路线和求助方式"),
	),
}
PROTECTION = (
	Measure("mask_gloves", "全程佩戴口罩、手套等防护用品"),
	Measure("disinfect", "离开后消毒，并登记接触情况"),
)
LEVELS_WITH_DEVICE = (MEDIUM, HIGH)


@dataclass(frozen=True)
class Risk:
	score: int
	level: str
	measures: tuple[Measure, ...]


def assess_risk(grades: Mapping[str, str], infectious: bool, medium_from: int, high_from: int) -> Risk | None:
	"""The risk of a visit; None while one of the five factors is not graded.

	``grades``: factor → No Sign, Slight, Evident or Serious. The score is the sum of the weights; from
	``medium_from`` points the level is medium, from ``high_from`` points, or with one serious danger, high.
	An infectious disease is never low risk, and adds protective equipment at every level.
	"""
	if any(not grades.get(factor) for factor in FACTORS):
		return None
	score = sum(WEIGHTS.get(grades[factor], UNKNOWN_GRADE) for factor in FACTORS)
	if score >= high_from or "Serious" in (grades[factor] for factor in FACTORS):
		level = HIGH
	elif score >= medium_from or infectious:
		level = MEDIUM
	else:
		level = LOW
	measures = [measure for step in LEVELS[: LEVELS.index(level) + 1] for measure in MEASURES[step]]
	return Risk(score, level, tuple(measures + (list(PROTECTION) if infectious else [])))


@dataclass(frozen=True)
class Visitor:
	name: str
	on_duty: bool = True
	trained_on: date | None = None
	training_until: date | None = None
	checked_on: date | None = None
	check_until: date | None = None
	health_until: date | None = None
	has_device: bool = False
	is_relative: bool = False


@dataclass(frozen=True)
class VisitFacts:
	"""What is known of a visit before it starts. Every default means "not there"."""

	today: date
	planned_on: date | None = None
	visitors: tuple[Visitor, ...] = ()
	least_visitors: int = 2
	level: str = ""
	undone_measures: tuple[str, ...] = ()
	needs_device: bool = False
	approved: bool = False


def start_breaches(facts: VisitFacts) -> list[Breach]:
	"""Every rule that setting out now would break; an empty list opens the gate."""
	return [
		breach
		for check in (
			_day,
			_visitors,
			_training,
			_background,
			_health,
			_relatives,
			_risk,
			_measures,
			_device,
			_approval,
		)
		if (breach := check(facts))
	]


def _day(facts: VisitFacts) -> Breach | None:
	if facts.planned_on and facts.planned_on > facts.today:
		return Breach(
			"planned_day",
			f"本次走访安排在{facts.planned_on:%Y-%m-%d}，尚未到日期",
			"服务方案1.1.3",
			"如需提前走访，请先改期到今天。",
		)
	return None


def _visitors(facts: VisitFacts) -> Breach | None:
	present = len({visitor.name for visitor in facts.visitors})
	if present >= facts.least_visitors:
		return None
	return Breach(
		"two_visitors",
		f"入户走访至少{facts.least_visitors}人，现只安排{present}人",
		ARTICLE_TWO,
		"请在“走访人员”中补足人员。",
	)


def _names(facts: VisitFacts, wrong) -> str:
	return "、".join(visitor.name for visitor in facts.visitors if wrong(visitor))


def _training(facts: VisitFacts) -> Breach | None:
	untrained = _names(
		facts, lambda v: not v.on_duty or not _in_force(v.trained_on, v.training_until, facts.today)
	)
	if not untrained:
		return None
	return Breach(
		"trained",
		f"{untrained}未在岗或安全培训不在有效期内",
		SOURCE,
		"请先完成培训并在“走访人员”档案中登记，或更换人员。",
	)


def _background(facts: VisitFacts) -> Breach | None:
	unchecked = _names(facts, lambda v: not _in_force(v.checked_on, v.check_until, facts.today))
	if not unchecked:
		return None
	return Breach(
		"background_checked",
		f"{unchecked}没有有效的背景审查",
		SOURCE,
		"请先完成背景审查并登记，或更换人员。",
	)


def _health(facts: VisitFacts) -> Breach | None:
	run_out = _names(facts, lambda v: v.health_until is not None and v.health_until < facts.today)
	if not run_out:
		return None
	return Breach("healthy", f"{run_out}的健康证明已过期", SOURCE, "请先更新健康证明并登记，或更换人员。")


def _in_force(since: date | None, until: date | None, on: date) -> bool:
	return bool(since) and since <= on and (until is None or on <= until)


def run_out(until: Mapping[str, date | None], on: date) -> list[str]:
	"""Which proofs of somebody have run out by a day; ``until``: field of :data:`PROOFS` → last day, None: no end."""
	return [word for field, word in PROOFS.items() if until.get(field) and until[field] < on]


def _relatives(facts: VisitFacts) -> Breach | None:
	related = _names(facts, lambda v: v.is_relative)
	if not related:
		return None
	return Breach("relative", f"{related}是该家庭的近亲属，应当回避", ARTICLE_RELATIVES, "请更换走访人员。")


def _risk(facts: VisitFacts) -> Breach | None:
	if facts.level:
		return None
	return Breach("risk_assessed", "尚未完成走访前安全评估", SOURCE, "请在“安全评估”中评定五项风险。")


def _measures(facts: VisitFacts) -> Breach | None:
	if not facts.undone_measures:
		return None
	return Breach(
		"measures",
		f"必须的安全措施尚未落实：{'、'.join(facts.undone_measures)}",
		SOURCE,
		"落实后请逐项勾选。",
	)


def _device(facts: VisitFacts) -> Breach | None:
	if not facts.needs_device or any(visitor.has_device for visitor in facts.visitors):
		return None
	return Breach(
		"device",
		"走访人员均未领用通讯设备",
		SOURCE,
		"请发放设备，并在“走访人员”档案中登记编号。",
	)


def _approval(facts: VisitFacts) -> Breach | None:
	if facts.level != HIGH or facts.approved:
		return None
	return Breach("approval", "高风险走访须经主管批准", SOURCE, "请主管在本单上点“批准走访”。")


# --- at the door --------------------------------------------------------------------------------------------------
EARTH_METRES = 12_742_000


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> int:
	"""Along the surface, between two places in degrees (latitude, longitude; WGS 84)."""
	(north, east), (north2, east2) = (map(radians, place) for place in (one, other))
	chord = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
	return round(EARTH_METRES * asin(sqrt(chord)))
