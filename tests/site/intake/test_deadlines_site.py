"""Deadlines as stored with the case: the law's dates, their colours, and the year not yet announced."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.assistance_intake import deadlines
from socaid_app.casework import clocks
from socaid_app.policy import clock
from socaid_app.policy.workdays import WorkCalendar
from socaid_app.socaid_app import rules
from tests import builders

APPLICATION = "Assistance Application"


@pytest.fixture
def team(site):
	return builders.make_team()


def row(case, key):
	return next(line for line in case.deadlines if line.deadline_key == key)


def test_a_delegated_case_is_due_after_twenty_working_days_and_a_county_case_after_thirty(team):
	delegated = builders.advance_to(builders.make_application(team), "Accepted", team)
	county = builders.make_application(
		team, special_deliberation=1, deliberation_record="https://x.invalid/m.pdf"
	)
	county = builders.advance_to(county, "Accepted", team)
	calendar = rules.calendar()
	assert getdate(delegated.statutory_due) == calendar.add_workdays(getdate(today()), 20)[0]
	assert getdate(county.statutory_due) == calendar.add_workdays(getdate(today()), 30)[0]


def test_the_service_promise_is_kept_beside_the_law_and_is_stricter(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	assert getdate(case.service_due) < getdate(case.statutory_due)


def test_an_extension_needs_its_reason_and_gives_forty_five_working_days(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	with builders.acting_as(team.officer):
		case.extended = 1
		with pytest.raises(frappe.ValidationError):
			case.save()
		case.reload()
		case.update({"extended": 1, "extension_reason": "Difficult Investigation"})
		case.save()
	assert getdate(case.statutory_due) == rules.calendar().add_workdays(getdate(today()), 45)[0]


def test_a_draft_has_no_clock_and_a_decided_case_is_done(team):
	case = builders.make_application(team)
	assert not case.statutory_due and not case.due_status
	case = builders.advance_to(case, "Confirmed", team)
	assert case.due_status == "Done"
	assert getdate(row(case, clock.TOTAL).done_on) == getdate(today())


def test_starting_the_investigation_meets_the_survey_deadline(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	assert not row(case, "survey_start").done_on
	case = builders.act(case, "Start Investigation", team.officer)
	assert getdate(row(case, "survey_start").done_on) == getdate(today())


def test_posting_the_notice_adds_the_end_of_the_publicity_to_the_case(team):
	case = builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)
	notice = builders.post_notice(case, team.reviewer)
	case.reload()
	assert getdate(row(case, "publicity").due) == getdate(notice.ends_on)


def test_delivery_of_the_decision_meets_the_notice_deadline(team):
	case = builders.advance_to(builders.make_application(team), "Confirmed", team)
	assert not row(case, "notice").done_on
	notice = frappe.get_last_doc(
		"Document Delivery", {"reference_name": case.name, "document_kind": "Confirmation Notice"}
	)
	with builders.acting_as(team.officer):
		frappe.call(
			"socaid_app.casework.deliveries.deliver",
			name=notice.name,
			method="Handed Over",
			delivered_on=today(),
			received_by=case.applicant_name,
		)
	case.reload()
	assert getdate(row(case, "notice").done_on) == getdate(today())


def test_a_notice_is_due_after_three_working_days_and_overdue_ones_are_coloured(team):
	from socaid_app.casework import deliveries

	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	notice = frappe.get_last_doc("Document Delivery", {"reference_name": case.name})
	assert getdate(notice.due_on) == rules.calendar().add_workdays(getdate(today()), 3)[0]
	frappe.db.set_value("Document Delivery", notice.name, "due_on", add_days(today(), -1))
	deliveries.mark_overdue()
	assert frappe.db.get_value("Document Delivery", notice.name, "status") == "Overdue"


@pytest.mark.parametrize(
	("days", "status"), [(-1, "Overdue"), (0, "Due Today"), (2, "Due Soon"), (30, "On Time")]
)
def test_the_daily_marking_colours_a_case_by_the_days_left(team, days, status):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	frappe.db.set_value(APPLICATION, case.name, {"statutory_due": add_days(today(), days), "due_status": "x"})
	clocks.mark_due()
	assert frappe.db.get_value(APPLICATION, case.name, "due_status") == status


def test_a_date_in_a_year_not_announced_is_provisional_until_the_year_is_loaded(team, monkeypatch):
	full = WorkCalendar.shipped()
	year = getdate(today()).year
	unannounced = WorkCalendar(full.days, full.years - {year, year + 1})
	monkeypatch.setattr(rules, "calendar", lambda: unannounced)
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	assert case.due_provisional and row(case, clock.TOTAL).provisional
	announced = WorkCalendar(full.days, full.years | {year, year + 1})
	monkeypatch.setattr(rules, "calendar", lambda: announced)
	modified = case.modified
	assert deadlines.recompute_cases([case.name]) == 1
	case.reload()
	assert not case.due_provisional and not row(case, clock.TOTAL).provisional
	# Forms that staff have open stay valid.
	assert case.modified == modified
	assert deadlines.recompute_cases([case.name]) == 0


def test_recomputing_all_open_cases_twice_changes_nothing_the_second_time(team):
	builders.advance_to(builders.make_application(team), "Accepted", team)
	deadlines.recompute_open_cases()
	assert deadlines.recompute_open_cases() == 0
