"""A year of a small county, month by month, by the people whose duty each step is.

Families join, are raised, reduced, suspended, converted and stopped, somebody dies, payments come back, a family gives
back what it concealed. At the end every roll and every list of the year is computed once more from the ledger and its
frozen bases, to the cent.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_months, data, flt, getdate

from socaid_app.casework import deliveries
from socaid_app.means_testing import adjustment_amounts
from socaid_app.means_testing.batches import batch_jobs, batch_records, batch_steps
from socaid_app.means_testing.payments import line_steps, list_steps, payment_records
from socaid_app.means_testing.payments.payment_records import LINE, LIST
from socaid_app.means_testing.recoveries import bookings, recovery_steps
from socaid_app.means_testing.report.payment_against_roll import payment_against_roll
from socaid_app.policy import payments, terms
from socaid_app.policy.income import money
from socaid_app.policy.payments import Right, Settled
from socaid_app.socaid_app import entitlements, life_events
from socaid_app.socaid_app.report.monthly_roll import monthly_roll
from tests import builders
from tests.builders import adjustments as make
from tests.builders import payments as build
from tests.builders import recoveries, violations
from tests.builders import visits as families

YEAR = 2026
ENTITLEMENT, ADJUSTMENT = "Entitlement", make.ADJUSTMENT
COUNTY = "220422000000"
MONTHS = [date(YEAR, number, 1) for number in range(1, 13)]


@contextmanager
def on(day: date):
	"""Frappe's clock goes from nine o'clock of the day on."""
	present = data.now_datetime
	shift = datetime.combine(day, time(9)) - present()
	data.now_datetime = lambda: present() + shift
	try:
		yield
	finally:
		data.now_datetime = present


class Year:
	"""The county with what is remembered of each month as it went by."""

	def __init__(self):
		self.desk, self.bank = builders.make_team(builders.TOWNSHIP_A), build.payment_team()
		self.families: dict[str, tuple] = {}
		self.layout = build.make_layout().name
		self.rolls: dict[date, dict[str, float]] = {}
		self.lists: list = []
		self.late: dict[date, set[str]] = defaultdict(set)

	# --- families -----------------------------------------------------------------------------------------------
	def join(self, name: str, annual: float = 3600, members: int = 2, start: date | None = None) -> None:
		household, benefit = families.make_family(annual=annual, members=members, start=start and str(start))
		self.account(household.head)
		self.families[name] = (household, benefit.name)

	def account(self, person: str) -> None:
		head = frappe.get_doc("Recipient", person)
		head.bank_name, head.bank_account = "东辽农商银行", build.account()
		head.save()

	def benefit(self, name: str):
		"""What the family has now, under whatever number."""
		household, _first = self.families[name]
		standing = frappe.get_all(
			ENTITLEMENT,
			filters={"household": household.name, "docstatus": 1, "end_month": ["is", "not set"]},
			pluck="name",
			order_by="start_month desc",
		)
		return frappe.get_doc(ENTITLEMENT, standing[0]) if standing else None

	def adjust(self, name: str, kind: str, annual: float | None = None, **values):
		household, _first = self.families[name]
		benefit = self.benefit(name) or frappe.get_last_doc(ENTITLEMENT, {"household": household.name})
		if annual is not None:
			found = make.found(household, benefit, annual)
			values |= {"reference_doctype": found.doctype, "reference_name": found.name}
		adjustment = make.adjusted(benefit, kind, self.desk, **values)
		with builders.acting_as(self.desk.officer):
			deliveries.deliver(adjustment.notice, "Handed Over", frappe.utils.today(), received_by="测试户主")
		assert adjustment.reload().status == "Notice Delivered"
		return adjustment

	def batch(self, month: date, **values):
		with builders.acting_as(self.desk.clerk):
			made = frappe.get_doc(
				{
					"doctype": batch_records.DOCTYPE,
					"title": "批量调整",
					"category": "农村低保",
					"division": builders.TOWNSHIP_A,
					"effective_month": month,
					"reason": "按文件调整",
					"limit_percent": 0,
					**values,
				}
			).insert()
			batch_steps.preview(made.name)
			self.work(made)
		with builders.acting_as(self.desk.approver):
			batch_steps.approve(made.name, "同意")
			self.work(made)
		return made

	def work(self, made) -> None:
		while (
			status := frappe.db.get_value(batch_records.DOCTYPE, made.name, "status")
		) in batch_records.AT_WORK:
			batch_jobs.CHUNKS[status](made.name)
		made.reload()

	def recover(self, name: str, amount: float, monthly: float):
		"""A violation that was found, heard and concluded; the family agrees to give it back by deductions."""
		household, benefit = self.families[name]
		month = getdate(frappe.utils.today()).replace(day=1)
		conduct = {
			"conduct_from": add_months(month, -2),
			"conduct_to": add_months(month, -1),
			"stated_on": frappe.utils.today(),
		}
		case = violations.concluded(
			household, self.desk, return_amount=amount, entitlement=benefit, case=conduct
		)
		for letter in frappe.get_all(
			deliveries.DOCTYPE, {"reference_name": case.name}, pluck="name", order_by="name"
		):
			with builders.acting_as(self.desk.officer):
				deliveries.deliver(letter, "Handed Over", frappe.utils.today(), received_by="测试户主")
		recovery = frappe.get_doc(recoveries.RECOVERY, {"source_name": case.name})
		recoveries.agree(recovery, self.desk.officer, monthly)
		return recovery

	# --- a month ------------------------------------------------------------------------------------------------
	def pay(self, month: date, group: str = "Dibao", wrong: tuple[str, ...] = ()):
		"""Drafted, checked, released and sent on the fifth; answered on the ninth, reconciled on the twelfth."""
		with on(month.replace(day=5)):
			made = build.sent(self.bank, month=month, division=COUNTY, group=group, layout=self.layout)
		with on(month.replace(day=9)):
			returned = {}
			for name in wrong:
				(line,) = build.lines(made, household=self.families[name][0].name)
				returned[line.serial] = "1"
			if frappe.db.count(LINE, {"payment_list": made.name, "method": "Bank Transfer"}):
				build.read_return(
					self.bank, made, build.answer_of(build.bank_file(self.bank, made), returned)
				)
			for line in build.lines(made, method="Cash"):
				with builders.acting_as(self.bank.preparer):
					line_steps.record_receipt(line.name, "本人", frappe.utils.today())
		with on(month.replace(day=12)), builders.acting_as(self.bank.checker):
			list_steps.reconcile(made.name)
		self.lists.append(frappe.get_doc(LIST, made.name))
		return made

	def look(self, month: date) -> None:
		"""What the roll of the month says while it is the present one."""
		self.rolls[month] = roll(month)


def roll(month: date) -> dict[str, float]:
	return {row[0]: flt(row[6]) for row in monthly_roll.detail(month, frappe._dict())}


@pytest.fixture
def year(site):
	made = Year()
	# only what happens in the year is in the ledger
	for doctype in (ENTITLEMENT, "Entitlement Share", LIST, LINE, "Payment Return", ADJUSTMENT):
		frappe.db.delete(doctype)
	play(made)
	return made


def play(year: Year) -> None:
	for month in MONTHS:
		with on(month.replace(day=2)):
			JOINS.get(month.month, lambda year: None)(year)
		year.pay(month, wrong=RETURNED.get(month.month, ()))
		with on(month.replace(day=16)):
			DECISIONS.get(month.month, lambda year, next_month: None)(year, getdate(add_months(month, 1)))
		with on(month.replace(day=28)):
			year.look(month)
			entitlements.end_expired()


# --- what happens ---------------------------------------------------------------------------------------------------
def january_joins(year: Year) -> None:
	for number in range(22):
		year.join(f"夫妇{number}", annual=1200 * (number % 6))
	for number in range(4):
		year.join(f"独居{number}", annual=600 * number, members=1)


def may_joins(year: Year) -> None:
	"""Decided late: due since April."""
	year.join("迟到", start=date(YEAR, 4, 1))
	year.late[date(YEAR, 4, 1)].add(year.families["迟到"][1])


JOINS = {
	1: january_joins,
	2: lambda year: (year.join("二月甲"), year.join("二月乙", members=1)),
	5: may_joins,
	9: lambda year: year.join("九月"),
}
RETURNED = {2: ("夫妇3",), 10: ("夫妇10", "独居1")}


def february(year: Year, _next: date) -> None:
	"""The bank knew no such account: another one, and the next list pays both months."""
	year.account(year.families["夫妇3"][0].head)
	(line,) = build.lines(year.lists[-1], status="Returned")
	build.pay_again(year.bank, line)


def march(year: Year, _next: date) -> None:
	"""Wages that were concealed come back, a hundred a month from April on."""
	year.adjust("夫妇5", "Stop", annual=30_000)
	year.recovery = year.recover("夫妇2", 1200, 100)


def april(year: Year, _next: date) -> None:
	year.adjust("夫妇6", "Suspend", reason="查无下落，正在核实")
	life_events.record(year.families["独居0"][0].head, terms.DEATH, date(YEAR, 4, 10))


def june(year: Year, following: date) -> None:
	"""The standard rises from July: everybody by one decision."""
	make.new_standard(600, str(following))
	recoveries.receive(year.recovery.reload(), year.desk.officer, 200, "流水六月")
	made = year.batch(following, change="New Standard")
	assert made.in_effect == made.raises > 20 and not made.to_hear


def july(year: Year, following: date) -> None:
	year.adjust("夫妇6", "Resume", reason="已经核实", effective_month=following)
	household = year.families["夫妇7"][0]
	other = next(row.recipient for row in household.members if row.recipient != household.head)
	life_events.record(other, terms.DEATH, date(YEAR, 7, 10))


def august(year: Year, _next: date) -> None:
	year.adjust("夫妇8", "Reduce", annual=9_000)
	household, _benefit = year.families["夫妇9"]
	month = str(date(YEAR, 8, 1))
	granted = builders.grant_benefit(household, "临时-急难（一般）", 1500, month, end_month=month)
	assert granted.payment == terms.ONE_OFF
	year.pay(date(YEAR, 8, 1), group="Temporary")


def september(year: Year, _next: date) -> None:
	year.adjust("夫妇11", "Convert", annual=16_000, convert_to="低保边缘")


def october(year: Year, _next: date) -> None:
	"""Of two payments that came back one is paid again, the other is not: the account was closed for good."""
	again, dropped = build.lines(year.lists[-1], status="Returned")
	year.account(again.payee)
	build.pay_again(year.bank, again)
	with builders.acting_as(year.bank.releaser):
		line_steps.drop(dropped.name, "本人声明放弃当月救助金")
	# what is left of the recovery is waived
	with builders.acting_as(year.desk.officer):
		recovery_steps.propose_waiver(year.recovery.name, 300, "户主重病住院")
	with builders.acting_as(year.desk.county_approver):
		recovery_steps.waive(year.recovery.name)


def november(year: Year, following: date) -> None:
	made = year.batch(following, change="Supplement", amount=35.5, per="Person", reason="取暖补贴")
	assert made.in_effect > 20


DECISIONS = {
	2: february,
	3: march,
	4: april,
	6: june,
	7: july,
	8: august,
	9: september,
	10: october,
	11: november,
}


# --- what is left at the end ----------------------------------------------------------------------------------------
def test_every_roll_and_every_list_of_a_year_replays_to_the_cent(year):
	every_past_roll_is_what_it_was(year)
	every_amount_follows_from_its_basis()
	every_list_is_what_was_released(year)
	every_line_is_computed_anew_from_the_ledger(year)
	roll_and_lists_differ_by_what_is_explained(year)
	every_yuan_arrived_once(year)
	the_recovery_is_balanced_by_what_was_deducted(year)


def every_past_roll_is_what_it_was(year: Year) -> None:
	for month in MONTHS:
		now = roll(month)
		late = {name: now.pop(name) for name in year.late[month] if name in now}
		assert now == year.rolls[month], f"{month:%Y-%m}"
		assert set(late) == year.late[month]


def every_amount_follows_from_its_basis() -> None:
	for row in frappe.get_all(
		ENTITLEMENT, filters={"docstatus": 1}, fields=["name", "amount", "basis_snapshot"], order_by="name"
	):
		basis = frappe.parse_json(row.basis_snapshot or "{}")
		if basis.get("case") and not is_of_survivors(row.name):
			assert flt(adjustment_amounts.replay(basis), 2) == flt(row.amount, 2), row.name


def is_of_survivors(entitlement: str) -> bool:
	"""What a couple's survivor keeps until the review is a share of what was decided."""
	previous = frappe.db.get_value(ENTITLEMENT, entitlement, "previous_entitlement")
	reason = previous and frappe.db.get_value(ENTITLEMENT, previous, "end_reason")
	return "死亡" in (reason or "")


def every_list_is_what_was_released(year: Year) -> None:
	assert len(year.lists) == 13
	for made in year.lists:
		made.reload()
		assert made.status == "Reconciled" and payment_records.lines_hash(made) == made.lines_hash
		assert payment_records.figures(made.name)["total"] == flt(made.total)


def every_line_is_computed_anew_from_the_ledger(year: Year) -> None:
	"""By the law library alone: the rows of the ledger, and what the lists before have covered."""
	settled: dict[str, Settled] = {}
	for made in sorted(year.lists, key=lambda made: (made.month, made.name)):
		for line in build.lines(made):
			if line.reissue_of:
				old = frappe.get_doc(LINE, line.reissue_of)
				assert (line.reissued, line.net) == (old.net, old.net) and old.status == "Paid Again"
				continue
			row = frappe.get_doc(ENTITLEMENT, line.entitlement)
			right = Right(
				getdate(row.start_month),
				getdate(row.end_month) if row.end_month else None,
				money(row.amount),
				row.payment == terms.ONE_OFF,
			)
			own, before = settled.get(row.name), settled.get(row.previous_entitlement)
			due = payments.due(
				right, getdate(made.month), MONTHS[0], own and own.until, None if own else before
			)
			assert (due.amount, due.arrears) == (money(line.amount), money(line.arrears)), line.name
			assert money(line.net) == due.amount + due.arrears - money(line.deduction), line.name
			assert (due.first, due.last) == (getdate(line.from_month), getdate(line.to_month))
			settled[row.name] = Settled(due.last, money(row.amount))


def roll_and_lists_differ_by_what_is_explained(year: Year) -> None:
	for month in MONTHS:
		rows = payment_against_roll.execute({"month": month, "scheme_group": "Dibao"})[1]
		unexplained = {row["entitlement"] for row in rows if row["difference"]} - year.late[month]
		assert not unexplained, f"{month:%Y-%m}: {unexplained}"


def every_yuan_arrived_once(year: Year) -> None:
	"""What the roll of the year comes to is what was paid or deducted, less the one payment that somebody gave up."""
	due = sum((money(amount) for month in MONTHS for amount in roll(month).values()), Decimal(0))
	lines = frappe.get_all(LINE, fields=["status", "net", "deduction"], order_by="name")
	paid = sum((money(line.net) for line in lines if line.status == "Paid"), Decimal(0))
	given_up = [money(line.net) for line in lines if line.status == "Dropped"]
	deducted = sum(money(line.deduction) for line in lines)
	assert len(given_up) == 1 and due == paid + deducted + given_up[0]
	assert {line.status for line in lines} == {"Paid", "Paid Again", "Dropped"}


def the_recovery_is_balanced_by_what_was_deducted(year: Year) -> None:
	recovery = year.recovery.reload()
	assert (recovery.status, recovery.balance) == ("Recovery Balanced", 0)
	assert (recovery.received, recovery.waived) == (900, 300)
	household, _benefit = year.families["夫妇2"]
	taken = {
		getdate(line.month).month: line.deduction
		for made in year.lists
		for line in build.lines(made, household=household.name)
	}
	assert {month: amount for month, amount in taken.items() if amount} == dict.fromkeys(range(4, 11), 100)
	booked = [amount for kind, amount in recoveries.entries(recovery) if kind == bookings.DEDUCTION]
	assert [abs(amount) for amount in booked] == [100] * 7
	assert sum(money(amount) for _kind, amount in recoveries.entries(recovery)) == 0
