"""Whatever asks others about a person or tells them of one is in the access log: who, why, for which case."""

import frappe
import pytest
from frappe.utils import today

from socaid_app.field_visits.doctype.home_visit.home_visit import NotAuthorised
from socaid_app.permissions import outgoing
from socaid_app.permissions.outgoing import PurposeMissing
from tests import builders
from tests.builders import visits as visit_builders

LOG = "Sensitive Access Log"
# Columns by which a record says that something went to another office.
GOES_OUT = {"sent_to", "to_unit", "requested_on", "asked_at", "verifications"}
# A citizen asks for a review; a borrower asks for a file, whose loans are a ledger of their own; a register asks its
# particulars of whoever makes an entry.
ASKED_OF_US = {"Petition Review", "Archive Loan", "Register Particular", "Register Value"}


@pytest.fixture
def team(site):
	return builders.make_team()


def entries(case: str) -> list[tuple[str, str]]:
	"""(person or record, purpose) of what went out for a case, in order."""
	return frappe.get_all(
		LOG,
		filters={"action": outgoing.ACTION, "case_name": case},
		fields=["reference_name", "purpose"],
		order_by="name",
		as_list=True,
	)


def test_no_record_that_sends_something_out_is_missing_from_the_list(site):
	names = frappe.get_all(
		"DocField", filters={"fieldname": ["in", list(GOES_OUT)]}, pluck="parent", order_by="parent"
	)
	modules = frappe.get_module_list("socaid_app")
	ours = {name for name in names if frappe.get_meta(name).module in modules}
	assert ours - ASKED_OF_US == set(outgoing.SENDING)


def test_a_check_is_logged_for_everybody_checked_from_the_draft_on(team):
	case = builders.make_application(team)
	builders.give_consents(case, team.clerk)
	people = [row.recipient for row in case.members]
	with builders.acting_as(team.officer):
		report = frappe.get_doc(
			{
				"doctype": "Check Report",
				"application": case.name,
				"report_date": today(),
				"report_number": f"HD{builders.digits(8)}",
				"purpose": "低保审核",
				"conclusion": "No Impact",
			}
		).insert()
	assert [person for person, _purpose in entries(case.name)] == people
	assert all(purpose.startswith("低保审核（") for _person, purpose in entries(case.name))
	entry = frappe.get_last_doc(LOG, {"case_name": case.name})
	assert (entry.user, entry.reference_doctype) == (team.officer, "Recipient")
	with builders.acting_as(team.officer):
		report.submit()
	assert len(entries(case.name)) == 2 * len(people)


@pytest.mark.parametrize("purpose", ["", "   "])
def test_a_check_without_a_purpose_is_not_made(team, purpose):
	case = builders.make_application(team)
	builders.give_consents(case, team.clerk)
	with pytest.raises((PurposeMissing, frappe.MandatoryError)):
		builders.report_check(case, team.officer, purpose=purpose)
	assert not entries(case.name)


def test_a_question_to_other_departments_on_a_visit_is_logged_once_and_needs_a_purpose(site):
	team = visit_builders.make_visit_team()
	household, _benefit = visit_builders.make_family()
	visit = visit_builders.make_visit(household, team)
	visit.append("verifications", {"method": "Check with Departments", "content": "车辆"})
	with pytest.raises(PurposeMissing):
		visit.save()
	visit.reload()
	visit.append("verifications", {"method": "Check with Departments", "content": "车", "purpose": "复核"})
	with pytest.raises(NotAuthorised, match=visit.members[0].member_name):
		visit.save()
	visit.reload()
	for row in visit.members:
		builders.give_consent(frappe._dict(), row.recipient)
	visit.append("verifications", {"method": "Talk with Household", "content": "收入"})
	visit.append(
		"verifications", {"method": "Check with Departments", "content": "车辆", "purpose": "年度复核"}
	)
	visit.save()
	visit.save()
	assert {person for person, _purpose in entries(visit.name)} == {row.recipient for row in visit.members}
	assert len(entries(visit.name)) == len(visit.members)


def test_a_need_handed_to_another_office_is_logged(site):
	household = builders.make_household()
	referral = frappe.get_doc(
		{
			"doctype": "Service Referral",
			"household": household.name,
			"recipient": household.head,
			"need": "Medical",
			"detail": "申请医疗救助",
			"sent_to": "县医保局",
			"sent_on": today(),
		}
	).insert()
	((person, purpose),) = entries(household.name)
	assert person == household.head and "县医保局：申请医疗救助" in purpose
	referral.status = "Accepted"
	referral.save()
	assert len(entries(household.name)) == 1


@pytest.mark.parametrize(
	"record",
	[
		{
			"doctype": "Service Record",
			"kind": "Guidance",
			"question": "申请残疾补贴",
			"division": builders.VILLAGE_A,
		},
		{
			"doctype": "Visit Problem",
			"subject": "用电",
			"channel": "Phone",
			"content": "线路老化",
			"due_on": "2099-01-01",
		},
	],
	ids=lambda record: record["doctype"],
)
def test_papers_and_problems_handed_on_are_logged_for_the_whole_family(site, record):
	household = builders.make_household()
	doc = frappe.get_doc({**record, "household": household.name, "sent_to": "县残联"}).insert()
	assert {person for person, _purpose in entries(household.name)} == {
		row.recipient for row in household.members
	}
	doc.save()
	assert len(entries(household.name)) == len(household.members)


def test_what_went_out_can_neither_be_changed_nor_deleted(team):
	case = builders.make_application(team)
	builders.give_consents(case, team.clerk)
	builders.report_check(case, team.officer)
	entry = frappe.get_last_doc(LOG, {"case_name": case.name})
	entry.purpose = "别的"
	with pytest.raises(frappe.ValidationError):
		entry.save()
	with pytest.raises(frappe.ValidationError):
		entry.delete()
