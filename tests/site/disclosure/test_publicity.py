"""What hangs on the village board: from a whitelist, reviewed by a second person, seven days, never reworded."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.assistance_intake import links
from socaid_app.casework import events
from socaid_app.public_disclosure import content, notice_drafts, notice_objections, posting, taking_down
from socaid_app.public_disclosure.content import PublicityRefused
from tests import builders

NOTICE = "Publicity Notice"


@pytest.fixture
def team(site):
	return builders.make_team()


@pytest.fixture
def case(team):
	return builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)


def notice_of(case):
	return frappe.get_doc(NOTICE, case.publicity)


def test_the_first_opinion_prepares_a_notice_with_the_permitted_values(case, team):
	notice = notice_of(case)
	assert (notice.status, notice.prepared_by) == ("Draft", team.officer)
	assert notice.applicant_name == case.applicant_name
	assert notice.member_count == case.member_count
	assert notice.proposed_amount == case.proposed_amount
	assert notice.category_name == case.category and notice.village_name and notice.complaint_phone


def test_nothing_else_can_be_put_into_a_notice(case, team):
	notice = notice_of(case)
	with builders.acting_as(team.officer):
		notice.update({"applicant_name": "张三 13800000000", "member_count": 9, "proposed_amount": 1})
		notice.save()
	notice.reload()
	assert notice.applicant_name == case.applicant_name and notice.member_count == case.member_count
	fields = {df.fieldname for df in notice.meta.fields}
	assert not fields & {"id_number", "phone", "address", "bank_account", "health", "annual_income"}


def test_the_one_who_prepared_it_may_not_post_it(case, team):
	with builders.acting_as(team.officer), pytest.raises(PublicityRefused):
		posting.publish(case.publicity)
	with builders.acting_as(team.officer):
		notice = notice_of(case)
		notice.status = "In Publicity"
		with pytest.raises(PublicityRefused):
			notice.save()


def test_a_second_person_posts_it_and_the_seven_days_begin_the_day_after(case, team):
	notice = builders.post_notice(case, team.disclosure)
	assert notice.status == "In Publicity" and notice.privacy_reviewed_by == team.disclosure
	assert getdate(notice.posted_on) == getdate(today())
	assert getdate(notice.ends_on) == getdate(add_days(today(), 7))


def test_what_was_posted_is_frozen_and_its_hash_proves_it(case, team):
	notice = builders.post_notice(case, team.reviewer)
	fingerprint = notice.content_hash
	assert fingerprint == content.digest(notice.published_content)
	with builders.acting_as(team.officer):
		notice.update({"place": "别处", "proposed_amount": 1, "content_hash": "x", "ends_on": today()})
		notice.save()
	notice.reload()
	assert notice.content_hash == fingerprint == content.digest(notice.published_content)


def test_a_notice_is_not_completed_before_its_last_day_is_over(case, team):
	notice = builders.post_notice(case, team.reviewer)
	taking_down.complete_expired()
	notice.reload()
	assert notice.status == "In Publicity"
	with builders.acting_as(team.officer):
		notice.status = "Completed"
		with pytest.raises(PublicityRefused):
			notice.save()


def test_the_nightly_job_completes_what_has_run_its_days_once(case, team):
	notice = builders.post_notice(case, team.reviewer, days_ago=8)
	assert taking_down.complete_expired() >= 1
	notice.reload()
	assert notice.status == "Completed" and notice.completed_on
	assert taking_down.complete_expired() == 0
	assert frappe.db.exists("Notification Log", {"document_name": case.name, "for_user": team.officer})


def test_an_objection_sends_the_case_back_through_its_own_step(case, team):
	notice = builders.post_notice(case, team.reviewer)
	with builders.acting_as(team.disclosure):
		notice_objections.record_objection(notice.name, "收入不实", objector="匿名")
	case.reload()
	notice.reload()
	assert notice.status == "Objection Raised"
	assert case.workflow_state == "Under Investigation"
	assert (case.opinions[-1].action, case.opinions[-1].user) == ("Objection", team.disclosure)


def test_an_objection_received_is_neither_removed_nor_reworded(case, team):
	notice = builders.post_notice(case, team.reviewer)
	with builders.acting_as(team.officer):
		notice_objections.record_objection(notice.name, "收入不实")
		notice.reload()
		notice.objections[0].content = "没有异议"
		with pytest.raises(PublicityRefused):
			notice.save()
		notice.reload()
		notice.objections = []
		with pytest.raises(PublicityRefused):
			notice.save()


def test_special_hardship_is_published_anew_for_seven_days_after_an_objection(team):
	old = builders.make_case_person("特困老人", "1946-02-01")
	case = builders.make_application(
		team, "Tekun", applicant=old.name, members=[{"recipient": old.name, "kinship": "02"}], incomes=[]
	)
	case = builders.advance_to(case, "Preliminary Publicity", team)
	first = builders.post_notice(case, team.reviewer)
	with builders.acting_as(team.officer):
		notice_objections.record_objection(first.name, "有赡养人")
		first.reload()
		notice_objections.resolve_objection(first.name, first.objections[0].name, "赡养人已去世")
	builders.investigate(case, team.officer)
	case = builders.act(case, "Publish", team.officer)
	second = builders.post_notice(case, team.reviewer)
	assert second.name != first.name
	assert getdate(second.ends_on) == getdate(add_days(today(), 7))
	with pytest.raises(frappe.ValidationError):
		builders.act(case, "Submit for Review", team.officer)


def test_a_notice_is_withdrawn_with_a_reason_only_and_can_be_prepared_again(case, team):
	notice = builders.post_notice(case, team.reviewer)
	with builders.acting_as(team.officer):
		with pytest.raises(PublicityRefused):
			taking_down.withdraw(notice.name, " ")
		taking_down.withdraw(notice.name, "张贴地点有误")
		again = notice_drafts.prepare_again(case.name)
	case.reload()
	assert again != notice.name and case.publicity == again


def test_a_case_that_ends_takes_its_notice_off_the_board(case, team):
	notice = builders.post_notice(case, team.reviewer)
	builders.act(case, "Withdraw", team.officer, "申请人撤回")
	notice.reload()
	assert notice.status == "Withdrawn" and notice.withdrawal_reason


def test_a_protected_case_cannot_be_published_by_hand_either(case, team):
	frappe.db.set_value("Assistance Application", case.name, "protected_case", 1)
	with pytest.raises(PublicityRefused):
		frappe.get_doc(
			{"doctype": NOTICE, "kind": "Preliminary", "application": case.name, "division": case.division}
		).insert()


def test_nobody_writes_into_a_case_while_it_is_saved(case, team):
	"""What becomes of its notice meanwhile, the case takes up itself at the end of its save."""
	notice = case.publicity
	with events.being_saved(case.doctype, case.name) as save:
		taking_down.withdraw_by_system(notice, "测试")
		assert frappe.db.get_value(case.doctype, case.name, "publicity") == notice
		assert save.behind
	links.take_up(case)
	assert case.publicity is None and frappe.db.get_value(case.doctype, case.name, "publicity") is None
	again = notice_drafts.prepare_again(case.name)
	assert frappe.db.get_value(case.doctype, case.name, "publicity") == again
