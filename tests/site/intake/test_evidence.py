"""What a case rests on: consents, investigations, check reports, deliberations, deliveries and messages."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.assistance_intake import texting
from tests import builders


@pytest.fixture
def team(site):
	return builders.make_team()


def authorise(case, recipient, **values):
	return frappe.get_doc(
		{
			"doctype": "Check Authorization",
			"application": case.name,
			"recipient": recipient,
			"signed_on": today(),
			"file": "https://files.example.invalid/consent.pdf",
			**values,
		}
	).insert()


def test_a_consent_is_valid_as_long_as_a_check_report_and_shows_in_the_case(team):
	case = builders.make_application(team)
	with builders.acting_as(team.officer):
		consent = authorise(case, case.applicant)
	assert getdate(consent.valid_until) > getdate(add_days(today(), 150))
	case.reload()
	assert case.members[0].consent == consent.name and not case.members[1].consent


def test_a_guardian_signs_for_a_child_below_fourteen(team):
	case = builders.make_application(team)
	child = builders.make_case_person("测试孩子", f"{getdate(today()).year - 8}-01-15")
	with pytest.raises(frappe.ValidationError):
		authorise(case, child.name)
	assert authorise(case, child.name, guardian_name="测试户主").status == "In Force"


def test_a_withdrawn_consent_no_longer_counts_and_does_not_come_back(team):
	case = builders.make_application(team)
	consent = authorise(case, case.applicant)
	consent.status = "Withdrawn"
	consent.save()
	case.reload()
	assert not case.members[0].consent
	consent.status, consent.withdrawn_on = "In Force", None
	with pytest.raises(frappe.ValidationError):
		consent.save()


def test_nobody_is_checked_without_consent(team):
	case = builders.make_application(team)
	with pytest.raises(frappe.ValidationError):
		builders.report_check(case, team.officer)
	builders.give_consents(case, team.clerk)
	assert builders.report_check(case, team.officer).docstatus == 1


@pytest.mark.parametrize(
	"fault",
	[
		{"investigators": [{"participant_name": "甲", "signed": 1}]},
		{"investigators": [{"participant_name": "甲", "signed": 1}, {"participant_name": "甲", "signed": 1}]},
		{"investigators": [{"participant_name": "甲", "signed": 1}, {"participant_name": "乙", "signed": 0}]},
		{"member_signed": 0},
		{"method": "Remote", "remote_reason": ""},
	],
	ids=["one person", "twice the same", "unsigned", "household did not sign", "remote without emergency"],
)
def test_an_investigation_that_the_law_does_not_accept_is_refused(team, fault):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	with pytest.raises(frappe.ValidationError):
		builders.investigate(case, team.officer, **fault)


def test_a_near_relative_does_not_investigate(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	frappe.get_doc(
		{
			"doctype": "Relative Declaration",
			"staff": team.officer,
			"staff_name": "经办人",
			"post": "民政助理",
			"recipient": case.applicant,
			"relation": "Sibling",
			"declared_on": today(),
		}
	).insert()
	pair = [{"user": team.officer, "signed": 1}, {"participant_name": "乙", "signed": 1}]
	with pytest.raises(frappe.ValidationError):
		builders.investigate(case, team.clerk, investigators=pair)


def review(case, kinds):
	doc = frappe.get_doc(
		{
			"doctype": "Democratic Review",
			"application": case.name,
			"held_on": today(),
			"place": "村委会",
			"chair": "主持人",
			"conclusion": "同意",
			"attendees": [
				{"attendee_name": f"人员{number}", "kind": kind, "vote": "Agree", "signed": 1}
				for number, kind in enumerate(kinds)
			],
		}
	).insert()
	doc.submit()
	return doc


def test_villagers_are_two_thirds_of_a_democratic_review(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	case = builders.act(case, "Convene Review", team.officer)
	staff, villager = "Township Staff", "Villager Representative"
	with pytest.raises(frappe.ValidationError):
		review(case, [staff, staff, villager])
	assert review(case, [staff, villager, villager]).agree == 3


def test_delivery_needs_a_way_and_a_proof(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	notice = frappe.get_last_doc("Document Delivery", {"reference_name": case.name})
	notice.delivered_on = today()
	with pytest.raises(frappe.ValidationError):
		notice.save()
	notice.reload()
	notice.update(
		{"delivered_on": today(), "method": "Left at the Home", "refusal_note": "拒绝签字，两名见证人在场"}
	)
	notice.save()
	assert notice.status == "Delivered"


def test_a_notice_of_a_decision_not_taken_cannot_be_made_out(team):
	case = builders.make_application(team)
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc(
			{
				"doctype": "Document Delivery",
				"reference_doctype": case.doctype,
				"reference_name": case.name,
				"document_kind": "Confirmation Notice",
				"recipient": case.applicant,
			}
		).insert()


def test_the_applicant_is_texted_without_amounts_and_the_outcome_is_logged(team, monkeypatch):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	notice = frappe.get_last_doc("Document Delivery", {"reference_name": case.name})
	texted = []
	monkeypatch.setattr(texting, "send_sms", lambda numbers, text, **kwargs: texted.append((numbers, text)))
	monkeypatch.setattr(texting.sensitive, "full_value", lambda recipient, field: "13800000000")
	texting.send_sms_to_addressee(notice.name)
	numbers, text = texted[0]
	assert numbers == ["13800000000"] and notice.document_number in text
	assert "元" not in text
	notice.reload()
	assert len(notice.message_log.splitlines()) == 2


def test_a_raise_is_verified_and_decided_by_different_people(team):
	household = builders.make_household(division=builders.CASE_VILLAGE)
	with builders.acting_as(team.reviewer):
		doc = frappe.get_doc(
			{
				"doctype": "Standard Raise",
				"household": household.name,
				"category": builders.case_category("Dibao"),
				"raise_kind": "Income Fell",
			}
		).insert()
		assert doc.due_on
		doc.update({"status": "Verified", "findings": "收入下降属实"})
		doc.save()
		doc.update({"status": "Approved", "result_note": "同意"})
		with pytest.raises(frappe.ValidationError):
			doc.save()
	with builders.acting_as(team.approver):
		doc.reload()
		doc.update({"status": "Approved", "result_note": "同意"})
		doc.save()
	assert (doc.verified_by, doc.decided_by) == (team.reviewer, team.approver)
