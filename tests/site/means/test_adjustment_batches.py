"""Many benefits changed by one decision: previewed, approved by another, carried out once, taken back unpaid."""

import frappe
import pytest
from frappe.utils import add_months, flt

from socaid_app.means_testing import adjustment_amounts, adjustments, loss_gate
from socaid_app.means_testing.batches import (
	batch_decisions,
	batch_jobs,
	batch_preview,
	batch_records,
	batch_steps,
	batch_undoing,
)
from socaid_app.socaid_app import entitlements
from tests import builders
from tests.builders import adjustments as make
from tests.builders import visits as families
from tests.builders.batches import approved, batch, drafts_of, paid, previewed, why_left_out, work

ADJUSTMENT, BATCH, OMISSION = make.ADJUSTMENT, batch_records.DOCTYPE, batch_records.OMISSION
ENTITLEMENT = "Entitlement"


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
	"""Two families at a time, so that every test goes through several chunks."""
	monkeypatch.setattr(batch_records, "CHUNK", 2)


# --- a raise ------------------------------------------------------------------------------------------------------
def test_a_new_standard_raises_everybody_by_one_decision(three, team):
	make.new_standard(600)
	made = previewed(team)
	mine = drafts_of(made)
	assert all(mine[benefit.name].kind == "Raise" for _household, benefit in three)
	assert made.raises == len(mine) and made.difference == flt(made.amount_after - made.amount_before, 2) > 0
	assert made.looked_at == made.raises + made.to_hear + made.left_out + made.unchanged == made.to_look_at
	approved(made, team)
	assert made.status == "Batch Carried Out" and made.in_effect == len(mine)
	for household, benefit in three:
		decided = mine[benefit.name]
		assert paid(household) == [decided.amount_after]
		assert paid(household, make.THIS) == [benefit.amount]
		new = frappe.get_last_doc(ENTITLEMENT, {"previous_entitlement": benefit.name})
		assert flt(adjustment_amounts.replay(new.basis_snapshot), 2) == new.amount
		assert sum(row.share for row in new.shares) == new.amount
		single = frappe.get_doc(ADJUSTMENT, decided.name)
		assert (single.proposed_by, single.decided_by) == (team.clerk, team.approver)
		assert single.result_entitlement == new.name and str(single.carried_out_on) == frappe.utils.today()
		notice = frappe.get_doc("Document Delivery", single.notice)
		assert notice.recipient == household.head and notice.document_number and notice.due_on
		assert notice.status == "To Deliver" and notice.paper == single.name


def test_a_batch_writes_what_single_decisions_would(three, team):
	"""Column by column, so that nothing the ledger knows of is forgotten by the statements for many."""
	make.new_standard(600)
	household, benefit = three[0]
	single = make.adjusted(benefit, "Raise", team, ground="New Standard", effective_month=make.NEXT)
	twin, other = families.make_family(annual=0)
	frappe.db.set_value(ENTITLEMENT, other.name, "start_month", add_months(make.THIS, -3))
	made = approved(previewed(team), team)
	alone = frappe.get_doc(ENTITLEMENT, single.result_entitlement).as_dict()
	many = frappe.get_last_doc(ENTITLEMENT, {"previous_entitlement": other.name}).as_dict()
	told_apart = {
		"name", "household", "recipient", "recipient_name", "previous_entitlement", "basis_snapshot", "shares",
		"creation", "modified", "owner", "modified_by",
	}  # fmt: skip
	assert {key: many[key] for key in alone if key not in told_apart} == {
		key: alone[key] for key in alone if key not in told_apart
	}
	columns = ("idx", "docstatus", "share", "care_grade", "care_amount", "parentfield", "parenttype")
	assert [[row[column] for column in columns] for row in many.shares] == [
		[row[column] for column in columns] for row in alone.shares
	]
	olds = [frappe.get_doc(ENTITLEMENT, name).as_dict() for name in (benefit.name, other.name)]
	for column in ("end_month", "status", "planned_end_month", "docstatus", "amount"):
		assert olds[0][column] == olds[1][column]
	notices = [
		frappe.get_doc("Document Delivery", frappe.db.get_value(ADJUSTMENT, name, "notice")).as_dict()
		for name in (single.name, drafts_of(made)[other.name].name)
	]
	for column in (
		"document_kind",
		"paper_type",
		"issued_on",
		"due_on",
		"due_provisional",
		"status",
		"township",
	):
		assert notices[0][column] == notices[1][column]
	assert twin.name and household.name


def test_a_supplement_is_added_for_each_person_and_taken_off_again_after_hearing(three, team):
	made = approved(previewed(team, change="Supplement", amount=50, per="Person"), team)
	household, benefit = three[0]
	assert paid(household) == [benefit.amount + 100]
	new = frappe.get_last_doc(ENTITLEMENT, {"previous_entitlement": benefit.name})
	assert flt(adjustment_amounts.replay(new.basis_snapshot), 2) == new.amount == benefit.amount + 100
	assert made.in_effect >= 3
	frappe.db.set_value(ENTITLEMENT, new.name, "start_month", make.THIS)
	ends = previewed(team, change="Supplement Ends", amount=50, per="Person", reason="补贴到期")
	assert drafts_of(ends)[new.name].kind == "Reduce" and ends.raises == 0
	approved(ends, team)
	assert paid(household) == [new.amount] and ends.in_effect == 0
	make.hear(frappe.get_doc(ADJUSTMENT, drafts_of(ends)[new.name].name), team.officer)
	with builders.acting_as(team.approver):
		batch_steps.approve_heard(ends.name, "已听取意见")
		work(ends)
	assert paid(household) == [benefit.amount] and ends.in_effect == 1
	last = frappe.get_last_doc(ENTITLEMENT, {"previous_entitlement": new.name})
	assert flt(adjustment_amounts.replay(last.basis_snapshot), 2) == benefit.amount


def test_a_later_standard_does_not_lose_the_supplement(three, team):
	approved(previewed(team, change="Supplement", amount=50, per="Household"), team)
	_household, benefit = three[0]
	new = frappe.get_last_doc(ENTITLEMENT, {"previous_entitlement": benefit.name})
	frappe.db.set_value(ENTITLEMENT, new.name, "start_month", make.THIS)
	make.new_standard(600)
	draft = drafts_of(previewed(team))[new.name]
	assert draft.amount_after == draft.assessed_amount + 50
	assert flt(adjustment_amounts.replay(draft.basis), 2) == draft.amount_after


# --- what is taken, and who is left out -----------------------------------------------------------------------------
def test_what_takes_something_waits_until_the_family_was_heard(three, team):
	make.new_standard(400)
	made = previewed(team)
	assert made.to_hear >= 3
	household, benefit = three[1]
	draft = frappe.get_doc(ADJUSTMENT, {"batch": made.name, "entitlement": benefit.name})
	make.hear(draft, team.officer)
	approved(made, team)
	assert paid(household) == [draft.reload().amount_after] and draft.status == "Adjustment in Effect"
	for other, before in (three[0], three[2]):
		assert paid(other) == [before.amount]
	left = drafts_of(made)[three[0][1].name]
	assert left.status == "Adjustment Drafted" and "听取" in left.return_reason and not left.decided_by


def test_a_stop_in_a_batch_ends_only_a_benefit_whose_family_was_heard(three, team):
	make.new_standard(300)
	made = previewed(team)
	household, benefit = three[2]
	draft = frappe.get_doc(ADJUSTMENT, {"batch": made.name, "entitlement": benefit.name})
	assert draft.kind == "Stop" and draft.amount_after == 0
	approved(made, team)
	assert paid(household) == [benefit.amount]
	make.hear(draft.reload(), team.officer)
	with builders.acting_as(team.approver):
		batch_steps.approve_heard(made.name, "已听取意见")
		work(made)
	assert paid(household) == []
	assert frappe.db.get_value("Document Delivery", draft.reload().notice, "document_kind") == "Stop Notice"


def test_the_gate_answers_for_many_what_it_answers_for_each(three, team):
	lower = [(frappe.get_doc(ENTITLEMENT, benefit.name), None, make.NEXT) for _household, benefit in three]
	together = loss_gate.refusals(lower)
	assert set(together) == {benefit.name for _household, benefit in three}
	for change in lower:
		with pytest.raises(loss_gate.HearingRequired) as refused:
			loss_gate.require_hearing(*change)
		assert str(refused.value) == together[change[0].name]
	heard = three[0][1]
	make.heard_and_decided(heard, make.NEXT)
	assert set(loss_gate.refusals(lower)) == {benefit.name for _household, benefit in three[1:]}


def test_whom_a_batch_leaves_out_it_says_with_the_reason(three, team):
	make.new_standard(600)
	own, begun, large = (benefit for _household, benefit in three)
	make.draft(own, "Raise", team.clerk, ground="New Standard", effective_month=make.NEXT)
	frappe.db.set_value(ENTITLEMENT, begun.name, "start_month", make.NEXT)
	without, bare = families.make_family()
	frappe.db.set_value(ENTITLEMENT, bare.name, {"basis_snapshot": None, "start_month": make.THIS})
	made = previewed(team, limit_percent=50)
	assert "正在调整" in why_left_out(made, own)
	assert "届时才开始发放" in why_left_out(made, begun)
	assert "没有核算依据" in why_left_out(made, bare)
	assert "超过本批次" in why_left_out(made, large)
	assert made.left_out >= 4 and not set(drafts_of(made)) & {own.name, begun.name, bare.name, large.name}
	assert without.name


def test_a_relative_of_who_prepares_or_decides_is_left_to_others(three, team):
	make.new_standard(600)
	for user, (household, _benefit) in ((team.clerk, three[0]), (team.approver, three[1])):
		frappe.get_doc(
			{
				"doctype": "Relative Declaration",
				"staff": user,
				"recipient": household.head,
				"relation": "Sibling",
				"declared_on": add_months(frappe.utils.today(), -1),
			}
		).insert(ignore_permissions=True, ignore_mandatory=True)
	made = previewed(team)
	assert "近亲属" in why_left_out(made, three[0][1])
	approved(made, team)
	assert paid(three[1][0]) == [three[1][1].amount]
	assert "近亲属" in drafts_of(made)[three[1][1].name].return_reason
	assert paid(three[2][0]) != [three[2][1].amount]


def test_a_benefit_changed_since_the_preview_is_left_alone(three, team):
	make.new_standard(600)
	made = previewed(team)
	household, benefit = three[0]
	frappe.db.set_value(ENTITLEMENT, benefit.name, "amount", benefit.amount - 10)
	approved(made, team)
	assert paid(household) == [benefit.amount - 10]
	assert "已有变动" in drafts_of(made)[benefit.name].return_reason


def test_a_single_draft_does_not_change_what_a_batch_has_changed(three, team):
	make.new_standard(600)
	made = previewed(team)
	_household, benefit = three[0]
	other = frappe.get_doc(ADJUSTMENT, drafts_of(made)[benefit.name].name)
	approved(made, team)
	single = frappe.copy_doc(other)
	single.update({"batch": None, "status": "Adjustment Drafted", "docstatus": 0})
	single.name = f"TZ-TEST-{frappe.generate_hash(length=8)}"
	single.db_insert()
	with (
		builders.acting_as(team.clerk),
		pytest.raises(adjustments.AdjustmentRefused, match="其他决定变动"),
	):
		adjustments.propose(single.name)


def test_a_batch_that_costs_more_than_it_may_is_not_approved(three, team):
	make.new_standard(600)
	made = previewed(team, limit_total=10)
	with builders.acting_as(team.approver), pytest.raises(batch_records.BatchRefused):
		batch_steps.approve(made.name, "同意")


def test_whoever_prepares_a_batch_does_not_approve_it(three, team, as_user):
	make.new_standard(600)
	made = previewed(team)
	for user in (team.clerk, team.officer):
		with as_user(user), pytest.raises(adjustments.AnotherPersonDecides):
			batch_steps.approve(made.name, "同意")


def test_a_draft_of_a_batch_says_what_was_previewed(three, team):
	make.new_standard(600)
	made = previewed(team)
	draft = frappe.get_doc(ADJUSTMENT, drafts_of(made)[three[0][1].name].name)
	with builders.acting_as(team.clerk):
		draft.reason = "改了"
		with pytest.raises(adjustments.AdjustmentRefused):
			draft.save()
		draft.reload().save()
	assert draft.reload().amount_after == drafts_of(made)[three[0][1].name].amount_after


# --- interrupted --------------------------------------------------------------------------------------------------
class Killed(BaseException):
	pass


def killed_once(monkeypatch, module, function: str, at: int) -> None:
	"""The ``at``-th call of a function ends the job."""
	original, calls = getattr(module, function), []

	def call(*args, **values):
		calls.append(args)
		if len(calls) == at:
			raise Killed
		return original(*args, **values)

	monkeypatch.setattr(module, function, call)


PLACES = [
	(batch_preview, "_store"),
	(batch_decisions.background, "keep"),
	(batch_decisions, "_decide"),
	(batch_decisions.entitlements, "refused_losses"),
	(batch_decisions.successions, "follow"),
	(batch_decisions, "_enter_as_done"),
	(batch_decisions, "_make_out_notices"),
	(batch_decisions.background, "finish"),
	(batch_undoing, "_mark"),
	(batch_undoing.successions, "undo"),
	(batch_undoing, "_recall"),
]


@pytest.mark.parametrize("place", PLACES, ids=[name for _module, name in PLACES])
@pytest.mark.parametrize("at", [1, 2])
def test_a_job_killed_anywhere_goes_on_and_nothing_is_changed_twice_or_lost(
	three, team, monkeypatch, place, at
):
	make.new_standard(600)
	made = batch(team)
	with monkeypatch.context() as patch:
		killed_once(patch, *place, at)
		with builders.acting_as(team.clerk):
			batch_steps.preview(made.name)
			resumed(made)
		mine = drafts_of(made)
		assert len(mine) == len({row.name for row in mine.values()}) == made.raises
		with builders.acting_as(team.approver):
			batch_steps.approve(made.name, "同意")
			resumed(made)
		for household, benefit in three:
			assert paid(household) == [mine[benefit.name].amount_after]
			assert paid(household, make.THIS) == [benefit.amount]
			decided = frappe.get_doc(ADJUSTMENT, mine[benefit.name].name)
			assert frappe.db.count("Document Delivery", {"reference_name": decided.name}) == 1
		with builders.acting_as(team.approver):
			batch_steps.take_back(made.name, "文件废止")
			resumed(made)
	for household, benefit in three:
		assert paid(household) == [benefit.amount]
		assert not frappe.db.count("Document Delivery", {"reference_name": mine[benefit.name].name})
	assert made.in_effect == 0


def resumed(made) -> None:
	"""Each chunk is a transaction: what a killed one has written is gone, and the next run goes on."""
	while (status := frappe.db.get_value(BATCH, made.name, "status")) in batch_records.AT_WORK:
		frappe.db.savepoint("chunk")
		try:
			batch_jobs.CHUNKS[status](made.name)
		except Killed:
			frappe.db.rollback(save_point="chunk")
	made.reload()


# --- taken back ---------------------------------------------------------------------------------------------------
def test_what_was_delivered_or_stands_on_a_list_is_not_taken_back(three, team):
	make.new_standard(600)
	made = approved(previewed(team), team)
	mine = drafts_of(made)
	told, listed, free = (benefit for _household, benefit in three)
	with builders.acting_as(team.clerk):
		notice = frappe.get_doc("Document Delivery", mine[told.name].notice)
		notice.update({"delivered_on": frappe.utils.today(), "method": "Handed Over", "received_by": "本人"})
		notice.save()
	line = frappe.get_doc(
		{"doctype": "Payment Line", "entitlement": mine[listed.name].result_entitlement, "status": "Proposed"}
	)
	line.name = f"TEST-{frappe.generate_hash(length=8)}"
	line.db_insert()
	with builders.acting_as(team.approver):
		batch_steps.take_back(made.name, "文件废止")
		work(made)
	assert paid(three[0][0]) == [mine[told.name].amount_after]
	assert paid(three[1][0]) == [mine[listed.name].amount_after]
	assert "发放清册" in frappe.db.get_value(ADJUSTMENT, mine[listed.name].name, "return_reason")
	assert paid(three[2][0]) == [free.amount] and made.in_effect == 2
	reopened = frappe.get_doc(ENTITLEMENT, free.name)
	assert (reopened.status, reopened.end_month, reopened.end_reason) == ("Active", None, None)


def test_a_batch_given_up_leaves_no_drafts(three, team):
	make.new_standard(600)
	made = previewed(team)
	with builders.acting_as(team.clerk):
		batch_steps.give_up(made.name, "重做")
	assert not frappe.get_all(ADJUSTMENT, filters={"batch": made.name, "status": ["in", adjustments.OPEN]})
	assert len(drafts_of(previewed(team))) >= 3


def test_many_households_are_brought_up_to_date_as_one_is(three, team):
	names = [household.name for household, _benefit in three]
	for name in names:
		frappe.db.set_value("Recipient Household", name, {"current_amount": 1, "current_benefit": "错"})
	entitlements.refresh_households(names)
	for household, benefit in three:
		shown = frappe.db.get_value(
			"Recipient Household", household.name, ["current_amount", "current_benefit"], as_dict=True
		)
		assert shown == {"current_amount": benefit.amount, "current_benefit": "农村低保"}
