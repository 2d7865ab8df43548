"""One ledger of what was found wrong, whoever finds it: given to somebody, rechecked by another, reopened if need be."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.assistance_archives import issues as custody
from socaid_app.casework import letters, rectification
from socaid_app.casework.rectification import DOCTYPE, RecheckByAnother
from socaid_app.casework.steps import StepNotOpen
from socaid_app.patches.v1_0 import one_rectification_ledger as patch
from socaid_app.public_disclosure import inspections
from socaid_app.socaid_app.report.rectification_ledger import rectification_ledger
from tests import builders


@pytest.fixture
def team(site):
	return frappe._dict(
		finder=builders.make_user("County Reviewer"),
		responsible=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		approver=builders.make_user("Township Approver", builders.TOWNSHIP_A),
	)


@pytest.fixture
def household(site):
	return builders.make_household(builders.VILLAGE_A)


def find(team, household, **values):
	with builders.acting_as(team.finder):
		name = rectification.found(
			household,
			"电话有误",
			**{
				"kind": "Quality Check",
				"responsible": team.responsible,
				"due_on": add_days(today(), 5),
				"household": household.name,
				**values,
			},
		)
	return frappe.get_doc(DOCTYPE, name)


def assigned(issue) -> set[str]:
	filters = {"reference_type": DOCTYPE, "reference_name": issue.name, "status": "Open"}
	return set(frappe.get_all("ToDo", filters=filters, pluck="allocated_to", order_by="name"))


def test_a_finding_says_where_and_by_what_check_it_was_found(team, household):
	issue = find(team, household)
	assert (issue.source_doctype, issue.source_name) == ("Recipient Household", household.name)
	assert (issue.source_kind, issue.found_by, issue.status) == ("Quality Check", team.finder, "Open")
	assert issue.division == builders.VILLAGE_A and issue.found_on == getdate(today())


def test_assigned_to_me_tells_the_truth(team, household, as_user):
	issue = find(team, household)
	assert assigned(issue) == {team.responsible}
	todo = frappe.get_last_doc("ToDo", {"reference_name": issue.name})
	assert todo.date == issue.due_on and todo.assigned_by == team.finder
	with as_user(team.approver):
		issue.responsible = team.approver
		issue.save()
	assert assigned(issue) == {team.approver}
	with as_user(team.approver):
		rectification.rectify(issue.name, "电话核实", "已更正")
	# whoever found it looks again
	assert assigned(issue) == {team.finder}
	with as_user(team.finder):
		rectification.recheck(issue.name)
	assert assigned(issue) == set()


def test_what_is_not_in_order_is_open_again_with_what_is_missing(team, household, as_user):
	issue = find(team, household)
	with as_user(team.responsible):
		rectification.rectify(issue.name, "电话核实", "已更正")
		with pytest.raises(RecheckByAnother):
			rectification.recheck(issue.name)
	with as_user(team.finder):
		with pytest.raises(StepNotOpen):
			rectification.reopen(issue.name, " ")
		rectification.reopen(issue.name, "还是空号")
	issue.reload()
	assert (issue.times_reopened, issue.recheck_note, issue.rechecked_by) == (1, "还是空号", None)
	assert assigned(issue) == {team.responsible}
	with as_user(team.responsible):
		rectification.rectify(issue.name, "再次核实", "已更正为新号码")
	with as_user(team.finder):
		rectification.recheck(issue.name)
		rectification.reopen(issue.name, "抽查时又错了")
	issue.reload()
	assert (issue.status, issue.times_reopened, issue.rechecked_on) == ("Open", 2, None)


def test_the_form_alone_reopens_in_the_same_way(team, household, as_user):
	issue = find(team, household)
	with as_user(team.responsible):
		rectification.rectify(issue.name, "电话核实", "已更正")
	with as_user(team.approver):
		issue.reload()
		issue.status = "Open"
		issue.times_reopened = 0
		issue.save()
	assert issue.times_reopened == 1 and assigned(issue) == {team.responsible}


def test_steps_are_taken_in_order_and_by_who_may_write(team, household, as_user):
	issue = find(team, household)
	with as_user(team.finder):
		with pytest.raises(StepNotOpen):
			rectification.recheck(issue.name)
	for role, division in (("Socaid Auditor", None), ("Township Officer", builders.TOWNSHIP_B)):
		with as_user(builders.make_user(role, division)), pytest.raises(frappe.PermissionError):
			rectification.rectify(issue.name, "1", "1")


def test_what_is_looked_at_again_is_entered_once_and_reopened(team, household):
	def again() -> str | None:
		return rectification.found_once(
			household,
			"又不对了",
			kind="Archive Custody",
			responsible=team.responsible,
			due_on=today(),
		)

	first = again()
	assert first and again() is None
	with builders.acting_as(team.responsible):
		rectification.rectify(first, "已补", "已补齐")
	assert again() is None
	assert frappe.db.get_value(DOCTYPE, first, ["status", "recheck_note"]) == ("Open", "又不对了")
	frappe.db.set_value(DOCTYPE, first, "status", "Rechecked")
	assert again() not in (None, first)


def test_nobody_known_the_first_role_that_anybody_holds_is_responsible(team):
	roles = ("Township Approver", "Service Manager")
	chosen = rectification.first_of(roles, builders.VILLAGE_A)
	assert "Township Approver" in frappe.get_roles(chosen)
	with builders.acting_as(team.finder):
		assert rectification.first_of(("No Such Role",), builders.VILLAGE_A) == team.finder


def test_the_archives_enter_their_faults_in_the_same_ledger(team, household):
	name = custody.raise_issue("库房漏水", household, team.responsible, custody.CRITICAL)
	issue = frappe.get_doc(DOCTYPE, name)
	assert (issue.source_kind, issue.severity, issue.responsible) == (
		"Archive Custody",
		"Critical",
		team.responsible,
	)
	assert assigned(issue) == {team.responsible}


def test_an_inspection_hears_what_was_put_right(team, household, as_user):
	inspection = frappe.get_doc(
		{
			"doctype": inspections.DOCTYPE,
			"inspected_on": today(),
			"period_from": today(),
			"period_to": today(),
		}
	)
	inspection.name = "JC-测试"
	inspection.db_insert()
	issue = find(team, household, source=inspection, kind="Disclosure Inspection")
	row = frappe.get_doc(
		{
			"doctype": "Disclosure Inspection Item",
			"parent": inspection.name,
			"parenttype": inspection.doctype,
			"parentfield": "items",
			"issue": issue.name,
		}
	)
	row.db_insert()

	def put_right():
		return frappe.db.get_value(row.doctype, row.name, "rectified_on")

	with as_user(team.responsible):
		rectification.rectify(issue.name, "撤下重贴", "已重新张贴")
	assert put_right() is None
	with as_user(team.finder):
		rectification.recheck(issue.name)
		assert put_right() == getdate(today())
		rectification.reopen(issue.name, "仍有错")
	assert put_right() is None


def test_the_record_shows_its_issues(site):
	for doctype, field in (
		("Spot Check", "source_name"),
		("Disclosure Inspection", "source_name"),
		("Archive Loan", "source_name"),
		("Assistance Application", "reference_name"),
	):
		links = {row.link_doctype: row.link_fieldname for row in frappe.get_meta(doctype).links}
		assert links.get(DOCTYPE) == field, doctype


# --- report and print ------------------------------------------------------------------------------------------
def test_the_ledger_lists_what_is_open_and_overdue_within_the_scope(team, household, as_user):
	ours = find(team, household)
	elsewhere = builders.make_household(builders.VILLAGE_B)
	find(team, elsewhere, responsible=team.finder)
	frappe.db.set_value(DOCTYPE, ours.name, "due_on", add_days(today(), -3))
	with as_user(team.responsible):
		_columns, rows, _message, chart, summary = rectification_ledger.execute({})
	assert [row.name for row in rows if row.responsible in (team.responsible, team.finder)] == [ours.name]
	(row,) = [row for row in rows if row.name == ours.name]
	assert row.days_overdue == 3 and row.source_kind_label
	assert chart["data"]["datasets"][0]["values"] and summary[1]["value"] >= 1
	for filters, found in (
		({"overdue": 1}, True),
		({"source_kind": "Spot Check"}, False),
		({"responsible": team.finder}, False),
		({"township": builders.TOWNSHIP_A}, True),
	):
		names = [row.name for row in rectification_ledger.rows(frappe._dict(filters))]
		assert (ours.name in names) is found, filters


def test_what_was_put_right_is_listed_when_asked_for(team, household):
	issue = find(team, household)
	frappe.db.set_value(DOCTYPE, issue.name, "status", "Rechecked")
	assert issue.name not in [row.name for row in rectification_ledger.rows(frappe._dict())]
	assert issue.name in [row.name for row in rectification_ledger.rows(frappe._dict(with_done=1))]


def test_the_notice_of_rectification_prints_and_escapes(team, household):
	from frappe.www.printview import get_rendered_template

	issue = find(team, household)
	frappe.db.set_value(DOCTYPE, issue.name, "measure", "<img src=x onerror=alert(1)>")
	issue.reload()
	assert letters.letter_of(issue) == "Rectification Notice"
	html = get_rendered_template(issue, print_format=frappe.get_doc("Print Format", letters.letter_of(issue)))
	assert "整改通知单" in html and "电话有误" in html and "<img src=x" not in html


def test_issues_of_before_say_which_check_found_them(team, household):
	issue = find(team, household)
	blank = {"source_kind": None, "source_doctype": None, "source_name": None}
	frappe.db.set_value(DOCTYPE, issue.name, {**blank, "reference_doctype": "Archive Loan"})
	other = find(team, household)
	frappe.db.set_value(DOCTYPE, other.name, blank)
	for _again in range(2):
		patch.execute()
	assert frappe.db.get_value(DOCTYPE, issue.name, ["source_kind", "source_doctype"]) == (
		"Archive Custody",
		"Archive Loan",
	)
	assert frappe.db.get_value(DOCTYPE, other.name, "source_kind") == "Quality Check"
