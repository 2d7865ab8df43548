"""From a finding to the next month's amount: heard, decided by others, entered in the ledger, told."""

import frappe
import pytest
from frappe.utils import add_days, add_months, flt, getdate, today

from socaid_app.casework import deliveries
from socaid_app.casework.records import NotYourField
from socaid_app.means_testing import adjustment_amounts, adjustments, opinion_hearings
from socaid_app.public_disclosure.content import PublicityRefused
from socaid_app.socaid_app import entitlements
from socaid_app.socaid_app.report.monthly_roll.monthly_roll import detail
from tests import builders
from tests.builders import adjustments as make
from tests.builders import visits as families

ADJUSTMENT, HEARING, ENTITLEMENT = make.ADJUSTMENT, make.HEARING, "Entitlement"
NEXT, THIS = make.NEXT, make.THIS


@pytest.fixture
def family(team):
	"""A couple with 低保 by assessment, since some months."""
	household, benefit = families.make_family()
	frappe.db.set_value(ENTITLEMENT, benefit.name, "start_month", add_months(THIS, -3))
	return household, benefit.reload()


def roll(household, month):
	rows = detail(getdate(month), frappe._dict(township=builders.TOWNSHIP_A))
	mine = frappe.get_all(ENTITLEMENT, filters={"household": household.name}, pluck="name", order_by="name")
	return [flt(row[6]) for row in rows if row[0] in mine]


def from_proposal(proposal, kind, user, **values):
	return make.draft(
		frappe.get_doc(ENTITLEMENT, proposal.entitlement),
		kind,
		user,
		reference_doctype=proposal.doctype,
		reference_name=proposal.name,
		**values,
	)


# --- a reduction, from end to end ---------------------------------------------------------------------------------
def test_a_reassessment_becomes_the_next_months_amount(family, team):
	household, benefit = family
	proposal = make.found(household, benefit, 8400)
	assert proposal.proposal == "Reduce"
	adjustment = from_proposal(proposal, "Reduce", team.clerk)
	assert (adjustment.amount_before, adjustment.amount_after) == (benefit.amount, proposal.amount_after)
	make.hear(adjustment, team.officer)
	make.decide(adjustment, team)
	new = frappe.get_doc(ENTITLEMENT, adjustment.result_entitlement)
	assert (new.amount, getdate(new.start_month)) == (proposal.amount_after, NEXT)
	assert (roll(household, THIS), roll(household, NEXT)) == ([benefit.amount], [proposal.amount_after])
	assert flt(sum(row.share for row in new.shares), 2) == new.amount
	assert flt(adjustment_amounts.replay(new.basis_snapshot), 2) == new.amount
	assert proposal.reload().status == "Handled" and adjustment.name in proposal.handled_note


def test_the_notice_is_made_out_with_the_decision_and_its_arrival_closes_it(family, team):
	adjustment = make.adjusted(family[1], "Stop", team)
	notice = frappe.get_doc(deliveries.DOCTYPE, adjustment.notice)
	assert (notice.document_kind, notice.due_on > getdate(today())) == ("Stop Notice", True)
	assert adjustment.status == "Adjustment in Effect" and not adjustment.delivered_on
	with builders.acting_as(team.officer):
		with pytest.raises(deliveries.DeliveryInvalid, match="签收|拒绝|signed"):
			deliveries.deliver(notice.name, "Handed Over", today())
		deliveries.deliver(notice.name, "Handed Over", today(), received_by="测试户主")
	assert (adjustment.reload().status, str(adjustment.delivered_on)) == ("Notice Delivered", today())


def test_nobody_makes_out_a_notice_of_what_was_not_decided(family, team):
	adjustment = make.draft(family[1], "Stop", team.clerk)
	with pytest.raises(deliveries.DeliveryInvalid):
		deliveries.make_out(adjustment, "Stop Notice", recipient=family[0].head).insert()


# --- heard before -------------------------------------------------------------------------------------------------
def test_nothing_is_proposed_that_takes_something_before_the_family_was_heard(family, team, as_user):
	adjustment = make.draft(family[1], "Stop", team.clerk)
	with as_user(team.clerk), pytest.raises(adjustments.AdjustmentRefused, match="听取"):
		adjustments.propose(adjustment.name)


def test_a_raise_needs_no_hearing(family, team):
	household, benefit = family
	adjustment = from_proposal(make.found(household, benefit, 0), "Raise", team.clerk)
	make.decide(adjustment, team)
	assert roll(household, NEXT) == [adjustment.amount_after] and adjustment.amount_after > benefit.amount


def test_what_takes_more_than_the_family_was_told_is_heard_anew(family, team, as_user):
	household, benefit = family
	adjustment = from_proposal(make.found(household, benefit, 8400), "Reduce", team.clerk)
	make.hear(adjustment, team.officer)
	with as_user(team.clerk):
		adjustments.send_back(adjustment.name, "重新核算")
		adjustment.reload()
		adjustment.update({"kind": "Stop", "reference_doctype": None, "reference_name": None})
		adjustment.save()
		with pytest.raises(adjustments.AdjustmentRefused, match="不是这一调整"):
			adjustments.propose(adjustment.name)
	make.hear(adjustment, team.officer)
	make.decide(adjustment, team)
	assert roll(household, NEXT) == []


def test_an_adjustment_changed_while_the_family_is_heard_is_told_anew(family, team, as_user):
	adjustment = make.draft(family[1], "Stop", team.clerk)
	with as_user(team.officer):
		hearing = frappe.get_doc(
			{"doctype": HEARING, "adjustment": adjustment.name, "hearer": team.officer, **make.SAID}
		).insert()
		opinion_hearings.take_down(hearing.name)
	with as_user(team.clerk):
		adjustment.effective_month = add_months(NEXT, 1)
		adjustment.save()
	with as_user(team.officer), pytest.raises(opinion_hearings.HearingInvalid):
		opinion_hearings.handle(hearing.name, "Not Accepted", "属实")


@pytest.mark.parametrize(
	("values", "missing"),
	[
		({"statement": ""}, "陈述"),
		({"signature": None}, "签名"),
		({"how": "At Home"}, "二人|And By|第二"),
		({"refused_to_sign": 1, "signature": None}, "见证"),
		({"how": "By Phone"}, "凭证"),
		({"answered": 0, "invited_on": "2026-11-01"}, "凭证"),
	],
)
def test_a_hearing_is_complete_or_it_is_none(family, team, as_user, values, missing):
	adjustment = make.draft(family[1], "Stop", team.clerk)
	with pytest.raises(frappe.ValidationError, match=missing):
		make.hear(adjustment, team.officer, **values)


def test_what_was_said_and_signed_stays(family, team, as_user):
	hearing = make.hear(make.draft(family[1], "Stop", team.clerk), team.officer)
	with as_user(team.officer):
		hearing.statement = "同意"
		with pytest.raises(opinion_hearings.HearingInvalid):
			hearing.save()


def test_the_family_is_told_in_plain_words(family, team):
	hearing = make.hear(make.draft(family[1], "Stop", team.clerk), team.officer)
	assert hearing.change_told == f"从{NEXT.year}年{NEXT.month}月起停发，原来每月{family[1].amount:,.2f}元"


# --- decided by others --------------------------------------------------------------------------------------------
def proposed(family, team):
	adjustment = make.draft(family[1], "Stop", team.clerk)
	make.hear(adjustment, team.officer)
	with builders.acting_as(team.clerk):
		adjustments.propose(adjustment.name)
	return adjustment.reload()


def test_whoever_drafts_or_hears_does_not_decide(family, team, as_user):
	adjustment = make.draft(family[1], "Stop", team.approver)
	make.hear(adjustment, team.reviewer)
	with as_user(team.approver):
		adjustments.propose(adjustment.name)
	for user in (team.approver, team.reviewer):
		with as_user(user), pytest.raises(adjustments.AnotherPersonDecides):
			adjustments.decide(adjustment.name, "同意")


def test_a_township_officer_does_not_decide(family, team, as_user):
	adjustment = proposed(family, team)
	with as_user(team.officer), pytest.raises(adjustments.AnotherPersonDecides):
		adjustments.decide(adjustment.name, "同意")


def test_a_near_relative_takes_no_part(family, team, as_user):
	adjustment = proposed(family, team)
	frappe.get_doc(
		{
			"doctype": "Relative Declaration",
			"staff": team.approver,
			"staff_name": "审批员",
			"recipient": family[0].head,
			"post": "审批员",
			"relation": "Sibling",
			"declared_on": today(),
			"division": family[0].division,
		}
	).insert(ignore_permissions=True)
	with as_user(team.approver), pytest.raises(adjustments.AnotherPersonDecides, match="61"):
		adjustments.decide(adjustment.name, "同意")
	assert entitlements.of_household(family[0].name, NEXT)


def test_what_the_county_confirms_three_persons_look_at(family, team, as_user):
	frappe.db.set_value("Assistance Category", "农村低保", "confirming_authority", "County")
	frappe.clear_document_cache("Assistance Category", "农村低保")
	adjustment = proposed(family, team)
	with as_user(team.approver):
		with pytest.raises(frappe.ValidationError):
			adjustments.decide(adjustment.name, "同意")
		adjustments.endorse(adjustment.name)
	with as_user(team.reviewer), pytest.raises(adjustments.AnotherPersonDecides):
		adjustments.decide(adjustment.name, "同意")
	with as_user(team.county_approver):
		adjustments.decide(adjustment.name, "同意")
	assert adjustment.reload().status == "Adjustment in Effect"
	assert len({adjustment.proposed_by, adjustment.endorsed_by, adjustment.decided_by}) == 3


def test_a_decision_is_taken_once(family, team, as_user):
	adjustment = make.adjusted(family[1], "Stop", team)
	with as_user(team.reviewer), pytest.raises(adjustments.AdjustmentRefused):
		adjustments.decide(adjustment.name, "同意")


def test_one_benefit_is_adjusted_once_at_a_time(family, team):
	make.draft(family[1], "Stop", team.clerk)
	with pytest.raises(adjustments.AdjustmentRefused):
		make.draft(family[1], "Suspend", team.clerk)


def test_the_amount_is_computed_whatever_a_form_sends(family, team):
	household, benefit = family
	proposal = make.found(household, benefit, 8400)
	adjustment = from_proposal(
		proposal,
		"Reduce",
		team.clerk,
		amount_after=1,
		amount_before=9,
		status="Adjustment in Effect",
		basis="{}",
	)
	assert (adjustment.status, adjustment.amount_after) == ("Adjustment Drafted", proposal.amount_after)


def test_nobody_borrows_the_reassessment_of_another_family(family, team):
	household, benefit = families.make_family()
	proposal = make.found(household, benefit, 10800)
	with pytest.raises(adjustments.AdjustmentRefused, match=proposal.name):
		make.draft(
			family[1], "Reduce", team.clerk, reference_doctype=proposal.doctype, reference_name=proposal.name
		)


def test_another_amount_is_entered_by_those_who_decide_with_a_reason(family, team, as_user):
	household, benefit = family
	adjustment = from_proposal(make.found(household, benefit, 8400), "Reduce", team.clerk)
	for user, error in ((team.clerk, NotYourField), (team.reviewer, adjustment_amounts.DepartureRefused)):
		with as_user(user), pytest.raises(error):
			doc = frappe.get_doc(ADJUSTMENT, adjustment.name)
			doc.amount_departure = 20
			doc.save()
	with as_user(team.reviewer):
		adjustment.reload()
		adjustment.update({"amount_departure": 20, "departure_reason": "重病刚性支出"})
		adjustment.save()
	assert adjustment.amount_after == adjustment.assessed_amount + 20
	make.hear(adjustment, team.officer)
	make.decide(adjustment, team)
	new = frappe.get_doc(ENTITLEMENT, adjustment.result_entitlement)
	assert new.amount == flt(adjustment_amounts.replay(new.basis_snapshot), 2) == adjustment.amount_after


def test_every_adverse_decision_says_why_by_which_rule_and_what_can_be_done(family, team, as_user):
	adjustment = make.draft(family[1], "Stop", team.clerk)
	assert "社会救助法第45条" in adjustment.legal_basis and "复议" in adjustment.remedy_text
	make.hear(adjustment, team.officer)
	frappe.db.set_value(ADJUSTMENT, adjustment.name, "reason", " ")
	with as_user(team.clerk), pytest.raises(adjustments.AdjustmentRefused, match="事实和理由"):
		adjustments.propose(adjustment.name)


# --- the other kinds ----------------------------------------------------------------------------------------------
def test_what_was_suspended_is_resumed_without_a_new_application(family, team):
	household, benefit = family
	make.adjusted(benefit, "Suspend", team)
	assert roll(household, NEXT) == []
	resumed = make.draft(benefit, "Resume", team.clerk, effective_month=add_months(NEXT, 1))
	make.decide(resumed, team)
	assert (roll(household, NEXT), roll(household, add_months(NEXT, 1))) == ([], [benefit.amount])
	assert (
		frappe.db.get_value(ENTITLEMENT, resumed.result_entitlement, "previous_entitlement") == benefit.name
	)


def suspended(benefit, team):
	make.hear(adjustment := make.draft(benefit, "Suspend", team.clerk), team.officer)
	return make.decide(adjustment, team)


def test_a_benefit_that_is_resumed_has_risen_with_the_standard_meanwhile(family, team):
	household, benefit = family
	_other, paid_on = families.make_family()
	suspended(benefit, team)
	month = add_months(NEXT, 1)
	make.new_standard(600, since=month)
	raised = make.draft(paid_on, "Raise", team.clerk, ground="New Standard", effective_month=month)
	resumed = make.decide(make.draft(benefit, "Resume", team.clerk, effective_month=month), team)
	assert roll(household, month) == [raised.amount_after] and raised.amount_after > benefit.amount
	assert flt(adjustment_amounts.replay(make.basis_of(resumed.result_entitlement)), 2) == raised.amount_after
	assert sum(row.share_after for row in resumed.shares) == raised.amount_after == resumed.assessed_amount


@pytest.mark.parametrize("amount", [300, 470], ids=["lower", "the same"])
def test_a_standard_that_has_not_risen_leaves_what_is_resumed_as_it_was(family, team, amount):
	household, benefit = family
	suspended(benefit, team)
	month = add_months(NEXT, 1)
	make.new_standard(amount, since=month)
	resumed = make.decide(make.draft(benefit, "Resume", team.clerk, effective_month=month), team)
	assert roll(household, month) == [benefit.amount]
	assert flt(adjustment_amounts.replay(make.basis_of(resumed.result_entitlement)), 2) == benefit.amount


def test_an_amount_decided_for_one_family_is_resumed_as_it_was_decided(family, team):
	household, benefit = family
	taken = {"adjustment": "TZ", "kind": "Reduce", "ground": "Jobs Refused", "taken": "10"}
	basis = make.basis_of(benefit.name) | {"changes": [taken]}
	frappe.db.set_value(ENTITLEMENT, benefit.name, "basis_snapshot", frappe.as_json(basis))
	suspended(benefit, team)
	month = add_months(NEXT, 1)
	make.new_standard(600, since=month)
	make.decide(make.draft(benefit, "Resume", team.clerk, effective_month=month), team)
	assert roll(household, month) == [benefit.amount]


def test_what_was_stopped_is_not_resumed(family, team):
	make.adjusted(family[1], "Stop", team)
	with pytest.raises(adjustments.AdjustmentRefused):
		make.draft(family[1], "Resume", team.clerk)


@pytest.mark.parametrize(("percent", "paid"), [(100, 1), (50, 0.5)])
def test_a_grace_period_goes_on_for_some_months_and_ends_by_itself(family, team, percent, paid):
	household, benefit = family
	adjustment = make.adjusted(
		benefit, "Stop", team, ground="Employment Income", grace_months=3, grace_percent=percent
	)
	last, after = add_months(NEXT, 2), add_months(NEXT, 3)
	assert (roll(household, last), roll(household, after)) == ([flt(benefit.amount * paid, 2)], [])
	assert getdate(adjustment.grace_ends_on) == getdate(add_days(after, -1))
	frappe.db.set_value(ADJUSTMENT, adjustment.name, "grace_ends_on", add_days(today(), -1))
	assert (adjustments.end_grace_periods(), adjustments.end_grace_periods()) == (1, 0)


def test_grace_is_for_income_from_work_and_six_months_at_most(family, team, as_user):
	adjustment = make.draft(family[1], "Stop", team.clerk, ground="Employment Income", grace_months=7)
	make.hear(adjustment, team.officer)
	with as_user(team.clerk), pytest.raises(adjustments.AdjustmentRefused, match="渐退期"):
		adjustments.propose(adjustment.name)
	other = make.draft(families.make_family()[1], "Stop", team.clerk, ground="Given Up", grace_months=3)
	assert not other.grace_months


def test_refused_jobs_take_the_persons_own_share(family, team):
	household, benefit = family
	adjustment = make.adjusted(
		benefit, "Reduce", team, ground="Jobs Refused", refuser=household.head, refusals=3
	)
	new = frappe.get_doc(ENTITLEMENT, adjustment.result_entitlement)
	others = {row.recipient: row.share for row in benefit.shares if row.recipient != household.head}
	assert {row.recipient: row.share for row in new.shares} == others
	assert flt(adjustment_amounts.replay(new.basis_snapshot), 2) == new.amount


def test_a_refund_is_on_record_and_leaves_the_ledger_alone(family, team):
	household, benefit = family
	adjustment = make.adjusted(benefit, "Refund", team, ground="Paid Too Much", refund_amount=300)
	assert (adjustment.refund_amount, adjustment.result_entitlement) == (300, None)
	assert roll(household, NEXT) == [benefit.amount]


def test_support_for_the_destitute_ends_after_its_publicity(team):
	household = builders.make_household(members=1)
	benefit = builders.grant_benefit(household, "特困-分散", 900)
	adjustment = make.draft(benefit, "Stop", team.clerk, ground="Given Up")
	make.hear(adjustment, team.officer)
	with pytest.raises(PublicityRefused):
		make.decide(adjustment, team)


@pytest.mark.parametrize("to", ["", "农村低保", "城市低保"])
def test_a_conversion_goes_to_another_kind_of_support(family, team, as_user, to):
	_household, benefit = family
	converted = make.draft(benefit, "Convert", team.clerk, convert_to=to or None)
	make.hear(converted, team.officer)
	with as_user(team.clerk), pytest.raises(adjustments.AdjustmentRefused):
		adjustments.propose(converted.name)
	assert roll(family[0], NEXT) == [benefit.amount]


def test_a_conversion_is_heard_about_and_ends_one_benefit_as_the_other_begins(family, team, as_user):
	"""Above the standard of 低保 and below one and a half times of it: 低保边缘 instead, from next month."""
	household, benefit = family
	proposal = make.found(household, benefit, 14_000)
	converted = from_proposal(proposal, "Convert", team.clerk, convert_to="低保边缘")
	assert not converted.incomplete and converted.amount_after < benefit.amount
	with as_user(team.clerk), pytest.raises(adjustments.AdjustmentRefused, match="听取"):
		adjustments.propose(converted.name)
	make.hear(converted, team.officer)
	make.decide(converted, team)
	new = frappe.get_doc(ENTITLEMENT, converted.result_entitlement)
	assert (new.category, new.scheme, new.amount) == ("低保边缘", "Edge", converted.amount_after)
	assert (getdate(new.start_month), new.previous_entitlement) == (NEXT, benefit.name)
	assert getdate(benefit.reload().end_month) == THIS
	assert flt(adjustment_amounts.replay(new.basis_snapshot), 2) == new.amount
	assert {row.recipient for row in new.shares} == {row.recipient for row in benefit.shares}
	held = {row.category for row in entitlements.active(benefit.recipient, NEXT)} - {"低保边缘"}
	assert not held
	notice = frappe.get_doc("Document Delivery", converted.notice)
	assert notice.document_kind == "Adjustment Notice"


# --- taken back ---------------------------------------------------------------------------------------------------
def test_a_decision_nobody_was_told_is_taken_back_and_the_ledger_stands_as_before(family, team, as_user):
	household, benefit = family
	for kind, annual in (("Raise", 0), ("Reduce", 8400)):
		adjustment = from_proposal(make.found(household, benefit, annual), kind, team.clerk)
		if kind == "Reduce":
			make.hear(adjustment, team.officer)
		make.decide(adjustment, team)
		with as_user(team.reviewer):
			adjustments.take_back(adjustment.name, "录入错误")
		assert roll(household, NEXT) == [benefit.amount]
		# nobody hears of it by mistake
		assert adjustment.notice and not frappe.db.exists("Document Delivery", adjustment.notice)
		assert not adjustment.reload().notice


def test_what_was_delivered_binds(family, team, as_user):
	household, benefit = family
	adjustment = from_proposal(make.found(household, benefit, 0), "Raise", team.clerk)
	make.decide(adjustment, team)
	with as_user(team.officer):
		deliveries.deliver(adjustment.notice, "Handed Over", today(), received_by="测试户主")
	with as_user(team.reviewer), pytest.raises(adjustments.AdjustmentRefused):
		adjustments.take_back(adjustment.name, "改主意")
	assert roll(household, NEXT) == [adjustment.amount_after]


def test_neighbours_see_nothing_of_it(family, team, as_user):
	adjustment = make.draft(family[1], "Stop", team.clerk)
	other = builders.make_team(builders.TOWNSHIP_B)
	with as_user(other.clerk):
		assert not frappe.has_permission(ADJUSTMENT, "read", doc=adjustment.name)
		assert adjustment.name not in frappe.get_list(ADJUSTMENT, pluck="name")
