"""Nothing is taken from anybody who was not heard, on whatever way it is written (社会救助法第48条)."""

import json

import frappe
import pytest
from frappe.client import save as client_save
from frappe.client import set_value as client_set_value
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs
from frappe.utils import add_months, flt, getdate, today

from socaid_app.casework import steps
from socaid_app.means_testing import adjustments
from socaid_app.means_testing.batches import batch_decisions
from socaid_app.means_testing.loss_gate import HearingRequired
from socaid_app.policy import terms
from socaid_app.policy.income import money
from socaid_app.policy.losses import Support
from socaid_app.socaid_app import entitlements, life_events, registry
from tests import builders
from tests.builders import adjustments as make

ENTITLEMENT, ADJUSTMENT = "Entitlement", make.ADJUSTMENT
NEXT, THIS = make.NEXT, make.THIS


@pytest.fixture
def benefit(site):
	household = builders.make_household()
	return builders.grant_benefit(household, amount=500, start=str(add_months(THIS, -3)))


def lower(benefit, amount=500.0, shares=None, grades=None, end_month=None, start=NEXT, **values):
	"""An entitlement that follows the benefit."""
	rows = benefit.shares
	shares = shares or [amount / len(rows)] * len(rows)
	return entitlements.grant(
		category=benefit.category,
		household=benefit.household,
		recipient=benefit.recipient,
		division=benefit.division,
		area="Rural",
		amount=amount,
		start_month=start,
		end_month=end_month,
		shares=[
			{"recipient": row.recipient, "share": share, "care_grade": grade}
			for row, share, grade in zip(rows, shares, grades or [None] * len(rows), strict=False)
		],
		application=None,
		decided_on=today(),
		snapshot={},
		member_count=len(rows),
		previous_entitlement=benefit.name,
		**values,
	)


# --- what is a reduction, by the ledger's own functions ---------------------------------------------------------------
def ended(benefit):
	entitlements.end(benefit.name, THIS, "条件变化")


def followed_by_less_money(benefit):
	lower(benefit, 400)


def followed_by_less_for_one_of_them(benefit):
	lower(benefit, 500, shares=[500, 0.0])


def followed_without_one_of_them(benefit):
	lower(benefit, 500, shares=[500])


def followed_for_a_term(benefit):
	lower(benefit, 500, end_month=add_months(NEXT, 1))


def followed_in_full_and_that_ended(benefit):
	again = lower(benefit, 500)
	entitlements.end(benefit.name, THIS, "续发")
	entitlements.end(again.name, NEXT, "到期")


def followed_in_full_and_that_annulled(benefit):
	again = lower(benefit, 500)
	entitlements.end(benefit.name, THIS, "续发")
	entitlements.annul(again.name, "有误")


def followed_after_a_gap(benefit):
	lower(benefit, 500, start=add_months(NEXT, 2))
	entitlements.end(benefit.name, THIS, "续发")


def restated_as_less(benefit):
	lower(benefit, 400, restates=True)


REDUCTIONS = (
	ended,
	followed_by_less_money,
	followed_by_less_for_one_of_them,
	followed_without_one_of_them,
	followed_for_a_term,
	followed_in_full_and_that_ended,
	followed_in_full_and_that_annulled,
	followed_after_a_gap,
	restated_as_less,
)


@pytest.mark.parametrize("written", REDUCTIONS, ids=lambda written: written.__name__)
def test_less_is_refused_unheard_whatever_it_is_called(benefit, written):
	with pytest.raises(HearingRequired, match="听取"):
		written(benefit)


@pytest.mark.parametrize("written", REDUCTIONS[:5], ids=lambda written: written.__name__)
def test_and_goes_through_once_it_was_heard_about_and_decided(benefit, written):
	make.heard_and_decided(benefit)
	written(benefit)


def test_a_lower_grade_of_care_is_less_for_the_same_money(site):
	household = builders.make_household(members=1)
	benefit = builders.grant_benefit(household, "特困-分散", 900)
	frappe.db.set_value("Entitlement Share", benefit.shares[0].name, "care_grade", "Full Care")
	benefit.reload()
	with pytest.raises(HearingRequired, match="护理"):
		lower(benefit, 900, grades=["Half Care"])
	assert lower(benefit, 900, grades=["Full Care"])


def test_a_decision_heard_about_something_else_opens_nothing(benefit):
	told = Support(money(450), {row.recipient: money(225) for row in benefit.shares})
	make.heard_and_decided(benefit, after=told)
	with pytest.raises(HearingRequired, match="不是这一调整"):
		lower(benefit, 300)
	assert lower(benefit, 450).docstatus == 1


def test_nor_does_one_of_which_the_hearing_is_void_or_that_was_used(benefit):
	decision = make.heard_and_decided(benefit)
	frappe.db.set_value(make.HEARING, decision.hearing, "status", "Hearing Void")
	with pytest.raises(HearingRequired):
		ended(benefit)
	frappe.db.set_value(make.HEARING, decision.hearing, "status", "Opinion Handled")
	frappe.db.set_value(ADJUSTMENT, decision.name, "carried_out_on", today())
	with pytest.raises(HearingRequired):
		ended(benefit)


# --- what the law lets be taken ------------------------------------------------------------------------------------
def test_a_term_decided_from_the_start_ends_by_itself(site):
	household = builders.make_household()
	granted = builders.grant_benefit(
		household, amount=100, start=str(add_months(THIS, -3)), end_month=str(add_months(THIS, -1))
	)
	entitlements.end_expired()
	assert frappe.db.get_value(ENTITLEMENT, granted.name, "status") == "Ended"


def test_one_off_aid_is_no_support_that_goes_on(site):
	household = builders.make_household()
	relief = builders.grant_benefit(household, category="临时-急难（小额快救）", end_month=str(NEXT))
	entitlements.end(relief.name, THIS, "已结清")


def test_the_dead_are_not_heard_and_the_others_lose_nothing(benefit):
	life_events.record(benefit.shares[1].recipient, terms.DEATH, today())
	after = frappe.get_doc(ENTITLEMENT, {"previous_entitlement": benefit.name})
	assert flt(after.amount) == 250 and getdate(after.start_month) == NEXT


def test_a_death_that_was_none_is_put_right(benefit):
	person = benefit.shares[1].recipient
	life_events.record(person, terms.DEATH, today())
	life_events.undo(person, terms.DEATH, "同名误报")
	assert flt(frappe.db.get_value(ENTITLEMENT, benefit.name, "amount")) == 500
	assert not frappe.db.get_value(ENTITLEMENT, benefit.name, "end_month")


def test_a_household_that_moves_loses_nothing(benefit):
	registry.transfer(benefit.household, builders.VILLAGE_B, "迁居")
	after = frappe.get_doc(ENTITLEMENT, {"previous_entitlement": benefit.name})
	assert (flt(after.amount), after.division) == (500, builders.VILLAGE_B)


# --- on every channel ----------------------------------------------------------------------------------------------
def stored(benefit) -> dict:
	return frappe.get_doc(ENTITLEMENT, benefit.name).as_dict(convert_dates_to_str=True)


def by_form(benefit, client):
	savedocs(frappe.as_json(stored(benefit) | {"end_month": str(THIS)}), "Update")


def by_client_save(benefit, client):
	client_save(stored(benefit) | {"end_month": str(THIS)})


def by_set_value(benefit, client):
	client_set_value(ENTITLEMENT, benefit.name, "end_month", str(THIS))


def by_cancelling(benefit, client):
	frappe.get_doc(ENTITLEMENT, benefit.name).cancel()


def by_bulk_edit(benefit, client):
	# takes back what fails, and everything before it
	frappe.db.commit()
	submit_cancel_or_update_docs(
		ENTITLEMENT, json.dumps([benefit.name]), "update", json.dumps({"end_month": str(THIS)})
	)


def by_import(benefit, client):
	frappe.flags.in_import = True
	try:
		values = stored(benefit)
		for row in (values, *values["shares"]):
			row.pop("name")
		values |= {
			"previous_entitlement": benefit.name,
			"amount": 100,
			"start_month": str(NEXT),
			"docstatus": 0,
		}
		frappe.get_doc(values).insert().submit()
	finally:
		frappe.flags.in_import = False


def by_rest(benefit, client):
	assert client.put(f"/api/resource/{ENTITLEMENT}/{benefit.name}", end_month=str(THIS)).status_code >= 400


def by_rest_v2(benefit, client):
	path = f"/api/v2/document/{ENTITLEMENT}/{benefit.name}"
	assert client.request("PATCH", path, json={"end_month": str(THIS)}).status_code >= 400


def by_rest_as_a_new_one(benefit, client):
	values = {"category": benefit.category, "household": benefit.household, "recipient": benefit.recipient}
	values |= {"division": benefit.division, "amount": 1, "start_month": str(NEXT), "docstatus": 1}
	# what it would follow is the system's to say, and is dropped
	client.post(f"/api/resource/{ENTITLEMENT}", **values, previous_entitlement=benefit.name)


def by_a_job(benefit, client):
	frappe.flags.in_job = True
	entitlements.end(benefit.name, THIS, "夜间任务")


def by_a_step_of_the_adjustment(benefit, client):
	team = builders.make_team(builders.TOWNSHIP_A)
	adjustment = make.draft(benefit, "Stop", team.clerk)
	frappe.db.set_value(ADJUSTMENT, adjustment.name, "status", "Adjustment Proposed")
	with builders.acting_as(team.approver), pytest.raises(adjustments.AdjustmentRefused, match="听取"):
		steps.take(ADJUSTMENT, adjustment.name, "decide", {"opinion": "同意"})


def by_an_adjustment_that_says_it_was_heard(benefit, client):
	values = {"status": "Adjustment in Effect", "heard_on": today(), "heard_about": "{}"}
	team = builders.make_team(builders.TOWNSHIP_A)
	adjustment = make.draft(benefit, "Stop", team.clerk, **values)
	assert adjustment.status == "Adjustment Drafted" and not adjustment.heard_about
	with builders.acting_as(team.approver), pytest.raises(adjustments.AdjustmentRefused):
		adjustments.decide(adjustment.name, "同意")


def by_a_batch(benefit, client):
	"""A decision about many takes nothing from this family either."""
	team = builders.make_team(builders.TOWNSHIP_A)
	draft = make.draft(benefit, "Stop", team.clerk)
	batch = frappe.get_doc(
		{
			"doctype": "Adjustment Batch",
			"title": "批量停发",
			"category": benefit.category,
			"division": builders.TOWNSHIP_A,
			"effective_month": NEXT,
			"status": "Batch Being Carried Out",
			"approved_by": team.approver,
			"previewed_by": team.clerk,
			"docstatus": 0,
		}
	)
	batch.name = "PT-TEST-1"
	batch.db_insert()
	frappe.db.set_value(ADJUSTMENT, draft.name, "batch", batch.name)
	batch_decisions.chunk(batch.name)
	assert "听取" in frappe.db.get_value(ADJUSTMENT, draft.name, "return_reason")


CHANNELS = (
	by_a_batch,
	by_form,
	by_client_save,
	by_set_value,
	by_cancelling,
	by_bulk_edit,
	by_import,
	by_rest,
	by_rest_v2,
	by_rest_as_a_new_one,
	by_a_job,
	by_a_step_of_the_adjustment,
	by_an_adjustment_that_says_it_was_heard,
)


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.__name__)
def test_no_channel_takes_anything_unheard(benefit, client, channel):
	over_http = client("Administrator") if "rest" in channel.__name__ else None
	try:
		channel(benefit, over_http)
	except frappe.ValidationError:
		# refused in words; what counts is the ledger
		pass
	finally:
		frappe.flags.in_job = False
	row = frappe.db.get_value(ENTITLEMENT, benefit.name, ["amount", "end_month", "docstatus"], as_dict=True)
	followers = frappe.get_all(
		ENTITLEMENT,
		filters={"previous_entitlement": benefit.name, "docstatus": 1},
		pluck="amount",
		order_by="name",
	)
	assert (flt(row.amount), row.end_month, row.docstatus, followers) == (500, None, 1, [])
