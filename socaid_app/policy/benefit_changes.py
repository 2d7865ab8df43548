"""Changing support that was granted: which changes there are, what each needs, from when, and what it may not take.

A change is a decision (社会救助法第45条、第48条): with its reason, its basis and the remedies where it takes something,
after the persons concerned were heard, and told in writing afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from socaid_app.policy import clock, terms
from socaid_app.policy.articles import article
from socaid_app.policy.breach import Breach
from socaid_app.policy.income import money, yuan
from socaid_app.policy.losses import SHARE, Loss, Support, losses
from socaid_app.policy.parameters import ParameterSet

RAISE, REDUCE, STOP, SUSPEND, RESUME, REFUND, CONVERT = (
	"Raise",
	"Reduce",
	"Stop",
	"Suspend",
	"Resume",
	"Refund",
	"Convert",
)
KINDS = (RAISE, REDUCE, STOP, SUSPEND, RESUME, REFUND, CONVERT)
NAMES = {
	RAISE: "增发",
	REDUCE: "减发",
	STOP: "停发",
	SUSPEND: "暂停发放",
	RESUME: "恢复发放",
	REFUND: "责令退回",
	CONVERT: "转换类别",
}
# Against the household, whatever the amounts are.
ADVERSE = (REDUCE, STOP, SUSPEND, REFUND)
# After these nothing is paid any more, for good or for a time.
PAYS_NOTHING = (STOP, SUSPEND)

MEANS, MEMBERS, NEW_STANDARD, CARE_GRADE, EMPLOYMENT, REFUSED_JOBS, GIVEN_UP, OVERPAID, OTHER_GROUND = (
	"Income or Property",
	"Household Members",
	"New Standard",
	"Care Grade",
	"Employment Income",
	"Jobs Refused",
	"Given Up",
	"Paid Too Much",
	"Other Ground",
)
GROUNDS = (
	MEANS,
	MEMBERS,
	NEW_STANDARD,
	CARE_GRADE,
	EMPLOYMENT,
	REFUSED_JOBS,
	GIVEN_UP,
	OVERPAID,
	OTHER_GROUND,
)
# A change is planned within a year; what lies further away is decided when it comes.
MOST_MONTHS_AHEAD = 12


@dataclass(frozen=True)
class Needs:
	"""What a change needs besides a decision by another person than the one who proposes it."""

	hearing: bool
	reasons: bool
	notice: bool
	publicity: bool


def needs(kind: str, scheme: str, takes: bool) -> Needs:
	"""``takes``: somebody gets less by it (:func:`losses.losses`), whatever it is called.

	Every change is told in writing; an end of 特困 support is publicised before (43号 Art. 26).
	"""
	against = kind in ADVERSE or takes
	ends = kind in (STOP, CONVERT) and scheme == terms.TEKUN
	return Needs(hearing=against, reasons=against, notice=True, publicity=ends)


def first_month(kind: str, scheme: str, decided_on: date, parameters: ParameterSet) -> date:
	"""The first month that may differ: the next one; 低保 stops in the month the county has set (dossier O.6)."""
	if kind == STOP and scheme == terms.DIBAO:
		months = int(parameters.get("dibao_stop_months", decided_on))
		return clock.add_months(decided_on.replace(day=1), months)
	return clock.next_month(decided_on)


@dataclass(frozen=True)
class Proposal:
	"""A change as it is proposed. ``after`` is what is paid from ``month`` on; yuan a month, ``refund`` in all."""

	kind: str
	ground: str
	scheme: str
	on: date
	month: date
	before: Support
	after: Support
	reason: str = ""
	basis: str = ""
	remedies: str = ""
	monthly: bool = True
	refuser: str = ""
	refusals: int = 0
	grace_months: int = 0
	grace_ratio: Decimal = Decimal(1)
	refund: Decimal = Decimal(0)
	becomes: str = ""
	suspended: bool = False

	@property
	def taken(self) -> list[Loss]:
		return losses(self.before, self.after)

	@property
	def needs(self) -> Needs:
		return needs(self.kind, self.scheme, bool(self.taken))


Check = Callable[[Proposal, ParameterSet], list[Breach]]


def breaches(proposal: Proposal, parameters: ParameterSet) -> list[Breach]:
	"""What forbids the proposal; the hearing is asked for in :mod:`hearing_rules`."""
	return [found for check in CHECKS for found in check(proposal, parameters)]


def direction(proposal: Proposal, parameters: ParameterSet) -> list[Breach]:
	"""A change is what it is called: a raise takes nothing, a reduction leaves something."""
	before, after, kind = proposal.before.amount, proposal.after.amount, proposal.kind
	wrong = {
		RAISE: after <= before,
		REDUCE: not proposal.taken or not after,
		STOP: bool(after) and not proposal.grace_months,
		SUSPEND: bool(after) or not proposal.monthly,
		RESUME: not proposal.suspended or not after,
	}.get(kind, False)
	if not wrong:
		return []
	return [
		Breach(
			"adjust_direction",
			f"“{NAMES[kind]}”与金额不符：调整前{yuan(before)}，调整后{yuan(after)}",
			article("adjust_notice", proposal.on),
			{
				RESUME: "恢复发放只能针对暂停发放的待遇；已经停发的，请重新申请。",
				SUSPEND: "只有按月发放的待遇可以暂停。",
			}.get(kind, "请选择与核算结果一致的调整种类，或者重新核算。"),
		)
	]


def reasons(proposal: Proposal, parameters: ParameterSet) -> list[Breach]:
	"""Whoever loses something is told why, by which rule, and what he or she may do (社会救助法第45条)."""
	if not proposal.needs.reasons:
		return []
	parts = (
		("adjust_reason", proposal.reason, "没有写明事实和理由", "请在“事实和理由”中写明查明的事实和理由。"),
		("adjust_basis", proposal.basis, "没有写明法律依据", "请填写所依据的条款。"),
		("adjust_remedies", proposal.remedies, "没有告知救济途径", "请填写申请复议和提起诉讼的途径和期限。"),
	)
	rests_on = article("adjust_notice", proposal.on)
	return [
		Breach(rule, message, rests_on, remedy) for rule, text, message, remedy in parts if not text.strip()
	]


def months(proposal: Proposal, parameters: ParameterSet) -> list[Breach]:
	"""Not before the month in which the change may begin, so that no month already decided is changed after the fact."""
	first = first_month(proposal.kind, proposal.scheme, proposal.on, parameters)
	if first <= proposal.month <= clock.add_months(first, MOST_MONTHS_AHEAD):
		return []
	return [
		Breach(
			"adjust_month",
			f"起始月份{proposal.month:%Y-%m}不对：{proposal.on:%Y-%m-%d}作出的{NAMES[proposal.kind]}决定"
			f"最早从{first:%Y-%m}起，最迟在一年之内",
			article("adjust_month_tekun" if proposal.scheme == terms.TEKUN else "adjust_month", proposal.on),
			"请修改“起始月份”。",
		)
	]


def grace(proposal: Proposal, parameters: ParameterSet) -> list[Breach]:
	"""渐退期: for 低保 families whose income grew by work, for some months, then support ends by itself."""
	rests_on = article("adjust_grace", proposal.on)
	if not proposal.grace_months:
		return []
	most = int(parameters.get("grace_period_max_months", proposal.on))
	found = []
	if proposal.kind != STOP or proposal.scheme != terms.DIBAO or proposal.ground != EMPLOYMENT:
		found.append(
			Breach(
				"grace_ground",
				"渐退期只给予因就业收入增加而退出的低保家庭",
				rests_on,
				"请清空“渐退期”，或者选择停发、事由“就业收入增加”。",
			)
		)
	if not 0 < proposal.grace_months <= most:
		found.append(
			Breach(
				"grace_months", f"渐退期{proposal.grace_months}个月超过{most}个月", rests_on, "请缩短渐退期。"
			)
		)
	if not 0 < proposal.grace_ratio <= 1:
		found.append(
			Breach("grace_ratio", "渐退期内的发放比例应在0到100%之间", rests_on, "请填写原待遇的百分比。")
		)
	return found


def refused_jobs(proposal: Proposal, parameters: ParameterSet) -> list[Breach]:
	"""Whoever refuses suitable work again and again loses his or her own share, nobody else's (57号 Art. 34)."""
	if proposal.ground != REFUSED_JOBS:
		return []
	rests_on = article("adjust_jobs", proposal.on)
	limit = int(parameters.get("job_refusal_limit", proposal.on))
	found = []
	if proposal.refuser not in proposal.before.shares:
		found.append(
			Breach(
				"jobs_person", "没有写明是谁拒绝就业，或者此人不在保", rests_on, "请选择拒绝就业的保障对象。"
			)
		)
	if proposal.refusals < limit:
		found.append(
			Breach(
				"jobs_times",
				f"连续拒绝介绍的适当工作{proposal.refusals}次，不足{limit}次",
				rests_on,
				"请先介绍工作并如实记录；次数不足的不得减发、停发。",
			)
		)
	others = [loss for loss in proposal.taken if loss.what == SHARE and loss.person != proposal.refuser]
	own = proposal.before.shares.get(proposal.refuser, Decimal(0))
	if others or proposal.before.amount - proposal.after.amount > own:
		found.append(
			Breach(
				"jobs_others",
				"拒绝就业只影响本人的份额，其他家庭成员的份额不得减少",
				rests_on,
				"请只减发或停发本人的份额。",
			)
		)
	return found


def conversion(proposal: Proposal, parameters: ParameterSet) -> list[Breach]:
	"""From one kind of support to another; one basic living benefit at a time."""
	if proposal.kind != CONVERT:
		return []
	if proposal.becomes and proposal.becomes != proposal.scheme:
		return []
	return [
		Breach(
			"convert_to",
			"没有写明转换为哪一类救助，或者与原类别相同",
			article("one_benefit", proposal.on),
			"请选择转换后的类别；同类别内只变金额的，选择增发或减发。",
		)
	]


def refund(proposal: Proposal, parameters: ParameterSet) -> list[Breach]:
	if proposal.kind != REFUND or proposal.refund > 0:
		return []
	return [
		Breach(
			"refund_amount",
			"没有写明应当退回的金额",
			article("adjust_refund", proposal.on),
			"请填写多发的月份和金额。",
		)
	]


CHECKS: tuple[Check, ...] = (direction, reasons, months, grace, refused_jobs, conversion, refund)


# --- amounts --------------------------------------------------------------------------------------------------
def without_share(before: Support, person: str) -> Support:
	"""What is left when one person's own share is stopped."""
	shares = {one: share for one, share in before.shares.items() if one != person}
	gone = before.shares.get(person, Decimal(0))
	care = {one: grade for one, grade in before.care.items() if one != person}
	return Support(before.amount - gone, shares, care, before.end)


def in_grace(before: Support, ratio: Decimal, last: date) -> Support:
	"""What is paid until the ``last`` month of a grace period."""
	shares = {person: money(share * ratio) for person, share in before.shares.items()}
	amount = sum(shares.values(), Decimal(0)) if shares else money(before.amount * ratio)
	return Support(amount, shares, dict(before.care), last)


def grace_end(month: date, grace_months: int) -> date:
	"""The last month of a grace period that begins with ``month``."""
	return clock.add_months(month, grace_months - 1)


def amount_of(basis: dict, replayed: Decimal) -> Decimal:
	"""The amount that a frozen basis gives for ever: what was assessed (``replayed``), the departure from it, and what
	later decisions that computed nothing anew took of it."""
	taken = sum((money(change["taken"]) for change in basis.get("changes", ())), Decimal(0))
	return money(replayed + money((basis.get("departure") or {}).get("amount") or 0) - taken)
