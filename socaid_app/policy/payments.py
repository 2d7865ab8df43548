"""What is paid in a month: the month itself, arrears of a late decision, one-off aid, less what is recovered.

Benefits are paid by the month from the month after the decision (民发〔2021〕57号 Art. 21, 25; Social Assistance Law
Art. 18). All amounts are Decimal yuan with two decimals; a month is its first day.

Nobody dead, stopped or twice is paid. A death or a prison term of one member among several ends nobody else's support:
there the payment goes on until a decision changes it, after the family was heard (Law Art. 48), and the line says so.
"""

from __future__ import annotations

import calendar
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from socaid_app.policy import terms, whereabouts
from socaid_app.policy.income import CENT, money

NOTHING = Decimal("0.00")

# Why a line is held; the options of Payment Line.hold_reason.
DEAD, STOPPED, IMPRISONED, TWICE, NO_ACCOUNT = "Dead", "Support Stopped", "Imprisoned", "Twice", "No Account"
HOLDS = (DEAD, STOPPED, IMPRISONED, TWICE, NO_ACCOUNT)

# What the bank answers; the options of Payment Layout Result.result.
PAID, WRONG_ACCOUNT, ACCOUNT_CLOSED, NAME_DIFFERS, OTHER_RETURN = (
	"Paid",
	"Wrong Account",
	"Account Closed",
	"Name Differs",
	"Other Reason",
)
RESULTS = (PAID, WRONG_ACCOUNT, ACCOUNT_CLOSED, NAME_DIFFERS, OTHER_RETURN)


# --- months ---------------------------------------------------------------------------------------------------
def month_of(day: date) -> date:
	return day.replace(day=1)


def next_month(month: date) -> date:
	return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def pay_day(month: date, day: int) -> date:
	"""By which day of the month it is paid; the last day, where the month is shorter."""
	return month.replace(day=min(max(day, 1), calendar.monthrange(month.year, month.month)[1]))


def months_between(first: date, last: date) -> int:
	"""How many months lie from ``first`` to ``last``, both counted; none when ``last`` lies before."""
	return max((last.year - first.year) * 12 + last.month - first.month + 1, 0)


# --- what is due ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Right:
	"""A row of the ledger: ``amount`` yuan a month from ``start`` to ``end`` (None: open); one-off: in all."""

	start: date
	end: date | None
	amount: Decimal
	one_off: bool = False


@dataclass(frozen=True)
class Settled:
	"""What lists have covered: all months up to ``until``, at ``amount`` a month."""

	until: date
	amount: Decimal = NOTHING


@dataclass(frozen=True)
class Due:
	"""What one line of a list pays: ``amount`` for the list's own month, ``arrears`` for those before.

	``overpaid``: what the row before was paid beyond this one for the same months. It is shown and never taken off:
	that is a recovery, which is decided after the family was heard (Law Art. 48).
	"""

	first: date
	last: date
	amount: Decimal
	arrears: Decimal
	overpaid: Decimal = NOTHING

	@property
	def gross(self) -> Decimal:
		return self.amount + self.arrears


def due(
	right: Right,
	month: date,
	since: date | None = None,
	settled: date | None = None,
	before: Settled | None = None,
) -> Due | None:
	"""What a row of the ledger is due on the list of ``month``; None when nothing is.

	``since``: the first month that was ever paid from this ledger there (None: this one); months before it were paid
	otherwise. ``settled``: the last month that a list has covered for this row. ``before``: what lists have covered
	for the row that this one follows.
	"""
	since = min(since or month, month)
	if right.one_off:
		return _due_once(right, month, since, settled)
	first = max(right.start, since, next_month(settled) if settled else since)
	last = min(month, right.end or month)
	if first > last:
		return None
	this_month, arrears, overpaid = NOTHING, NOTHING, NOTHING
	at = first
	while at <= last:
		paid = money(before.amount) if before and at <= before.until else NOTHING
		rest = money(right.amount) - paid
		overpaid += max(-rest, NOTHING)
		if at == month:
			this_month = max(rest, NOTHING)
		else:
			arrears += max(rest, NOTHING)
		at = next_month(at)
	if not this_month + arrears:
		return None
	return Due(first, last, this_month, arrears, overpaid)


def _due_once(right: Right, month: date, since: date, settled: date | None) -> Due | None:
	if settled or not since <= right.start <= month or not money(right.amount):
		return None
	own = right.start == month
	amount = money(right.amount)
	return Due(right.start, right.start, amount if own else NOTHING, NOTHING if own else amount)


# --- deductions ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Claim:
	"""An instalment of a recovery that is to be taken off a payment."""

	reference: str
	amount: Decimal


def deduct(gross: Decimal, claims: Sequence[Claim], limit: Decimal) -> list[Claim]:
	"""What is taken off ``gross``, in the order of the claims: together at most ``limit`` (0 to 1) of it.

	What is over the limit stays owed. The limit is rounded down to the cent, in favour of the family.
	"""
	left = (money(gross) * min(max(limit, Decimal(0)), Decimal(1))).quantize(CENT, ROUND_DOWN)
	taken = []
	for claim in claims:
		part = min(max(money(claim.amount), NOTHING), left)
		if part:
			taken.append(Claim(claim.reference, part))
			left -= part
	return taken


# --- who may not be paid --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Person:
	"""Somebody with a share: when deceased, and from when to when in prison (None: still)."""

	name: str
	died: date | None = None
	imprisoned: tuple[tuple[date, date | None], ...] = ()


@dataclass(frozen=True)
class LineFacts:
	"""What the registry says about a line on the day it is asked."""

	scheme: str
	first: date
	payee: Person
	recipient: Person
	members: tuple[Person, ...] = ()
	# Whether the ledger still has the months of the line.
	on_roll: bool = True
	has_account: bool = True
	# Other lines that pay the same, by list.
	also_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Objection:
	"""``reason`` is one of HOLDS, '' where the line is paid all the same; ``words`` is shown on the line."""

	reason: str
	words: str


def objections(facts: LineFacts) -> list[Objection]:
	"""What speaks against a line, those that hold it first."""
	holds, notes = [], []
	if not facts.on_roll:
		holds.append(Objection(STOPPED, "台账中该月份已停发或作废，不得发放。"))
	if facts.also_on:
		holds.append(Objection(TWICE, f"同一待遇同一月份已列入{'、'.join(facts.also_on)}，不得重复发放。"))
	members = facts.members or (facts.recipient,)
	everybody_dead = all(_dead_before(person, facts.first) for person in members)
	if _dead_before(facts.payee, facts.first):
		holds.append(
			Objection(DEAD, f"领款人{_death(facts.payee)}，账户不得再发放；请更换领款人或办理停发。")
		)
	elif everybody_dead or _dead_before(facts.recipient, facts.first):
		gone = members if everybody_dead else (facts.recipient,)
		holds.append(
			Objection(DEAD, f"{'、'.join(map(_death, gone))}，死亡次月起停发；请办理停发或变更户主。")
		)
	else:
		gone = [person for person in members if _dead_before(person, facts.first)]
		notes += [
			Objection("", f"成员{_death(person)}，家庭待遇在听取意见、作出决定前照发；请复核调整。")
			for person in gone
		]
	jailed = [person for person in members if _in_prison(person, facts.first)]
	if jailed and len(jailed) == len(members):
		names = "、".join(person.name for person in jailed)
		holds.append(Objection(IMPRISONED, f"{names}服刑期间不予发放（{_prison_article(facts.scheme)}）。"))
	else:
		notes += [
			Objection("", f"成员{person.name}在服刑，不计入共同生活家庭成员；请复核调整。")
			for person in jailed
		]
	if not facts.has_account:
		holds.append(Objection(NO_ACCOUNT, "领款人没有登记银行账号；请补录后补发。"))
	return holds + notes


def _dead_before(person: Person, month: date) -> bool:
	"""The month of the death is still due (policy/whereabouts.py)."""
	return bool(person.died) and whereabouts.last_month_of(person.died) < month


def _death(person: Person) -> str:
	return f"{person.name}已于{person.died:%Y年%-m月%-d日}去世"


def _in_prison(person: Person, month: date) -> bool:
	"""The whole month: who is arrested or released in it had a right to support on one of its days."""
	following = next_month(month)
	return any(first <= month and (over is None or over >= following) for first, over in person.imprisoned)


def _prison_article(scheme: str) -> str:
	return "民发〔2021〕43号第24条" if scheme == terms.TEKUN else "民发〔2021〕57号第7条"


# --- the list as a whole ----------------------------------------------------------------------------------------------
def total(amounts: Iterable[Decimal]) -> Decimal:
	return sum((money(amount) for amount in amounts), NOTHING)


def in_words(value) -> str:
	"""One field of a line as the hash sees it: nothing, a day, or money with its cents."""
	if value is None:
		return ""
	if isinstance(value, Decimal):
		return f"{money(value):.2f}"
	if isinstance(value, date):
		return value.isoformat()
	return str(value)


def digest(head: Sequence, lines: Iterable[Sequence]) -> str:
	"""SHA-256 over a list: what it is about, then each line, in the order given. Any change of any of it shows."""
	result = hashlib.sha256()
	for fields in ([*head], *lines):
		# as JSON, so that no blank or separator in a name makes two lists look the same
		result.update(json.dumps([in_words(field) for field in fields], ensure_ascii=False).encode())
	return result.hexdigest()
