"""The papers of a comparison, and what the household's page tells of it."""

import frappe
import pytest
from frappe.utils import today

from socaid_app.means_testing import comparison_findings as findings
from socaid_app.socaid_app import registry
from tests import builders
from tests.builders import comparisons as make
from tests.builders import payments


@pytest.fixture
def household(team):
	return make.family()[0]


@pytest.fixture
def request_sent(household, officer):
	return make.sent(officer, builders.make_user("County Reviewer"), household=household.name)


def test_the_sheet_names_purpose_agency_and_everybody_with_their_authorisation(request_sent, household):
	printed = frappe.get_print(request_sent.doctype, request_sent.name, "Comparison Request Sheet")
	for row in request_sent.persons:
		assert row.person_name in printed and row.authorization in printed
		assert make.number(row.recipient) not in printed
	assert request_sent.purpose in printed and "公安" in printed and "社会救助法" in printed


def test_the_report_says_what_was_found_until_when_it_holds_and_that_it_decides_nothing(
	request_sent, household, officer
):
	request = make.answer(request_sent, officer, make.vehicle(household.head, "吉D1"))
	printed = frappe.get_print(request.doctype, request.name, "Comparison Result Report")
	assert "需要核实的情况1项" in printed and "号牌号码：吉D1" in printed.replace("“", "").replace("”", "")
	assert "有效期至" in printed and "不单独作为停发" in printed and request.reply_hash in printed


def test_a_report_without_findings_says_so(request_sent, officer):
	request = make.answer(request_sent, officer)
	printed = frappe.get_print(request.doctype, request.name, "Comparison Result Report")
	assert "没有发现需要核实的情况" in printed


def test_the_page_of_a_household_tells_its_findings_and_payments(
	request_sent, household, officer, team, as_user
):
	make.answer(request_sent, officer, make.vehicle(household.head, "吉D1"))
	finding = frappe.get_last_doc(make.FINDING, {"household": household.name})
	with as_user(team.officer):
		findings.triage(finding.name, "No Impact", "车已报废", make.proof())
	payers = payments.payment_team()
	paid = payments.new_list(payers)
	payments.draft(payers, paid)
	payments.check(payers, paid)
	payments.release(payers, paid)
	with as_user(team.officer):
		told = registry.summary(household.name)["records"]
	assert [row["title"] for row in told if row["name"] == finding.name] == ["数据核对发现", "已有结论"]
	[payment] = [row for row in told if row["doctype"] == "Payment Line"]
	assert (
		payment["title"] == f"{today()[:7]}救助金" and "￥" in payment["detail"] or "¥" in payment["detail"]
	)


def test_who_may_not_read_them_is_not_told(request_sent, household, officer, as_user):
	make.answer(request_sent, officer, make.vehicle(household.head, "吉D1"))
	with as_user(builders.make_user("Village Assistant", builders.VILLAGE_A)):
		assert registry.summary(household.name)["records"] == []
