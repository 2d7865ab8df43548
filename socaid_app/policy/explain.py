"""An assessment as text, line by line, for the command line and for anyone who wants to check a figure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from socaid_app.policy import clock, eligibility, household, income
from socaid_app.policy.cases import check_case, unused_fields
from socaid_app.policy.clock import Deadline
from socaid_app.policy.income import yuan
from socaid_app.policy.lines import Line
from socaid_app.policy.means import Assessment, assess
from socaid_app.policy.parameters import ParameterSet
from socaid_app.policy.standards import StandardSet
from socaid_app.policy.workdays import WorkCalendar

MARKS = {True: "✓", False: "✗", None: "·"}
# The order in which subjects are shown; others follow.
MEMBERS, INCOME = household.SUBJECT, income.SUBJECT


def explain(
	case: dict,
	parameters: ParameterSet,
	standards: StandardSet,
	calendar: WorkCalendar,
	on: date | None = None,
) -> tuple[Assessment, list[Deadline], str]:
	"""Assess ``case``, compute its deadlines, and say both in Chinese.

	Raises CaseError for unreadable input and ParameterError / NoStandardInForce for gaps in the tables.
	"""
	checked = check_case(case)
	assessment = assess(case, parameters, standards, on)
	events = {"accepted_on": checked["accepted_on"] or checked["applied_on"], **checked["events"]}
	deadlines = clock.case_deadlines(
		checked["scheme"],
		checked["route"],
		checked["authority"],
		events,
		parameters,
		calendar,
		bool(checked.get("extended")),
	)
	return assessment, deadlines, "\n".join([*text(assessment, deadlines), *unused(case)])


def unused(case: dict) -> Iterable[str]:
	if names := unused_fields(case):
		yield ""
		yield "没有用到的字段（请检查拼写）：" + "、".join(names)


def text(assessment: Assessment, deadlines: list[Deadline]) -> Iterable[str]:
	yield f"{assessment.category or eligibility.SCHEME_NAMES[assessment.scheme]}　核算日期 {assessment.on}　规则版本 {assessment.rule_version}"
	yield from section("一、保障人口", (line for line in assessment.lines if line.subject == MEMBERS))
	yield f"  计入 {assessment.member_count} 人"
	yield from section("二、家庭收入（年）", (line for line in assessment.lines if line.subject == INCOME))
	yield f"  合计 {yuan(assessment.annual_income)}，月人均 {yuan(assessment.monthly_per_capita)}"
	rest = [line for line in assessment.lines if line.subject not in (MEMBERS, INCOME)]
	yield from section("三、条件", rest)
	yield ""
	yield "四、各类救助"
	for scheme, outcome in assessment.categories.items():
		name = eligibility.SCHEME_NAMES[scheme]
		if outcome["eligible"]:
			yield f"  ✓ {name}：符合"
		else:
			yield f"  ✗ {name}：" + "；".join(line["text"] for line in outcome["failing"])
	yield ""
	yield "五、结果"
	yield "  " + ("符合条件" if assessment.eligible else "不符合条件") + f"，金额 {yuan(assessment.amount)}"
	for member, share in assessment.shares.items():
		yield f"    {member}：{yuan(share)}"
	yield ""
	yield "六、时限"
	for item in deadlines:
		provisional = "【暂定：该年放假安排尚未公布】" if item.provisional else ""
		kind = "服务承诺" if item.kind == clock.SERVICE else item.article
		yield f"  {item.due}　{item.label}（{item.start} 起 {item.length} {UNIT_NAMES.get(item.unit, item.unit)}；{kind}）{provisional}"
	if assessment.unconfirmed:
		yield ""
		yield "待核实的数值："
		yield from (f"  {entry}" for entry in assessment.unconfirmed)


UNIT_NAMES = {clock.WORKING: "个工作日", clock.CALENDAR_DAYS: "日", clock.MONTHS: "个月"}


def section(title: str, lines: Iterable[Line]) -> Iterable[str]:
	yield ""
	yield title
	for line in lines:
		article = f"〔{line.article}〕" if line.article else ""
		subject = "" if line.subject in (MEMBERS, INCOME) else f"{line.subject}："
		yield f"  {MARKS[line.outcome]} {subject}{line.text}{article}"
