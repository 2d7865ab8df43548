"""What has to come back: demanded by a decision, received once, deducted when it was paid, balanced to the cent."""

import frappe
import pytest
from frappe.utils import add_days, add_months, flt, getdate, today

from socaid_app.means_testing import adjustments
from socaid_app.means_testing.payments import line_steps, list_drafting, list_steps
from socaid_app.means_testing.payments.payment_records import LINE
from socaid_app.means_testing.recoveries import bookings, deductions, overpayments, recovery_steps
from socaid_app.means_testing.recoveries.bookings import BookedAlready, TooMuch
from socaid_app.means_testing.recoveries.recovery_steps import RecoveryRefused
from socaid_app.means_testing.report.ageing_of_recoveries import ageing_of_recoveries
from socaid_app.means_testing.report.money_stopped_and_recovered import money_stopped_and_recovered
from socaid_app.means_testing.report.overpaid_benefits import overpaid_benefits
from socaid_app.permissions.scope import NeverDeleted
from socaid_app.socaid_app import rules
from tests import builders
from tests.builders import adjustments as changes
from tests.builders import parallel, violations
from tests.builders import payments as pay
from tests.builders import recoveries as make

RECOVERY, ENTRY = make.RECOVERY, make.ENTRY


@pytest.fixture
def payers(site):
	return pay.payment_team()


@pytest.fixture
def benefit(team, payers):
	return pay.paid_household(500, pay.month(-6))


@pytest.fixture
def recovery(team, benefit):
	"""600 yuan that a refund demands."""
	return make.refunded(team, benefit)


# --- the demand -----------------------------------------------------------------------------------------------------
def test_a_refund_that_was_decided_is_demanded_once(recovery, benefit):
	assert (recovery.status, recovery.kind, recovery.amount, recovery.balance) == (
		"Being Recovered",
		"Refund Decided",
		600,
		600,
	)
	assert make.entries(recovery) == [("Demand", 600)] and getdate(recovery.next_due) > getdate(today())
	frappe.get_doc("Benefit Adjustment", recovery.source_name).run_method("on_update")
	assert frappe.db.count(RECOVERY, {"source_name": recovery.source_name}) == 1


def test_a_refund_that_is_taken_back_is_not_demanded_any_more(recovery, team, as_user):
	with as_user(team.approver):
		adjustments.take_back(recovery.source_name, "计算有误")
	assert (recovery.reload().status, recovery.balance) == ("Recovery Cancelled", 0)
	assert make.entries(recovery) == [("Demand", 600), ("Cancellation", -600)]


def test_a_refund_of_which_something_was_paid_is_not_taken_back(recovery, team, as_user):
	make.receive(recovery, team.officer, 100, "流水1")
	with as_user(team.approver), pytest.raises(TooMuch):
		adjustments.take_back(recovery.source_name, "计算有误")


def test_a_violation_demands_what_is_returned_and_the_fine_apart(team):
	household = builders.make_household()
	case = violations.concluded(
		household,
		team,
		"Order to Return and Fine",
		team.county_approver,
		fine_amount=500,
		departure_reason="情节严重",
	)
	rows = frappe.get_all(
		RECOVERY, filters={"source_name": case.name}, fields=["kind", "amount", "balance"], order_by="kind"
	)
	assert [(row.kind, row.amount, row.balance) for row in rows] == [
		("Fine", 500, 500),
		("Violation", 1200, 1200),
	]


# --- money comes in ----------------------------------------------------------------------------------------------------
def test_it_is_balanced_to_the_cent_and_then_closed(recovery, team):
	make.receive(recovery, team.officer, 599.99, "流水1")
	assert (recovery.reload().status, recovery.balance) == ("Being Recovered", 0.01)
	make.receive(recovery, team.officer, 0.01, "收据1", "Cash Receipt")
	assert (recovery.reload().status, recovery.balance, str(recovery.balanced_on)) == (
		"Recovery Balanced",
		0,
		today(),
	)
	assert not recovery.next_due


@pytest.mark.parametrize("amount", [600.01, 0, -1])
def test_no_more_comes_in_than_is_owed(recovery, team, amount):
	with pytest.raises(TooMuch):
		make.receive(recovery, team.officer, amount, "流水1")


def test_the_same_receipt_is_not_booked_twice_also_on_another_recovery(recovery, team, payers):
	other = make.refunded(team, pay.paid_household(500, pay.month(-6), name="另户"))
	make.receive(recovery, team.officer, 100, "流水1")
	for one in (recovery, other):
		with pytest.raises(BookedAlready):
			make.receive(one, team.officer, 100, "流水1")
	assert recovery.reload().received == 100 and other.reload().received == 0


def test_two_receipts_at_once_are_both_counted_and_never_more_than_is_owed(recovery, team):
	def receive(number):
		return lambda: recovery_steps.record_receipt(
			recovery.name, "Bank Receipt", 400, today(), f"并行{recovery.name}{number}"
		)

	outcomes = parallel.at_once(receive(1), receive(2), user=team.officer)
	assert parallel.refused(outcomes) == [TooMuch]
	assert (recovery.reload().balance, len(make.entries(recovery))) == (200, 2)


def test_one_receipt_entered_by_two_at_once_is_booked_once(recovery, team):
	outcomes = parallel.at_once(
		*[
			lambda: recovery_steps.record_receipt(
				recovery.name, "Bank Receipt", 100, today(), f"同一{recovery.name}"
			)
			for _n in range(2)
		],
		user=team.officer,
	)
	assert len(parallel.refused(outcomes)) == 1
	assert recovery.reload().received == 100


def test_a_receipt_entered_wrongly_is_booked_back_by_another_person_and_both_stay(recovery, team, as_user):
	make.receive(recovery, team.officer, 100, "流水0")
	wrong = make.receive(recovery, team.officer, 500, "流水1")
	assert recovery.reload().status == "Recovery Balanced"
	with as_user(team.approver):
		recovery_steps.correct(recovery.name, wrong, "是别户的款")
		with pytest.raises(BookedAlready):
			recovery_steps.correct(recovery.name, wrong, "再次")
	assert make.entries(recovery)[2:] == [("Bank Receipt", -500), ("Correction", 500)]
	assert (recovery.reload().status, recovery.balance, recovery.received) == ("Being Recovered", 500, 100)
	# and may be entered again, rightly
	make.receive(recovery, team.officer, 50, "流水1")
	assert recovery.reload().balance == 450


def test_who_entered_a_receipt_does_not_correct_it(recovery, team, as_user):
	wrong = make.receive(recovery, team.approver, 100, "流水1")
	with as_user(team.approver), pytest.raises(RecoveryRefused, match="登记这笔款项"):
		recovery_steps.correct(recovery.name, wrong, "填错")


def test_no_channel_writes_or_removes_a_booking(recovery, team):
	entry = frappe.get_doc(ENTRY, {"recovery": recovery.name})
	entry.amount = 1
	with pytest.raises(frappe.ValidationError):
		entry.save()
	with pytest.raises(NeverDeleted):
		entry.delete()
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc(
			{
				"doctype": ENTRY,
				"recovery": recovery.name,
				"kind": "Cash Receipt",
				"part": "Received",
				"amount": -600,
			}
		).insert()
	recovery.balance = 0
	recovery.save()
	assert recovery.reload().balance == 600
	with pytest.raises(NeverDeleted):
		recovery.delete()


# --- instalments, waivers, cancelling ------------------------------------------------------------------------------------
def test_what_is_still_owed_is_planned_and_what_was_paid_stays_covered(recovery, team, as_user):
	make.receive(recovery, team.officer, 100, "流水1")
	first = add_days(today(), 10)
	with as_user(team.officer):
		recovery_steps.make_plan(recovery.name, 3, first)
	recovery.reload()
	assert [row.amount for row in recovery.instalments] == [100, 166.66, 166.66, 166.68]
	assert (str(recovery.next_due), recovery.next_amount) == (first, 166.66)
	make.receive(recovery, team.officer, 200, "流水2")
	recovery.reload()
	assert (str(recovery.next_due), recovery.next_amount) == (str(add_months(first, 1)), 133.32)


def test_a_waiver_takes_two_persons_and_a_reason(recovery, team, as_user):
	with as_user(team.officer):
		with pytest.raises(RecoveryRefused):
			recovery_steps.propose_waiver(recovery.name, 600, " ")
		recovery_steps.propose_waiver(recovery.name, 600, "重病，无力退还")
	with as_user(team.approver), pytest.raises(frappe.PermissionError):
		recovery_steps.waive(recovery.name)
	with as_user(team.county_approver):
		recovery_steps.waive(recovery.name)
	recovery.reload()
	assert (recovery.status, recovery.waived, recovery.balance, recovery.waiver_amount) == (
		"Recovery Balanced",
		600,
		0,
		0,
	)
	entry = frappe.get_last_doc(ENTRY, {"recovery": recovery.name, "kind": "Waiver"})
	assert (entry.proposed_by, entry.booked_by, entry.note) == (
		team.officer,
		team.county_approver,
		"重病，无力退还",
	)


def test_what_a_decision_demands_is_not_cancelled_beside_it(recovery, team, as_user):
	with as_user(team.county_approver), pytest.raises(RecoveryRefused, match="撤回"):
		recovery_steps.cancel(recovery.name, "不追了")


# --- what was paid too much ---------------------------------------------------------------------------------------------
def pay_month(payers, offset: int):
	"""A list of a month, paid by the bank."""
	payment_list = pay.sent(payers, month=pay.month(offset))
	pay.read_return(payers, payment_list, pay.answer_of(pay.bank_file(payers, payment_list)))
	return payment_list


def test_what_was_paid_after_the_end_is_computed_from_lists_and_ledger(benefit, team, payers, as_user):
	pay_month(payers, -1)
	pay.stop(benefit, pay.month(-2))
	assert overpayments.months_of(benefit.name) == {getdate(pay.month(-1)): 500}
	(shown,) = [
		row for row in overpaid_benefits.overpaid(frappe._dict()) if row["entitlement"] == benefit.name
	]
	assert (shown["months"], shown["amount"]) == (1, 500)
	with as_user(team.clerk):
		recovery = frappe.get_doc(
			{
				"doctype": RECOVERY,
				"entitlement": benefit.name,
				"household": benefit.household,
				"amount": 1,
				"reason": "死亡后多发",
			}
		).insert()
		assert (recovery.amount, recovery.kind) == (500, "Paid Too Much")
		with pytest.raises(frappe.PermissionError):
			recovery_steps.confirm(recovery.name)
	with as_user(team.approver):
		recovery_steps.confirm(recovery.name)
	assert recovery.reload().balance == 500
	# what is demanded is not demanded again
	assert not [
		row for row in overpaid_benefits.overpaid(frappe._dict()) if row["entitlement"] == benefit.name
	]
	assert overpayments.months_of(benefit.name) == {}


# --- deductions ---------------------------------------------------------------------------------------------------------
def drafted(payers, offset: int = 0):
	payment_list = pay.new_list(payers, month=pay.month(offset))
	pay.draft(payers, payment_list)
	return payment_list


def test_nothing_is_deducted_without_consent(recovery, benefit, payers):
	assert pay.line_of(drafted(payers), benefit).deduction == 0


def test_a_deduction_is_booked_only_when_the_bank_says_paid(recovery, benefit, team, payers):
	make.agree(recovery, team.officer, 100)
	payment_list = pay.sent(payers)
	line = pay.line_of(payment_list, benefit)
	assert (line.deduction, line.net) == (100, 400) and recovery.name in line.deduction_reference
	assert recovery.reload().balance == 600
	# it is on its way: nobody else takes the same money
	with pytest.raises(TooMuch, match="扣回"):
		make.receive(recovery, team.officer, 550, "流水1")
	pay.read_return(payers, payment_list, pay.answer_of(pay.bank_file(payers, payment_list)))
	assert recovery.reload().balance == 500 and ("Deduction", -100) in make.entries(recovery)
	assert deductions.settle_all() == 0 and len(make.entries(recovery)) == 2


def test_what_an_interruption_left_unbooked_is_booked_by_the_hour_and_once(recovery, benefit, team, payers):
	make.agree(recovery, team.officer, 100)
	line = pay.line_of(pay.sent(payers), benefit)
	# as if the bank's answer had been stored and nobody had heard of it
	frappe.db.set_value(LINE, line.name, "status", "Paid")
	assert (deductions.settle_all(), deductions.settle_all()) == (1, 0)
	assert recovery.reload().balance == 500


def test_a_returned_payment_keeps_the_deduction_waiting_until_it_is_paid_again(
	recovery, benefit, team, payers
):
	make.agree(recovery, team.officer, 100)
	payment_list = pay.sent(payers, month=pay.month(-1))
	line = pay.line_of(payment_list, benefit)
	answer = pay.answer_of(pay.bank_file(payers, payment_list), {line.serial: "1"})
	pay.read_return(payers, payment_list, answer)
	assert recovery.reload().balance == 600
	pay.pay_again(payers, line)
	with builders.acting_as(team.officer):
		recovery_steps.end_deduction(recovery.name, "收回同意")
	pay_month(payers, 0)
	# the family got 400 of 500 in the end: the 100 count
	assert frappe.db.get_value(LINE, line.name, "status") == "Paid Again"
	assert recovery.reload().balance == 500


def test_a_payment_returned_after_all_gives_the_deduction_back(recovery, benefit, team, payers):
	make.agree(recovery, team.officer, 100)
	payment_list = pay_month(payers, 0)
	assert recovery.reload().balance == 500
	line = pay.line_of(payment_list, benefit)
	answer = pay.answer_of(pay.bank_file(payers, payment_list), {line.serial: "2"})
	pay.read_return(payers, payment_list, answer)
	assert recovery.reload().balance == 600
	assert make.entries(recovery)[-1] == ("Deduction Given Back", 100)


def test_a_payment_that_is_dropped_frees_its_deduction(recovery, benefit, team, payers):
	make.agree(recovery, team.officer, 100)
	payment_list = pay.sent(payers)
	line = pay.line_of(payment_list, benefit)
	pay.read_return(
		payers, payment_list, pay.answer_of(pay.bank_file(payers, payment_list), {line.serial: "2"})
	)
	assert deductions.reserved(recovery.name) == 100
	with builders.acting_as(payers.releaser):
		line_steps.drop(line.name, "已去世")
	assert deductions.reserved(recovery.name) == 0 and recovery.reload().balance == 600


def test_two_lists_never_deduct_more_than_is_owed(recovery, benefit, team, payers):
	make.receive(recovery, team.officer, 450, "流水1")
	make.agree(recovery, team.officer, 100)
	first = pay.line_of(drafted(payers, -1), benefit)
	second = pay.line_of(drafted(payers, 0), benefit)
	assert (first.deduction, second.deduction) == (100, 50)


def test_two_lists_drafted_at_once_do_not_deduct_the_same_money(recovery, benefit, team, payers):
	make.receive(recovery, team.officer, 450, f"流水{recovery.name}")
	make.agree(recovery, team.officer, 100)
	lists = [pay.new_list(payers, month=pay.month(offset)) for offset in (-1, 0)]
	for one in lists:
		with builders.acting_as(payers.preparer):
			list_steps.draft(one.name)
	outcomes = parallel.at_once(
		*[lambda one=one: list_drafting.draft_chunk(one.name) and None for one in lists]
	)
	assert not parallel.refused(outcomes)
	assert sorted(pay.line_of(one, benefit).deduction for one in lists) == [50, 100]


def test_a_list_drafted_again_deducts_the_same_once(recovery, benefit, team, payers):
	make.agree(recovery, team.officer, 100)
	payment_list = drafted(payers)
	pay.draft(payers, payment_list)
	assert pay.line_of(payment_list, benefit).deduction == 100


def test_a_withdrawn_list_frees_its_deductions(recovery, benefit, team, payers, as_user):
	make.agree(recovery, team.officer, 100)
	payment_list = drafted(payers)
	assert deductions.reserved(recovery.name) == 100
	with as_user(payers.releaser):
		list_steps.withdraw(payment_list.name, "重做")
	assert deductions.reserved(recovery.name) == 0


def test_the_floor_of_the_county_stays_with_the_family(recovery, benefit, team, payers):
	name = frappe.db.get_value("Policy Parameter", {"parameter_key": "recovery_floor_monthly"})
	frappe.db.set_value("Policy Parameter", name, "value", "460")
	rules.forget()
	make.agree(recovery, team.officer, 100)
	assert pay.line_of(drafted(payers), benefit).deduction == 40


def test_a_fine_is_not_deducted_from_support(team):
	household = builders.make_household()
	case = violations.concluded(household, team, "Fine", team.county_approver, fine_amount=500)
	fine = frappe.get_doc(RECOVERY, {"source_name": case.name, "kind": "Fine"})
	with builders.acting_as(team.officer), pytest.raises(RecoveryRefused):
		recovery_steps.agree_to_deduction(fine.name, 50, "测试户主", today(), "/private/files/x.pdf")


# --- reports and who sees it -----------------------------------------------------------------------------------------------
def test_the_reports_say_what_came_back_and_how_long_it_is_owed(recovery, benefit, team):
	make.receive(recovery, team.officer, 100, "流水1")
	changes.adjusted(benefit, "Stop", team)
	filters = {
		"from_month": today(),
		"to_month": str(add_months(today(), 2)),
		"township": builders.TOWNSHIP_A,
	}
	_columns, rows = money_stopped_and_recovered.execute(filters)
	assert flt(sum(row["received"] for row in rows)) >= 100
	assert (
		flt(sum(row["stopped"] for row in rows)) >= 500 and flt(sum(row["demanded"] for row in rows)) >= 600
	)
	frappe.db.set_value(RECOVERY, recovery.name, "next_due", add_days(today(), -40))
	_columns, rows, _message, _chart, summary = ageing_of_recoveries.execute(
		{"township": builders.TOWNSHIP_A}
	)
	mine = next(row for row in rows if row.name == recovery.name)
	assert (mine.balance, mine.days) == (500, 40) and any(one["value"] >= 500 for one in summary)


def test_another_township_sees_no_recovery_and_no_booking(recovery, as_user):
	other = builders.make_team(builders.TOWNSHIP_B).officer
	with as_user(other):
		assert not frappe.get_list(RECOVERY) and not frappe.get_list(ENTRY)
		assert not ageing_of_recoveries.execute({})[1] and not overpaid_benefits.execute({})[1]
		assert not frappe.has_permission(RECOVERY, "read", doc=recovery.name)


def test_the_ledger_sheet_shows_each_booking_with_the_balance_after_it(recovery, team):
	# printing is written down at once, with what the test has done
	receipt = f"流水{recovery.name}"
	make.receive(recovery, team.officer, 100, receipt)
	html = frappe.get_print(RECOVERY, recovery.name, "Recovery Ledger Sheet")
	assert receipt in html and "500.00" in html and "银行到账" in html


def test_the_sums_of_a_recovery_are_those_of_its_bookings(recovery, team, as_user):
	make.receive(recovery, team.officer, 100, "流水1")
	with as_user(team.officer):
		recovery_steps.propose_waiver(recovery.name, 50, "困难")
	with as_user(team.county_approver):
		recovery_steps.waive(recovery.name)
	sums = bookings.account(recovery.name)
	recovery.reload()
	assert (recovery.received, recovery.waived, recovery.balance) == tuple(
		map(float, (sums.received, sums.waived, sums.balance))
	)
