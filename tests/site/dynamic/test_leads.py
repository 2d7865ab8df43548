"""A lead is followed from its report to the answer; two reports of one person are recognised."""

import frappe
import pytest
from frappe.utils import add_days, today

from socaid_app.casework import clocks
from socaid_app.dynamic_management import leads
from tests import builders

LEAD = leads.DOCTYPE


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


def report(user, **values):
	with builders.acting_as(user):
		return frappe.get_doc(
			{
				"doctype": LEAD,
				"source": "Village or Community",
				"reported_by": "村主任",
				"reporter_phone": "13843700001",
				"person_name": "线索测试"
				+ builders.digits(4).translate(str.maketrans("0123456789", "甲乙丙丁戊己庚辛壬癸")),
				"division": builders.VILLAGE_A,
				"need": "Medical",
				"situation": "住院花费大，家里没有劳力",
				**values,
			}
		).insert()


def follow(lead, user, note="家中有困难"):
	with builders.acting_as(user):
		leads.assign(lead.name, user)
		leads.note_contact(lead.name, today(), "Visited at Home", note)
	return lead.reload()


def test_a_lead_goes_from_report_to_application_to_answer(team, as_user):
	lead = report(team.clerk)
	assert lead.status == "Lead Reported" and lead.due_on and lead.answer_due_on > lead.due_on
	follow(lead, team.clerk)
	case = builders.make_application(team, division=builders.VILLAGE_A)
	with as_user(team.clerk):
		with pytest.raises(leads.LeadRefused):
			leads.settle(lead.name, "Application Begun", "已协助申请")
		leads.settle(lead.name, "Application Begun", "已协助申请", application=case.name)
		lead.reload()
		assert lead.recipient == case.applicant
		assert lead.status == "Lead Settled"
		leads.answer(lead.name, "By Phone Call", "已经上门了解并协助办理，谢谢。")
	assert lead.reload().status == "Reporter Answered" and lead.answered_on


def test_an_application_of_another_family_does_not_settle_it(team, as_user):
	mine = builders.make_household(builders.VILLAGE_A, 1)
	lead = follow(report(team.clerk, recipient=mine.head), team.clerk)
	case = builders.make_application(team, division=builders.VILLAGE_A)
	with as_user(team.clerk), pytest.raises(leads.LeadRefused):
		leads.settle(lead.name, "Application Begun", "已协助申请", application=case.name)


def test_nobody_is_contacted_who_does_not_want_it(team, as_user):
	lead = report(team.clerk, consent="Does Not Want Contact")
	with as_user(team.clerk):
		leads.assign(lead.name, team.clerk)
		with pytest.raises(leads.LeadRefused):
			leads.note_contact(lead.name, today(), "Called by Phone", "打了电话")
		with pytest.raises(leads.LeadRefused):
			leads.settle(lead.name, "Application Begun", "已申请")
		leads.settle(lead.name, "Help Refused", "本人明确表示不需要联系")
	assert lead.reload().outcome == "Help Refused"


def test_the_same_person_reported_twice_is_recognised_and_both_are_answered(team, as_user):
	first = report(team.clerk)
	second = report(
		team.officer, person_name=first.person_name, source="Assistance Hotline", reported_by="邻居"
	)
	assert second.resembles == first.name and not first.resembles
	by_phone = report(team.clerk, phone="13843700999")
	again = report(team.clerk, phone="138 4370 0999", need="Food")
	assert again.resembles == by_phone.name
	with as_user(team.officer):
		leads.note_duplicate(second.name, first.name)
		leads.answer(second.name, "By Phone Call", "已有人反映，正在办理。")
	assert second.reload().status == "Duplicate Lead" and second.answered_on
	# a third report points to the one that is followed, not to the duplicate
	assert report(team.clerk, person_name=first.person_name).resembles == first.name


def test_a_lead_is_given_to_somebody_who_works_there(team, as_user):
	lead = report(team.clerk)
	stranger = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	with as_user(team.approver):
		with pytest.raises(leads.LeadRefused):
			leads.assign(lead.name, stranger)
		leads.assign(lead.name, team.officer)
	assert lead.reload().status == "Lead Assigned"
	assert frappe.db.exists(
		"ToDo", {"reference_name": lead.name, "allocated_to": team.officer, "status": "Open"}
	)


def test_an_urgent_lead_is_gone_after_sooner_and_whoever_has_it_is_reminded(team):
	ordinary, urgent = report(team.clerk), report(team.clerk, urgency="Urgent Lead")
	assert urgent.due_on < ordinary.due_on
	with builders.acting_as(team.approver):
		leads.assign(urgent.name, team.officer)
	frappe.db.set_value(LEAD, urgent.name, "due_on", add_days(today(), -1))
	items = [item for item in clocks.open_items(today()) if item.name == urgent.name]
	assert [item.users for item in items if item.rule == "lead_contact"] == [(team.officer,)]


def test_what_was_reported_cannot_be_rewritten_and_steps_cannot_be_skipped(team, as_user):
	lead = follow(report(team.clerk), team.clerk)
	with as_user(team.clerk):
		doc = frappe.get_doc(LEAD, lead.name)
		doc.situation = "改写"
		with pytest.raises(leads.LeadRefused):
			doc.save()
		doc.reload()
		doc.update({"status": "Reporter Answered", "outcome": "Help Not Needed"})
		doc.save()
	lead.reload()
	assert lead.status == "Family Contacted" and not lead.outcome


def test_nobody_who_died_is_reported(team):
	person = builders.make_person("线索故人", builders.VILLAGE_A)
	frappe.db.set_value("Recipient", person.name, "deceased_on", today())
	with pytest.raises(leads.LeadRefused):
		report(team.clerk, recipient=person.name)
