"""Records whose steps are a Workflow: by role and condition, what a step asks stored with it, the gates in code."""

import json

import frappe
import pytest
from frappe.desk.form import load
from frappe.desk.form.load import getdoc
from frappe.model.document import Document
from frappe.model.workflow import WorkflowPermissionError, bulk_workflow_approval, get_transitions
from frappe.utils import today

from socaid_app.casework import workflows
from socaid_app.casework.workflows import apply_workflow
from socaid_app.field_visits import problems
from socaid_app.means_testing import reassessment
from socaid_app.setup import flow_seeds
from tests import builders
from tests.site.registry.test_follow_up import make_plan, make_problem, make_referral

APPLICATION = "Assistance Application"
FLOWS = [flow.document_type for flow in flow_seeds.shipped() if flow.document_type != APPLICATION]


@pytest.fixture
def household(site):
	return builders.make_household(name=f"流{builders.digits()}")


@pytest.fixture
def officer(site):
	return builders.make_user("Township Officer", builders.TOWNSHIP_A)


@pytest.fixture
def reviewer(site):
	return builders.make_user(("Township Officer", "Township Approver"), builders.TOWNSHIP_A)


def take(doc, action: str, user: str, **said):
	"""As the form sends it: the record as loaded, with what the dialog asked."""
	with builders.acting_as(user):
		apply_workflow(frappe.as_json(frappe.get_doc(doc.doctype, doc.name).as_dict() | said), action)
	return doc.reload()


def offered(doc, user: str) -> set[str]:
	with builders.acting_as(user):
		return {step["action"] for step in get_transitions(frappe.get_doc(doc.doctype, doc.name))}


def make_raise(household, user: str):
	with builders.acting_as(user):
		return frappe.get_doc(
			{
				"doctype": "Standard Raise",
				"household": household.name,
				"category": "农村低保",
				"raise_kind": "Income Fell",
				"received_on": today(),
				"proposed_amount": 300,
			}
		).insert()


# --- every one -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("doctype", FLOWS)
def test_a_flow_covers_every_state_and_leads_from_each_that_is_no_end(site, doctype):
	flow = next(flow for flow in flow_seeds.shipped() if flow.document_type == doctype)
	field = frappe.get_meta(doctype).get_field(flow.state_field)
	states = [state["state"] for state in flow.states]
	assert states[0] == (field.default or field.options.split("\n")[0])
	assert set(field.options.split("\n")) == set(states) and field.read_only
	for line in flow.transitions:
		assert line["from"] in states and line["to"] in states
	writers = {row.role for row in frappe.get_meta(doctype).permissions if row.write and row.read}
	for line in (*flow.transitions, *({"allowed": state["edited_by"]} for state in flow.states)):
		assert set(line["allowed"]) <= writers, line
	assert frappe.db.get_value("Workflow", {"document_type": doctype, "is_active": 1})


# --- one request -----------------------------------------------------------------------------------------------------
def as_loaded(doctype: str, name: str) -> tuple[str, set]:
	"""What the form gets when it loads a record: the record with all it needs, and the parts of the timeline."""
	frappe.local.response = frappe._dict(docs=[])
	getdoc(doctype, name)
	(loaded,) = frappe.response.docs
	return frappe.as_json(loaded), frappe.response.docinfo


def test_a_step_answers_with_all_that_loading_the_form_again_would_bring(site, monkeypatch):
	"""One request, one save, and the record is read once for the form."""
	team = builders.make_team()
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	saved, told = [], []
	save, tell = Document.save, load.run_onload
	monkeypatch.setattr(
		Document, "save", lambda doc, *args, **kw: (saved.append(doc.doctype), save(doc, *args, **kw))[1]
	)
	monkeypatch.setattr(workflows, "run_onload", lambda doc: (told.append(doc.doctype), tell(doc))[1])
	with builders.acting_as(team.officer):
		frappe.local.response = frappe._dict(docs=[])
		sent = frappe.get_doc(APPLICATION, case.name).as_dict() | {"opinion": "同意公示"}
		answer = frappe.as_json(apply_workflow(frappe.as_json(sent), "Publish"))
		docinfo = frappe.response.docinfo
		assert (saved.count(APPLICATION), told) == (1, [APPLICATION])
		loaded, its_docinfo = as_loaded(APPLICATION, case.name)
	assert json.loads(answer) == json.loads(loaded)
	assert {key for key in its_docinfo if its_docinfo[key]} <= {key for key in docinfo if docinfo[key]} | {
		"views"
	}


# --- a raise of the benefit ------------------------------------------------------------------------------------------
def test_a_raise_goes_its_way_and_each_step_brings_its_words(household, officer, reviewer):
	case = make_raise(household, officer)
	assert offered(case, officer) == {"Begin Verification", "Finish Verification"}
	with pytest.raises(frappe.ValidationError):
		take(case, "Finish Verification", officer)
	assert case.reload().status == "Accepted"
	take(case, "Finish Verification", officer, findings="收入减少")
	assert (case.status, case.findings, case.verified_by) == ("Verified", "收入减少", officer)
	with pytest.raises(frappe.ValidationError):
		take(case, "Approve", reviewer)
	take(case, "Approve", reviewer, result_note="同意", proposed_amount=9999)
	assert (case.status, case.decided_by, case.proposed_amount) == ("Approved", reviewer, 300)
	assert take(case, "Tell Household", officer).status == "Notified"
	assert offered(case, officer) == set()


def test_the_form_is_told_after_a_step_what_is_closed_now(household, officer):
	case = make_raise(household, officer)
	with builders.acting_as(officer):
		done = apply_workflow(
			frappe.as_json(case.as_dict() | {"findings": "收入减少"}), "Finish Verification"
		)
	assert "household" in done.get_onload().closed_fields


def test_who_verified_or_wrote_it_is_not_offered_the_decision_and_does_not_get_it(household, reviewer):
	case = make_raise(household, reviewer)
	take(case, "Finish Verification", reviewer, findings="收入减少")
	assert offered(case, reviewer) == {"Return to Verification"}
	# nor when a county has dropped the condition
	workflow = frappe.get_doc("Workflow", "Standard Raise")
	for row in workflow.transitions:
		row.condition = ""
	workflow.save()
	assert "Approve" in offered(case, reviewer)
	with pytest.raises(frappe.ValidationError):
		take(case, "Approve", reviewer, result_note="同意")
	assert case.reload().status == "Verified"


def test_a_tightened_flow_holds_on_every_channel(household, officer, reviewer):
	case = make_raise(household, officer)
	workflow = frappe.get_doc("Workflow", "Standard Raise")
	workflow.set(
		"transitions",
		[
			row
			for row in workflow.transitions
			if (row.action, row.allowed) != ("Finish Verification", "Township Officer")
		],
	)
	workflow.save()
	assert offered(case, officer) == {"Begin Verification"}
	with builders.acting_as(officer), pytest.raises(WorkflowPermissionError):
		frappe.get_doc(case.doctype, case.name).update({"status": "Verified", "findings": "收入减少"}).save()
	take(case, "Finish Verification", reviewer, findings="收入减少")


# --- referrals and plans ---------------------------------------------------------------------------------------------
def test_a_referral_is_followed_to_its_result(household, officer):
	with builders.acting_as(officer):
		referral = make_referral(household)
	take(referral, "Note Return", officer, result="缺材料")
	take(referral, "Send Again", officer)
	take(referral, "Note Acceptance", officer)
	with pytest.raises(frappe.ValidationError):
		take(referral, "Complete", officer, result=" ")
	take(referral, "Complete", officer, result="已报销")
	assert (referral.status, referral.result) == ("Completed", "已报销")


def test_a_plan_is_approved_by_another_evaluated_and_goes_on_or_ends(household, officer, reviewer):
	with builders.acting_as(officer):
		plan = make_plan(household, measures=[{"kind": "Rehabilitation", "status": "Done"}])
	assert "Start Plan" not in offered(plan, officer)
	take(plan, "Start Plan", reviewer)
	take(plan, "Evaluate", officer, evaluation="有改善")
	take(plan, "Continue Plan", officer)
	take(plan, "Evaluate", officer, evaluation="明显改善")
	assert take(plan, "End Plan", officer).status == "Ended"


def test_several_at_once_are_judged_one_by_one(household, officer, reviewer):
	with builders.acting_as(officer):
		ready, empty = make_plan(household), make_plan(household, measures=[])
		frappe.db.commit()
	with builders.acting_as(reviewer):
		bulk_workflow_approval(frappe.as_json([ready.name, empty.name]), "Individual Plan", "Start Plan")
	assert (ready.reload().status, empty.reload().status) == ("Under Way", "Draft")


# --- a proposal ------------------------------------------------------------------------------------------------------
def test_a_proposal_is_handled_with_a_note(household, reviewer, officer):
	proposal = frappe.get_doc(
		{
			"doctype": "Household Reassessment",
			"name": f"FLOW-{builders.digits()}",
			"household": household.name,
			"entitlement": builders.grant_benefit(household).name,
			"status": "Proposed",
			"division": household.division,
			"township": household.township,
			"amount_after": 100,
		}
	)
	proposal.db_insert()
	assert offered(proposal, officer) == set()
	with pytest.raises(frappe.ValidationError):
		take(proposal, "Note Handling", reviewer)
	withdrawn = frappe.copy_doc(proposal)
	withdrawn.update({"name": f"FLOW-{builders.digits()}", "docstatus": 0})
	withdrawn.db_insert()
	take(proposal, "Note Handling", reviewer, handled_note="按程序复核")
	assert (proposal.status, proposal.handled_note) == ("Handled", "按程序复核")
	# what befell somebody turned out not to have: whoever says so, the proposal goes
	with builders.acting_as(officer):
		reassessment._withdraw(withdrawn.name, "没有此事")
	assert withdrawn.reload().status == "Withdrawn"


# --- what a county asks besides --------------------------------------------------------------------------------------
def test_a_countys_own_field_is_stored_with_the_step(household, officer):
	from frappe.custom.doctype.custom_field.custom_field import create_custom_field

	create_custom_field(
		"Service Referral",
		{
			"fieldname": "county_reply_number",
			"label": "复函文号",
			"fieldtype": "Data",
			"mandatory_depends_on": "eval:doc.status === 'Accepted'",
		},
	)
	try:
		with builders.acting_as(officer):
			referral = make_referral(household)
			referral.run_method("onload")
		assert set(referral.get_onload().said_with_step) == {"result", "county_reply_number"}
		take(referral, "Note Acceptance", officer, county_reply_number="东民函1号")
		assert referral.county_reply_number == "东民函1号"
	finally:
		frappe.get_doc("Custom Field", "Service Referral-county_reply_number").delete()
		frappe.db.commit()


# --- whose it is -----------------------------------------------------------------------------------------------------
def assigned(doc) -> set[str]:
	rows = {"reference_type": doc.doctype, "reference_name": doc.name, "status": "Open"}
	return set(frappe.get_all("ToDo", rows, pluck="allocated_to", order_by="creation"))


def test_who_follows_something_up_finds_it_assigned_until_it_is_closed(household, officer, reviewer):
	with builders.acting_as(officer):
		problem = make_problem(household)
		assert assigned(problem) == {officer}
		problem.responsible = reviewer
		problem.save()
		assert assigned(problem) == {reviewer}
		problems.close(problem.name, "已修好")
		assert assigned(problem) == set()
		problems.reopen(problem.name, "又漏了")
	assert assigned(problem) == {reviewer}
	with builders.acting_as(officer):
		referral = make_referral(household)
	assert assigned(referral) == {officer}
	take(referral, "Note Acceptance", officer)
	take(referral, "Complete", officer, result="已报销")
	assert assigned(referral) == set()


def test_who_may_not_read_it_is_not_assigned_it(household, officer):
	stranger = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	with builders.acting_as(officer):
		problem = make_problem(household, responsible=stranger)
	assert assigned(problem) == set()
	assert not frappe.db.exists("DocShare", {"share_doctype": problem.doctype, "share_name": problem.name})
