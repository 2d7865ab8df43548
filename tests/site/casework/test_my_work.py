"""我的待办: one list of what waits for somebody, no more than the user's lists show, and nothing left out."""

import frappe
import pytest
from frappe.desk.form import assign_to
from frappe.utils import add_days, today

from socaid_app.casework import clocks, my_work
from socaid_app.field_visits import outings
from tests import builders
from tests.builders import fieldwork

PROBLEM, VISIT = "Visit Problem", "Home Visit"


def lines_of(user: str) -> dict[tuple[str, str], dict]:
	with builders.acting_as(user):
		found = my_work.of_mine()
	return {(line["doctype"], line["name"]): line for line in found["lines"]}


@pytest.fixture
def officers(site):
	return {
		place: builders.make_user("Township Officer", place)
		for place in (builders.TOWNSHIP_A, builders.TOWNSHIP_B)
	}


def issue(days: int, responsible: str | None = None, **values) -> str:
	"""An open data quality issue of township A, due so many days from today."""
	doc = frappe.get_doc(
		{
			"doctype": "Data Quality Issue",
			"division": builders.VILLAGE_A,
			"township": builders.TOWNSHIP_A,
			"status": "Open",
			"due_on": add_days(today(), days),
			"responsible": responsible,
			**values,
		}
	)
	doc.name = frappe.generate_hash(length=12)
	doc.db_insert()
	return doc.name


def test_a_line_says_what_until_when_and_where(officers):
	late, now = issue(-3), issue(0)
	found = lines_of(officers[builders.TOWNSHIP_A])
	line = found["Data Quality Issue", late]
	assert (line["tier"], line["days"], line["mine"]) == ("overdue", -3, True)
	assert line["place"] and line["label"] and line["kind"] == frappe._("Data Quality Issue")
	assert found["Data Quality Issue", now]["tier"] == "today"


def test_no_line_of_another_township(officers):
	name = issue(-3)
	assert ("Data Quality Issue", name) not in lines_of(officers[builders.TOWNSHIP_B])


def test_who_is_named_has_it_and_who_entered_it_sees_for_whom_it_waits(officers):
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	name = issue(-3, responsible=officers[builders.TOWNSHIP_A])
	frappe.db.set_value("Data Quality Issue", name, "owner", clerk)
	assert lines_of(officers[builders.TOWNSHIP_A])["Data Quality Issue", name]["mine"]
	line = lines_of(clerk)["Data Quality Issue", name]
	named = frappe.db.get_value("User", officers[builders.TOWNSHIP_A], "full_name")
	assert not line["mine"] and line["who"] == named


def test_those_above_see_what_stays_late(officers):
	rule = frappe.get_doc("Due Rule", "data_quality_issue")
	rule.escalate_after = 5
	rule.save()
	above = next(line.role for line in rule.recipients if line.escalation)
	reviewer = builders.make_user(above)
	fresh, stale = (issue(-days, responsible=officers[builders.TOWNSHIP_A]) for days in (4, 5))
	found = lines_of(reviewer)
	assert ("Data Quality Issue", fresh) not in found
	assert not found["Data Quality Issue", stale]["mine"]


def test_the_list_and_the_reminders_agree(officers):
	"""What a night's reminders would bring before somebody is what the page shows as that person's own."""
	for days in (-2, 0, 1):
		issue(days)
	user = officers[builders.TOWNSHIP_A]
	shown = {key for key, line in lines_of(user).items() if line["mine"]}
	waiting = {
		(item.doctype, item.name)
		for item in clocks.open_items(frappe.utils.getdate(today()))
		if user in item.users and item.tiers and not item.rule.startswith("socaid_app.")
	}
	assert waiting <= shown and waiting


def test_a_task_of_a_colleague_is_a_line_until_it_is_done(officers):
	user = officers[builders.TOWNSHIP_A]
	household = builders.make_household(division=builders.VILLAGE_A)
	assign_to.add(
		{
			"doctype": "Recipient Household",
			"name": household.name,
			"assign_to": [user],
			"description": "请核实门牌号",
			"date": add_days(today(), -1),
		}
	)
	line = lines_of(user)["Recipient Household", household.name]
	assert (line["title"], line["tier"]) == ("请核实门牌号", "overdue")
	assign_to.close_all_assignments("Recipient Household", household.name)
	assert ("Recipient Household", household.name) not in lines_of(user)


def test_a_restricted_petition_is_on_nobodys_list(site):
	handler = builders.make_user("Petition Handler")
	before = set(lines_of(handler))
	doc = frappe.get_doc(
		{
			"doctype": "Petition",
			"subject": "举报",
			"restricted": 1,
			"status": "Accepted",
			"current_due": add_days(today(), -3),
			"handler": handler,
			"division": builders.VILLAGE_A,
		}
	)
	doc.name = frappe.generate_hash(length=12)
	doc.db_insert()
	assert set(lines_of(handler)) == before


# --- today's visits ---------------------------------------------------------------------------------------------
@pytest.fixture
def visitor(site):
	return builders.make_user("Field Investigator", builders.TOWNSHIP_A)


@pytest.fixture
def outing(visitor):
	household = builders.make_household(division=builders.VILLAGE_A)
	frappe.db.set_value("Recipient Household", household.name, {"latitude": 42.9, "longitude": 125.1})
	visit = fieldwork.store_visit(
		household.name, planned_on=today(), planned_start="09:30", address="一组12号", status="Planned"
	)
	fieldwork.add_visitor(visit, fieldwork.make_officer(user=visitor))
	return visit


def test_todays_visits_stand_on_top_for_who_goes(outing, visitor):
	later = fieldwork.store_visit(planned_on=add_days(today(), 1), status="Planned")
	fieldwork.add_visitor(later, frappe.db.get_value("Visit Officer", {"user": visitor}))
	with builders.acting_as(visitor):
		(row,) = my_work.of_mine()["outings"]
	assert (row["name"], row["at"], row["address"]) == (outing, "09:30", "一组12号")
	assert row["open"] and row["latitude"] and row["longitude"]
	with builders.acting_as(builders.make_user("Field Investigator", builders.TOWNSHIP_A)):
		assert my_work.of_mine()["outings"] == []


def test_the_number_is_told_to_the_visitors_on_the_day_alone_and_logged(outing, visitor):
	head = frappe.db.get_value("Recipient Household", frappe.db.get_value(VISIT, outing, "household"), "head")
	with builders.acting_as(visitor):
		outings.phone_of(outing)
	assert frappe.db.count(
		"Sensitive Access Log", {"reference_name": head, "field": "phone", "user": visitor}
	)
	with (
		builders.acting_as(builders.make_user("Field Investigator", builders.TOWNSHIP_A)),
		pytest.raises(outings.NotOnThisVisit),
	):
		outings.phone_of(outing)
	frappe.db.set_value(VISIT, outing, "planned_on", add_days(today(), 1))
	with builders.acting_as(visitor), pytest.raises(outings.NotOnThisVisit):
		outings.phone_of(outing)


def test_the_page_asks_as_many_queries_for_many_lines_as_for_few(officers, count_queries):
	def asked() -> int:
		with count_queries() as queries:
			lines_of(officers[builders.TOWNSHIP_A])
		return len(queries)

	issue(-1)
	asked()
	few = asked()
	for days in range(1, 30):
		issue(-days)
	assert asked() == few


def test_a_line_for_several_records_leads_to_the_list_of_just_these(officers):
	household = builders.make_household(division=builders.VILLAGE_A)
	builders.grant_benefit(household)
	frappe.db.set_value("Recipient Household", household.name, "next_review_on", add_days(today(), -2))
	with builders.acting_as(officers[builders.TOWNSHIP_A]):
		# one for each day on which something of the township is due
		lines = my_work.of_mine()["lines"]
	line = next(
		line
		for line in lines
		if line["list"] and line["list"][0] == "Recipient Household" and line["days"] == -2
	)
	doctype, filters = line["list"]
	found = frappe.get_list(
		doctype,
		filters=[[doctype, field, *test] for field, test in filters.items()],
		pluck="name",
		limit_page_length=0,
	)
	assert household.name in found and line["label"].endswith(f"× {len(found)}")
