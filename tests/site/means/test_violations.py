"""A violation case: heard before it is judged, deliberated in secret, concluded by another person, told with proof."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.casework import deliveries, due_rules
from socaid_app.casework.steps import take
from socaid_app.means_testing import adjustments
from socaid_app.means_testing.violations import ballots, deliberations, violation_referrals, violation_steps
from socaid_app.means_testing.violations.deliberations import AlreadyVoted, DeliberationInvalid
from socaid_app.means_testing.violations.violation_referrals import ReferralRefused
from socaid_app.means_testing.violations.violation_sources import SourceInvalid, SourceSealed
from socaid_app.means_testing.violations.violation_steps import AnotherPersonConcludes, ViolationRefused
from socaid_app.patches.v1_0 import referrals_of_their_own
from socaid_app.permissions.scope import NeverDeleted
from socaid_app.petition_desk import reclassifying
from tests import builders
from tests.builders import parallel
from tests.builders import petition_records as petitions
from tests.builders import violations as make

CASE, DELIBERATION, SLIP = make.CASE, make.DELIBERATION, ballots.SLIP
REFERRAL = violation_referrals.DOCTYPE


@pytest.fixture
def household(team):
	return builders.make_household()


# --- the statement before everything else -----------------------------------------------------------------------------
def test_nothing_is_deliberated_before_the_family_was_heard(household, team):
	case = make.register(household, team.clerk)
	with pytest.raises(DeliberationInvalid, match="听取"):
		make.call(case, team.officer)


@pytest.mark.parametrize(
	("values", "missing"),
	[
		({"statement": ""}, "陈述"),
		({"proposal_told": ""}, "告知"),
		({"statement_signature": None}, "签名"),
		({"stated_how": "At Home"}, "二人"),
		({"answered": 0, "invited_on": "2026-11-01"}, "凭证"),
		({"refused_to_sign": 1, "statement_signature": None}, "见证"),
	],
)
def test_a_statement_is_complete_or_says_why_there_is_none(household, team, as_user, values, missing):
	case = make.register(household, team.clerk, **(make.SAID | values))
	with as_user(team.clerk), pytest.raises(ViolationRefused, match=missing):
		violation_steps.take_statement(case.name)


def test_what_the_family_was_heard_about_stays_until_it_is_sent_back(household, team, as_user):
	case = make.heard(household, team.clerk)
	with as_user(team.clerk):
		case.facts = "另外的事实"
		with pytest.raises(ViolationRefused):
			case.save()
		violation_steps.send_back(case.name, "补充证据")
		case.reload()
		case.facts = "另外的事实"
		case.save()
	assert case.status == violation_steps.INVESTIGATED and not case.heard_on


def test_a_relative_does_not_investigate(household, team):
	builders.declare_relative(household.head, "经办人", staff=team.clerk)
	with pytest.raises(ViolationRefused, match="近亲属"):
		make.register(household, team.clerk)


# --- the deliberation -----------------------------------------------------------------------------------------------
def test_relatives_and_investigators_stand_aside_by_themselves(household, team):
	builders.declare_relative(household.head, "张一")
	case = make.heard(household, team.clerk)
	meeting = make.call(
		case, team.officer, [*({"member_name": n} for n in make.MEMBERS), {"user": team.clerk}]
	)
	stands = {row.member_name: row.recusal for row in meeting.members}
	assert stands["张一"] == "Near Relative"
	assert stands[frappe.utils.get_fullname(team.clerk)] == "Investigated the Case"
	# the chair was one of them
	with builders.acting_as(team.officer), pytest.raises(DeliberationInvalid, match="主持人"):
		deliberations.open_ballot(meeting.name)


def test_a_recusal_found_by_the_system_is_not_taken_away(household, team, as_user):
	builders.declare_relative(household.head, "王二")
	meeting = make.call(make.heard(household, team.clerk), team.officer)
	with as_user(team.officer):
		meeting.members[1].recusal = ""
		meeting.save()
	assert meeting.reload().members[1].recusal == "Near Relative"


def test_who_investigated_does_not_lead_the_meeting(household, team, as_user):
	case = make.heard(household, team.officer)
	meeting = make.call(case, team.officer)
	with as_user(team.officer), pytest.raises(frappe.PermissionError, match="调查"):
		deliberations.open_ballot(meeting.name)


def test_an_adjustment_of_the_benefit_rests_on_the_case(household, team, as_user):
	benefit = builders.grant_benefit(household)
	case = make.concluded(household, team, entitlement=benefit.name)
	(turn,) = violation_steps.adjustment_to_begin(case)
	with as_user(team.clerk):
		adjustment = frappe.get_doc(
			{"doctype": "Benefit Adjustment", "kind": "Stop", "reason": "隐瞒收入", **turn.values}
		).insert()
		with pytest.raises(frappe.ValidationError, match="听取"):
			adjustments.propose(adjustment.name)


def test_too_few_members_do_not_vote(household, team, as_user):
	case = make.heard(household, team.clerk)
	meeting = make.call(
		case, team.officer, [{"member_name": n, "present": i < 2} for i, n in enumerate(make.MEMBERS)]
	)
	with as_user(team.officer), pytest.raises(DeliberationInvalid, match="至少"):
		deliberations.open_ballot(meeting.name)


@pytest.mark.parametrize("slips", [(3, 0, 0), (4, 1, 0), (5, -1, 0)])
def test_the_slips_are_counted_against_who_is_there(household, team, slips):
	meeting = make.call(make.heard(household, team.clerk), team.officer)
	with pytest.raises(DeliberationInvalid):
		make.vote_on_paper(meeting, team.officer, *slips)


@pytest.mark.parametrize(
	("slips", "result"), [((3, 1, 0), "Carried"), ((2, 2, 0), "Not Carried"), ((2, 1, 1), "Not Carried")]
)
def test_more_than_half_carry_it(household, team, slips, result):
	meeting = make.call(make.heard(household, team.clerk), team.officer)
	assert make.vote_on_paper(meeting, team.officer, *slips).result == result


def test_the_minutes_are_signed_before_the_case_goes_on(household, team, as_user):
	case = make.heard(household, team.clerk)
	meeting = make.vote_on_paper(make.call(case, team.officer), team.officer)
	with as_user(team.officer), pytest.raises(DeliberationInvalid, match="签名的评议记录"):
		deliberations.conclude(meeting.name)
	make.sign(meeting, team.officer)
	assert (case.reload().status, case.deliberation_result) == (violation_steps.DELIBERATED, "Carried")


def electronic(household, team):
	case = make.heard(household, team.clerk)
	users = (team.officer, team.approver, team.reviewer)
	meeting = make.call(case, team.officer, [{"user": user} for user in users], ballot_way="In the System")
	with builders.acting_as(team.officer):
		deliberations.open_ballot(meeting.name)
	return meeting, users


def test_a_slip_is_not_traced_to_its_member(household, team):
	meeting, users = electronic(household, team)
	for user, choice in zip(users, ("Disagree", "Agree", "Abstain"), strict=True):
		with builders.acting_as(user):
			take(DELIBERATION, meeting.name, "cast", {"choice": choice})
	slips = frappe.get_all(SLIP, filters={"deliberation": meeting.name}, fields=["*"], order_by="name")
	# nothing but its choice tells one slip from another
	same = {"name", "choice"}
	assert len({tuple(sorted((k, str(v)) for k, v in slip.items() if k not in same)) for slip in slips}) == 1
	assert not {str(value) for slip in slips for value in slip.values()} & set(users)
	history = frappe.get_all(
		"Version", filters={"docname": meeting.name}, pluck="data", order_by="creation"
	) + frappe.get_all(
		"Comment", filters={"reference_name": meeting.name}, pluck="content", order_by="creation"
	)
	assert not any(word in str(text) for text in history for word in ("Abstain", "弃权", "Disagree"))
	with builders.acting_as(team.officer):
		assert not frappe.has_permission(SLIP, "read")
		# no sum before the ballot is over
		assert not frappe.get_doc(DELIBERATION, meeting.name).agree
		deliberations.count(meeting.name, "投票")
	meeting.reload()
	assert (meeting.agree, meeting.disagree, meeting.abstain, meeting.result) == (1, 1, 1, "Not Carried")


def test_nobody_votes_twice_or_uninvited_and_all_have_voted_before_it_is_counted(household, team, as_user):
	meeting, users = electronic(household, team)
	with as_user(users[0]):
		deliberations.cast(meeting.name, "Agree")
		with pytest.raises(AlreadyVoted):
			deliberations.cast(meeting.name, "Agree")
		with pytest.raises(DeliberationInvalid, match="没有投票"):
			deliberations.count(meeting.name, "投票")
	with as_user(team.clerk), pytest.raises(frappe.PermissionError):
		deliberations.cast(meeting.name, "Agree")


def test_two_slips_of_one_member_at_once_leave_one(household, team):
	meeting, users = electronic(household, team)
	outcomes = parallel.at_once(
		*[lambda: deliberations.cast(meeting.name, "Agree") and None for _n in range(2)], user=users[1]
	)
	assert len(parallel.refused(outcomes)) == 1
	assert frappe.db.count(SLIP, {"deliberation": meeting.name}) == 1
	assert sum(row.voted for row in frappe.get_doc(DELIBERATION, meeting.name).members) == 1


def test_nobody_writes_or_removes_a_slip(household, team):
	meeting = make.vote_on_paper(make.call(make.heard(household, team.clerk), team.officer), team.officer)
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc({"doctype": SLIP, "deliberation": meeting.name, "choice": "Agree"}).insert()
	slip = frappe.get_doc(SLIP, {"deliberation": meeting.name})
	with pytest.raises(NeverDeleted):
		slip.delete()
	slip.choice = "Disagree"
	with pytest.raises(frappe.PermissionError):
		slip.save()


# --- the conclusion ---------------------------------------------------------------------------------------------------
def test_the_case_is_concluded_by_a_second_person_and_told(household, team):
	case = make.deliberated(household, team)
	for user in (team.clerk, team.officer):
		with builders.acting_as(user), pytest.raises(frappe.PermissionError):
			violation_steps.conclude(case.name, "Order to Return", "属实", 1200)
	with builders.acting_as(team.approver):
		violation_steps.conclude(case.name, "Order to Return", "属实", 1200)
	case.reload()
	assert (case.status, case.return_amount, bool(case.pay_by)) == ("Violation Concluded", 1200, True)
	assert "60" in case.remedy_text and "6个月" in case.remedy_text
	letters = frappe.get_all(
		deliveries.DOCTYPE,
		filters={"reference_name": case.name},
		fields=["name", "document_kind", "recipient"],
		order_by="document_kind",
	)
	assert [row.document_kind for row in letters] == ["Return Order", "Violation Decision"]
	with builders.acting_as(team.approver), pytest.raises(ViolationRefused, match="送达"):
		violation_steps.close(case.name)
	with builders.acting_as(team.officer):
		with pytest.raises(deliveries.DeliveryInvalid):
			deliveries.deliver(letters[1].name, "Handed Over", today())
		deliveries.deliver(letters[1].name, "Handed Over", today(), received_by="测试户主")
	with builders.acting_as(team.approver):
		violation_steps.close(case.name)
	assert case.reload().status == "Violation Closed"


def test_who_investigated_does_not_conclude_whatever_duty_they_have(household, team):
	case = make.heard(household, team.approver)
	make.sign(make.vote_on_paper(make.call(case, team.officer), team.officer), team.officer)
	with builders.acting_as(team.approver), pytest.raises(AnotherPersonConcludes):
		violation_steps.conclude(case.name, "Order to Return", "属实", 1200)


def test_only_who_has_the_duty_imposes_a_fine_and_at_most_twice_the_amount(household, team):
	case = make.deliberated(household, team)
	fine = ("Order to Return and Fine", "属实", 1200)
	with builders.acting_as(team.approver), pytest.raises(ViolationRefused):
		violation_steps.conclude(case.name, *fine, 2400, "评议后查明情节严重")
	with builders.acting_as(team.county_approver):
		with pytest.raises(ViolationRefused, match="2,400"):
			violation_steps.conclude(case.name, *fine, 2400.01, "情节严重")
		with pytest.raises(ViolationRefused, match="评议"):
			violation_steps.conclude(case.name, *fine, 2400)
		violation_steps.conclude(case.name, *fine, 2400, "情节严重")
	assert case.reload().fine_amount == 2400


def test_a_case_changes_no_benefit(household, team):
	before = frappe.db.get_value("Entitlement", builders.grant_benefit(household).name, "*")
	make.concluded(household, team)
	assert frappe.db.get_value("Entitlement", before.name, "*") == before


def test_no_violation_is_told_too_and_ends_it(household, team):
	case = make.concluded(household, team, "No Violation")
	assert case.status == "No Violation Found" and not case.pay_by
	assert frappe.get_all(deliveries.DOCTYPE, {"reference_name": case.name}, pluck="document_kind") == [
		"Violation Decision"
	]


def test_nothing_is_made_out_of_a_case_that_is_not_concluded(household, team):
	case = make.heard(household, team.clerk)
	with pytest.raises(deliveries.DeliveryInvalid):
		deliveries.make_out(case, "Violation Decision", recipient=household.head).insert()


def test_a_case_goes_to_as_many_authorities_as_it_concerns_each_with_its_letter_and_answer(
	household, team, as_user
):
	case = make.concluded(household, team)
	with as_user(team.approver):
		for to, office, reason in (
			("Unit That Issued the Certificate", "某村民委员会", "出具虚假收入证明"),
			("Public Security", "县公安局", "涉嫌伪造证件"),
			("Discipline Inspection", "县纪委监委", "经办人员知情不报"),
		):
			violation_steps.refer(case.name, to, office, reason)
		with pytest.raises(ReferralRefused):
			violation_steps.refer(case.name, "Public Security", "县公安局", "涉嫌伪造证件")
	rows = frappe.get_all(
		REFERRAL, {"violation": case.name}, ["name", "referral_to", "referral_reply_due"], order_by="name"
	)
	assert [row.referral_to for row in rows] == [
		"Unit That Issued the Certificate",
		"Public Security",
		"Discipline Inspection",
	]
	village, police, _discipline = rows
	letters = {
		frappe.db.get_value(deliveries.DOCTYPE, {"reference_name": row.name}, "document_number")
		for row in rows
	}
	assert len(letters) == 3 and all("移" in number for number in letters)
	with as_user(team.clerk):
		with pytest.raises(ReferralRefused):
			violation_referrals.record_reply(village.name, "已批评教育", add_days(today(), 1))
		violation_referrals.record_reply(village.name, "已批评教育", today())
	frappe.db.set_value(REFERRAL, police.name, "referral_reply_due", add_days(today(), -1))
	overdue = {row.name for row in due_rules.rows(due_rules.rule("violation_referral"), getdate(today()))}
	assert police.name in overdue and village.name not in overdue
	with as_user(team.clerk):
		answered = frappe.get_doc(REFERRAL, village.name)
		answered.referral_reason = "另一事项"
		with pytest.raises(ReferralRefused):
			answered.save()


def test_what_was_referred_before_there_were_several_is_a_referral_of_its_own(household, team, as_user):
	case = make.concluded(household, team)
	with as_user(team.approver):
		violation_steps.refer(case.name, "Public Security", "县公安局", "涉嫌伪造证件")
	[name] = frappe.get_all(REFERRAL, {"violation": case.name}, pluck="name")
	stored = frappe.get_doc(REFERRAL, name).as_dict()
	# as an older version kept it: on the case, the letter about the case
	letter = frappe.db.get_value(deliveries.DOCTYPE, {"reference_name": name}, "name")
	of_case = {"reference_doctype": CASE, "reference_name": case.name, "paper_type": CASE, "paper": case.name}
	frappe.db.set_value(deliveries.DOCTYPE, letter, of_case)
	frappe.db.delete(REFERRAL, {"name": name})
	referrals_of_their_own.move(
		[{field: stored[field] for field in referrals_of_their_own.FIELDS} | {"name": case.name}]
	)
	[moved] = frappe.get_all(REFERRAL, {"violation": case.name}, pluck="name")
	found = frappe.get_doc(REFERRAL, moved)
	assert [found.get(field) for field in referrals_of_their_own.FIELDS] == [
		stored[field] for field in referrals_of_their_own.FIELDS
	]
	assert (found.status, found.township) == ("Referred, Not Answered", stored.township)
	about = frappe.db.get_value(deliveries.DOCTYPE, letter, ["reference_doctype", "reference_name", "paper"])
	assert about == (REFERRAL, moved, moved)


# --- whose accusation it was ------------------------------------------------------------------------------------------
def test_a_sealed_accusation_is_not_named_on_a_case(household, team):
	petition = petitions.make_petition(category="Accusation")
	assert petition.restricted
	with pytest.raises(SourceSealed):
		make.register(household, "Administrator", source_doctype="Petition", source_name=petition.name)


def test_a_petition_that_becomes_an_accusation_disappears_from_its_case(household, team):
	petition = petitions.make_petition()
	case = make.register(household, "Administrator", source_doctype="Petition", source_name=petition.name)
	frappe.get_doc(CASE, case.name).update({"facts": "补充"}).save()
	reclassifying.reclassify(petition.name, "Accusation", "实为检举")
	case.reload()
	assert not case.source_name
	traces = frappe.get_all("Version", filters={"docname": case.name}, pluck="data", order_by="creation")
	assert not any(petition.name in trace for trace in traces)


def test_a_record_of_another_household_is_no_source(household, team):
	other = builders.make_household(name="别家")
	benefit = builders.grant_benefit(other)
	with pytest.raises(SourceInvalid):
		make.register(household, "Administrator", source_doctype="Entitlement", source_name=benefit.name)


# --- who sees it ------------------------------------------------------------------------------------------------------
def test_another_township_sees_neither_case_nor_meeting(household, team, as_user):
	case = make.heard(household, team.clerk)
	meeting = make.call(case, team.officer)
	with as_user(builders.make_team(builders.TOWNSHIP_B).officer):
		assert not frappe.get_list(CASE) and not frappe.get_list(DELIBERATION)
		for doc in (case, meeting):
			assert not frappe.has_permission(doc.doctype, "read", doc=doc.name)


def test_a_case_is_withdrawn_with_a_reason_and_never_deleted(household, team, as_user):
	case = make.register(household, team.clerk)
	with as_user(team.approver):
		violation_steps.withdraw(case.name, "登记错误")
	assert (case.reload().status, case.withdraw_reason) == ("Violation Case Withdrawn", "登记错误")
	with pytest.raises(NeverDeleted):
		case.delete()


@pytest.mark.parametrize("kind", ["Violation Decision", "Return Order", "Violation Referral Letter"])
def test_the_papers_say_what_was_decided(household, team, kind):
	case = make.concluded(household, team)
	with builders.acting_as(team.approver):
		violation_steps.refer(case.name, "Unit That Issued the Certificate", "某村民委员会", "出具虚假证明")
		referral = frappe.db.get_value(REFERRAL, {"violation": case.name}, "name")
	of = (REFERRAL, referral) if kind == "Violation Referral Letter" else (CASE, case.name)
	html = frappe.get_print(*of, kind)
	assert "某建筑公司" in html or kind == "Return Order"
	if kind != "Violation Referral Letter":
		assert "1200" in html.replace(",", "") and "行政复议" in html and "60日" in html
	else:
		assert "第72条" in html and "某村民委员会" in html


def test_the_record_of_the_meeting_shows_sums_and_who_stood_aside(household, team):
	builders.declare_relative(household.head, "赵四")
	meeting = make.call(make.heard(household, team.clerk), team.officer)
	make.vote_on_paper(meeting, team.officer, 2, 1)
	html = frappe.get_print(DELIBERATION, meeting.name, "Deliberation Record")
	assert "同意2张" in html and "回避：近亲属" in html and "无记名" in html


def test_the_record_of_a_democratic_review_names_who_attended_and_the_result(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	case = builders.act(case, "Convene Review", team.officer)
	review = frappe.get_doc(
		{
			"doctype": "Democratic Review",
			"application": case.name,
			"held_on": today(),
			"place": "村委会",
			"chair": "主持人",
			"conclusion": "符合条件",
			"attendees": [
				{"attendee_name": name, "kind": "Villager Representative", "vote": "Agree", "signed": 1}
				for name in make.MEMBERS
			],
		}
	).insert()
	html = frappe.get_print(review.doctype, review.name, "Democratic Review Record")
	assert "同意4人" in html and "张一" in html and "村（居）民代表" in html
