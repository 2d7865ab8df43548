"""Petitions (信访工作条例 2022): which clock runs when, which step is open, and what a step must not break.

The bureau is one of the "other organs" of Art. 23: it tells every petitioner in writing within fifteen days what
becomes of the matter. The sixty days of Art. 34 belong to one case only, an appeal for help that is decided by an
opinion on a petition (Art. 31(6)); suggestions, accusations and matters with a procedure of their own never run
on them. All periods count from the day after the event and, in calendar days, end on a working day (民法典 Art.
201, 203): the regulation says nothing else, so the general rule holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from socaid_app.policy import clock
from socaid_app.policy.breach import Breach
from socaid_app.policy.clock import Deadline
from socaid_app.policy.parameters import ParameterSet
from socaid_app.policy.workdays import WorkCalendar

SUGGESTION, ACCUSATION, APPEAL = "Suggestion", "Accusation", "Appeal for Help"
# Art. 31: the six ways an appeal for help is dealt with.
HANDLED, DUTY = "Handled as Petition", "Answer of Duty"
ROUTES = (
	HANDLED,
	DUTY,
	"Administrative Procedure",
	"Litigation or Reconsideration",
	"Arbitration",
	"Party Members' Appeal",
)
DECISIONS = ("Supported", "Explained", "Not Supported")
SENT_TO_US = ("Passed on to Us", "Assigned to Us")
WEB = "Through the Web"
REVIEW, RECHECK = "Review", "Recheck"
# The conclusion of a review after which the opinion has to be given anew.
REVOKED = "Revoked"
PASSED_TO_UNIT, ASSIGNED_TO_UNIT, RETURNED = (
	"Passed On to Competent Unit",
	"Assigned with Deadline",
	"Returned to Sender",
)

RECORDED, UNDER_WAY, PASSED_ON, SENT_BACK, NOT_TAKEN_UP = (
	"Recorded",
	"Under Way",
	"Passed On",
	"Sent Back",
	"Not Taken Up",
)
ANSWERED, IN_REVIEW, IN_RECHECK, CONCLUDED, JOINED = (
	"Answered",
	"In Review",
	"In Recheck",
	"Concluded",
	"Joined",
)
OPEN = (RECORDED, UNDER_WAY)
# Somebody owes an answer: the unit itself, or the one that reviews what it answered.
STILL_OPEN = (*OPEN, IN_REVIEW, IN_RECHECK)
NO_LONGER_OPEN = (
	PASSED_ON,
	SENT_BACK,
	NOT_TAKEN_UP,
	ANSWERED,
	IN_REVIEW,
	IN_RECHECK,
	CONCLUDED,
	JOINED,
)
STAGE_STATUS = {REVIEW: IN_REVIEW, RECHECK: IN_RECHECK}

# step → the states it may be taken in (none: any), in the order in which they are offered
STEPS: dict[str, tuple[str, ...]] = {
	"take_up": (RECORDED,),
	# what can be settled on the spot is answered without being taken up first (Art. 23)
	"answer": (RECORDED, UNDER_WAY, PASSED_ON),
	"refuse": (RECORDED,),
	"send_back": (RECORDED,),
	"assign": OPEN,
	"pass_on": OPEN,
	"join": OPEN,
	"reclassify": OPEN,
	"stand_aside": OPEN,
	"report_urgent": OPEN,
	# assigned to a unit, the sixty days of what was taken up run on
	"ask_extension": (UNDER_WAY, PASSED_ON),
	"extend": (UNDER_WAY, PASSED_ON),
	"refuse_extension": (UNDER_WAY, PASSED_ON),
	"conclude": (ANSWERED, PASSED_ON),
	"review": (ANSWERED, CONCLUDED),
	"separate": (JOINED,),
	"tell_sender": (PASSED_ON, NOT_TAKEN_UP, ANSWERED, IN_REVIEW, IN_RECHECK, CONCLUDED),
	"record_satisfaction": (),
	"hand_out": (),
}
# What the record of a petition calls them.
STEP_NAMES = {
	"take_up": "受理",
	"answer": "答复",
	"refuse": "不予受理",
	"send_back": "退回",
	"assign": "交承办人",
	"pass_on": "转送、交办",
	"join": "并案",
	"reclassify": "变更类别、途径",
	"stand_aside": "回避",
	"report_urgent": "即时报告",
	"ask_extension": "申请延期",
	"extend": "延期",
	"refuse_extension": "不同意延期",
	"conclude": "办结",
	"separate": "撤销并案",
	"tell_sender": "向来文单位反馈",
	"record_satisfaction": "满意度评价",
	"hand_out": "交付查询码",
}

NOTICE, RETURN, DECIDE, REPORT_BACK, REPLY = "notice", "return", "decide", "report_back", "reply"
REPORT_TO_SENDER = "report_to_sender"
REPLY_CLOCKS = {
	REVIEW: ("复查答复", "petition_review_request_days", "petition_review_reply_days"),
	RECHECK: ("复核答复", "petition_recheck_request_days", "petition_recheck_reply_days"),
}
# A share of the shorter text's pairs of characters; below it two texts are not about the same matter.
SAME_MATTER = 0.3


@dataclass(frozen=True)
class Hearing:
	"""``announced_on`` to ``ended_on``, both counted; a hearing that has not ended counts to its last known day."""

	announced_on: date | None
	held_on: date | None = None
	ended_on: date | None = None

	@property
	def days(self) -> set[date]:
		known = [day for day in (self.announced_on, self.held_on, self.ended_on) if day]
		if not known:
			return set()
		return {known[0] + timedelta(days=n) for n in range((known[-1] - known[0]).days + 1)}


@dataclass(frozen=True)
class ReviewFacts:
	stage: str
	requested_on: date
	hearings: tuple[Hearing, ...] = ()
	answered_on: date | None = None
	delivered_on: date | None = None


@dataclass(frozen=True)
class PetitionFacts:
	"""What is known of a petition. ``reachable``: name and address are clear (Art. 23 excepts others)."""

	category: str
	received_on: date
	status: str = RECORDED
	channel: str = "In Person"
	route: str = ""
	reachable: bool = True
	notified_on: date | None = None
	accepted_on: date | None = None
	extension_days: int = 0
	answered_on: date | None = None
	delivered_on: date | None = None
	final: bool = False
	# the open request for a review, where there is one
	review: ReviewFacts | None = None
	# by when whoever sent it wants a report, and when it was given
	sender_due: date | None = None
	sender_told_on: date | None = None
	# report-back dates of what was assigned to other units and has not come back
	reports_due: tuple[date, ...] = field(default=())


@dataclass(frozen=True)
class Clock:
	deadline: Deadline
	done_on: date | None = None


# --- periods ----------------------------------------------------------------------------------------------
def runs_sixty_days(category: str, route: str) -> bool:
	"""Whether Art. 34 limits the handling: an appeal for help under Art. 31(6) and nothing else."""
	return category == APPEAL and route == HANDLED


def _period(
	key: str, label: str, parameter: str, start: date, parameters, calendar: WorkCalendar, more: int = 0
) -> Deadline:
	record = parameters.record(parameter, start)
	length = int(record.value) + more
	due, provisional = clock.after(start, length, record.unit, calendar)
	article = " ".join(part for part in (record.source, record.article) if part)
	return Deadline(key, label, start, due, length, record.unit, article, provisional)


def notice_deadline(received_on: date, parameters: ParameterSet, calendar: WorkCalendar) -> Deadline:
	"""Written notice to the petitioner, for every category and route (Art. 23)."""
	return _period(NOTICE, "书面告知", "petition_notice_days", received_on, parameters, calendar)


def return_deadline(received_on: date, parameters: ParameterSet, calendar: WorkCalendar) -> Deadline:
	"""Objection to a matter sent to us that is outside our competence (Art. 23), in working days."""
	return _period(RETURN, "异议退回", "petition_objection_days", received_on, parameters, calendar)


def decide_deadline(
	accepted_on: date,
	category: str,
	route: str,
	parameters: ParameterSet,
	calendar: WorkCalendar,
	extension_days: int = 0,
) -> Deadline | None:
	"""The answer (Art. 34); None where the sixty days do not apply. An extension lengthens the period from the day
	of taking up, so that a rolled last day never makes it longer than sixty and thirty days."""
	if not runs_sixty_days(category, route):
		return None
	return _period(
		DECIDE, "办结答复", "petition_decide_days", accepted_on, parameters, calendar, extension_days
	)


def request_deadline(
	stage: str, delivered_on: date, parameters: ParameterSet, calendar: WorkCalendar
) -> Deadline:
	"""The last day to ask for a review or recheck, from the delivery of the opinion (Art. 35, 36)."""
	label = {REVIEW: "申请复查", RECHECK: "申请复核"}[stage]
	return _period(f"request_{stage}", label, REPLY_CLOCKS[stage][1], delivered_on, parameters, calendar)


def reply_deadline(review: ReviewFacts, parameters: ParameterSet, calendar: WorkCalendar) -> Deadline:
	"""The answer to a review or recheck; a recheck is lengthened by its hearing days (Art. 36)."""
	label, _request, parameter = REPLY_CLOCKS[review.stage]
	days = hearing_days(review, parameters, calendar)
	return _period(REPLY, label, parameter, review.requested_on, parameters, calendar, days)


def hearing_days(review: ReviewFacts, parameters: ParameterSet, calendar: WorkCalendar) -> int:
	"""Days that hearings take out of the period of a recheck, each day once.

	Days before the request do not count, and a hearing that begins after the period has run out does not
	revive it. A review (复查) has no such exception.
	"""
	if review.stage != RECHECK:
		return 0
	_label, _request, parameter = REPLY_CLOCKS[RECHECK]
	taken: set[date] = set()
	for hearing in sorted(review.hearings, key=lambda item: min(item.days, default=date.max)):
		due = _period(REPLY, "", parameter, review.requested_on, parameters, calendar, more=len(taken)).due
		days = {day for day in hearing.days if day > review.requested_on}
		if days and min(days) <= due:
			taken |= days
	return len(taken)


# --- all clocks of a petition -------------------------------------------------------------------------------
def clocks(facts: PetitionFacts, parameters: ParameterSet, calendar: WorkCalendar) -> list[Clock]:
	"""Every clock that has started, in the order of the procedure, with the day each was met.

	What was joined runs with the other petition, and what was sent back with the organ that sent it (Art. 23).
	"""
	if facts.status in (JOINED, SENT_BACK):
		return []
	found = [
		Clock(
			notice_deadline(facts.received_on, parameters, calendar),
			# Who cannot be reached is not told; deciding what becomes of the matter is still due.
			_first(facts.notified_on, facts.answered_on, None if facts.reachable else _decided_on(facts)),
		)
	]
	if facts.channel in SENT_TO_US and facts.status == RECORDED:
		found.append(Clock(return_deadline(facts.received_on, parameters, calendar)))
	if facts.accepted_on and (
		decide := decide_deadline(
			facts.accepted_on, facts.category, facts.route, parameters, calendar, facts.extension_days
		)
	):
		found.append(Clock(decide, facts.answered_on))
	found += [
		Clock(Deadline(REPORT_BACK, "办理情况反馈", facts.received_on, due, 0, "", "交办要求"))
		for due in facts.reports_due
	]
	if facts.sender_due:
		asked = Deadline(
			REPORT_TO_SENDER, "向来文单位反馈", facts.received_on, facts.sender_due, 0, "", "交办要求"
		)
		found.append(Clock(asked, facts.sender_told_on))
	if facts.review:
		found.append(Clock(reply_deadline(facts.review, parameters, calendar), facts.review.answered_on))
	return found


def _decided_on(facts: PetitionFacts) -> date | None:
	if facts.accepted_on:
		return facts.accepted_on
	return facts.received_on if facts.status not in OPEN else None


def _first(*days: date | None) -> date | None:
	return min((day for day in days if day), default=None)


def governing(clocks: Iterable[Clock]) -> Deadline | None:
	"""The clock that lists are sorted by: the nearest that is still open.

	The return of a matter outside our competence is a possibility, not a duty, and governs nothing.
	"""
	open_ones = [item.deadline for item in clocks if not item.done_on and item.deadline.key != RETURN]
	return min(open_ones, key=lambda item: item.due, default=None)


# --- what a step must not break -------------------------------------------------------------------------------
def extension_breaches(
	facts: PetitionFacts,
	asked_on: date,
	days: int,
	reason: str,
	parameters: ParameterSet,
	calendar: WorkCalendar,
) -> list[Breach]:
	"""Art. 34: only on the sixty-day clock, once, at most thirty days, before the sixty days are over."""
	article = "信访工作条例第34条"
	if not facts.accepted_on or not runs_sixty_days(facts.category, facts.route):
		return [
			Breach(
				"not_on_clock",
				"延期只适用于已受理、按“信访处理意见”办理的申诉求决事项",
				article,
				"其他事项按各自程序的期限办理，无需延期。",
			)
		]
	found = []
	longest = int(parameters.record("petition_extend_days", facts.accepted_on).value)
	if facts.extension_days:
		found.append(
			Breach("extended", "本事项已延期一次，不得再次延期", article, "请在延长后的期限内答复。")
		)
	if not 1 <= days <= longest:
		found.append(Breach("too_long", f"延长期限须为1至{longest}日", article, f"请填写不超过{longest}日。"))
	due = decide_deadline(facts.accepted_on, facts.category, facts.route, parameters, calendar).due
	if asked_on > due:
		found.append(
			Breach("too_late", f"60日办理期限已于{due:%Y-%m-%d}届满，不能再延期", article, "请尽快答复。")
		)
	if not reason.strip():
		found.append(Breach("no_reason", "延期须说明理由并告知信访人", article, "请填写延期原因。"))
	return found


def return_breaches(
	facts: PetitionFacts, asked_on: date, parameters: ParameterSet, calendar: WorkCalendar
) -> list[Breach]:
	"""Art. 23: only what another organ sent can go back to it, within five working days."""
	article = "信访工作条例第23条"
	if facts.channel not in SENT_TO_US:
		return [
			Breach(
				"no_sender",
				"本事项不是其他机关转送、交办的，无处退回",
				article,
				"请用“不予受理”，并告知信访人向有权处理的机关提出。",
			)
		]
	deadline = return_deadline(facts.received_on, parameters, calendar)
	if asked_on > deadline.due:
		return [
			Breach(
				"too_late",
				f"收到后{deadline.length}个工作日内提出异议的期限已于{deadline.due:%Y-%m-%d}届满",
				article,
				"请受理办理，或与转送机关协商。",
			)
		]
	return []


def review_breaches(
	stage: str,
	requested_on: date,
	facts: PetitionFacts,
	earlier: ReviewFacts | None,
	parameters: ParameterSet,
	calendar: WorkCalendar,
) -> list[Breach]:
	"""Whether a review (Art. 35) or recheck (Art. 36) may still be asked for.

	``earlier``: the answered review, for a recheck. The day count starts with the delivery of the opinion: what
	was never delivered can be asked about at any time.
	"""
	article = {REVIEW: "信访工作条例第35条", RECHECK: "信访工作条例第36条"}[stage]
	name = {REVIEW: "复查", RECHECK: "复核"}[stage]
	if facts.final:
		return [
			Breach("final", "本事项已经复核终结，不再受理", article, "请向信访人说明，复核意见为终结意见。")
		]
	if not runs_sixty_days(facts.category, facts.route):
		return [
			Breach(
				"no_review",
				f"只有对信访处理意见不服才能申请{name}",
				article,
				"其他途径的事项，请告知信访人按该途径的救济办理。",
			)
		]
	if not facts.answered_on:
		return [Breach("no_opinion", "本事项尚未作出处理意见", article, f"处理意见送达后才能申请{name}。")]
	if stage == RECHECK and not (earlier and earlier.answered_on):
		return [
			Breach("no_review_opinion", "尚无复查意见", article, "须先经复查，收到复查意见后才能申请复核。")
		]
	delivered = earlier.delivered_on if stage == RECHECK else facts.delivered_on
	if not delivered:
		return []
	if requested_on < delivered:
		return [
			Breach(
				"too_early",
				f"申请日期早于意见书送达日期{delivered:%Y-%m-%d}",
				article,
				"请核对申请日期和送达回证。",
			)
		]
	deadline = request_deadline(stage, delivered, parameters, calendar)
	if requested_on > deadline.due:
		return [
			Breach(
				"too_late",
				f"意见书{delivered:%Y-%m-%d}送达，申请{name}的{deadline.length}日期限已于{deadline.due:%Y-%m-%d}届满",
				article,
				"请告知信访人不予受理的理由。",
			)
		]
	return []


def ended_breaches(ended: str | None) -> list[Breach]:
	"""Art. 36: what a recheck has ended; ``ended``: the petition it was asked in."""
	if not ended:
		return []
	return [
		Breach(
			"final",
			f"同一信访人以同一事实和理由提出的信访事项{ended}已复核终结",
			"信访工作条例第36条",
			"请不予受理并告知；确有新的事实和理由的，请写明后受理。",
		)
	]


def report_breaches(real_name_report: bool) -> list[Breach]:
	"""57号 Art. 37: a report on 低保 under a real name is always checked and answered."""
	if not real_name_report:
		return []
	return [
		Breach(
			"real_name_report",
			"对低保的实名举报应当逐一核查，并反馈处理结果",
			"民发〔2021〕57号第37条",
			"请核查后答复举报人，再办结。",
		)
	]


def unanswered_breaches(facts: PetitionFacts, real_name_report: bool) -> list[Breach]:
	"""Why a petition without an answer is not concluded: somebody is owed one."""
	found = report_breaches(real_name_report)
	if facts.accepted_on and runs_sixty_days(facts.category, facts.route):
		found.append(
			Breach(
				"no_opinion",
				"本事项已受理，按“信访处理意见”办理，须作出处理意见才能办结",
				"信访工作条例第32条、第34条",
				"请根据承办单位的反馈答复信访人；确属其他途径的，请先“变更类别、途径”。",
			)
		)
	return found


def joining_breaches(same_person: bool) -> list[Breach]:
	"""Art. 21, 32: each petitioner gets an answer, hence only petitions of one person are joined."""
	if same_person:
		return []
	return [
		Breach(
			"other_person",
			"两件信访不是同一信访人提出的，分别答复，不能并案",
			"信访工作条例第21条、第32条",
			"请核对姓名、电话、所在村；内容相同的，可以交同一承办人办理。",
		)
	]


# --- the same matter -----------------------------------------------------------------------------------------
def pairs(text: str | None) -> set[str]:
	"""Neighbouring characters of a text: in Chinese these are nearly its words, and no dictionary is needed."""
	found: set[str] = set()
	for run in re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text or "").lower()):
		found |= {run[at : at + 2] for at in range(max(1, len(run) - 1))}
	return found


def same_matter(one: str | None, other: str | None) -> bool:
	"""Whether two texts share enough pairs of characters, measured on the shorter one."""
	first, second = pairs(one), pairs(other)
	shorter = min(len(first), len(second))
	return bool(shorter) and len(first & second) / shorter >= SAME_MATTER
