"""Rows whose number is missing or wrong become candidates with their score; a person accepts one, nothing does by itself."""

import sys

import frappe
import pytest

from socaid_app.means_testing import candidate_steps, near_matches, reply_import
from socaid_app.means_testing import comparison_requests as requests
from tests import builders
from tests.builders import comparisons as make

CANDIDATE = near_matches.DOCTYPE
HEADINGS = "身份证号,姓名,死亡日期"


@pytest.fixture
def household(site):
	household, _benefit = make.family()
	return household


@pytest.fixture
def request_sent(household, officer):
	return make.sent(officer, builders.make_user("County Reviewer"), "deaths", household=household.name)


def wrong(number: str) -> str:
	"""One digit read wrongly, as machines do."""
	return f"{number[:16]}{(int(number[16]) + 1) % 10}{number[17]}"


def row(household, number: str) -> str:
	return f"{number},{household.head_name},2026-01-01"


def candidates(request, **filters) -> list:
	names = frappe.get_all(CANDIDATE, {"request": request.name, **filters}, pluck="name", order_by="name")
	return [frappe.get_doc(CANDIDATE, name) for name in names]


def test_a_row_with_a_wrong_number_is_proposed_with_its_score_and_finds_nothing_by_itself(
	request_sent, household, officer
):
	number = make.number(household.head)
	request = make.answer(request_sent, officer, row(household, wrong(number)), headings=HEADINGS)
	assert (request.findings_count, request.candidates_count) == (0, len(candidates(request)))
	best = max(candidates(request), key=lambda one: one.score)
	assert (best.recipient, best.status, best.household) == (
		household.head,
		near_matches.OPEN,
		household.name,
	)
	assert best.score > 3 and household.head_name in best.reply_says and "+" in best.parts
	assert number[:14] not in best.reply_says and number[:14] not in best.register_says
	assert "近似匹配" in request.report


def test_what_a_person_accepts_is_compared_and_what_they_reject_is_not(
	request_sent, household, officer, as_user
):
	number = make.number(household.head)
	request = make.answer(request_sent, officer, row(household, wrong(number)), headings=HEADINGS)
	best = max(candidates(request), key=lambda one: one.score)
	with as_user(officer):
		candidate_steps.accept(best.name, "死亡证明上的号码抄错一位")
	assert {one.status for one in candidates(request, name=["!=", best.name])} <= {near_matches.REJECTED}
	reply_import.take_up(request.name)
	reply_import.take_up(request.name)
	[finding] = frappe.get_all(
		make.FINDING, filters={"request": request.name}, fields=["rule", "recipient"], order_by="name"
	)
	assert (finding.rule, finding.recipient) == ("dead_but_paid", household.head)
	assert request.reload().status == requests.READ and request.findings_count == 1


def test_a_candidate_is_decided_by_the_duty_alone_and_written_by_nobody(
	request_sent, household, officer, as_user
):
	request = make.answer(
		request_sent, officer, row(household, wrong(make.number(household.head))), headings=HEADINGS
	)
	best = candidates(request)[0]
	with as_user(builders.make_user("County Reviewer")), pytest.raises(frappe.PermissionError):
		candidate_steps.accept(best.name, "是他")
	assert not frappe.has_permission(CANDIDATE, "read", user=builders.make_user("Township Officer"))
	with pytest.raises(candidate_steps.CandidateRefused):
		frappe.get_doc({"doctype": CANDIDATE, "name": "x"}).insert()


def test_without_the_library_the_reply_is_read_and_the_report_says_what_to_install(
	request_sent, household, officer, monkeypatch
):
	monkeypatch.setitem(sys.modules, "splink", None)
	number = make.number(household.head)
	request = make.answer(
		request_sent, officer, row(household, number), row(household, wrong(number)), headings=HEADINGS
	)
	assert (request.status, request.findings_count, request.candidates_count) == (requests.READ, 1, 0)
	assert "splink" in request.report and "pip install" in request.report
