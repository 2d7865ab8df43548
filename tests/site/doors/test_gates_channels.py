"""A closed gate is closed on every way in: form, client API, REST, workflow button, bulk action, import."""

import json

import frappe
import pytest
from frappe.client import save as client_save
from frappe.client import set_value as client_set_value
from frappe.client import submit as client_submit
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs
from frappe.model.workflow import apply_workflow, bulk_workflow_approval
from frappe.utils import add_days, get_first_day, today

from socaid_app.assistance_intake import case_steps, guard
from socaid_app.socaid_app import entitlements
from tests import builders

APPLICATION = "Assistance Application"
FINAL = ("Confirmed", "Rejected", "Terminated", "Withdrawn", "Not Accepted")


@pytest.fixture
def team(site):
	return builders.make_team()


def load(name: str) -> dict:
	return frappe.get_doc(APPLICATION, name).as_dict(convert_dates_to_str=True)


# --- the ways in -----------------------------------------------------------------------------------------
def by_form(name, action, to_state, client):
	doc = load(name) | {"workflow_state": to_state}
	savedocs(frappe.as_json(doc), "Submit" if to_state in FINAL else "Save")


def by_client_save(name, action, to_state, client):
	client_save(load(name) | {"workflow_state": to_state, "docstatus": int(to_state in FINAL)})


def by_set_value(name, action, to_state, client):
	values = {"workflow_state": to_state, "docstatus": int(to_state in FINAL)}
	client_set_value(APPLICATION, name, values)


def by_client_submit(name, action, to_state, client):
	client_submit(load(name) | {"workflow_state": to_state})


def by_button(name, action, to_state, client):
	apply_workflow(frappe.as_json(load(name)), action)


def by_bulk_approval(name, action, to_state, client):
	bulk_workflow_approval(json.dumps([name]), APPLICATION, action)


def by_bulk_update(name, action, to_state, client):
	submit_cancel_or_update_docs(
		APPLICATION, json.dumps([name]), "update", json.dumps({"workflow_state": to_state})
	)
	submit_cancel_or_update_docs(APPLICATION, json.dumps([name]), "submit")


def by_import(name, action, to_state, client):
	frappe.flags.in_import = True
	try:
		frappe.get_doc(load(name) | {"workflow_state": to_state, "docstatus": int(to_state in FINAL)}).save()
	finally:
		frappe.flags.in_import = False


def by_rest(name, action, to_state, client):
	values = {"workflow_state": to_state, "docstatus": int(to_state in FINAL)}
	response = client.put(f"/api/resource/{APPLICATION}/{name}", **values)
	assert response.status_code >= 400, response.get_data(as_text=True)


WAYS = (
	by_form,
	by_client_save,
	by_set_value,
	by_client_submit,
	by_button,
	by_bulk_approval,
	by_bulk_update,
	by_import,
	by_rest,
)


# --- the gates: each case is lawful but for one thing ------------------------------------------------------
def stored(case, **values):
	"""What could not be entered lawfully is written past the rules, so that only the gate is tested."""
	frappe.db.set_value(APPLICATION, case.name, {"opinion": "同意", **values}, update_modified=False)
	return case.name


def own_entry(team):
	case = builders.make_application(team)
	builders.give_consents(case, team.clerk)
	return stored(case), "Accept", "Accepted", team.clerk, "录入人"


def no_consent(team):
	return stored(builders.make_application(team)), "Accept", "Accepted", team.officer, "核对授权书"


def unsigned(team):
	case = builders.make_application(team, applicant_signed=0)
	builders.give_consents(case, team.clerk)
	return stored(case), "Accept", "Accepted", team.officer, "签字"


def missing_material(team):
	case = builders.make_application(team)
	builders.give_consents(case, team.clerk)
	frappe.db.set_value("Application Material", case.materials[0].name, {"received": 0, "received_on": None})
	return stored(case), "Accept", "Accepted", team.officer, case.materials[0].material


def no_investigation(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	case = builders.act(case, "Start Investigation", team.officer)
	builders.report_check(case, team.officer)
	return stored(case), "Publish", "Preliminary Publicity", team.officer, "入户调查"


def no_check_report(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	case = builders.act(case, "Start Investigation", team.officer)
	builders.investigate(case, team.officer)
	return stored(case), "Publish", "Preliminary Publicity", team.officer, "核对报告"


def stale_check_report(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	yesterday = add_days(today(), -1)
	frappe.db.set_value("Check Report", case.check_report, "valid_until", yesterday)
	return stored(case), "Publish", "Preliminary Publicity", team.officer, "失效"


def not_eligible(team):
	case = builders.make_application(team)
	case.incomes[0].annual = 60000
	with builders.acting_as(team.clerk):
		case.save()
	case = builders.advance_to(case, "Under Investigation", team)
	return stored(case), "Publish", "Preliminary Publicity", team.officer, "不符合条件"


def no_opinion(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	return stored(case, opinion=None), "Publish", "Preliminary Publicity", team.officer, "意见"


def publicity_still_running(team):
	case = builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)
	builders.post_notice(case, team.reviewer)
	return stored(case), "Submit for Review", "Under Review", team.officer, "公示"


def complaint_without_county_visit(team):
	case = builders.advance_to(builders.make_application(team), "Under Review", team)
	return (
		stored(case, complaint_received=1),
		"Recommend",
		"Awaiting Confirmation",
		team.reviewer,
		"县级入户核查",
	)


def reviewer_confirms(team):
	case = builders.advance_to(builders.make_application(team), "Awaiting Confirmation", team)
	return stored(case), "Confirm", "Confirmed", team.reviewer, "复审人"


def second_benefit(team):
	case = builders.advance_to(builders.make_application(team), "Awaiting Confirmation", team)
	entitlements.grant(
		category=builders.case_category("Tekun"),
		household=None,
		recipient=case.applicant,
		division=case.division,
		area="Rural",
		amount=100,
		start_month=get_first_day(today()),
		shares=[{"recipient": case.applicant, "share": 100}],
		application=None,
		decided_on=today(),
		snapshot="{}",
		member_count=1,
	)
	return stored(case), "Confirm", "Confirmed", team.approver, case.applicant_name


def refusal_without_reason(team):
	case = builders.advance_to(builders.make_application(team), "Awaiting Confirmation", team)
	return stored(case), "Reject", "Rejected", team.approver, "理由"


def termination_by_the_officer(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	return stored(case, decision_reason="不配合"), "Terminate", "Terminated", team.officer, None


def termination_by_who_accepted(team):
	case = builders.make_application(team)
	builders.give_consents(case, team.clerk)
	case = builders.act(case, "Accept", team.reviewer)
	return stored(case, decision_reason="不配合"), "Terminate", "Terminated", team.reviewer, "二次核对人"


def termination_of_a_county_case_by_the_township(team):
	minutes = "https://files.example.invalid/minutes.pdf"
	case = builders.make_application(team, special_deliberation=1, deliberation_record=minutes)
	case = builders.advance_to(case, "Accepted", team)
	return stored(case, decision_reason="不配合"), "Terminate", "Terminated", team.approver, None


def termination_by_a_relative(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	name = frappe.db.get_value("User", team.approver, "full_name")
	builders.declare_relative(case.members[1].recipient, name)
	return stored(case, decision_reason="不配合"), "Terminate", "Terminated", team.approver, "近亲属"


def leaping_to_the_end(team):
	case = builders.make_application(team)
	return stored(case), "Confirm", "Confirmed", team.approver, None


GATES = (
	own_entry,
	no_consent,
	unsigned,
	missing_material,
	no_investigation,
	no_check_report,
	stale_check_report,
	not_eligible,
	no_opinion,
	publicity_still_running,
	complaint_without_county_visit,
	reviewer_confirms,
	second_benefit,
	refusal_without_reason,
	termination_by_the_officer,
	termination_by_who_accepted,
	termination_of_a_county_case_by_the_township,
	termination_by_a_relative,
	leaping_to_the_end,
)


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.__name__)
def test_a_closed_gate_is_closed_on_every_way_in(team, client, gate):
	name, action, to_state, user, word = gate(team)
	http = client(user)
	before = stored_case(name)
	for way in WAYS:
		frappe.db.commit()
		with builders.acting_as(user):
			try:
				way(name, action, to_state, http)
				# What a way without a commit of its own achieved must be seen before it is rolled back.
				assert stored_case(name) == before, way.__name__
			except frappe.ValidationError as error:
				if word and way is by_button:
					assert isinstance(error, case_steps.GateClosed)
					assert word in str(error)
			frappe.db.rollback()
			frappe.clear_messages()
		assert stored_case(name) == before, way.__name__


def stored_case(name: str) -> tuple:
	fields = [
		"workflow_state",
		"docstatus",
		"first_reviewer",
		"second_reviewer",
		"final_approver",
		"entitlement",
	]
	return frappe.db.get_value(APPLICATION, name, fields)


# --- fields ------------------------------------------------------------------------------------------------
def test_protected_fields_sent_by_a_client_are_ignored(team):
	case = builders.make_application(team)
	forged = {
		"second_checked_by": team.clerk,
		"first_reviewer": team.clerk,
		"proposed_amount": 9999,
		"accepted_on": today(),
		"snapshot": "{}",
		"entitlement": None,
		"county_filing": "Sampled",
		"statutory_due": today(),
	}
	with builders.acting_as(team.clerk):
		client_set_value(APPLICATION, case.name, forged)
	after = frappe.get_doc(APPLICATION, case.name)
	assert after.proposed_amount == case.proposed_amount
	for field in ("second_checked_by", "first_reviewer", "accepted_on", "snapshot", "statutory_due"):
		assert not after.get(field), field


def test_the_log_of_opinions_cannot_be_rewritten(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	with builders.acting_as(team.officer):
		doc = frappe.get_doc(APPLICATION, case.name)
		doc.opinions[0].opinion = "伪造"
		doc.append("opinions", {"from_state": "Accepted", "to_state": "Confirmed", "opinion": "伪造"})
		doc.save()
	case.reload()
	assert [row.opinion for row in case.opinions] == ["同意"]


def test_a_row_cannot_be_changed_or_added_behind_the_back_of_its_record(team, client):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	http = client(team.officer)
	for doctype, row, values in (
		("Application Opinion", case.opinions[0], {"opinion": "伪造"}),
		("Application Income", case.incomes[0], {"annual": 1}),
		("Application Deadline", case.deadlines[0], {"done_on": today()}),
	):
		assert http.put(f"/api/resource/{doctype}/{row.name}", **values).status_code >= 400
		assert http.delete(f"/api/resource/{doctype}/{row.name}").status_code >= 400
		added = {"parent": case.name, "parenttype": APPLICATION, "parentfield": row.parentfield, **values}
		assert http.post(f"/api/resource/{doctype}", **added).status_code >= 400
	after = frappe.get_doc(APPLICATION, case.name)
	assert [row.opinion for row in after.opinions] == ["同意"]
	assert [row.annual for row in after.incomes] == [3000]


def test_a_complaint_once_received_stays_received(team):
	case = builders.make_application(team)
	with builders.acting_as(team.clerk):
		client_set_value(APPLICATION, case.name, "complaint_received", 1)
		client_set_value(APPLICATION, case.name, "complaint_received", 0)
	assert frappe.db.get_value(APPLICATION, case.name, "complaint_received") == 1


def test_figures_are_frozen_once_the_first_opinion_rests_on_them(team):
	case = builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)
	with builders.acting_as(team.officer):
		doc = frappe.get_doc(APPLICATION, case.name)
		doc.incomes[0].annual = 1
		with pytest.raises(guard.ApplicationFrozen):
			doc.save()
		doc = frappe.get_doc(APPLICATION, case.name)
		doc.members = doc.members[:1]
		with pytest.raises(guard.ApplicationFrozen):
			doc.save()


def test_only_those_who_handle_a_stage_change_its_figures(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	with builders.acting_as(team.reviewer):
		doc = frappe.get_doc(APPLICATION, case.name)
		doc.incomes[0].annual = 1
		with pytest.raises(guard.EditNotAllowed):
			doc.save()


def test_an_application_cannot_be_entered_in_a_later_state(team):
	values = builders.make_application(team).as_dict()
	for field in ("name", "creation", "modified"):
		values.pop(field)
	for row in [*values.members, *values.incomes, *values.materials]:
		row.pop("name")
	for forged in (
		{"workflow_state": "Awaiting Confirmation"},
		{"docstatus": 1, "workflow_state": "Confirmed"},
	):
		with builders.acting_as(team.clerk), pytest.raises(frappe.ValidationError):
			frappe.get_doc({**values, **forged}).insert()


def test_a_decided_case_is_neither_cancelled_nor_amended_nor_deleted_nor_changed(team):
	case = builders.advance_to(builders.make_application(team), "Confirmed", team)
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc(APPLICATION, case.name).cancel()
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc(APPLICATION, case.name)
	with pytest.raises(frappe.ValidationError):
		doc = frappe.get_doc(APPLICATION, case.name)
		doc.need_text = "事后修改"
		doc.save()


def test_the_missing_things_of_the_next_step_are_told_beforehand(team):
	case = builders.make_application(team, applicant_signed=0)
	with builders.acting_as(team.officer):
		found = frappe.call("socaid_app.assistance_intake.desk.next_steps", name=case.name)
	accept = next(step for step in found if step["action"] == "Accept")
	assert {"application_signed", "consent"} <= {breach["rule"] for breach in accept["breaches"]}
	assert all(breach["article"] and breach["remedy"] for breach in accept["breaches"])
