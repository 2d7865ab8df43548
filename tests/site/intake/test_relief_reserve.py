"""The reserve of a township (临时救助备用金, 民发〔2018〕23号 三(三)): its ledger from the allotment to the published month."""

import frappe
import pytest
from frappe.utils import add_months, flt, get_first_day, today

from socaid_app.assistance_intake import relief_payment, reserve_bookings, reserve_steps
from socaid_app.assistance_intake.relief_case import ReliefInvalid
from socaid_app.assistance_intake.report.relief_register.relief_register import execute as register
from socaid_app.assistance_intake.report.reserve_ledger.reserve_ledger import execute as ledger_report
from socaid_app.assistance_intake.reserve_bookings import NotEnough, ReserveRefused
from socaid_app.casework import clocks, duties
from socaid_app.policy.income import money
from tests import builders
from tests.builders.parallel import at_once, refused
from tests.builders.reserves import ask, ask_and_grant, make_reserve

APPLICATION, ENTRY = "Assistance Application", "Reserve Entry"


@pytest.fixture
def team(site):
	return builders.make_team()


def accepted(team, **values):
	return builders.act(builders.make_emergency(team, **values), "Accept", team.officer)


def paid_first(team, amount: float):
	case = accepted(team)
	with builders.acting_as(team.approver):
		relief_payment.pay(case.name, amount, from_reserve=1)
	return frappe.get_doc(APPLICATION, case.name)


def balance(reserve) -> float:
	return frappe.db.get_value("Relief Reserve", reserve.name, "balance")


def entry_of(case):
	return frappe.get_last_doc(ENTRY, {"application": case.name})


# --- money that comes, goes, and goes back -------------------------------------------------------------------------
def test_another_person_at_the_county_puts_money_in_and_takes_the_rest_back(team):
	reserve = make_reserve(team, 0)
	request = ask(team, reserve.name, 800)
	assert any(item.name == request.name for item in clocks.open_items(request.due_on))
	for user in (team.officer, team.approver):
		with builders.acting_as(user), pytest.raises(duties.NotYourDuty):
			reserve_steps.grant(request.name, "东辽民拨〔2026〕1号")
	with builders.acting_as(team.county_approver):
		reserve_steps.grant(request.name, "东辽民拨〔2026〕1号")
		with pytest.raises(ReserveRefused):
			reserve_steps.grant(request.name, "东辽民拨〔2026〕1号")
	assert balance(reserve) == 800
	with pytest.raises(ReserveRefused):
		ask(team, reserve.name, 801, reserve_steps.RETURN)
	with builders.acting_as(team.county_approver), pytest.raises(ReserveRefused):
		reserve_steps.close(reserve.name)
	ask_and_grant(team, reserve.name, 800, reserve_steps.RETURN)
	assert balance(reserve) == 0
	other = ask(team, reserve.name, 50)
	with builders.acting_as(team.county_reviewer):
		reserve_steps.refuse(other.name, "年度预算已用完")
	assert (
		balance(reserve) == 0
		and frappe.get_doc("Reserve Request", other.name).status == "Reserve Money Refused"
	)


def test_nobody_writes_a_movement_a_balance_or_a_statement(team, client):
	reserve = make_reserve(team, 700)
	frappe.db.commit()
	caller = client(team.county_approver)
	entry = {"reserve": reserve.name, "kind": "Allotted", "amount": 5000}
	assert caller.post(f"/api/resource/{ENTRY}", **entry).status_code in (403, 417)
	caller.put(f"/api/resource/Relief Reserve/{reserve.name}", balance=9999, allotted=9999)
	assert balance(reserve) == 700
	movement = frappe.get_last_doc(ENTRY, {"reserve": reserve.name})
	caller.put(f"/api/resource/{ENTRY}/{movement.name}", amount=1)
	assert frappe.db.get_value(ENTRY, movement.name, "amount") == movement.amount
	assert caller.delete(f"/api/resource/{ENTRY}/{movement.name}").status_code in (403, 417)
	township = client(team.officer).put(f"/api/resource/Relief Reserve/{reserve.name}", ceiling=99999)
	assert township.status_code in (403, 417)


# --- paying ---------------------------------------------------------------------------------------------------------
def test_help_that_comes_first_is_a_movement_and_no_payment_list_pays_it_again(team):
	reserve = make_reserve(team, 1000)
	case = paid_first(team, 400)
	entry = entry_of(case)
	assert (entry.amount, entry.balance_after, entry.payee_name) == (-400, 600, case.applicant_name)
	assert balance(reserve) == 600
	right = frappe.get_doc("Entitlement", case.relief_entitlement)
	assert right.paid_elsewhere_until == right.start_month
	waiting = [item for item in clocks.open_items(entry.receipt_due) if item.name == entry.name]
	assert waiting and "签收单" in waiting[0].label
	with builders.acting_as(team.officer):
		reserve_steps.enter_receipt(
			entry.name, case.applicant_name, today(), "QS-1", "https://files.example.invalid/qs.pdf"
		)
		with pytest.raises(ReserveRefused):
			reserve_steps.enter_receipt(
				entry.name, "他人", today(), "QS-2", "https://files.example.invalid/qs.pdf"
			)
		with pytest.raises(ReserveRefused):
			reserve_steps.give_back(entry.name, 401, "TH-1", "多领")
		reserve_steps.give_back(entry.name, 150, "TH-1", "保险已赔付一部分")
		reserve_steps.give_back(entry.name, 250, "TH-2", "退清")
		with pytest.raises(ReserveRefused):
			reserve_steps.give_back(entry.name, 1, "TH-3", "再退")
	assert balance(reserve) == 1000


def test_small_emergency_aid_is_paid_from_it_with_the_decision(team):
	reserve = make_reserve(team, 1000)
	case = builders.make_application(
		team, "Temporary", category=builders.case_category("Temporary", route="Quick Relief"), from_reserve=1
	)
	for action, user in (("Accept", team.officer), ("Recommend", team.officer), ("Confirm", team.reviewer)):
		case = builders.act(case, action, user)
	assert case.workflow_state == "Confirmed" and entry_of(case).entitlement == case.entitlement
	assert balance(reserve) == 600


def test_only_small_aid_and_help_that_comes_first_are_paid_from_it(team):
	for values in (
		{"scheme": "Dibao"},
		{"scheme": "Temporary", "category": builders.case_category("Temporary", route="Expenditure")},
	):
		with pytest.raises(ReliefInvalid):
			builders.make_application(team, from_reserve=1, **values)


def test_more_than_it_holds_is_not_paid_and_the_case_stays_as_it_was(team):
	reserve = make_reserve(team, 300)
	case = accepted(team)
	frappe.db.commit()
	with builders.acting_as(team.approver), pytest.raises(NotEnough, match="申请补充"):
		relief_payment.pay(case.name, 400, from_reserve=1)
	frappe.db.rollback()
	assert balance(reserve) == 300 and not frappe.db.exists("Entitlement", {"application": case.name})


def test_of_two_families_at_once_the_second_finds_what_the_first_has_left(team):
	reserve = make_reserve(team, 500)
	# the case between keeps apart what the database locks of the two
	cases = [accepted(team), accepted(team), accepted(team)][::2]
	outcomes = at_once(
		*(lambda name=case.name: relief_payment.pay(name, 400, from_reserve=1) for case in cases),
		user=team.approver,
	)
	assert refused(outcomes) == [NotEnough]
	assert balance(reserve) == 100
	assert frappe.db.count("Entitlement", {"application": ["in", [case.name for case in cases]]}) == 1


# --- the month ------------------------------------------------------------------------------------------------------
def test_a_month_is_reconciled_to_the_cent_with_every_receipt_and_published(team):
	reserve = make_reserve(team, 1000)
	case = paid_first(team, 333.33)
	last = get_first_day(add_months(today(), -1))
	# other runs on this site have had that month
	frappe.db.delete("Reserve Statement", {"reserve": reserve.name})
	table = frappe.qb.DocType(ENTRY)
	frappe.qb.update(table).set(table.booked_on, last).where(table.reserve == reserve.name).run()
	frappe.db.set_value("Relief Reserve", reserve.name, "creation", last, update_modified=False)
	reserve_steps.nightly()
	assert reserve_steps.nightly() == 0
	statement = frappe.get_last_doc("Reserve Statement", {"reserve": reserve.name})
	closing = flt(balance(reserve), 2)
	assert (statement.closing, statement.due_on > statement.month) == (closing, True)
	with builders.acting_as(team.officer):
		with pytest.raises(ReserveRefused):
			doc = frappe.get_doc("Reserve Statement", statement.name)
			doc.bank_paper = "https://files.example.invalid/dzd.pdf"
			doc.save()
			reserve_steps.make(statement.name, closing - 1)
		reserve_steps.make(statement.name, closing - 1, "待查")
		with pytest.raises(duties.NotYourDuty):
			reserve_steps.confirm(statement.name)
	with builders.acting_as(team.approver), pytest.raises(ReserveRefused) as told:
		reserve_steps.confirm(statement.name)
	assert case.applicant_name in str(told.value) and "1.00" in str(told.value)
	with builders.acting_as(team.officer):
		for name in frappe.get_all(
			ENTRY, {"reserve": reserve.name, "receipt_state": "Receipt Awaited"}, pluck="name"
		):
			reserve_steps.enter_receipt(name, "本人", today(), "QS", "https://files.example.invalid/qs.pdf")
		reserve_steps.make(statement.name, closing)
	with builders.acting_as(team.approver):
		reserve_steps.confirm(statement.name)
	with builders.acting_as(team.officer):
		reserve_steps.publish(statement.name, "乡政务公开栏")
	statement.reload()
	assert (statement.status, statement.difference) == ("Statement Published", 0)
	book = reserve_bookings.reserve_month(statement)
	assert money(book.opening + book.money_in - book.money_out) == money(book.closing) == money(closing)
	html = frappe.get_print("Reserve Statement", statement.name, "Reserve Statement Sheet")
	assert "临时救助备用金台账" in html and "333.33" in html


def test_reports_say_what_the_ledger_says_and_to_a_township_its_own(team):
	reserve = make_reserve(team, 1000)
	paid_first(team, 123.45)
	other = builders.make_team("220422203000")
	make_reserve(other, 77, "220422203000")
	with builders.acting_as(team.officer):
		rows = ledger_report({"from_month": today()})[1]
		registered = register({"by_township": 1})[1]
		cases = register({"register": "Help That Came First"})[1]
	assert [row["reserve"] for row in rows] == [reserve.name]
	total = sum(money(amount) for amount in frappe.get_all(ENTRY, {"reserve": reserve.name}, pluck="amount"))
	assert money(rows[0]["closing"]) == total == money(balance(reserve))
	assert len(registered) == 1 and registered[0]["first"] == len(cases)
	assert money(registered[0]["paid"]) >= money("123.45")
	with builders.acting_as(team.county_reviewer):
		assert len(ledger_report({"from_month": today()})[1]) >= 2
