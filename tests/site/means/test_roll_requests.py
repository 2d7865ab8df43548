"""A periodic check asks about everybody who receives support in a place in a month, and about nobody without consent."""

from io import BytesIO

import frappe
import openpyxl
import pytest
from frappe.utils import add_months, today

from socaid_app.means_testing import comparison_requests as requests
from socaid_app.means_testing import consent_scopes
from socaid_app.means_testing.comparison_requests import RequestRefused
from socaid_app.permissions import access_log, outgoing
from tests import builders
from tests.builders import comparisons as make
from tests.builders import visits

ROLL = {
	"coverage": "All Who Receive Support",
	"roll_division": builders.TOWNSHIP_A,
	"roll_month": str(builders.TODAY),
}


@pytest.fixture
def families(team):
	"""Two that have consented, one that has not, and one in another township."""
	first, second = make.family()[0], make.family()[0]
	silent, _benefit = visits.make_family()
	elsewhere, _benefit = visits.make_family(builders.VILLAGE_B)
	for row in elsewhere.members:
		make.consent(row.recipient)
	return frappe._dict(first=first, second=second, silent=silent, elsewhere=elsewhere)


def people(*households) -> set[str]:
	return {row.recipient for household in households for row in household.members}


def asked(request) -> set[str]:
	return set(
		frappe.get_all(
			"Comparison Request Person", {"parent": request.name}, pluck="recipient", order_by="idx"
		)
	)


def test_the_roll_of_a_place_is_asked_about_with_consent_only_and_the_rest_is_counted(families, officer):
	request = make.draft(officer, **ROLL)
	assert asked(request) >= people(families.first, families.second)
	assert not asked(request) & people(families.silent, families.elsewhere)
	assert request.persons_count == len(asked(request))
	assert request.left_out >= 2 and "：" in request.left_out_note
	# a whole county would be too much for a form
	assert request.reload().persons == []


def test_where_a_statute_is_enough_the_source_names_it_and_all_are_asked_about(families, officer):
	frappe.db.set_value(make.SOURCE, "deaths", "legal_duty", "殡葬管理条例")
	request = make.draft(officer, source="deaths", **ROLL)
	assert asked(request) >= people(families.first, families.second, families.silent)
	assert request.left_out == 0


def test_a_month_before_anybody_was_supported_has_no_roll_and_a_coming_one_neither(
	families, officer, as_user
):
	request = make.draft(officer, **(ROLL | {"roll_month": add_months(today(), -60)}))
	assert request.persons_count == 0
	with builders.acting_as(builders.make_user("County Reviewer")), pytest.raises(RequestRefused):
		requests.approve(request.name)
	with pytest.raises(RequestRefused, match="还没有到"):
		make.draft(officer, **(ROLL | {"roll_month": add_months(today(), 2)}))
	with pytest.raises(RequestRefused, match="县"):
		make.draft(officer, **(ROLL | {"roll_division": builders.VILLAGE_A}))


def test_who_withdraws_before_the_sending_is_not_asked_about_and_nobody_is_added(
	families, officer, colleague
):
	request = make.draft(officer, **ROLL)
	withdrawn = families.first.members[0].recipient
	paper = frappe.get_doc(
		"Check Authorization",
		consent_scopes.permits([withdrawn], "vehicles", frappe.utils.getdate(today()))[withdrawn],
	)
	late = visits.make_family()[0]
	for row in late.members:
		make.consent(row.recipient)
	with builders.acting_as(colleague):
		requests.approve(request.name)
	paper.status = "Withdrawn"
	paper.save()
	with builders.acting_as(officer):
		requests.send(request.name)
	request.reload()
	assert withdrawn not in asked(request) and not asked(request) & people(late)
	assert request.persons_count == len(asked(request))
	logged = frappe.get_all(
		"Sensitive Access Log",
		filters={"action": outgoing.ACTION, "purpose": ["like", f"%{request.name}%"]},
		fields=["reference_name", "case_name"],
		order_by="name",
	)
	assert {row.reference_name for row in logged} == asked(request)
	assert families.second.name in {row.case_name for row in logged}
	with builders.acting_as(builders.make_user("Socaid Auditor")):
		assert access_log.verify_chain()["broken_at"] is None


def test_the_file_lists_the_roll_and_the_reply_finds_each_in_their_own_household(
	families, officer, colleague
):
	request = make.sent(officer, colleague, **ROLL)
	with builders.acting_as(officer):
		requests.download_query(request.name)
	sheet = openpyxl.load_workbook(BytesIO(frappe.response.filecontent)).active
	numbers = [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)]
	head, other = families.first.head, families.second.head
	assert {make.number(head), make.number(other)} <= set(numbers)
	request = make.answer(
		request,
		officer,
		make.vehicle(head, "吉D1"),
		make.vehicle(other, "吉D2"),
		make.vehicle(families.silent.head, "吉D3"),
	)
	assert (request.status, request.rows_matched, request.findings_count) == (requests.READ, 2, 2)
	found = {
		row.recipient: row
		for row in frappe.get_all(
			make.FINDING,
			filters={"request": request.name},
			fields=["recipient", "household", "head_name", "division", "application"],
			order_by="name",
		)
	}
	for household in (families.first, families.second):
		row = found[household.head]
		assert (row.household, row.head_name, row.division) == (
			household.name,
			household.head_name,
			household.division,
		)


def test_the_next_month_the_same_fact_is_the_same_finding_whoever_asked(families, officer, colleague):
	head = families.first.head
	case = make.sent(officer, colleague, household=families.first.name)
	make.answer(case, officer, make.vehicle(head, "吉D1"))
	roll = make.answer(make.sent(officer, colleague, **ROLL), officer, make.vehicle(head, "吉D1"))
	[finding] = frappe.get_all(make.FINDING, filters={"recipient": head}, fields=["request"], order_by="name")
	assert finding.request == roll.name


def test_rules_over_the_register_alone_run_with_every_reply(families, officer, colleague):
	# granted where this was not asked yet; no door of today lets it in
	double = frappe.copy_doc(frappe.get_last_doc("Entitlement", {"household": families.first.name}))
	double.update({"name": "OLD-1", "docstatus": 1, "scheme": "Tekun"})
	double.db_insert()
	for row in double.shares:
		row.update({"name": None, "parent": double.name, "docstatus": 1})
		row.db_insert()
	request = make.sent(officer, colleague, **ROLL)
	make.answer(request, officer, make.vehicle(families.second.head, "吉D2"))
	assert frappe.db.exists(make.FINDING, {"rule": "dibao_and_tekun", "household": families.first.name})
