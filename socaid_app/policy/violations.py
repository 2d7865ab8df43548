"""Violations (违规处理): what a deliberation needs, and what may be concluded by whom about which conduct.

Conduct is judged by the law of its last day: a fine of at most twice the amount since 2026-07-01 (社会救助法第73条), of
one to three times before (社会救助暂行办法第68条). Nothing here stops or reduces a benefit: that is an adjustment, with
its own hearing (第48条).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from socaid_app.policy.articles import article
from socaid_app.policy.breach import Breach
from socaid_app.policy.income import exact, money, yuan
from socaid_app.policy.parameters import ParameterSet

NO_VIOLATION, EDUCATION, RETURN, FINE, RETURN_AND_FINE, REFERRED = (
	"No Violation",
	"Criticism and Education",
	"Order to Return",
	"Fine",
	"Order to Return and Fine",
	"Referral",
)
CONCLUSIONS = (NO_VIOLATION, EDUCATION, RETURN, FINE, RETURN_AND_FINE, REFERRED)
NAMES = {
	NO_VIOLATION: "不构成违规",
	EDUCATION: "批评教育",
	RETURN: "责令退回",
	FINE: "罚款",
	RETURN_AND_FINE: "责令退回并处罚款",
	REFERRED: "移送有关机关处理",
}
RETURNS, FINES = (RETURN, RETURN_AND_FINE), (FINE, RETURN_AND_FINE)

ISSUER, POLICE, DISCIPLINE, COURT, OTHER_AUTHORITY = (
	"Unit That Issued the Certificate",
	"Public Security",
	"Discipline Inspection",
	"People's Court",
	"Another Authority",
)
ADDRESSEES = {
	ISSUER: "出具证明的单位或者其主管部门",
	POLICE: "公安机关",
	DISCIPLINE: "纪检监察机关",
	COURT: "人民法院",
	OTHER_AUTHORITY: "其他有权机关",
}

AGREE, DISAGREE, ABSTAIN = "Agree", "Disagree", "Abstain"
VOTES = (AGREE, DISAGREE, ABSTAIN)


# --- fines --------------------------------------------------------------------------------------------------------
def fine_limits(conduct_ended: date, obtained: Decimal, parameters: ParameterSet) -> tuple[Decimal, Decimal]:
	"""The least and the most that a fine may be for ``obtained`` yuan, by the day on which the conduct ended."""
	least, most = (
		exact(parameters.get(key, conduct_ended))
		for key in ("fraud_fine_multiple_min", "fraud_fine_multiple_max")
	)
	return money(obtained * least), money(obtained * most)


# --- deliberation -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Attendance:
	"""How many members may vote (all but those who stand aside), and how many of them are there."""

	entitled: int
	present: int
	chaired: bool = True


def attendance_breaches(there: Attendance, on: date, parameters: ParameterSet) -> list[Breach]:
	"""What a meeting lacks before the slips are given out."""
	rests_on = article("violation_deliberation", on)
	ratio = exact(parameters.get("deliberation_quorum_ratio", on))
	least = max(
		int(parameters.get("deliberation_members_min", on)),
		int((there.entitled * ratio).to_integral_value(ROUND_CEILING)),
	)
	found = []
	if there.present < least:
		found.append(
			Breach(
				"deliberation_quorum",
				f"到会可以表决的{there.present}人，应到{there.entitled}人，至少要有{least}人",
				rests_on,
				"请补充人员，或者另行召开。",
			)
		)
	if not there.chaired:
		found.append(
			Breach("deliberation_chair", "没有一名到会且不需回避的主持人", rests_on, "请指定主持人。")
		)
	return found


def count_breaches(slips: int, voters: int, on: date) -> list[Breach]:
	"""As many slips as voters: one more or less, and the ballot is void."""
	if slips == voters:
		return []
	return [
		Breach(
			"deliberation_count",
			f"收回{slips}张票，到会表决{voters}人",
			article("violation_deliberation", on),
			"票数和人数必须相等；请重新清点，或者宣布无效后重新表决。",
		)
	]


def carried(agree: int, voters: int) -> bool:
	"""More than half of those who vote agree; who abstains does not."""
	return agree * 2 > voters


# --- conclusion -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Finding:
	"""A case as it is to be concluded. Amounts in yuan; ``agreed``: the deliberation carried its proposal."""

	conclusion: str
	on: date
	conduct_ended: date | None
	obtained: Decimal
	returned: Decimal = Decimal(0)
	fine: Decimal = Decimal(0)
	facts: str = ""
	reason: str = ""
	basis: str = ""
	remedies: str = ""
	evidence: int = 0
	stated_on: date | None = None
	proposed: str = ""
	agreed: bool = False
	departure: str = ""


Check = Callable[[Finding, ParameterSet], list[Breach]]


def breaches(finding: Finding, parameters: ParameterSet) -> list[Breach]:
	return [found for check in CHECKS for found in check(finding, parameters)]


def proof(finding: Finding, parameters: ParameterSet) -> list[Breach]:
	"""Facts with evidence, and the statement before the conclusion."""
	found = []
	if not finding.facts.strip() or (not finding.evidence and finding.conclusion != NO_VIOLATION):
		found.append(
			Breach(
				"violation_facts",
				"没有写明事实，或者没有证据",
				article("violation_reasons", finding.on),
				"请写明查明的事实并附证据。",
			)
		)
	if not finding.stated_on or finding.stated_on > finding.on:
		found.append(
			Breach(
				"violation_statement",
				"作出结论之前没有记录当事人的陈述和申辩",
				article("violation_statement", finding.on),
				"请先听取陈述和申辩；通知后没有提出的，写明通知日期并附凭证。",
			)
		)
	return found


def reasons(finding: Finding, parameters: ParameterSet) -> list[Breach]:
	"""Whoever is found in violation is told why, by which rule, and what he or she may do."""
	rests_on = article("violation_reasons", finding.on)
	parts = [("没有写明理由", finding.reason, "请写明认定的理由，并回应陈述和申辩。")]
	if finding.conclusion != NO_VIOLATION:
		parts += [
			("没有写明法律依据", finding.basis, "请填写所依据的条款。"),
			("没有告知救济途径", finding.remedies, "请填写申请复议和提起诉讼的途径和期限。"),
		]
	return [
		Breach("violation_reasons", message, rests_on, remedy)
		for message, text, remedy in parts
		if not text.strip()
	]


def amounts(finding: Finding, parameters: ParameterSet) -> list[Breach]:
	"""What comes back is at most what was obtained; the fine lies within the law of the day of the conduct."""
	found = []
	if finding.conclusion in RETURNS and not 0 < finding.returned <= finding.obtained:
		found.append(
			Breach(
				"violation_return",
				f"责令退回{yuan(finding.returned)}，违规取得{yuan(finding.obtained)}",
				article("adjust_refund", finding.on),
				"退回的金额应当大于零，不超过违规取得的金额。",
			)
		)
	if finding.conclusion not in RETURNS and finding.returned:
		found.append(_not_concluded("退回", "violation_return", finding))
	if finding.conclusion not in FINES:
		return [*found, _not_concluded("罚款", "violation_fine", finding)] if finding.fine else found
	if not finding.conduct_ended:
		return [
			*found,
			Breach(
				"violation_day",
				"没有写明行为终了的日期，不能确定适用的罚款规定",
				article("violation_fine", finding.on),
				"请填写行为终了的日期。",
			),
		]
	least, most = fine_limits(finding.conduct_ended, finding.obtained, parameters)
	if not max(least, Decimal("0.01")) <= finding.fine <= most:
		rests_on = article("violation_fine", finding.conduct_ended)
		found.append(
			Breach(
				"violation_fine",
				f"罚款{yuan(finding.fine)}不在{yuan(least)}到{yuan(most)}之间",
				rests_on,
				f"行为终了于{finding.conduct_ended:%Y-%m-%d}，按当时的规定计算；请修改罚款金额。",
			)
		)
	return found


def _not_concluded(what: str, rule: str, finding: Finding) -> Breach:
	return Breach(
		rule,
		f"结论“{NAMES.get(finding.conclusion, '')}”不包括{what}",
		article("violation_fine", finding.on),
		f"请清空{what}的金额，或者选择包括{what}的结论。",
	)


def departure(finding: Finding, parameters: ParameterSet) -> list[Breach]:
	"""Who concludes may depart from what was deliberated, with reasons."""
	follows = finding.conclusion == finding.proposed and finding.agreed
	if follows or finding.departure.strip():
		return []
	return [
		Breach(
			"violation_departure",
			"结论与集体评议的意见不一致" if finding.agreed else "集体评议没有通过所提的意见",
			article("violation_deliberation", finding.on),
			"请写明不采纳评议意见的理由，或者再次评议。",
		)
	]


CHECKS: tuple[Check, ...] = (proof, reasons, amounts, departure)
