"""Reminders go to those who must act, once; what the system cannot do, a person does and records."""

import frappe
import pytest
from frappe.utils import add_days, getdate, now_datetime, today

from socaid_app.casework import clocks as reminders
from socaid_app.casework import messages
from tests import builders

APPLICATION, REMINDER = "Assistance Application", "Case Reminder"


@pytest.fixture
def team(site):
	return builders.make_team()


def due_case(team, days: int):
	"""An accepted case whose every deadline falls ``days`` from today."""
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	due = add_days(today(), days)
	frappe.db.set_value(APPLICATION, case.name, {"statutory_due": due, "accepted_on": add_days(today(), -9)})
	for row in case.deadlines:
		frappe.db.set_value("Application Deadline", row.name, "due", due)
	return case


def reminders_of(case):
	return frappe.get_all(
		REMINDER,
		filters={"reference_name": case.name},
		fields=["name", "kind", "recipient_user", "status", "due_on"],
		order_by="recipient_user",
	)


@pytest.mark.parametrize(("days", "kind"), [(2, "Due Soon"), (0, "Due Today"), (-2, "Overdue")])
def test_those_who_take_the_next_step_in_that_township_are_reminded(team, days, kind):
	case = due_case(team, days)
	reminders.nightly()
	rows = reminders_of(case)
	users = {row.recipient_user for row in rows}
	assert {row.kind for row in rows} == {kind}
	assert {team.clerk, team.officer} <= users
	assert not users & {team.reviewer, team.county_approver}
	assert {row.status for row in rows} == {"Sent"}
	assert frappe.db.exists("Notification Log", {"document_name": case.name, "for_user": team.officer})


def test_running_the_job_again_reminds_nobody_twice(team):
	case = due_case(team, 0)
	reminders.nightly()
	first = len(reminders_of(case))
	reminders.nightly()
	assert len(reminders_of(case)) == first > 0


def test_a_case_far_from_its_date_reminds_nobody(team):
	case = due_case(team, 30)
	reminders.nightly()
	assert not reminders_of(case)


def test_a_reminder_that_cannot_be_sent_is_left_to_a_person_who_records_it(team, monkeypatch):
	case = due_case(team, 0)
	monkeypatch.setattr(messages, "_tell", lambda user, *args: "no connection")
	reminders.nightly()
	rows = reminders_of(case)
	assert {row.status for row in rows} == {"Manual Needed"}
	with builders.acting_as(team.officer):
		frappe.call(
			"socaid_app.socaid_app.doctype.case_reminder.case_reminder.record_manual_notice",
			name=rows[0].name,
			channel="Phone",
			note="已电话告知",
		)
	done = frappe.get_doc(REMINDER, rows[0].name)
	assert (done.status, done.is_manual, done.handled_by) == ("Manual Done", 1, team.officer)
	assert done.sent_at


def test_a_sent_reminder_is_not_altered(team):
	case = due_case(team, 0)
	reminders.nightly()
	doc = frappe.get_doc(REMINDER, reminders_of(case)[0].name)
	doc.status = "Manual Done"
	with pytest.raises(frappe.ValidationError):
		doc.save()


def test_the_weekly_check_finds_what_was_not_announced_and_leaves_it_to_a_person(team):
	case = due_case(team, -3)
	frappe.db.set_value("Scheduled Job Type", {"method": reminders.JOB}, "last_execution", now_datetime())
	check = frappe.get_doc("Reminder Check", reminders.check_reminders_ran())
	assert check.outcome == "Abnormal" and check.missing >= 1
	assert "Manual Needed" in {row.status for row in reminders_of(case)}


def test_the_weekly_check_is_normal_when_all_went_out(team):
	frappe.db.set_value("Scheduled Job Type", {"method": reminders.JOB}, "last_execution", now_datetime())
	reminders.check_reminders_ran()
	check = frappe.get_doc("Reminder Check", reminders.check_reminders_ran())
	assert (check.outcome, check.missing) == ("Normal", 0)


def test_a_job_that_stopped_running_is_abnormal(team):
	long_ago = add_days(now_datetime(), -3)
	frappe.db.set_value("Scheduled Job Type", {"method": reminders.JOB}, "last_execution", long_ago)
	reminders.check_reminders_ran()
	check = frappe.get_doc("Reminder Check", reminders.check_reminders_ran())
	assert check.outcome == "Abnormal"


def test_a_notice_waiting_for_delivery_is_reminded_of_too(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	notice = frappe.get_last_doc("Document Delivery", {"reference_name": case.name})
	frappe.db.set_value("Document Delivery", notice.name, "due_on", getdate(today()))
	reminders.nightly()
	assert frappe.db.exists(REMINDER, {"reference_name": notice.name, "kind": "Due Today"})
