"""Whoever goes to a family's door for a case is trained, checked and knows the risk, as on a home visit."""

import frappe
import pytest
from frappe.utils import add_days, today

from socaid_app.socaid_app import safety
from socaid_app.socaid_app.safety import ApprovalRefused, ProofRunOut, VisitMayNotStart
from tests import builders

INVESTIGATION = "Household Investigation"


@pytest.fixture
def team(site):
	return builders.make_team()


@pytest.fixture
def case(team):
	return builders.advance_to(builders.make_application(team), "Accepted", team)


def officer(name: str, **values) -> None:
	frappe.db.set_value("Visit Officer", builders.make_investigator(name), values)


@pytest.mark.parametrize(
	"values, word",
	[
		({"trained_on": None}, "安全培训"),
		({"training_valid_until": -1}, "安全培训"),
		({"active": 0}, "安全培训"),
		({"background_checked_on": None}, "背景审查"),
		({"background_valid_until": -1}, "背景审查"),
	],
)
def test_an_investigator_who_is_not_trained_or_checked_that_day_does_not_go(team, case, values, word):
	values = {key: add_days(today(), value) if value == -1 else value for key, value in values.items()}
	officer("调查员乙", **values)
	# what has run out refuses the assignment already
	with pytest.raises((VisitMayNotStart, ProofRunOut), match=word) as refused:
		builders.investigate(case, team.officer)
	assert "调查员乙" in str(refused.value) and "调查员甲" not in str(refused.value)


def test_training_that_ran_out_since_does_not_undo_an_earlier_investigation(team, case):
	officer("调查员乙", training_valid_until=add_days(today(), -1))
	frappe.db.set_value("Assistance Application", case.name, "accepted_on", add_days(today(), -3))
	assert builders.investigate(case, team.officer, investigated_on=add_days(today(), -2)).docstatus == 1


def test_somebody_without_a_file_does_not_go(team, case):
	builders.make_investigator("调查员甲")
	rows = [{"participant_name": "调查员甲", "signed": 1}, {"participant_name": "生面孔", "signed": 1}]
	with builders.acting_as(team.officer):
		doc = frappe.get_doc(
			{
				"doctype": INVESTIGATION,
				"application": case.name,
				"investigators": rows,
				"member_present": case.applicant,
				"member_signed": 1,
				"conclusion": "一致",
				**builders.SAFE,
			}
		).insert()
		assert doc.investigators[0].officer and not doc.investigators[1].officer
		with pytest.raises(VisitMayNotStart, match="生面孔"):
			doc.submit()


def test_the_risk_is_assessed_and_what_it_demands_is_done(team, case, client):
	with pytest.raises(VisitMayNotStart, match="安全评估"):
		builders.investigate(case, team.officer, risk_person="")
	with pytest.raises(VisitMayNotStart, match="安全措施") as refused:
		builders.investigate(case, team.officer, infectious=1)
	assert "口罩" in str(refused.value)
	doc = frappe.get_last_doc(INVESTIGATION, {"application": case.name})
	assert doc.risk_level == "Medium" and doc.assessed_by == team.officer
	frappe.db.commit()
	http = client(team.officer)
	assert http.put(f"/api/resource/{INVESTIGATION}/{doc.name}", docstatus=1).status_code == 417
	officer("调查员甲", communication_device="DJ-01")
	frappe.db.commit()
	done = http.put(f"/api/resource/{INVESTIGATION}/{doc.name}", measures_taken=1, docstatus=1)
	assert done.status_code == 200, done.get_data(as_text=True)
	officer("调查员甲", communication_device=None)
	frappe.db.commit()


def test_a_visit_at_high_risk_is_approved_by_a_supervisor_who_does_not_go(team, case):
	officer("调查员甲", communication_device="DJ-01")
	with pytest.raises(VisitMayNotStart, match="主管批准"):
		builders.investigate(case, team.officer, risk_conflict="Serious")
	doc = frappe.get_last_doc(INVESTIGATION, {"application": case.name})
	with builders.acting_as(team.officer):
		doc.update({"measures_taken": 1, "approved_by": team.officer})
		doc.save()
		assert not doc.approved_by
		with pytest.raises(ApprovalRefused):
			safety.approve_investigation(doc.name)
	with builders.acting_as(team.approver):
		safety.approve_investigation(doc.name)
	doc.reload()
	assert doc.approved_by == team.approver
	with builders.acting_as(team.officer):
		doc.submit()
	assert doc.docstatus == 1


def test_without_going_there_only_the_two_persons_are_asked_for(team, case):
	remote = {"method": "Remote", "remote_reason": "暴雪封路", "risk_person": ""}
	assert builders.investigate(case, team.officer, **remote).docstatus == 1
